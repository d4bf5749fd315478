"""What ``frontier check`` answers, and what it must leave as it was."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier


def findings(frontier: "Frontier", *arguments: str) -> list[dict[str, str]]:
    output = frontier("check", *arguments, "--json")
    document = json.loads(output.stdout)
    assert document["ok"] == (output.exit_code == 0)
    found: list[dict[str, str]] = document["findings"]
    return found


def problems(frontier: "Frontier", *arguments: str) -> dict[str, str]:
    """Return what is not in order, by subject."""
    return {
        item["subject"]: f"{item['state']}: {item['detail']}; {item['remedy']}"
        for item in findings(frontier, *arguments)
        if item["state"] != "ok"
    }


def files(folder: Path) -> dict[str, bytes]:
    ignored = (".db-wal", ".db-shm")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(ignored)
    }
