"""What a model's outputs can be judged as, and the refusal of those that cannot."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np

from frontier_assets.errors import InvalidValueError

OutputsKind = Literal["logits", "probabilities", "labels", "values", "texts"]
Array = np.ndarray[Any, Any]
SUM_TOLERANCE = 1e-3  # of a row of probabilities; half precision sums to within 5e-4 of 1


def predictions_of(
    outputs: Array, targets: Array, *, outputs_kind: OutputsKind
) -> Mapping[str, Array]:
    """Return what they can be judged as: ``probabilities``, ``labels``, ``values`` or ``texts``.

    Probabilities are (rows, classes) float64 and labels the most probable class.

    Raises:
        InvalidValueError: outputs and targets do not fit each other.
    """
    check_targets(targets, outputs_kind=outputs_kind)
    if outputs_kind == "values":
        return {"values": _values(outputs, targets)}
    if outputs_kind == "texts":
        return {"texts": _texts(outputs)}
    if outputs_kind == "labels":
        return {"labels": _labels(outputs)}
    probabilities = _probabilities(outputs, outputs_kind)
    _check_classes(targets, probabilities.shape[1])
    return {"probabilities": probabilities, "labels": probabilities.argmax(axis=1)}


def check_targets(
    targets: Array, *, outputs_kind: OutputsKind, axes: Collection[int] = (1,)
) -> None:
    """Refuse targets that outputs of this kind can never be judged by.

    Class indices have one of the numbers of ``axes``: a second one is that of an example's tokens.

    Raises:
        InvalidValueError: values need numbers, texts strings, every other kind class indices.
    """
    if outputs_kind == "values":
        if targets.dtype.kind not in "iufb":
            raise InvalidValueError("Targets", str(targets.dtype), "expected numbers")
    elif outputs_kind == "texts":
        if targets.ndim != 1 or targets.dtype.kind != "U":
            raise InvalidValueError(
                "Targets", f"{targets.dtype}{targets.shape}", "expected one text per example"
            )
    elif targets.ndim not in axes or targets.dtype.kind not in "iub":
        raise InvalidValueError(
            "Targets",
            f"{targets.dtype}{targets.shape}",
            "expected one integer class per example: indices from 0, with the names as "
            "`architecture.classes`",
        )


def check_outputs(outputs: Array, targets: Array, weights: Array | None) -> None:
    """Refuse outputs that are not one row for each target, or not finite, and such weights.

    Raises:
        InvalidValueError: they are not.
    """
    if outputs.ndim == 0 or len(outputs) != len(targets) or len(targets) == 0:
        raise InvalidValueError(
            "Outputs shape", outputs.shape, f"expected {len(targets)} rows, at least one"
        )
    if outputs.dtype.kind != "U" and not np.isfinite(outputs).all():
        row = int(np.argwhere(~np.isfinite(outputs))[0][0])
        raise InvalidValueError(
            f"Output in row {row}", outputs[row].tolist(), "expected finite numbers"
        )
    if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise InvalidValueError("Weights", weights.tolist(), "expected non-negative numbers")
    if weights is not None and not weights.any():
        raise InvalidValueError("Weights", weights.tolist(), "expected at least one above 0")


def _probabilities(outputs: Array, kind: str) -> Array:
    """Return (rows, classes) float64 probabilities whose rows sum to 1."""
    scores = outputs.astype(np.float64)
    if scores.ndim > 2 or scores.size == 0:  # noqa: PLR2004 - rows and classes
        raise InvalidValueError("Outputs shape", outputs.shape, "expected (rows, classes)")
    single = scores.ndim == 1 or scores.shape[1] == 1
    if kind == "logits":
        # The sigmoid of one logit is the softmax of it and 0.
        scores = np.column_stack([np.zeros(len(scores)), scores]) if single else scores
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    scores = np.column_stack([1.0 - scores.ravel(), scores]) if single else scores
    sums = scores.sum(axis=1, keepdims=True)
    wrong = (scores < -SUM_TOLERANCE).any(axis=1) | (np.abs(sums[:, 0] - 1.0) > SUM_TOLERANCE)
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidValueError(
            f"Probabilities in row {row}",
            outputs[row].tolist(),
            "expected numbers from 0 to 1 with the sum 1; if these are logits, say so in "
            "`architecture.outputs`",
        )
    # 1 minus a sum of float32 can end below 0, as it does in forests of ONNX Runtime.
    return np.asarray(scores.clip(min=0.0) / scores.clip(min=0.0).sum(axis=1, keepdims=True))


def _check_classes(targets: Array, classes: int) -> None:
    if targets.min() < 0 or targets.max() >= classes:
        raise InvalidValueError(
            "Target classes",
            (int(targets.min()), int(targets.max())),
            f"expected 0 to {classes - 1}, as the network has {classes} outputs",
        )


def _labels(outputs: Array) -> Array:
    if outputs.ndim != 1 or outputs.dtype.kind not in "iub":
        raise InvalidValueError(
            "Output labels",
            f"{outputs.dtype}{outputs.shape}",
            "expected one integer class per example",
        )
    return outputs


def _values(outputs: Array, targets: Array) -> Array:
    values = outputs.reshape(targets.shape) if outputs.size == targets.size else outputs
    if values.shape != targets.shape:
        raise InvalidValueError(
            "Outputs shape", outputs.shape, f"expected numbers of the targets' {targets.shape}"
        )
    if not np.isfinite(targets).all():
        raise InvalidValueError("Targets", "NaN or infinity", "expected finite numbers")
    return values


def _texts(outputs: Array) -> Array:
    if outputs.ndim != 1 or outputs.dtype.kind != "U":
        raise InvalidValueError(
            "Output texts", f"{outputs.dtype}{outputs.shape}", "expected one text per example"
        )
    return outputs
