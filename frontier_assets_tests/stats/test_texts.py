"""Metrics of recognised texts against hand-worked figures."""

from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import compute

Array = np.ndarray[Any, Any]
HEARD = np.array(["the cat sat on mat", "hello"])
SPOKEN = np.array(["the cat sat on the mat", "hello world"])


@pytest.mark.feature("EVA-14")
def test_words_and_characters_that_are_wrong_count_over_all_that_were_spoken() -> None:
    found = compute(
        ["word_error_rate", "character_error_rate"], HEARD, SPOKEN, outputs_kind="texts"
    )
    # A "the" is missing of 6 words and a "world" of 2; each with its blank, of 22 and 11.
    assert found == pytest.approx({"word_error_rate": 2 / 8, "character_error_rate": 10 / 33})


def test_superfluous_words_count_where_nothing_was_said() -> None:
    heard, spoken = np.array(["uh well", "yes"]), np.array(["", "yes"])
    assert compute(["word_error_rate"], heard, spoken, outputs_kind="texts") == {
        "word_error_rate": 2.0
    }
    with pytest.raises(InvalidValueError, match="undefined on these 1 examples"):
        compute(["word_error_rate"], heard[:1], spoken[:1], outputs_kind="texts")


@pytest.mark.parametrize(
    ("heard", "spoken", "named"),
    [
        (np.ones(2), SPOKEN, r"Output texts 'float64\(2,\)'"),
        (HEARD, np.ones(2), r"Targets 'float64\(2,\)'.*one text per example"),
        (HEARD[:1], SPOKEN, "expected 2 rows"),
    ],
)
def test_what_are_no_texts_is_refused(heard: Array, spoken: Array, named: str) -> None:
    with pytest.raises(InvalidValueError, match=named):
        compute(["word_error_rate"], heard, spoken, outputs_kind="texts")
