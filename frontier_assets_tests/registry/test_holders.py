"""Who holds a stage, now and at any time, as the database itself guards it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry import Registry
from frontier_assets.types import Stage
from frontier_assets_tests.registry.conftest import Samples

DEVELOPMENT, STAGING = Stage.DEVELOPMENT, Stage.STAGING
PRODUCTION, ARCHIVED = Stage.PRODUCTION, Stage.ARCHIVED


def test_several_versions_may_be_staged_and_the_last_to_enter_is_meant(
    registry: Registry, samples: Samples
) -> None:
    for _ in range(3):
        samples.register(registry)
    for number in ("1.0.0", "1.0.2", "1.0.1"):
        samples.move(registry, number, STAGING)
    holder = registry.stages.holder("m", STAGING)
    assert holder is not None
    assert holder.number == "1.0.1"
    samples.move(registry, "1.0.1", DEVELOPMENT)
    assert registry.versions.get("m@staging").number == "1.0.2"
    past = registry.stages.holder("m", STAGING, at=datetime.now(UTC))
    assert past == registry.versions.get("m@staging")


def test_the_holder_at_any_time_follows_from_the_history(
    registry: Registry, samples: Samples
) -> None:
    numbers = samples.release(registry, 4)
    samples.move(registry, numbers[-1], ARCHIVED)
    times = [move.at for move in registry.stages.history("m") if move.target is PRODUCTION]
    end = registry.stages.history("m")[-1].at

    def holder(at: datetime) -> str | None:
        found = registry.stages.holder("m", PRODUCTION, at=at)
        return found.number if found else None

    assert holder(times[0] - timedelta(microseconds=1)) is None
    assert [holder(at) for at in times] == numbers
    assert [holder(b - timedelta(microseconds=1)) for _, b in pairwise(times)] == numbers[:-1]
    assert holder(end) is None
    assert registry.stages.holder("m", PRODUCTION) is None


def test_times_of_other_zones_mean_the_same_moment(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 1)
    at = registry.stages.history("m")[-1].at.astimezone(ZoneInfo("Asia/Kolkata"))
    holder = registry.stages.holder("m", PRODUCTION, at=at)
    assert holder is not None
    assert len(registry.stages.history("m", at=at)) == 2


def test_a_time_without_zone_is_refused(registry: Registry) -> None:
    with pytest.raises(InvalidValueError, match="time zone"):
        registry.stages.holder("m", PRODUCTION, at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InvalidValueError, match="time zone"):
        registry.stages.history("m", at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_database_itself_refuses_a_second_holder(registry: Registry, samples: Samples) -> None:
    samples.release(registry, 2)
    with pytest.raises(IntegrityError), registry._database.write() as connection:
        connection.execute(sa.text("UPDATE versions SET stage = 'production'"))
    assert registry.versions.get("m@1.0.0").stage is ARCHIVED


def test_models_do_not_share_stages(registry: Registry, samples: Samples) -> None:
    registry.models.ensure("other", actor="ann")
    samples.register(registry, model="other")
    samples.release(registry, 1)
    assert registry.stages.holder("other", PRODUCTION) is None
    assert registry.stages.history("other") == []
