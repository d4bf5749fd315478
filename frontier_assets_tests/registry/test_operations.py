"""Every change of the registry stands in the audit trail, or does not happen.

On SQLite alone: the ledger that all of them go through is tested on every database.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from frontier_assets.errors import FrontierAssetsError
from frontier_assets.registry import Registry, tables
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.registry.operations import ACTOR, OPERATIONS, UNAUDITED, World
from frontier_assets_tests.ssh import needs_ssh_keygen

EACH = [
    pytest.param(name, marks=needs_ssh_keygen if name in {"audit.sign", "approvals.add"} else ())
    for name in OPERATIONS
]


@pytest.fixture
def world(path: Path, registry: Registry, samples: Samples, tmp_path: Path) -> World:
    assert path.exists()
    return World.prepared(registry, samples, tmp_path)


def writes(part: type, name: str) -> bool:
    """Tell whether a method opens a transaction that writes, itself or by one of its part's."""
    source = inspect.getsource(getattr(part, name))
    inner = re.findall(r"self\.(\w+)\(", source)
    return (
        "open_change(" in source
        or "database.write()" in source
        or any(writes(part, item) for item in inner if callable(getattr(part, item, None)))
    )


def changing(registry: Registry) -> Iterator[str]:
    parts = {name: type(part) for name, part in vars(registry).items() if name[0] != "_"}
    for place, part in parts.items():
        public = [name for name, item in vars(part).items() if name[0] != "_" and callable(item)]
        yield from (f"{place}.{name}" for name in public if writes(part, name))


def rows(registry: Registry) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that the database holds beside the trail."""
    with registry._database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in tables.models.metadata.sorted_tables
            if table is not tables.audit
        }


def test_every_operation_that_changes_is_one_of_these(registry: Registry) -> None:
    assert sorted(changing(registry)) == sorted({*OPERATIONS, *UNAUDITED})


@pytest.mark.feature("SEC-4", "SEC-10")
@pytest.mark.parametrize("name", EACH)
def test_each_change_is_recorded_with_its_actor_and_what_it_changed(
    world: World, name: str
) -> None:
    before = world.registry.audit.heads()
    operation = OPERATIONS[name]
    operation.do(world)
    model = operation.model
    entries = world.registry.audit.entries(model, after=before.get(model, 0))
    assert [entry.actor for entry in entries] == [ACTOR] * operation.entries
    assert all(entry.before != entry.after for entry in entries)
    assert sum((world.registry.audit.heads() | {model: 0}).values()) == sum(
        (before | {model: 0}).values()
    )


@pytest.mark.feature("SEC-4")
@pytest.mark.parametrize("name", EACH)
def test_a_change_that_cannot_be_recorded_does_not_happen(world: World, name: str) -> None:
    with world.registry._database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME COLUMN reason TO lost")
    before = rows(world.registry)
    with pytest.raises(FrontierAssetsError, match="reason"):
        OPERATIONS[name].do(world)
    assert rows(world.registry) == before
