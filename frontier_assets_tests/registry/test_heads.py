from pathlib import Path

import pytest

from frontier_assets.errors import (
    AuditChainError,
    InvalidValueError,
    ModelNotFoundError,
    SettingsError,
    SignatureRefusedError,
    SigningError,
)
from frontier_assets.registry import Registry
from frontier_assets.registry.audit import AuditAction
from frontier_assets.signatures import AllowedSigners
from frontier_assets_tests.registry.attacker import Attacker, rebuilt
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

pytestmark = needs_ssh_keygen


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ann", "eve")}


@pytest.fixture
def signers(tmp_path: Path, keys: dict[str, Path]) -> AllowedSigners:
    return AllowedSigners(allow(tmp_path / "signers", ann=keys["ann"]))


@pytest.fixture
def trusted(registry: Registry, signers: AllowedSigners, samples: Samples) -> Registry:
    """A registry with a trail of five entries, that knows whose signatures count."""
    samples.release(registry, 1)
    samples.register(registry)
    return Registry(registry._database, signers)


def broken(registry: Registry) -> tuple[int, str]:
    with pytest.raises(AuditChainError) as caught:
        registry.audit.verify()
    return caught.value.sequence, caught.value.problem


def test_a_signed_head_stands_in_an_entry_of_its_own(
    trusted: Registry, keys: dict[str, Path]
) -> None:
    signed = trusted.audit.sign("m", key=keys["ann"])
    last, entry = trusted.audit.entries("m", after=4)
    assert (signed.head.sequence, signed.head.hash) == (5, last.hash)
    assert (entry.sequence, entry.action, entry.actor) == (6, AuditAction.HEAD_SIGNED, "ann")
    assert entry.after == signed.facts()
    assert trusted.audit.signed_heads("m") == [signed]
    assert trusted.audit.verify() == 6


def test_a_trail_goes_on_after_its_head_was_signed(
    trusted: Registry, keys: dict[str, Path], samples: Samples
) -> None:
    trusted.audit.sign("m", key=keys["ann"])
    samples.register(trusted)
    trusted.audit.sign("m", key=keys["ann"])
    assert [signed.head.sequence for signed in trusted.audit.signed_heads("m")] == [5, 7]
    assert trusted.audit.verify("m") == 8


def test_a_signed_head_is_not_skipped_where_no_signers_are_named(
    registry: Registry, trusted: Registry, keys: dict[str, Path]
) -> None:
    trusted.audit.sign("m", key=keys["ann"])
    with pytest.raises(SettingsError, match=r"FRONTIER_ALLOWED_SIGNERS.*'m' has a signed head"):
        registry.audit.verify()


@pytest.mark.feature("SEC-4")
def test_a_trail_rebuilt_without_the_key_is_found(trusted: Registry, keys: dict[str, Path]) -> None:
    trusted.audit.sign("m", key=keys["ann"])
    attacker = Attacker.on(trusted)
    entries = attacker.trail()
    attacker.replace_trail(rebuilt([entries[0] | {"actor": "eve"}, *entries[1:]]))
    assert broken(trusted) == (6, "ann signed another entry 5 than the one that is there")


def test_a_head_signed_with_the_attackers_own_key_is_found(
    trusted: Registry, keys: dict[str, Path], tmp_path: Path
) -> None:
    forging = AllowedSigners(allow(tmp_path / "forged", ann=keys["eve"]))
    Registry(trusted._database, forging).audit.sign("m", key=keys["eve"])
    sequence, problem = broken(trusted)
    assert sequence == 6
    assert "allows 'ann'" in problem


def test_an_edit_of_a_signed_head_is_found_though_the_chain_fits(
    trusted: Registry, keys: dict[str, Path]
) -> None:
    signed = trusted.audit.sign("m", key=keys["ann"])
    edits = {
        f'"sequence":{signed.head.sequence}': '"sequence":4',
        signed.head.hash: "0" * 64,
        f"{signed.head.at:%Y-%m-%dT}": "1999-01-01T",
        '"signer":"ann"': '"signer":"bob"',
        signed.signature.splitlines()[1]: "A" * 70,
    }
    attacker = Attacker.on(trusted)
    *entries, last = attacker.trail()
    for old, new in edits.items():
        edited = last | {"after": last["after"].replace(old, new)}
        assert edited != last
        attacker.replace_trail(rebuilt([*entries, edited]))
        assert broken(trusted)[0] == 6


def test_an_entry_that_only_claims_to_hold_a_head_is_found(trusted: Registry) -> None:
    attacker = Attacker.on(trusted)
    entries = attacker.trail()
    attacker.replace_trail(rebuilt([*entries, entries[-1] | {"action": "head_signed"}]))
    assert broken(trusted) == (6, "the entry holds no signed head")


def test_a_head_is_signed_by_allowed_signers_alone(
    registry: Registry, trusted: Registry, keys: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(SignatureRefusedError, match="eve"):
        trusted.audit.sign("m", key=keys["eve"])
    with pytest.raises(SignatureRefusedError, match="allows 'bob'"):
        trusted.audit.sign("m", key=keys["ann"], signer="bob")
    with pytest.raises(SigningError):
        trusted.audit.sign("m", key=tmp_path / "nothing")
    with pytest.raises(SettingsError, match="nobody may sign"):
        registry.audit.sign("m", key=keys["ann"])
    with pytest.raises(ModelNotFoundError):
        trusted.audit.sign("x", key=keys["ann"])
    assert trusted.audit.verify() == 5


def test_a_key_of_several_names_needs_one_of_them(
    trusted: Registry, keys: dict[str, Path], tmp_path: Path
) -> None:
    file = allow(tmp_path / "both", ann=keys["ann"])
    file.write_text(file.read_text().replace("ann ", "ann,admin ", 1))
    registry = Registry(trusted._database, AllowedSigners(file))
    with pytest.raises(InvalidValueError, match="several names"):
        registry.audit.sign("m", key=keys["ann"])
    assert registry.audit.sign("m", key=keys["ann"], signer="admin").signer == "admin"
