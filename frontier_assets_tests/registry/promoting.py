"""What the processes do that promote at once, and what the one does that looks on."""

import random
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from frontier_assets.errors import StageConflictError, StageTransitionError
from frontier_assets.registry import Registry
from frontier_assets.registry.evidence import Decision
from frontier_assets.registry.moves import StageMove
from frontier_assets.registry.tables import models, versions
from frontier_assets.registry.transitions import UNSET, Expected
from frontier_assets.types import Stage

Event = dict[str, Any]


def promote(url: str, seed: int, count: int) -> list[Event]:
    """Promote random versions until ``count`` tries were made, each against the holder seen."""
    choose = random.Random(seed)
    events: list[Event] = []
    with Registry.open(url) as registry:
        numbers = [item.number for item in registry.versions.list("m")]
        while len(events) < count:
            number = choose.choice(numbers)
            head = registry.audit.heads()["m"]
            holder = registry.versions.get("m@production").number
            if number != holder and stage(registry, number):
                event = try_to_promote(registry, number, expected=holder)
                events.append(event | {"from": head, "to": registry.audit.heads()["m"]})
    return events


def stage(registry: Registry, number: str) -> bool:
    """Bring a version to staging, unless another process took it to production."""
    try:
        move(registry, number, Stage.STAGING)
    except StageTransitionError:
        return False
    return True


def try_to_promote(registry: Registry, number: str, *, expected: str) -> Event:
    event = {"version": number, "expected": expected}
    try:
        done = move(registry, number, Stage.PRODUCTION, expected=expected)
    except StageConflictError as error:
        return event | {"became": "conflict", "actual": error.actual}
    except StageTransitionError as error:
        # Others promoted the version, replaced it and brought the expected holder back.
        return event | {"became": "overtaken", "stage": error.source}
    return event | {"became": "won" if done.changed else "there", "sequence": done.sequence}


def move(registry: Registry, number: str, to: Stage, expected: Expected = UNSET) -> StageMove:
    return registry.stages.move(
        "m",
        number,
        to,
        actor="ann",
        reason="race",
        decide=lambda _: Decision(()),
        expected=expected,
    )


def observe(url: str, stop: Path) -> list[Event]:
    """Read until ``stop`` exists who has production at which change, in one statement each time."""
    live = versions.c.stage == Stage.PRODUCTION.value
    query = (
        sa.select(models.c.change_sequence, versions.c.number)
        .join(versions, sa.and_(versions.c.model_id == models.c.id, live), isouter=True)
        .where(models.c.name == "m")
    )
    events: list[Event] = []
    with Registry.open(url) as registry:
        while not stop.exists():
            with registry._database.read() as connection:
                rows = connection.execute(query).all()
            holders = [row.number for row in rows]
            events.append({"at": rows[0].change_sequence, "holders": holders})
    return events
