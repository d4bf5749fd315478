"""What is recorded as JSON, and what is refused because JSON cannot say it."""

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.canonical import checked_json


@pytest.mark.parametrize(
    ("value", "kept"), [({}, {}), ([], []), ((1, 2), [1, 2]), ({"a": (1,)}, {"a": [1]}), (0, 0)]
)
def test_what_json_holds_comes_back_as_json_gives_it(value: object, kept: object) -> None:
    assert checked_json("Parameters", value) == kept


@pytest.mark.parametrize(
    "value", [np.arange(2), np.arange(0), {1}, {"a": object()}, float("nan"), {"a": b""}]
)
def test_what_json_cannot_say_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidValueError, match="Parameters"):
        checked_json("Parameters", value)
