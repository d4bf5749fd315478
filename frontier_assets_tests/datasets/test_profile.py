"""What a data set is said to be."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from frontier_assets.dataset import ColumnName, Dataset
from frontier_assets.datasets import blocks
from frontier_assets.datasets.profile import (
    ClassCount,
    NumericRange,
    class_balance,
    numeric_range,
    profile,
)

Array = np.ndarray[Any, Any]
X = ColumnName("inputs", "x")


def dataset(targets: Array, **parts: Any) -> Dataset:
    return Dataset(
        **{"inputs": {"x": np.zeros((len(targets), 2), np.float32)}, "targets": targets, **parts}
    )


def test_rows_columns_and_size_are_those_of_the_arrays() -> None:
    data = dataset(np.arange(3), ids=np.array(["a", "b", "c"]))
    found = profile(data, {"x": "mm", "ids": "none"})
    assert (found.rows, found.digest, found.size_bytes) == (3, data.digest(), 3 * (8 + 8 + 4))
    assert [(str(c.name), c.dtype, c.shape, c.unit) for c in found.columns] == [
        ("inputs['x']", "float32", (2,), "mm"),
        ("targets", "int64", (), ""),
        ("ids", "<U1", (), ""),
    ]


def test_a_time_brings_its_own_unit() -> None:
    data = dataset(np.arange(2), inputs={"x": np.array([1, 2], "timedelta64[ms]")})
    assert profile(data).columns[0].unit == "ms"


def test_ranges_are_those_of_the_finite_values() -> None:
    column = np.array([[1.0, math.nan], [-3.0, math.inf], [5.0, 1.0]], np.float32)
    assert numeric_range(X, column) == NumericRange(X, -3.0, 5.0, 1.0, missing=2)


def test_a_column_without_a_finite_value_has_no_range() -> None:
    assert numeric_range(X, np.full(3, math.nan)) == NumericRange(X, None, None, None, missing=3)


def test_a_mean_that_overflows_is_left_out() -> None:
    large = np.full(2, np.finfo(np.float64).max)
    assert numeric_range(X, large).mean is None


def test_text_has_no_range() -> None:
    data = dataset(np.array(["a", "b"]))
    assert [str(item.name) for item in profile(data).ranges] == ["inputs['x']"]


@given(
    column=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3),
        elements=st.floats(-1e6, 1e6) | st.just(math.nan),
    ),
    block=st.integers(1, 64),
)
def test_blocks_do_not_change_a_range(column: Array, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", block)
        found = numeric_range(X, column)
    finite = column[np.isfinite(column)]
    assert found.missing == column.size - finite.size
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (np.array([2, 0, 2, 2]), [ClassCount(0, 1, 0.25), ClassCount(2, 3, 0.75)]),
        (np.array([True, False]), [ClassCount(label=False, count=1, share=0.5)]),
        (np.array(["cat", "dog"]), [ClassCount("cat", 1, 0.5)]),
        (np.array([b"cat", b"\xff"]), [ClassCount("cat", 1, 0.5)]),
        (np.array([[1], [1]], np.uint8), [ClassCount(1, 2, 1.0)]),
        (np.array([0.5, 1.5]), []),
        (np.array([[0, 1], [1, 0]]), []),
    ],
    ids=str,
)
def test_class_balance_counts_labels(targets: Array, expected: list[ClassCount]) -> None:
    counted, others = class_balance(targets)
    assert (counted[: len(expected)], others) == (expected, 0)


def test_only_the_commonest_classes_are_listed_in_the_order_of_their_labels() -> None:
    targets = np.concatenate([np.arange(60), np.arange(55, 60)])
    counted, others = class_balance(targets)
    assert (len(counted), others) == (50, 10)
    assert [item.label for item in counted] == [*range(45), *range(55, 60)]
    assert profile(dataset(targets)).others == 10
