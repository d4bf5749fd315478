"""What the parity check lets pass, and the damage that it finds."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.conversion.parity import Headline, prove
from frontier_assets.conversion.rules import Rules
from frontier_assets.dataset import Dataset
from frontier_assets.errors import EntrypointError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.onnx import OnnxPredictor
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets.types import Outcome
from frontier_assets_tests import networks

if TYPE_CHECKING:
    from numpy.typing import NDArray

Change = Callable[["NDArray[Any]"], None]


@dataclass
class Damage:
    """Rewrites an ONNX file with one initializer changed."""

    path: Path

    def __call__(self, name: str, change: Change) -> OnnxPredictor:
        import onnx
        from onnx import numpy_helper

        model = onnx.load(self.path)
        initializer = next(item for item in model.graph.initializer if item.name.endswith(name))
        values = numpy_helper.to_array(initializer).copy()
        change(values)
        initializer.CopyFrom(numpy_helper.from_array(values, initializer.name))
        return OnnxPredictor(model.SerializeToString())


@pytest.fixture
def damaged(exported: Path) -> Damage:
    return Damage(exported)


def test_the_exported_network_passes_on_real_images(
    original: PyTorchPredictor, exported: Path, holdout: Dataset
) -> None:
    proof = prove(original, OnnxPredictor(exported), holdout)
    assert proof.outcome is Outcome.PASSED, proof.detail
    assert "in batches of 1, 7, 64" in proof.detail
    assert proof.measures["rows"] == 64 + 360 + 360
    assert 0 < proof.measures["max_abs"] < 1e-4
    assert proof.measures["top1_agreement"] == 1.0


def test_one_changed_weight_fails(
    original: PyTorchPredictor, damaged: Damage, holdout: Dataset
) -> None:
    def change(weight: "NDArray[Any]") -> None:
        weight.reshape(-1)[weight.size // 2] += 0.05

    proof = prove(original, damaged("layers.12.weight", change), holdout)
    assert proof.outcome is Outcome.FAILED
    assert proof.measures["max_abs"] > 1e-4


def test_swapped_outputs_fail(
    original: PyTorchPredictor, damaged: Damage, holdout: Dataset
) -> None:
    def swap(weight: "NDArray[Any]") -> None:
        weight[[3, 8]] = weight[[8, 3]]

    proof = prove(original, damaged("layers.12.weight", swap), holdout)
    assert proof.outcome is Outcome.FAILED
    assert proof.measures["top1_agreement"] < 0.9


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_planted_nan_and_infinity_fail(
    original: PyTorchPredictor, damaged: Damage, holdout: Dataset, value: float
) -> None:
    def plant(bias: "NDArray[Any]") -> None:
        bias[4] = value

    proof = prove(original, damaged("layers.12.bias", plant), holdout)
    assert proof.outcome is Outcome.FAILED
    assert "NaN or infinity" in proof.detail


def predictor(name: str, **parameters: object) -> PyTorchPredictor:
    state = getattr(networks, name)(**parameters).state_dict()
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters=parameters,
        inputs={"x": ("batch", 3)},
        state=state,
    )


def with_bias(offset: float, *, scale: float = 1.0, outputs: int = 2) -> PyTorchPredictor:
    """Return a network whose outputs are all ``scale`` plus ``offset``."""
    import torch

    made = predictor("linear", outputs=outputs)
    with torch.no_grad():
        made.module.weight.zero_()  # type: ignore[operator] # a Linear's own weight
        made.module.bias.fill_(scale + offset)  # type: ignore[operator] # and bias
    return made


class Fixed(BatchedPredictor):
    """Returns the first rows of ``outputs``, whatever it is given."""

    def __init__(self, outputs: "NDArray[Any]") -> None:
        super().__init__("fixed", {"x": ("batch", 3)})
        self._outputs = outputs

    @override
    def _run(self, batch: "dict[str, NDArray[Any]]") -> "NDArray[Any]":
        return np.resize(self._outputs, (len(batch["x"]), *self._outputs.shape[1:]))


X = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
ROWS = Dataset(inputs={"x": np.ones((5, 3), np.float32)}, targets=np.zeros(5))


@pytest.mark.parametrize(
    ("scale", "offset", "outcome"),
    [
        (0.0, 0.9e-4, Outcome.PASSED),
        (0.0, 1.1e-4, Outcome.FAILED),
        (100.0, 0.099, Outcome.PASSED),
        (100.0, 0.102, Outcome.FAILED),
        (-100.0, -0.099, Outcome.PASSED),
        (-100.0, -0.102, Outcome.FAILED),
    ],
)
def test_the_tolerance_is_absolute_plus_relative(
    scale: float, offset: float, outcome: Outcome
) -> None:
    first, second = with_bias(0.0, scale=scale), with_bias(offset, scale=scale)
    assert prove(first, second, ROWS).outcome is outcome


def test_an_error_that_cannot_be_computed_is_none_that_is_allowed() -> None:
    wide = predictor("linear", dtype="float64")
    rows = Dataset(inputs={"x": np.ones((5, 3))}, targets=np.zeros(5))
    first, second = (np.full((5, 2), size) for size in (1e200, -1e200))
    proof = prove(wide, Fixed(second), rows, rules=Rules(maximum_error=0.05), expected=first)
    assert math.isnan(proof.measures["row_error"])
    assert proof.outcome is Outcome.FAILED


def test_the_order_of_the_batch_sizes_changes_nothing() -> None:
    rows = Dataset(inputs={"x": X}, targets=(X[:, 0] > 0).astype(np.int64))
    first, headline = predictor("linear"), Headline("accuracy", "logits")
    there, back = (
        prove(first, first, rows, batch_sizes=sizes, headline=headline)
        for sizes in ((1, 7, 64), (64, 7, 1))
    )
    assert (back.outcome, back.measures) == (there.outcome, there.measures)


def test_a_small_data_set_still_fills_the_largest_batch() -> None:
    first = predictor("linear")
    sizes = []
    first.module.register_forward_hook(lambda _, given, __: sizes.append(len(given[0])))
    assert prove(first, first, ROWS).outcome is Outcome.PASSED
    assert sizes == [5, *[1] * 5, 7, 64]


def test_a_converted_model_that_refuses_a_batch_fails() -> None:
    proof = prove(predictor("linear", outputs=3), predictor("first_two"), ROWS)
    assert proof.outcome is Outcome.FAILED
    assert "fails on a batch of 1" in proof.detail


@pytest.mark.parametrize(
    ("converted", "problem"),
    [(with_bias(0.0, outputs=3), "shape is"), (predictor("linear", dtype="bfloat16"), "batch of")],
    ids=["another shape", "another dtype"],
)
def test_outputs_of_another_form_fail(converted: PyTorchPredictor, problem: str) -> None:
    proof = prove(with_bias(0.0), converted, ROWS)
    assert proof.outcome is Outcome.FAILED
    assert problem in proof.detail


def test_an_original_with_nan_proves_nothing() -> None:
    broken = with_bias(math.nan)
    proof = prove(broken, broken, ROWS)
    assert proof.outcome is Outcome.FAILED
    assert "itself returns NaN or infinity" in proof.detail


def test_an_original_that_fails_is_an_error() -> None:
    with pytest.raises(EntrypointError):
        prove(predictor("first_two"), predictor("linear"), ROWS)
