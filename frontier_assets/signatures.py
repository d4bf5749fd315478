"""SSH signatures over bytes: made with a person's key, verified against the allowed signers.

`ssh-keygen -Y` of OpenSSH (8.8 or newer) does both. It signs with whatever key a person has, in a
file, an agent or a hardware token, and it is the definition of the allowed-signers file: patterns,
namespaces, times, authorities, revocation. The library `cryptography` knows the curves but neither
that file nor the format of a signature; parsing both here would be the one place where a mistake
lets somebody in. One verification takes about 5 ms.
"""

import contextlib
import dataclasses
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from frontier_assets.errors import (
    InvalidValueError,
    SettingsError,
    SignatureRefusedError,
    SigningError,
)

_FINGERPRINT = re.compile(rb"with \S+ key (SHA256:\S+)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: the name in the allowed-signers file, and the fingerprint of the key."""

    name: str
    key: str

    def is_same_person(self, other: "Signer") -> bool:
        """Tell whether the name or the key is the same: one person may have several of each."""
        return self.name == other.name or self.key == other.key


def sign(payload: bytes, *, key: Path, namespace: str) -> str:
    """Return the armoured signature over ``payload`` by the key in a file.

    A public key's file stands for the private one in the agent. A passphrase is asked for on the
    terminal, unless the agent holds the key.

    Raises:
        SigningError: the key cannot be read or used.
        SettingsError: `ssh-keygen` is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        message = Path(folder, "payload")
        message.write_bytes(payload)
        ended = _ssh_keygen(["sign", "-f", str(key), "-n", namespace, str(message)])
        if ended.returncode != 0:
            raise SigningError(str(key), _words(ended))
        return message.with_name("payload.sig").read_text("ascii")


@dataclasses.dataclass(frozen=True, slots=True)
class AllowedSigners:
    """Whose signatures count: an OpenSSH allowed-signers file, and a list of revoked keys.

    ``revoked`` holds public keys, one a line, or is a key revocation list of `ssh-keygen -k`. Both
    are read at every verification, so what was changed in them counts at once.
    """

    file: Path
    revoked: Path | None = None

    def verify(
        self,
        payload: bytes,
        signature: str,
        *,
        signer: str,
        namespace: str,
        at: datetime | None = None,
    ) -> Signer:
        """Return who signed ``payload``, if that is ``signer`` and their key is allowed now.

        With ``at`` the key has to be allowed then: who left stays in the file with the option
        `valid-before`. A revoked key counts at no time.

        Raises:
            SignatureRefusedError: it is another's, altered, for another namespace, or the key is
                unknown, revoked or out of its time.
            SettingsError: a file cannot be read, or `ssh-keygen` is not installed.
            InvalidValueError: ``signer`` is no name.
        """
        self.check_files()
        if not signer.strip() or not signer.isprintable():
            raise InvalidValueError("Signer", signer, "a name in the allowed-signers file")
        with _written(signature) as stored:
            who = ["-f", str(self.file), "-I", signer, "-n", namespace, "-s", stored]
            if at is not None:  # in local time: not every release reads a zone
                who += ["-O", f"verify-time={at.astimezone():%Y%m%d%H%M%S}"]
            revoked = [] if self.revoked is None else ["-r", str(self.revoked)]
            ended = _ssh_keygen(["verify", *who, *revoked], payload)
            found = _FINGERPRINT.search(ended.stdout)
            if ended.returncode == 0 and found:
                return Signer(signer, found[1].decode())
            checked = _ssh_keygen(["check-novalidate", "-n", namespace, "-s", stored], payload)
            is_genuine = checked.returncode == 0
            is_known = bool(revoked) and _ssh_keygen(["verify", *who], payload).returncode == 0
        problem, remedy = self._explained(signer, is_genuine=is_genuine, is_known=is_known)
        said = _words(ended)
        raise SignatureRefusedError(
            signer, namespace, f"{problem} ({said})" if said else problem, remedy
        )

    def names(self, signature: str) -> list[str]:
        """Return the names, or patterns of names, that the file gives to the key of a signature.

        It says nothing about what was signed: that is for `verify`.
        """
        self.check_files()
        with _written(signature) as stored:
            asked = ["find-principals", "-f", str(self.file), "-s", stored]
            ended = _ssh_keygen(asked)
        return ended.stdout.decode().splitlines() if ended.returncode == 0 else []

    def sign(
        self, payload: bytes, *, key: Path, namespace: str, signer: str | None = None
    ) -> tuple[str, str]:
        """Return the signer and the armoured signature over ``payload``, which `verify` accepts.

        Without a ``signer`` it is the one name that the file gives to the key.

        Raises:
            SigningError: the key cannot be read or used.
            SignatureRefusedError: the key is not one of ``signer``, or of anybody.
            InvalidValueError: the file gives several names to the key, or a pattern.
            SettingsError: a file cannot be read, or `ssh-keygen` is not installed.
        """
        signature = sign(payload, key=key, namespace=namespace)
        named = [signer] if signer else self.names(signature)
        if len(named) > 1 or any(set("*?!,") & set(name) for name in named):
            expected = f"name the signer: {self.file} has several names for the key"
            raise InvalidValueError("Signer", ", ".join(named), expected)
        name = named[0] if named else key.stem
        self.verify(payload, signature, signer=name, namespace=namespace)
        return name, signature

    def check_files(self) -> None:
        """Raise `SettingsError` unless the files can be read."""
        for setting, path in (
            ("FRONTIER_ALLOWED_SIGNERS", self.file),
            ("FRONTIER_REVOKED_SIGNERS", self.revoked),
        ):
            if path is None:
                continue
            try:
                path.open("rb").close()
            except OSError as error:
                raise SettingsError(
                    setting, f"{path} cannot be read: {error.strerror}", "name a readable file"
                ) from error

    def _explained(self, signer: str, *, is_genuine: bool, is_known: bool) -> tuple[str, str]:
        if not is_genuine:
            return (
                "it is not over these bytes, or not for this purpose",
                "sign exactly what is asked for, with its namespace",
            )
        if is_known:
            return f"the key is revoked in {self.revoked}", "sign with a key that is in force"
        return (
            f"its key is not one that {self.file} allows '{signer}' now",
            "sign with an allowed key, or add this one to the file",
        )


def required(
    signers: AllowedSigners | None, problem: str = "nobody's signature counts"
) -> AllowedSigners:
    """Return the signers that a setting names.

    Raises:
        SettingsError: it names none, with the ``problem`` that this is.
    """
    if signers is None:
        remedy = "set it to an OpenSSH allowed-signers file, or give --allowed-signers"
        raise SettingsError("FRONTIER_ALLOWED_SIGNERS", f"is not set, and {problem}", remedy)
    return signers


@contextlib.contextmanager
def _written(signature: str) -> Iterator[str]:
    with tempfile.NamedTemporaryFile() as file:
        # What is not ASCII is no signature, which `ssh-keygen` then says.
        file.write(signature.encode("ascii", "replace"))
        file.flush()
        yield file.name


def _ssh_keygen(
    arguments: Sequence[str], message: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        # Without a message the terminal stays as it is, for a passphrase.
        return subprocess.run(
            ["ssh-keygen", "-Y", *arguments],  # noqa: S607 - wherever OpenSSH is installed
            input=message,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise SettingsError(
            "ssh-keygen",
            "is not installed on this machine, so that no signature can be made or verified",
            "install the OpenSSH client, e.g. `apt install openssh-client`",
        ) from error


def _words(ended: subprocess.CompletedProcess[bytes]) -> str:
    """Return what `ssh-keygen` said, without the frame around its warnings."""
    lines = ended.stderr.decode("utf-8", "replace").splitlines()
    return " ".join(line.strip(" .") for line in lines if not line.startswith("@"))
