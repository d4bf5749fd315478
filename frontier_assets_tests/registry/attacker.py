"""Somebody who may write the database and has no signing key: what the audit trail has to stand."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry import Registry
from frontier_assets.registry.chain import FIRST_HASH, entry_hash
from frontier_assets.registry.tables import audit

_GUARDS = {
    "sqlite": ("DROP TRIGGER audit_refuses_update", "DROP TRIGGER audit_refuses_delete"),
    "postgresql": ("DROP TRIGGER audit_refuses_change ON audit",),
}
COLUMNS = [column.name for column in audit.c if column is not audit.c.id]


@dataclasses.dataclass(frozen=True)
class Attacker:
    """Works past the registry, whose guards on the trail are gone."""

    engine: sa.Engine

    @classmethod
    def on(cls, registry: Registry) -> "Attacker":
        attacker = cls(registry._database.engine)
        attacker.run(*_GUARDS[attacker.engine.dialect.name])
        return attacker

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def trail(self) -> list[dict[str, Any]]:
        """Return the entries of the model 'm' as they are stored."""
        shown = ", ".join(f'"{name}"' for name in COLUMNS)
        query = f"SELECT {shown} FROM audit WHERE model = 'm' ORDER BY sequence"
        with self.engine.begin() as connection:
            return [row._asdict() for row in connection.exec_driver_sql(query)]

    def replace_trail(self, entries: Sequence[dict[str, Any]]) -> None:
        """Put ``entries`` in place of that trail, and the model's count of them."""
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        insert = sa.text(f"INSERT INTO audit ({names}) VALUES ({values})")
        count = sa.text("UPDATE models SET change_sequence = :count WHERE name = 'm'")
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM audit WHERE model = 'm'")
            for entry in entries:
                connection.execute(insert, entry)
            connection.execute(count, {"count": len(entries)})


def rebuilt(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries numbered and chained anew, so that the chain proves itself."""
    chain: list[dict[str, Any]] = []
    for sequence, entry in enumerate(entries, start=1):
        previous = chain[-1]["hash"] if chain else FIRST_HASH
        changed = {**entry, "sequence": sequence, "previous_hash": previous}
        chain.append({**changed, "hash": entry_hash(changed)})
    return chain
