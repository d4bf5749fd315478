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


def test_objects_have_no_digest() -> None:
    words = np.array(["a", None, "b"], dtype=object)
    with pytest.raises(InvalidValueError, match=r"inputs/a dtype 'object'"):
        Dataset({"a": words}, TARGETS).digest()
