from typing import Any

import numpy as np
import pytest

from frontier_assets import Dataset
from frontier_assets.errors import InvalidValueError

INPUTS: dict[str, np.ndarray[Any, Any]] = {"a": np.zeros((3, 2), np.float32), "b": np.ones(3)}
TARGETS = np.array([0, 1, 2])


def test_its_length_is_the_number_of_examples() -> None:
    assert len(Dataset(INPUTS, TARGETS)) == 3


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"inputs": {}}, "at least one named array"),
        ({"targets": np.array([])}, "at least one example"),
        ({"inputs": {"a": np.zeros(2)}}, r"inputs\['a'\] with rows 2 is not valid: expected 3"),
        ({"segments": {"hand": np.zeros(4)}}, r"segments\['hand'\] with rows 4"),
        ({"ids": np.arange(2)}, "ids with rows 2"),
        ({"weights": np.ones(1)}, "weights with rows 1"),
    ],
)
def test_parts_that_do_not_fit_are_named(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Dataset(**{"inputs": INPUTS, "targets": TARGETS, **parts})


def test_the_digest_depends_on_content_and_not_on_order() -> None:
    digest = Dataset(INPUTS, TARGETS).digest()
    assert Dataset(dict(reversed(list(INPUTS.items()))), TARGETS).digest() == digest
    assert Dataset({**INPUTS, "b": np.zeros(3)}, TARGETS).digest() != digest
    assert Dataset({**INPUTS, "b": np.ones(3, np.float32)}, TARGETS).digest() != digest
    assert Dataset(INPUTS, TARGETS, weights=np.ones(3)).digest() != digest


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (np.array(["a", None, "b"], dtype=object), r"inputs\['a'\] dtype 'object'.*fixed strings"),
        ([0, 1, 2], r"inputs\['a'\] of type 'list'.*`np\.asarray"),
        (None, r"inputs\['a'\] of type 'NoneType'"),
        (np.float64(1.0), r"inputs\['a'\] of type 'float64'"),
        (np.array(1.0), r"inputs\['a'\] with shape \(\).*a row per example"),
        (np.ma.masked_equal([0, 1, 2], 1), r"inputs\['a'\] of type 'MaskedArray'.*fill"),
    ],
)
def test_what_is_no_array_of_plain_values_is_refused(column: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Dataset({"a": column}, TARGETS)


def test_columns_say_where_they_stand() -> None:
    data = Dataset(INPUTS, TARGETS, segments={"hand": TARGETS}, ids=TARGETS, weights=np.ones(3))
    names = [str(name) for name in data.columns()]
    assert names == ["inputs['a']", "inputs['b']", "segments['hand']", "targets", "ids", "weights"]


def test_the_digest_is_the_same_in_every_release() -> None:
    data = Dataset({"a": np.arange(3)}, np.arange(3), segments={"a": np.arange(3)})
    assert data.digest().short == "82941054fc0d"


@pytest.mark.parametrize(
    "column",
    [
        np.arange(12.0).reshape(3, 4)[:, ::2],
        np.asfortranarray(np.arange(6.0).reshape(3, 2)),
        np.array(["a", "bc", ""]),
        np.array([1, 2, "NaT"], "datetime64[s]"),
        np.zeros((3, 0)),
        np.broadcast_to(np.float32(1), (3, 2)),
    ],
    ids=lambda column: f"{column.dtype}{column.shape}",
)
def test_the_memory_order_of_an_array_does_not_change_the_digest(
    column: np.ndarray[Any, Any],
) -> None:
    copied = np.array(column, order="C")
    assert Dataset({"a": column}, TARGETS).digest() == Dataset({"a": copied}, TARGETS).digest()
