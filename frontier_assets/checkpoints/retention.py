"""Which checkpoints are kept and why, and which are deleted: pure functions of what there is.

Checkpoints are ordered by when they were saved, whatever order they come in. Each policy returns
the keys that it keeps, with the reason; rules keep what any of their policies keeps.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import KeepRule, Objective
from frontier_assets.types import Checkpoint

Checkpoints = Sequence[Checkpoint]
Reasons = Mapping[str, str]
Rule = KeepRule | Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that stays, with everything that keeps it."""

    checkpoint: Checkpoint
    reasons: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Which checkpoints stay and which go, each in the order in which they were saved."""

    kept: tuple[Kept, ...]
    deleted: tuple[Checkpoint, ...]


def keep_all(checkpoints: Checkpoints) -> Reasons:
    """Keep every checkpoint."""
    return {item.key: "everything is kept" for item in checkpoints}


def keep_best(
    checkpoints: Checkpoints, count: int, metric: str, direction: Literal["lower", "higher"]
) -> Reasons:
    """Keep the ``count`` best values of ``metric``, the newest of equals.

    Raises:
        InvalidValueError: there are checkpoints, and none has this metric.
    """
    measured = [item for item in checkpoints if metric in item.metrics]
    if checkpoints and not measured:
        known = ", ".join(sorted({name for item in checkpoints for name in item.metrics}))
        raise InvalidValueError(
            "Retention metric", metric, f"the checkpoints have {known or 'none'}"
        )
    sign = 1 if direction == "lower" else -1
    ranked = sorted(measured, key=lambda item: (sign * item.metrics[metric], -item.id))
    return {
        item.key: f"number {rank} of the best {count} by {metric}, {item.metrics[metric]:g}"
        for rank, item in enumerate(ranked[:count], start=1)
    }


def keep_recent(checkpoints: Checkpoints, count: int) -> Reasons:
    """Keep the ``count`` that were saved last."""
    newest = sorted(checkpoints, key=lambda item: item.id, reverse=True)[:count]
    return {item.key: f"among the newest {count}" for item in newest}


def keep_every(
    checkpoints: Checkpoints, interval: int, unit: Literal["step", "epoch"] = "step"
) -> Reasons:
    """Keep those whose step, or epoch where they have one, is a multiple of ``interval``."""
    counted = [(item, item.step if unit == "step" else item.epoch) for item in checkpoints]
    return {
        item.key: f"{unit} {number} is a multiple of {interval}"
        for item, number in counted
        if number is not None and number % interval == 0
    }


def max_age(checkpoints: Checkpoints, days: float, now: datetime) -> Reasons:
    """Keep what was saved within the last ``days``."""
    oldest = now - timedelta(days=days)
    return {
        item.key: f"saved within {days:g} days" for item in checkpoints if item.created_at >= oldest
    }


def checked_rules(policy: Rule | Iterable[Rule], objective: Objective) -> list[KeepRule]:
    """Return the rules of a policy with everything that they leave to the ``objective``.

    A rule is a mapping with the keys of the YAML's `retention.checkpoints`.

    Raises:
        InvalidValueError: a key is unknown, or its value impossible, such as a count of 0.
    """
    given = [policy] if isinstance(policy, KeepRule | Mapping) else list(policy)
    return [_checked(rule).completed(objective) for rule in given]


def plan(
    checkpoints: Iterable[Checkpoint],
    rules: Iterable[KeepRule],
    *,
    protected: Mapping[str, Sequence[str]],
    now: datetime,
) -> Plan:
    """Keep what any of the ``rules`` keeps and what is ``protected``; without rules, everything.

    ``rules`` come from `checked_rules`. ``protected`` says what holds a checkpoint, by key.
    """
    ordered = sorted(checkpoints, key=lambda item: item.id)
    wanted = list(_chosen(ordered, list(rules), now))
    kept, deleted = [], []
    for item in ordered:
        chosen = [keys[item.key] for keys in wanted if item.key in keys]
        if reasons := (*chosen, *protected.get(item.key, ())):
            kept.append(Kept(item, reasons))
        else:
            deleted.append(item)
    return Plan(tuple(kept), tuple(deleted))


def _chosen(
    checkpoints: Checkpoints, rules: Sequence[KeepRule], now: datetime
) -> Iterator[Reasons]:
    if not rules or any(rule.keep_all for rule in rules):
        yield keep_all(checkpoints)
    for rule in rules:
        if rule.keep_best and rule.metric and rule.direction:
            yield keep_best(checkpoints, rule.keep_best, rule.metric, rule.direction)
        if rule.keep_recent:
            yield keep_recent(checkpoints, rule.keep_recent)
        if rule.keep_every:
            yield keep_every(checkpoints, rule.keep_every, rule.unit)
        if rule.max_age_days:
            yield max_age(checkpoints, rule.max_age_days, now)


def _checked(rule: Rule) -> KeepRule:
    if isinstance(rule, KeepRule):
        return rule
    try:
        return KeepRule.model_validate(rule)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the rule"
        problem = first["msg"].removeprefix("Value error, ")
        raise InvalidValueError("Retention policy", dict(rule), f"{place}: {problem}") from error
