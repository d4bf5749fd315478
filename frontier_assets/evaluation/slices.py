"""The metrics of parts of a data set: of every class, and of every label of its segments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import metric
from frontier_assets.stats.tokens import by_example

Array = np.ndarray[Any, Any]
MAXIMUM_LABELS = 50  # of one segment; of more, only the slices that gates name are measured
BY_CLASS = "class"


def measured_slices(
    metrics: Sequence[str],
    predictions: Mapping[str, Array],
    dataset: Dataset,
    *,
    classes: Sequence[str] | None,
    wanted: Sequence[str] = (),
    examples: Array | None = None,
) -> dict[str, Any]:
    """Return ``rows``, ``metrics`` and ``intervals`` of every slice, named ``segment=label``.

    ``classes`` has the names of the classes by index, none to call them by their numbers; with None
    there are no slices by class. A metric that a slice leaves undefined is not there. A segment
    called `BY_CLASS` takes the place of the classes. Where rows are tokens, ``examples`` has the
    example of each.
    """
    return {
        name: _measured(
            [item for item in metrics if name.split("=")[0] != BY_CLASS or _for_one_class(item)],
            {kind: array[mask] for kind, array in predictions.items()},
            dataset.targets[mask],
            None if dataset.weights is None else dataset.weights[mask],
            None if examples is None else examples[mask],
        )
        for name, mask in _masks(dataset, classes, wanted)
    }


def _masks(
    dataset: Dataset, classes: Sequence[str] | None, wanted: Sequence[str]
) -> Iterator[tuple[str, Array]]:
    columns = {} if classes is None else {BY_CLASS: _class_names(dataset.targets, classes)}
    for segment, labels in {**columns, **dataset.segments}.items():
        if labels.ndim != 1:
            continue
        texts = _texts(labels)
        found = np.unique(texts)
        for label in found:
            name = f"{segment}={label}"
            if len(found) <= MAXIMUM_LABELS or name in wanted:
                yield name, texts == label


def _class_names(targets: Array, classes: Sequence[str]) -> Array:
    return np.asarray(classes)[targets.astype(np.int64)] if classes else targets


def _texts(labels: Array) -> Array:
    if labels.dtype.kind == "S":
        return np.char.decode(labels, "utf-8", "backslashreplace")
    return labels.astype(str)


def _for_one_class(name: str) -> bool:
    return not metric(name).over_classes


def _measured(
    metrics: Sequence[str],
    predictions: Mapping[str, Array],
    targets: Array,
    weights: Array | None,
    examples: Array | None,
) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(targets), "metrics": {}, "intervals": {}}
    for name in metrics if weights is None or weights.any() else ():
        item = metric(name)
        try:
            found["metrics"][name] = item(predictions[item.needs], targets, weights)
        except InvalidValueError:  # undefined on so few examples; the whole set has been measured
            continue
        rows = item.rows(predictions[item.needs], targets, weights)
        interval = item.interval(by_example(rows, examples))
        if interval is not None:
            found["intervals"][name] = [interval.lower, interval.upper]
    return found
