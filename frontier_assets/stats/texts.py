"""Metrics of recognised texts against the right ones; jiwer aligns them.

Words are what blanks separate, as they are written: who does not care about case or punctuation
removes them from both sides. Source: jiwer 4, `process_words`, `process_characters`.
"""

from typing import Any

import numpy as np
from jiwer import process_characters, process_words

from frontier_assets.stats.influence import ratio_rows

Array = np.ndarray[Any, Any]


def word_error_rate(texts: Array, targets: Array, weights: Array | None) -> float:
    """Return wrong, missing and superfluous words over the words of ``targets``; NaN without any.

    Above 1 where more is superfluous than there is.
    """
    return _rate(word_error_rate_rows(texts, targets, weights), targets)


def word_error_rate_rows(texts: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each text contributes to the word error rate."""
    return _rows(process_words, texts, targets, weights)


def character_error_rate(texts: Array, targets: Array, weights: Array | None) -> float:
    """Return what `word_error_rate` does, of characters with the blanks between words."""
    return _rate(character_error_rate_rows(texts, targets, weights), targets)


def character_error_rate_rows(texts: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each text contributes to the character error rate."""
    return _rows(process_characters, texts, targets, weights)


def _rate(rows: Array, targets: Array) -> float:
    return float(rows.mean()) if any(str(text).strip() for text in targets) else float("nan")


def _rows(process: Any, texts: Array, targets: Array, weights: Array | None) -> Array:  # noqa: ANN401 - either function
    found = [process(str(wanted), str(text)) for wanted, text in zip(targets, texts, strict=True)]
    wrong = np.array([each.substitutions + each.deletions + each.insertions for each in found])
    length = np.array([each.substitutions + each.deletions + each.hits for each in found])
    return ratio_rows(wrong.astype(np.float64), length.astype(np.float64), weights)
