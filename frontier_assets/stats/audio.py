"""Metrics of sound: detected speech, and separated or enhanced signals."""

from typing import Any

import numpy as np

from frontier_assets.stats.influence import mean_rows, ratio_rows

Array = np.ndarray[Any, Any]
_SPEECH = 0.5  # a frame above it is called speech
_MISS_COST = 0.75
_LARGEST_RATIO = 1e12  # of signal to distortion: 120 dB, beyond what is heard


def detection_error_rate(scores: Array, targets: Array, weights: Array | None) -> float:
    """Return missed plus falsely alarmed frames over frames of speech; NaN without any speech.

    ``scores`` and ``targets`` are (rows, frames), speech where they are above 0.5. Above 1 where
    there are more false alarms than speech.

    Source: NIST (2009), The Rich Transcription Meeting Recognition Evaluation Plan, section 3.1
    (diarization error rate of one speaker, without collar).
    """
    if not (targets > _SPEECH).any():
        return float("nan")
    return float(detection_error_rate_rows(scores, targets, weights).mean())


def detection_error_rate_rows(scores: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each recording contributes to `detection_error_rate`."""
    rows = len(targets)
    called, speech = (side.reshape(rows, -1) > _SPEECH for side in (scores, targets))
    wrong = (called != speech).sum(axis=1)
    return ratio_rows(wrong.astype(np.float64), speech.sum(axis=1).astype(np.float64), weights)


def detection_cost(scores: Array, targets: Array, weights: Array | None) -> float:
    """Return 0.75 of the share of missed speech plus 0.25 of the share of alarms in silence.

    Of frames as in `detection_error_rate`; NaN without any speech, or without any silence.

    Source: NIST (2020), OpenSAT 2020 Evaluation Plan, section 5.1 (detection cost function).
    """
    speech = targets > _SPEECH
    if speech.all() or not speech.any():
        return float("nan")
    return float(detection_cost_rows(scores, targets, weights).mean())


def detection_cost_rows(scores: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each recording contributes to `detection_cost`."""
    rows = len(targets)
    called, speech = (side.reshape(rows, -1) > _SPEECH for side in (scores, targets))
    missed, alarmed = (
        ratio_rows((wrong & part).sum(axis=1) * 1.0, part.sum(axis=1) * 1.0, weights)
        for wrong, part in ((~called, speech), (called, ~speech))
    )
    return np.asarray(_MISS_COST * missed + (1 - _MISS_COST) * alarmed)


def si_sdr(signals: Array, targets: Array, weights: Array | None) -> float:
    """Return the mean scale-invariant ratio of signal to distortion in dB, from -120 to 120.

    ``signals`` and ``targets`` are (rows, samples). NaN where a target is silent.

    Source: Le Roux, Wisdom, Erdogan and Hershey (2019), SDR - half-baked or well done?, ICASSP,
    equation 3.
    """
    return float(si_sdr_rows(signals, targets, weights).mean())


def si_sdr_rows(signals: Array, targets: Array, weights: Array | None) -> Array:
    """Return what each signal contributes to `si_sdr`."""
    rows = len(targets)
    made, true = (side.astype(np.float64).reshape(rows, -1) for side in (signals, targets))
    power = (true**2).sum(axis=1)
    scale = np.divide((made * true).sum(axis=1), power, out=np.full(rows, np.nan), where=power > 0)
    wanted = scale[:, None] * true
    signal, distortion = (wanted**2).sum(axis=1), ((wanted - made) ** 2).sum(axis=1)
    # Without distortion the ratio is infinite, of a silent signal 0.
    ratio = np.divide(
        signal, distortion, out=np.where(signal > 0, np.inf, signal), where=distortion > 0
    )
    return mean_rows(10 * np.log10(np.clip(ratio, 1 / _LARGEST_RATIO, _LARGEST_RATIO)), weights)
