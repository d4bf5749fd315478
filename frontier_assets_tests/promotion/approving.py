"""A team with keys around a model whose production asks for approval."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from frontier_assets.registry.approval_payload import NAMESPACE, ApprovalPayload
from frontier_assets.registry.approvals import Approval
from frontier_assets.registry.evidence import Condition
from frontier_assets.signatures import sign
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Version
from frontier_assets.workspace import Workspace
from frontier_assets_tests.promotion.complete import specification
from frontier_assets_tests.ssh import public

SIGNERS = "signers"
REVOKED = "revoked"


@dataclasses.dataclass(frozen=True)
class Team:
    """``ann`` registers; ``bea`` and ``carl`` may approve; ``dan`` has a key and is in no file."""

    workspace: Workspace
    keys: dict[str, Path]
    folder: Path

    @contextmanager
    def acting(self, name: str) -> Iterator[Self]:
        """The same team where whatever is done is done by ``name``."""
        settings = dataclasses.replace(self.workspace.settings, actor=name)
        with Workspace(settings) as workspace:
            yield dataclasses.replace(self, workspace=workspace)

    def policy(self, **production: Any) -> ModelSpecification:
        """Record what production asks for: one approval unless it says otherwise."""
        policy = specification(
            gates=[],
            conversions=[],
            evaluation={"datasets": ["holdout"], "metrics": ["accuracy"]},
            promotion={"production": {"approvals": 1, **production}},
        )
        self.workspace.record_policy(policy)
        return policy

    def staged(self, content: str = "weights", key: Path | None = None) -> str:
        """Register a version with everything but approval, and stage it; return its ref."""
        return self.stage(self.register(content, key))

    def register(self, content: str, key: Path | None = None, branch: str = "main") -> Version:
        path = self.folder / "weights.bin"
        path.write_text(content, encoding="utf-8")
        versions = self.workspace.versions
        versions = versions.signed_with(key) if key else versions
        return versions.register("m", files={"weights.bin": path}, branch=branch)

    def stage(self, version: Version) -> str:
        """Give a version everything but approval, and stage it; return its ref."""
        self.prove(version)
        self.workspace.stages.promote(version.ref, to="staging", reason="a test")
        return version.ref

    def prove(self, version: Version) -> None:
        registry = self.workspace.registry
        registry.evaluations.record(
            "m",
            version.number,
            dataset="holdout",
            dataset_digest="d" * 64,
            rows=10,
            metrics={"accuracy": 0.97},
            verdicts=[],
            policy_digest=self.workspace.specification("m").digest,
            actor="ann",
        )
        run: dict[str, Any] = {"run_id": version.number, "actor": "ann"}
        registry.builds.acquire("m", version.number, is_over=lambda _: True, **run)
        registry.builds.complete("m", version.number, **run)

    def approve(self, ref: str, by: str = "bea", to: str = "production") -> Approval:
        return self.workspace.approvals.sign(ref, to=to, key=self.keys[by])

    def add(self, ref: str, payload: str, *, by: str = "bea", **given: Any) -> Approval:
        """Add ``payload`` as it is, signed by somebody."""
        signature = sign(payload.encode(), key=self.keys[by], namespace=NAMESPACE)
        values: dict[str, Any] = {"to": "production", "signature": signature, "signer": by}
        return self.workspace.approvals.add(ref, payload=payload, **{**values, **given})

    def promote(self, ref: str) -> None:
        self.workspace.stages.promote(ref, to="production", reason="a test")

    def condition(self, ref: str) -> Condition:
        (found,) = [
            item
            for item in self.workspace.why(ref, to="production").conditions
            if item.name == "approvals"
        ]
        return found

    def payload(self, ref: str, *, later_hours: float = 0, **changes: Any) -> str:
        """Return what was issued for a version, moved in time and with other facts."""
        issued = ApprovalPayload.parse(self.workspace.approvals.payload(ref, to="production"))
        later = timedelta(hours=later_hours)
        moved = dataclasses.replace(
            issued,
            move=dataclasses.replace(issued.move, **changes),
            issued_at=issued.issued_at + later,
            expires_at=issued.expires_at + later,
        )
        return moved.text

    def allow(self, **names: str) -> None:
        """Write the allowed signers: names, each with the key of somebody."""
        lines = (f"{name} {public(self.keys[owner])}\n" for name, owner in names.items())
        (self.folder / SIGNERS).write_text("".join(lines))

    def revoke(self, owner: str) -> None:
        (self.folder / REVOKED).write_text(f"{public(self.keys[owner])}\n")

    def execute(self, statement: sa.Executable) -> None:
        """Change the tables past the registry, as an administrator of the database can."""
        with self.workspace.registry._database.engine.begin() as connection:
            connection.execute(statement)
