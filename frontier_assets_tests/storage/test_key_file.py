from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.storage.key_file import KeyFile
from frontier_assets_tests.storage.encrypted_stores import FIRST


def test_keys_are_read_in_both_spellings(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"\n# a comment\n  {FIRST}  \n{'02' * 32}\n")
    keys = KeyFile.read(tmp_path / "keys").keys
    assert [key.secret for key in keys] == [b"\1" * 32, b"\2" * 32]
    assert "secret" not in repr(keys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no key; `openssl rand -base64 32` makes one"),
        ("# only this", "holds no key"),
        (f"{FIRST}\nc2hvcnQ=", "line 2 of .* is not a key"),
        ("0" * 63, "line 1 of .* is not a key"),
        ("é" * 44, "line 1 of .* is not a key"),
    ],
)
def test_what_is_no_key_is_refused_without_being_shown(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "keys").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=f"FRONTIER_ENCRYPTION_KEY_FILE: .*{message}") as caught:
        KeyFile.read(tmp_path / "keys")
    assert "c2hvcnQ" not in str(caught.value)


@pytest.mark.feature("STO-20")
def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none cannot be read: No such file.*restore it"):
        KeyFile.read(tmp_path / "none")
