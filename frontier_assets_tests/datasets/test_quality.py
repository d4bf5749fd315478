"""What is found in data, and how it is named."""

import math
from typing import Any

import numpy as np
import pytest

from frontier_assets.dataset import Dataset
from frontier_assets.datasets import blocks
from frontier_assets.datasets.quality import (
    Finding,
    duplicate_rows,
    missing_values,
    out_of_range,
    shared_rows,
)
from frontier_assets.errors import InvalidValueError

Array = np.ndarray[Any, Any]


def dataset(x: Array, **parts: Any) -> Dataset:
    return Dataset(**{"inputs": {"x": x}, "targets": np.zeros(len(x), int), **parts})


def test_a_missing_value_is_named_by_column_row_place_and_count() -> None:
    x = np.zeros((5, 2, 2))
    x[3, 0, 1], x[4] = math.nan, math.inf
    assert missing_values(dataset(x)) == [
        Finding(
            column="inputs['x']",
            row=3,
            value="nan",
            count=2,
            sentence="inputs['x'] row 3 at [0, 1] is nan; 2 of 5 rows have missing values",
        )
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"targets": np.array([0.0, -math.inf])}, "targets row 1 is -inf"),
        ({"weights": np.array([math.nan, 1.0])}, "weights row 0 is nan"),
        ({"inputs": {"t": np.array([0, "NaT"], "datetime64[s]")}}, "inputs['t'] row 1 is NaT"),
        ({"inputs": {"z": np.array([1j, complex(0, math.nan)])}}, "inputs['z'] row 1 is nanj"),
    ],
)
def test_every_kind_of_missing_value_is_found(parts: dict[str, Any], sentence: str) -> None:
    (found,) = missing_values(dataset(np.zeros(2), **parts))
    assert found.sentence.startswith(sentence)


def test_integers_texts_and_segments_are_never_missing() -> None:
    whole = dataset(np.arange(2), segments={"s": np.array([math.nan, 0.0])})
    assert missing_values(whole) == []
    assert missing_values(dataset(np.array(["nan", ""]))) == []


def test_rows_are_counted_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 16)
    x = np.zeros(9)
    x[[3, 5, 8]] = math.nan
    (found,) = missing_values(dataset(x))
    assert (found.row, found.count) == (3, 3)


def test_values_outside_their_range_are_named() -> None:
    x = np.array([[0.0, 1.0], [0.5, 7.25], [-1.0, math.nan]], np.float32)
    assert [item.sentence for item in out_of_range(dataset(x), {"x": (0.0, 1.0)})] == [
        "inputs['x'] row 1 at [1] is 7.25; 2 of 3 rows are not in 0 to 1"
    ]


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "uint8", "bool"])
def test_bounds_are_inside_for_every_dtype(dtype: str) -> None:
    data = dataset(np.array([0, 1], dtype))
    assert out_of_range(data, {"x": (0.0, 1.0), "targets": (-1e300, 1e300)}) == []
    assert out_of_range(data, {"x": (-1e300, 1e300)}) == []


def test_a_bound_that_the_dtype_rounds_is_inside() -> None:
    assert out_of_range(dataset(np.array([0.1], np.float32)), {"x": (0.0, 0.1)}) == []


def test_targets_and_weights_have_ranges_too() -> None:
    data = dataset(np.zeros(2), targets=np.array([0, 3]), weights=np.array([1.0, -1.0]))
    found = out_of_range(data, {"targets": (0, 2), "weights": (0, 10)})
    assert [(item.column, item.row, item.value) for item in found] == [
        ("targets", 1, "3"),
        ("weights", 1, "-1.0"),
    ]


def test_an_input_of_that_name_comes_before_the_targets() -> None:
    data = dataset(np.zeros(1), inputs={"targets": np.array([9.0])})
    assert out_of_range(data, {"targets": (0, 1)})[0].column == "inputs['targets']"


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({"y": (0, 1)}, "`ranges` column 'y' is not valid: the data set has targets, word, x"),
        ({"word": (0, 1)}, "column 'word' dtype '<U1' is not valid: expected real numbers"),
    ],
)
def test_a_range_that_fits_no_column_is_refused(
    ranges: dict[str, tuple[float, float]], message: str
) -> None:
    data = dataset(np.zeros(1), inputs={"x": np.zeros(1), "word": np.array(["a"])})
    with pytest.raises(InvalidValueError, match=message):
        out_of_range(data, ranges)


def test_a_repeated_row_names_the_first_one() -> None:
    x = np.array([[1, 2], [3, 4], [1, 2], [3, 4], [1, 2]])
    (found,) = duplicate_rows(dataset(x))
    assert (found.row, found.count) == (2, 3)
    assert found.sentence == (
        "row 2 repeats row 0 in every input; 3 of 5 rows repeat an earlier one"
    )


def test_rows_that_differ_in_one_input_are_no_duplicates() -> None:
    inputs = {"x": np.zeros(2), "y": np.array([0.0, 1.0])}
    assert duplicate_rows(dataset(np.zeros(2), inputs=inputs)) == []


def test_a_shared_row_is_named_in_both_sets() -> None:
    training, holdout = dataset(np.array([5.0, 6.0, 7.0])), dataset(np.array([1.0, 7.0, 5.0]))
    (found,) = shared_rows(holdout, training, "train")
    assert (found.column, found.row, found.count) == ("inputs", 1, 2)
    assert found.sentence == (
        "row 1 is row 2 of data set 'train', which training reads; 2 of 3 rows are in both"
    )


def test_shared_ids_are_found_where_the_rows_differ() -> None:
    training = dataset(np.array([1.0, 2.0]), ids=np.array(["a", "b"]))
    holdout = dataset(np.array([1.1, 2.1]), ids=np.array(["c", "b"]))
    (found,) = shared_rows(holdout, training, "train")
    assert found.sentence == (
        "row 1 has the id b, as row 1 of data set 'train', which training reads; "
        "1 of 2 ids are in both"
    )


@pytest.mark.parametrize(
    ("ids", "known", "count"),
    [
        (np.array([1, 2]), np.array([2, 3], np.uint8), 1),
        (np.array([1, 2]), np.array(["1", "2"]), 0),
        (np.array([[1], [2]]), np.array([1, 2]), 0),
    ],
    ids=str,
)
def test_only_ids_of_one_kind_are_compared(ids: Array, known: Array, count: int) -> None:
    training, holdout = dataset(np.zeros(2), ids=known), dataset(np.ones(2), ids=ids)
    assert sum(item.count for item in shared_rows(holdout, training, "train")) == count


def test_sets_of_other_inputs_share_no_rows() -> None:
    training = dataset(np.zeros(2), inputs={"x": np.zeros(2), "extra": np.zeros(2)})
    assert shared_rows(dataset(np.zeros(2)), training, "train") == []
