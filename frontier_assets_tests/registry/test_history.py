"""Who held a stage at any time: the history's answer beside one found by brute force."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontier_assets.errors import StageTransitionError
from frontier_assets.registry import Registry, ledger
from frontier_assets.registry.tables import stage_moves
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples

NOON = datetime(2100, 3, 1, 12, tzinfo=UTC)
NUMBERS = ("1.0.0", "1.0.1", "1.0.2")
# Seconds since the step before: ties are common, and now and then the clock is set back.
PAUSES = st.sampled_from([0, 0, 1, 7, -5]).map(lambda seconds: timedelta(seconds=seconds))
STEPS = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(Stage), PAUSES), max_size=25)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(
    lambda seconds, microseconds, zone: (
        NOON + timedelta(seconds=seconds, microseconds=microseconds)
    ).astimezone(zone),
    st.integers(-10, 60),
    st.sampled_from([-1, 0, 1]),
    ZONES,
)


@dataclasses.dataclass
class Clock:
    """A clock that shows what it is set to."""

    shown: datetime = NOON

    def now(self, _zone: tzinfo) -> datetime:
        return self.shown


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ledger, "datetime", clock)
    return clock


def moved(
    registry: Registry, samples: Samples, clock: Clock, steps: list[tuple[str, Stage, timedelta]]
) -> Iterator[tuple[datetime, str, Stage]]:
    """Make the moves that are legal, and yield each with the time from which on it counts."""
    latest = clock.shown
    for number, to, pause in steps:
        clock.shown += pause
        try:
            move = samples.move(registry, number, to)
        except StageTransitionError:
            continue
        if move.changed:
            latest = max(latest, clock.shown)
            if move.replaced:
                yield latest, move.replaced, Stage.ARCHIVED
            yield latest, number, to


def held(moves: list[tuple[datetime, str, Stage]], stage: Stage, at: datetime) -> str | None:
    """Replay every move up to ``at``, and return the last to enter ``stage`` of those in it."""
    inside: list[str] = []
    for moment, number, to in moves:
        if moment <= at:
            inside = [other for other in inside if other != number]
            inside += [number] if to is stage else []
    return inside[-1] if inside else None


@given(steps=STEPS, moments=st.lists(MOMENTS, min_size=1, max_size=8))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_holder_at_any_time_is_the_one_that_a_replay_finds(
    registry_of_m: Path,
    samples: Samples,
    clock: Clock,
    steps: list[tuple[str, Stage, timedelta]],
    moments: list[datetime],
) -> None:
    clock.shown = NOON
    with TemporaryDirectory() as folder:
        path = shutil.copy(registry_of_m, Path(folder) / "registry.db")
        with Registry.open(f"sqlite:///{path}") as registry:
            for _ in NUMBERS:
                samples.register(registry)
            moves = list(moved(registry, samples, clock, steps))
            for at in moments:
                for stage in Stage:
                    found = registry.stages.holder("m", stage, at=at)
                    assert (found and found.number) == held(moves, stage, at)


def test_of_moves_at_one_moment_the_later_entry_counts(
    registry: Registry, samples: Samples, clock: Clock
) -> None:
    numbers = samples.release(registry, 3)
    assert {move.at for move in registry.stages.history("m")} == {NOON}
    holder = registry.stages.holder("m", Stage.PRODUCTION, at=NOON)
    assert holder is not None
    assert holder.number == numbers[-1]


def test_a_clock_that_is_set_back_stands_still_until_it_has_caught_up(
    registry: Registry, samples: Samples, clock: Clock
) -> None:
    samples.release(registry, 1)
    clock.shown -= timedelta(hours=1)
    samples.release(registry, 1)
    clock.shown = NOON + timedelta(seconds=1)
    samples.move(registry, "1.0.1", Stage.ARCHIVED)
    times = [entry.at for entry in registry.audit.entries("m")]
    assert times == sorted(times)
    assert times[1:] == [NOON] * (len(times) - 2) + [clock.shown]


def test_a_move_that_an_older_release_dated_back_counts_from_the_time_before_it(
    registry: Registry, samples: Samples, clock: Clock
) -> None:
    samples.release(registry, 2)
    back = NOON - timedelta(hours=1)
    last = sa.select(sa.func.max(stage_moves.c.sequence)).scalar_subquery()
    with registry._database.write() as connection:
        connection.execute(
            sa.update(stage_moves).values(at=back).where(stage_moves.c.sequence == last)
        )
    assert registry.stages.holder("m", Stage.PRODUCTION, at=back) is None
    holder = registry.stages.holder("m", Stage.PRODUCTION, at=NOON)
    assert holder == registry.versions.get("m@production")


@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_the_ends_of_time_are_times(registry: Registry, samples: Samples, hours: int) -> None:
    samples.release(registry, 1)
    zone = timezone(timedelta(hours=hours))
    first, last = datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone)
    assert registry.stages.holder("m", Stage.PRODUCTION, at=first) is None
    assert registry.stages.holder("m", Stage.PRODUCTION, at=last) is not None
