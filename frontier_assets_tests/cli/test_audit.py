import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_an_untouched_trail_proves_itself(frontier: "Frontier", records: "Records") -> None:
    records.version()
    assert frontier.json("audit", "verify") == {"verified": True, "entries": 2, "models": ["tiny"]}
    assert frontier.text("audit", "verify", "tiny") == (
        "The audit trail proves itself: 2 entries, 1 models.\n"
    )


def test_an_edited_entry_is_one_line_and_exit_1(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    records.version()
    with contextlib.closing(sqlite3.connect(tmp_path / "registry.db")) as connection:
        connection.execute("UPDATE audit SET actor = 'eve' WHERE sequence = 2")
        connection.commit()
    assert frontier.refused("audit", "verify") == (
        "Audit trail of 'tiny' breaks at entry 2: the entry was changed after it was written"
    )
