"""The model of a power failure that the crash tests rest on."""

import base64
from pathlib import Path
from typing import Any

from frontier_assets_tests.end_to_end.power_loss import Names, replayed

STORE = Path("/store")
OLD, TEMPORARY, NAME = STORE / "old", STORE / "temporary", STORE / "name"
BEFORE = {STORE: None, OLD: b"old"}
CREATE: dict[str, Any] = {"call": "create", "paths": [str(TEMPORARY)], "inode": 7}
SYNC_FILE = {"call": "sync file", "inode": 7, "content": base64.b64encode(b"new").decode()}
LINK = {"call": "link", "paths": [str(TEMPORARY), str(NAME)]}
UNLINK_OLD = {"call": "unlink", "paths": [str(OLD)]}
SYNC_FOLDER = {"call": "sync folder", "paths": [str(STORE)]}


def test_what_was_there_before_stays() -> None:
    assert replayed(BEFORE, []).after_loss(Names.LOST) == BEFORE


def test_a_name_is_lost_until_its_folder_is_synchronised() -> None:
    disk = replayed(BEFORE, [CREATE, SYNC_FILE, LINK])
    assert disk.after_loss(Names.LOST) == BEFORE
    assert disk.after_loss(Names.KEPT) == {**BEFORE, TEMPORARY: b"new", NAME: b"new"}
    disk.replay(SYNC_FOLDER)
    assert disk.after_loss(Names.LOST) == disk.after_loss(Names.KEPT)


def test_content_is_lost_until_the_file_is_synchronised() -> None:
    disk = replayed(BEFORE, [CREATE, LINK, SYNC_FOLDER])
    assert disk.after_loss(Names.LOST)[NAME] == b""
    disk.replay(SYNC_FILE)
    assert disk.after_loss(Names.LOST)[NAME] == b"new"


def test_a_removed_name_comes_back_until_its_folder_is_synchronised() -> None:
    disk = replayed(BEFORE, [UNLINK_OLD])
    assert disk.after_loss(Names.LOST) == BEFORE
    disk.replay(SYNC_FOLDER)
    assert disk.after_loss(Names.LOST) == {STORE: None}


def test_a_durable_name_in_a_lost_folder_is_out_of_reach() -> None:
    inner = STORE / "inner"
    events = [
        {"call": "mkdir", "paths": [str(inner)]},
        CREATE,
        {"call": "link", "paths": [str(TEMPORARY), str(inner / "name")]},
        {"call": "sync folder", "paths": [str(inner)]},
    ]
    assert replayed(BEFORE, events).after_loss(Names.LOST) == BEFORE
