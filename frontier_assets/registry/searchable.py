"""What search finds of a version: its metrics, tags and parameters as rows of their own.

The rows are written in the transaction of what they come from, and repeat it: `versions` and
`evaluations` stay what is read.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.columns import HEAD_LENGTH
from frontier_assets.registry.labels import LABEL_LENGTH, is_storable
from frontier_assets.registry.ledger import Change
from frontier_assets.registry.prepared import Prepared
from frontier_assets.registry.tables import version_metrics, version_parameters, version_tags
from frontier_assets.types import Version

_LARGEST = sys.float_info.max

# Built once: every registration runs them.
_CURRENT = (
    sa.update(version_metrics)
    .where(
        version_metrics.c.version_id == sa.bindparam("of_version"),
        version_metrics.c.split == sa.bindparam("of_split"),
        version_metrics.c.superseded_at.is_(None),
    )
    .values(superseded_at=sa.bindparam("at"))
)
_CURRENT_OF_NAMES = _CURRENT.where(
    version_metrics.c.name.in_(sa.bindparam("names", expanding=True))
)
_OLD_TAGS = sa.delete(version_tags).where(version_tags.c.version_id == sa.bindparam("of_version"))
_METRICS, _TAGS, _PARAMETERS = (
    Prepared(sa.insert(table)) for table in (version_metrics, version_tags, version_parameters)
)


def add_version(change: Change, version: Version) -> None:
    """Make a new version findable."""
    _insert_metrics(change, version.id, version.metrics, split="")
    add_parameters(change, version.id, version.parameters)
    _insert_tags(change, version.id, version.tags)


def forget_version(change: Change, version: int) -> None:
    """Let nobody find a version any more."""
    for table in (version_metrics, version_tags, version_parameters):
        change.connection.execute(sa.delete(table).where(table.c.version_id == version))


def add_metrics(
    change: Change, version: int, metrics: Mapping[str, float], *, split: str = ""
) -> None:
    """Add newer values of a version's metrics; older values of the same names are kept."""
    if not metrics:
        return
    supersede_metrics(change, version, split, names=list(metrics))
    _insert_metrics(change, version, metrics, split=split)


def _insert_metrics(
    change: Change, version: int, metrics: Mapping[str, float], *, split: str
) -> None:
    rows = [
        {
            **_owner(change, version),
            "split": split,
            "name": name,
            "sequence": change.sequence + 1,  # the entry that is going to tell of it
            "value": value,
            "recorded_at": change.at,
            "recorded_by": change.actor,
        }
        for name, value in metrics.items()
    ]
    if rows:
        _METRICS.each(change.connection, rows)


def supersede_metrics(
    change: Change, version: int, split: str, *, names: list[str] | None = None
) -> None:
    """Let the values of a split count no longer, all of them unless ``names`` says which."""
    old: dict[str, Any] = {"of_version": version, "of_split": split, "at": change.at}
    if names is None:
        change.connection.execute(_CURRENT, old)
    else:
        change.connection.execute(_CURRENT_OF_NAMES, old | {"names": names})


def set_tags(change: Change, version: int, tags: Mapping[str, str]) -> None:
    """Make ``tags`` the ones by which a version is found."""
    change.connection.execute(_OLD_TAGS, {"of_version": version})
    _insert_tags(change, version, tags)


def _insert_tags(change: Change, version: int, tags: Mapping[str, str]) -> None:
    rows = [
        {**_owner(change, version), "name": name, "head": value[:HEAD_LENGTH], "value": value}
        for name, value in tags.items()
    ]
    if rows:
        _TAGS.each(change.connection, rows)


def add_parameters(change: Change, version: int, parameters: Mapping[str, Any]) -> None:
    """Add the parameters by which a new version is found."""
    rows = [
        {**_owner(change, version), "name": name, **columns}
        for name, value in dict(_leaves("", parameters)).items()
        if (columns := parameter_columns(value)) and findable_name(name)
    ]
    if rows:
        _PARAMETERS.each(change.connection, rows)


def findable_name(name: str) -> bool:
    """Tell whether a metric, a tag or a parameter of this name can be searched for."""
    return 0 < len(name) <= LABEL_LENGTH and is_storable(name)


def parameter_columns(value: object) -> dict[str, Any]:
    """Return the columns of a parameter; nothing for one that no search finds.

    That is an absent one, a number beyond floating point and a text that databases do not keep.
    Lists are found by their JSON.
    """
    columns = {"number": None, "truth": None, "head": None, "value": None}
    if isinstance(value, bool):
        return columns | {"truth": value}
    if isinstance(value, int | float):
        return columns | {"number": float(value)} if abs(value) <= _LARGEST else {}
    text = value if isinstance(value, str) or value is None else canonical_json(value)
    if text is None or not is_storable(text):
        return {}
    return columns | {"head": text[:HEAD_LENGTH], "value": text}


def _owner(change: Change, version: int) -> dict[str, int]:
    return {"model_id": change.model_id, "version_id": version}


def _leaves(path: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping) and value:
            yield from _leaves(name, value)
        else:
            yield name, value
