import os
import re
import subprocess
from pathlib import Path

import pytest

from frontier_assets.errors import (
    InvalidValueError,
    SettingsError,
    SignatureRefusedError,
    SigningError,
)
from frontier_assets.signatures import AllowedSigners, Signer, sign
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key, public

PAYLOAD = b'{"model":"m","version":"1.0.0"}'
PURPOSE = "frontier-test"

pytestmark = needs_ssh_keygen


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {kind: new_key(folder, kind, kind) for kind in ("ed25519", "ecdsa", "rsa")}


@pytest.fixture
def signers(tmp_path: Path, keys: dict[str, Path]) -> AllowedSigners:
    return AllowedSigners(allow(tmp_path / "allowed", ann=keys["ed25519"], bea=keys["ecdsa"]))


def refusal(signers: AllowedSigners, signature: str, payload: bytes = PAYLOAD) -> str:
    with pytest.raises(SignatureRefusedError) as refused:
        signers.verify(payload, signature, signer="ann", namespace=PURPOSE)
    return str(refused.value)


def with_options(tmp_path: Path, key: Path, options: str, name: str = "ann") -> AllowedSigners:
    file = tmp_path / "allowed"
    file.write_text(f"# people\n\n{name} {options} {public(key)}\n")
    return AllowedSigners(file)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_what_a_key_signs_is_verified_with_its_fingerprint(
    tmp_path: Path, keys: dict[str, Path], kind: str
) -> None:
    signers = AllowedSigners(allow(tmp_path / "allowed", ann=keys[kind]))
    signature = sign(PAYLOAD, key=keys[kind], namespace=PURPOSE)
    found = signers.verify(PAYLOAD, signature, signer="ann", namespace=PURPOSE)
    shown = subprocess.run(["ssh-keygen", "-lf", keys[kind]], capture_output=True, check=True)
    assert found == Signer("ann", shown.stdout.decode().split()[1])


def test_what_ssh_keygen_signed_is_verified_here(
    tmp_path: Path, keys: dict[str, Path], signers: AllowedSigners
) -> None:
    file = tmp_path / "payload"
    file.write_bytes(PAYLOAD)
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", str(keys["ed25519"]), "-n", PURPOSE, str(file)],
        check=True,
        capture_output=True,
    )
    signature = (tmp_path / "payload.sig").read_text()
    found = signers.verify(PAYLOAD, signature, signer="ann", namespace=PURPOSE)
    assert found.name == "ann"


def test_what_is_signed_here_ssh_keygen_verifies(
    tmp_path: Path, keys: dict[str, Path], signers: AllowedSigners
) -> None:
    file = tmp_path / "payload.sig"
    file.write_text(sign(PAYLOAD, key=keys["ecdsa"], namespace=PURPOSE))
    who: list[str | Path] = ["-f", signers.file, "-I", "bea", "-n", PURPOSE, "-s", file]
    subprocess.run(["ssh-keygen", "-Y", "verify", *who], input=PAYLOAD, check=True)


def test_altered_bytes_are_refused(keys: dict[str, Path], signers: AllowedSigners) -> None:
    signature = sign(PAYLOAD, key=keys["ed25519"], namespace=PURPOSE)
    message = refusal(signers, signature, PAYLOAD + b" ")
    assert "Signature of 'ann' for frontier-test is refused: it is not over these bytes" in message


@pytest.mark.parametrize("text", ["", "garbage", "\udcff", "-----BEGIN SSH SIGNATURE-----\nAA"])
def test_what_is_no_signature_is_refused(signers: AllowedSigners, text: str) -> None:
    assert "is not over these bytes" in refusal(signers, text)


def test_a_signature_for_another_purpose_is_refused(
    keys: dict[str, Path], signers: AllowedSigners
) -> None:
    signature = sign(PAYLOAD, key=keys["ed25519"], namespace="git")
    assert "or not for this purpose" in refusal(signers, signature)


def test_a_key_that_is_not_in_the_file_is_refused(
    keys: dict[str, Path], signers: AllowedSigners
) -> None:
    message = refusal(signers, sign(PAYLOAD, key=keys["rsa"], namespace=PURPOSE))
    assert f"its key is not one that {signers.file} allows 'ann' now" in message


def test_one_persons_key_does_not_sign_for_another(
    keys: dict[str, Path], signers: AllowedSigners
) -> None:
    message = refusal(signers, sign(PAYLOAD, key=keys["ecdsa"], namespace=PURPOSE))
    assert "allows 'ann' now" in message


def test_a_revoked_key_is_refused(
    tmp_path: Path, keys: dict[str, Path], signers: AllowedSigners
) -> None:
    revoked = tmp_path / "revoked"
    revoked.write_text(f"{public(keys['rsa'])}\n{public(keys['ed25519'])}\n")
    signature = sign(PAYLOAD, key=keys["ed25519"], namespace=PURPOSE)
    message = refusal(AllowedSigners(signers.file, revoked), signature)
    assert f"the key is revoked in {revoked}" in message


def test_a_key_that_is_not_revoked_passes_beside_a_list(
    tmp_path: Path, keys: dict[str, Path], signers: AllowedSigners
) -> None:
    revoked = tmp_path / "revoked"
    revoked.write_text(f"{public(keys['rsa'])}\n")
    signature = sign(PAYLOAD, key=keys["ed25519"], namespace=PURPOSE)
    listed = AllowedSigners(signers.file, revoked)
    assert listed.verify(PAYLOAD, signature, signer="ann", namespace=PURPOSE).name == "ann"


@pytest.mark.parametrize(
    "options", ['valid-before="20200101"', 'valid-after="20990101"', 'namespaces="git"']
)
def test_a_key_outside_its_time_or_its_purposes_is_refused(
    tmp_path: Path, keys: dict[str, Path], options: str
) -> None:
    signers = with_options(tmp_path, keys["ed25519"], options)
    assert "allows 'ann' now" in refusal(
        signers, sign(PAYLOAD, key=keys["ed25519"], namespace=PURPOSE)
    )


def test_a_pattern_allows_the_names_that_it_fits(tmp_path: Path, keys: dict[str, Path]) -> None:
    signers = with_options(tmp_path, keys["rsa"], 'namespaces="frontier-*"', "*@lab.org")
    signature = sign(PAYLOAD, key=keys["rsa"], namespace=PURPOSE)
    found = signers.verify(PAYLOAD, signature, signer="ann@lab.org", namespace=PURPOSE)
    assert found.name == "ann@lab.org"
    assert signers.names(signature) == ["*@lab.org"]
    assert "allows 'ann' now" in refusal(signers, signature)


def test_a_certificate_of_an_authority_is_allowed(tmp_path: Path, keys: dict[str, Path]) -> None:
    own = new_key(tmp_path, "own")
    authority: list[str | Path] = [
        "-s",
        keys["rsa"],
        "-I",
        "ann",
        "-n",
        "ann",
        own.with_name("own.key.pub"),
    ]
    subprocess.run(["ssh-keygen", "-q", *authority], check=True)
    signers = with_options(tmp_path, keys["rsa"], "cert-authority")
    signature = sign(PAYLOAD, key=own.with_name("own.key-cert.pub"), namespace=PURPOSE)
    assert signers.verify(PAYLOAD, signature, signer="ann", namespace=PURPOSE).name == "ann"


def test_the_names_of_a_key_are_those_of_the_file(
    keys: dict[str, Path], signers: AllowedSigners
) -> None:
    assert signers.names(sign(PAYLOAD, key=keys["ecdsa"], namespace=PURPOSE)) == ["bea"]
    assert signers.names(sign(PAYLOAD, key=keys["rsa"], namespace=PURPOSE)) == []


@pytest.mark.parametrize("name", ["", " ", "ann\n", "ann\0"])
def test_a_name_that_is_none_is_refused(signers: AllowedSigners, name: str) -> None:
    with pytest.raises(InvalidValueError, match="a name in the allowed-signers file"):
        signers.verify(PAYLOAD, "", signer=name, namespace=PURPOSE)


def test_files_that_are_not_there_are_named_with_their_setting(
    tmp_path: Path, signers: AllowedSigners
) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(SettingsError, match=f"FRONTIER_ALLOWED_SIGNERS: {missing} cannot be read"):
        AllowedSigners(missing).names("")
    with pytest.raises(SettingsError, match="FRONTIER_REVOKED_SIGNERS"):
        AllowedSigners(signers.file, missing).verify(PAYLOAD, "", signer="ann", namespace=PURPOSE)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match=r"Key '.*nobody' did not sign: .*No such file"):
        sign(PAYLOAD, key=tmp_path / "nobody", namespace=PURPOSE)


def test_a_key_that_others_can_read_is_refused_in_plain_words(tmp_path: Path) -> None:
    key = new_key(tmp_path, "open")
    key.chmod(0o644)
    with pytest.raises(SigningError, match="Permissions 0644") as refused:
        sign(PAYLOAD, key=key, namespace=PURPOSE)
    assert "@" not in str(refused.value)


def test_without_ssh_keygen_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"ssh-keygen: is not installed .* OpenSSH client"):
        sign(PAYLOAD, key=tmp_path / "key", namespace=PURPOSE)


def test_a_key_behind_a_passphrase_signs_by_the_agent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = new_key(tmp_path, "locked", passphrase="correct horse")
    signers = AllowedSigners(allow(tmp_path / "allowed", ann=key))
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, check=True, text=True)
    variables = dict(re.findall(r"(SSH_\w+)=([^;]+);", started.stdout))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    answer = tmp_path / "answer"
    answer.write_text("#!/bin/sh\necho correct horse\n")
    answer.chmod(0o700)
    asking = {**os.environ, "SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force"}
    try:
        subprocess.run(["ssh-add", "-q", key], check=True, env=asking)
        signature = sign(PAYLOAD, key=key, namespace=PURPOSE)
    finally:
        os.kill(int(variables["SSH_AGENT_PID"]), 15)
    assert signers.verify(PAYLOAD, signature, signer="ann", namespace=PURPOSE).name == "ann"


def test_a_passphrase_that_nobody_gives_is_an_error_that_names_the_agent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key = new_key(tmp_path, "locked", passphrase="correct horse")
    with pytest.raises(SigningError, match=r"incorrect passphrase .* ssh-add"):
        sign(PAYLOAD, key=key, namespace=PURPOSE)
