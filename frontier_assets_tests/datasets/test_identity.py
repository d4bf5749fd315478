"""Rows are told apart by every byte of every input, and by nothing else."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from frontier_assets.dataset import Dataset
from frontier_assets.datasets import blocks
from frontier_assets.datasets.identity import row_identities

Array = np.ndarray[Any, Any]


def identities(**inputs: Array) -> Array:
    return row_identities(Dataset(inputs, np.zeros(len(next(iter(inputs.values()))))))


@given(
    rows=hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 30), st.integers(0, 7)),
        elements=st.integers(0, 1),
    ),
    block=st.integers(1, 200),
)
def test_rows_are_equal_exactly_when_their_bytes_are(rows: Array, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", block)
        found = identities(x=rows)
    assert len(np.unique(found)) == len({row.tobytes() for row in rows})


def test_the_last_bytes_of_an_identity_count() -> None:
    assert identities(x=np.arange(10_000)).dtype.itemsize == 16
    assert len(np.unique(identities(x=np.arange(10_000)))) == 10_000


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "int8", "U3"])
def test_negating_or_swapping_values_makes_another_row(dtype: str) -> None:
    # A hash that keeps the low bits of a sum would lose pairs of changed signs.
    rows = np.array([[1, 2], [-1, -2], [2, 1], [-1, 2], [1, -2], [1, 2]]).astype(dtype)
    assert len(np.unique(identities(x=rows))) == 5


def test_every_input_counts_and_their_order_does_not() -> None:
    a, b = np.array([1, 1, 2]), np.array([1, 2, 1])
    assert len(np.unique(identities(a=a, b=b))) == 3
    np.testing.assert_array_equal(identities(a=a, b=b), identities(b=b, a=a))


@pytest.mark.parametrize(
    "other",
    [
        {"y": np.zeros(3)},
        {"x": np.zeros(3, np.float32)},
        {"x": np.zeros((3, 1))},
        {"x": np.zeros(3), "y": np.zeros(3)},
    ],
    ids=str,
)
def test_another_name_dtype_or_shape_is_another_row(other: dict[str, Array]) -> None:
    assert not np.isin(identities(x=np.zeros(3)), identities(**other)).any()


def test_the_memory_order_of_an_array_does_not_matter() -> None:
    rows = np.arange(24.0).reshape(4, 2, 3)
    np.testing.assert_array_equal(identities(x=rows), identities(x=np.asfortranarray(rows)))
    np.testing.assert_array_equal(identities(x=rows[::2]), identities(x=rows)[::2])
