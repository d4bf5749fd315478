"""Metrics of sound against hand-worked figures."""

from typing import Any

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.metrics import compute

Array = np.ndarray[Any, Any]


def value(name: str, outputs: Array, targets: Array) -> float:
    return compute([name], outputs, targets, outputs_kind="values")[name]


@pytest.mark.feature("EVA-14")
def test_missed_and_falsely_alarmed_frames_count_over_all_speech() -> None:
    speech = np.array([[1, 1, 1, 0], [0, 0, 0, 1]])
    scores = np.array([[0.9, 0.2, 0.6, 0.7], [0.1, 0.0, 0.5, 0.8]])
    assert value("detection_error_rate", scores, speech) == 2 / 4
    assert value("detection_error_rate", 1.0 - speech, speech) == 8 / 4
    with pytest.raises(InvalidValueError, match="undefined on these 2 examples"):
        value("detection_error_rate", scores, np.zeros_like(speech))


@pytest.mark.feature("EVA-14")
def test_the_ratio_of_signal_to_distortion_ignores_the_scale() -> None:
    true = np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 0.0, 0.0, 4.0]])
    # At right angles to the targets, of a tenth of their amplitude: 20 dB.
    distortion = np.array([[0.1, -0.1, 0.1, -0.1], [0.4, 0.0, 0.0, -0.3]])
    assert value("si_sdr", true + distortion, true) == pytest.approx(20.0, abs=1e-9)
    assert value("si_sdr", -7 * (true + distortion), true) == pytest.approx(20.0, abs=1e-9)
    assert value("si_sdr", true, true) == pytest.approx(120.0, abs=1e-6)
    assert value("si_sdr", 0 * true, true) == pytest.approx(-120.0, abs=1e-9)


def test_a_silent_target_leaves_the_ratio_undefined() -> None:
    with pytest.raises(InvalidValueError, match="'si_sdr'"):
        value("si_sdr", np.ones((2, 4)), np.array([[1.0] * 4, [0.0] * 4]))


@pytest.mark.feature("EVA-14")
def test_missed_speech_costs_three_times_a_false_alarm() -> None:
    speech = np.array([[1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]])
    scores = np.array([[0.9, 0.2, 0.6, 0.7, 0.8, 0.0], [0.1, 0.0, 0.5, 0.8, 0.0, 0.0]])
    assert value("detection_cost", scores, speech) == 0.75 * 1 / 4 + 0.25 * 2 / 8
    with pytest.raises(InvalidValueError, match="'detection_cost' nan"):
        value("detection_cost", scores, np.ones_like(speech))
