from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.errors import ApprovalRefusedError
from frontier_assets.registry import Registry
from frontier_assets.registry.approval_payload import NAMESPACE
from frontier_assets.registry.approvals import Approval
from frontier_assets.signatures import AllowedSigners, sign
from frontier_assets.types import Stage
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

if TYPE_CHECKING:
    from frontier_assets_tests.registry.conftest import Samples

pytestmark = needs_ssh_keygen


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key(tmp_path, "bea")


@pytest.fixture
def asking(registry: Registry, key: Path, tmp_path: Path, samples: "Samples") -> Registry:
    """The same registry where bea may approve, with a staged version that needs it."""
    asking = Registry(registry._database, AllowedSigners(allow(tmp_path / "signers", bea=key)))
    policy = samples.specification(promotion={"production": {"approvals": 1}})
    asking.policies.record(policy, actor="ann")
    samples.move(asking, samples.register(asking).number, Stage.STAGING)
    return asking


def approve(registry: Registry, key: Path, payload: str | None = None) -> Approval:
    text = payload or registry.approvals.issue("m", "1.0.0", Stage.PRODUCTION)
    signature = sign(text.encode(), key=key, namespace=NAMESPACE)
    given = {"payload": text, "signature": signature, "signer": "bea", "actor": "bea"}
    return registry.approvals.add("m", "1.0.0", Stage.PRODUCTION, **given)


def test_an_approval_is_evidence_until_the_move_consumes_it(
    asking: Registry, key: Path, samples: "Samples"
) -> None:
    added = approve(asking, key)
    assert asking.stages.evidence("m", "1.0.0").approvals == (added,)
    samples.move(asking, "1.0.0", Stage.PRODUCTION)
    (after,) = asking.stages.evidence("m", "1.0.0").approvals
    assert after.is_over
    consumed = [e for e in asking.audit.entries("m") if e.action == "approvals_consumed"]
    assert [item["signer"] for item in consumed[0].after["approvals"]] == ["bea"]


def test_the_same_signature_is_added_once(asking: Registry, key: Path) -> None:
    added = approve(asking, key)
    heads = asking.audit.heads()
    with pytest.raises(ApprovalRefusedError, match="it was added before"):
        approve(asking, key, added.payload)
    assert asking.audit.heads() == heads
