"""What the YAML demands of a data set, in one list for loading it and for its asset's checks."""

import dataclasses
from collections.abc import Callable

from frontier_assets import entrypoints
from frontier_assets.dataset import Dataset
from frontier_assets.datasets.quality import (
    Finding,
    duplicate_rows,
    missing_values,
    out_of_range,
    shared_rows,
)
from frontier_assets.errors import EntrypointError, InvalidValueError
from frontier_assets.specification import DatasetSource


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One demand. ``refuses``: a data set that breaks it is not used; otherwise it only warns."""

    name: str
    description: str
    refuses: bool
    remedy: str
    find: Callable[[Dataset], list[Finding]]


def rules_of(source: DatasetSource, *, training: DatasetSource | None = None) -> list[Rule]:
    """Return the rules for a data set; what its YAML allows has none.

    ``training`` is the training set that the rows must not be in, for a set to evaluate on. It is
    loaded when that rule is asked.
    """
    name = source.name
    rules = []
    if source.missing == "refused":
        rules.append(
            Rule(
                "missing_values",
                "No NaN and no infinity in inputs, targets and weights.",
                refuses=True,
                remedy=f"remove or replace them, or write `missing: allowed` for '{name}'",
                find=missing_values,
            )
        )
    if source.ranges:
        rules.append(_range_rule(source))
    if source.duplicates != "allowed":
        rules.append(
            Rule(
                "duplicates",
                "No row repeats an earlier one in every input.",
                refuses=source.duplicates == "refused",
                remedy=f"remove them, or write `duplicates: allowed` for '{name}'",
                find=duplicate_rows,
            )
        )
    if training is not None and source.leakage == "refused":
        rules.append(_leakage_rule(source, training))
    return rules


def _range_rule(source: DatasetSource) -> Rule:
    def find(dataset: Dataset) -> list[Finding]:
        try:
            return out_of_range(dataset, source.ranges)
        except InvalidValueError as error:  # a range for what the function did not make
            raise EntrypointError(
                source.entrypoint, f"{error}; correct the `ranges` of '{source.name}'"
            ) from error

    listed = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in source.ranges.items())
    return Rule(
        "ranges",
        f"Every value is in its range: {listed}.",
        refuses=True,
        remedy=f"correct the data, or the `ranges` of '{source.name}'",
        find=find,
    )


def _leakage_rule(source: DatasetSource, training: DatasetSource) -> Rule:
    return Rule(
        "leakage",
        f"No row and no id is also in `{training.name}`, which training reads.",
        refuses=True,
        remedy=f"remove them from one of the two, or write `leakage: allowed` for '{source.name}'",
        find=lambda dataset: shared_rows(
            dataset, entrypoints.load_dataset(training.entrypoint), training.name
        ),
    )
