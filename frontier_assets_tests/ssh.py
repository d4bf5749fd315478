"""Keys of people and the files that name them, made by the real `ssh-keygen`."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"
)


def new_key(folder: Path, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key pair and return the private key's file."""
    path = folder / f"{name}.key"
    made = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", name, "-f", str(path)]
    subprocess.run(made, check=True, stdin=subprocess.DEVNULL)
    return path


def public(key: Path) -> str:
    return key.with_name(f"{key.name}.pub").read_text().strip()


def allow(file: Path, **keys: Path) -> Path:
    """Write an allowed-signers file that gives each name its key."""
    file.write_text("".join(f"{name} {public(key)}\n" for name, key in keys.items()))
    return file
