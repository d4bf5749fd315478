"""Networks rebuilt from their weights, and what they refuse."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from frontier_assets.errors import EntrypointError, InvalidValueError
from frontier_assets.predictors.predictor import Shape
from frontier_assets.predictors.pytorch import PyTorchPredictor
from frontier_assets_tests import networks

if TYPE_CHECKING:
    import torch

X = np.random.default_rng(0).normal(size=(600, 3)).astype(np.float32)


def predictor(
    name: str,
    *,
    inputs: Mapping[str, Shape] | None = None,
    state: Mapping[str, "torch.Tensor"] | None = None,
    **parameters: object,
) -> PyTorchPredictor:
    """Make a predictor of the named network; its own first weights unless given others."""
    if state is None:
        state = getattr(networks, name)(**parameters).state_dict()
    return PyTorchPredictor(
        entrypoint=f"{networks.HERE}:{name}",
        parameters=parameters,
        inputs=inputs or {"x": ["batch", 3]},
        state=state,
    )


def test_predictions_equal_the_networks_own() -> None:
    import torch

    network = networks.linear()
    found = predictor("linear", state=network.state_dict()).predict({"x": X[:200]})
    with torch.no_grad():
        expected = network(torch.from_numpy(X[:200])).numpy()
    np.testing.assert_array_equal(found, expected)


def test_any_number_of_rows_is_predicted_in_bounded_batches() -> None:
    import torch

    network = networks.linear()
    loaded = predictor("linear", state=network.state_dict())
    sizes = []
    loaded.module.register_forward_hook(lambda _, given, __: sizes.append(len(given[0])))
    found = loaded.predict({"x": X})
    with torch.no_grad():
        expected = network(torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert sizes == [256, 256, 88]


def test_networks_are_in_evaluation_mode() -> None:
    network = networks.normalised()
    found = predictor("normalised", state=network.state_dict()).predict({"x": X})
    np.testing.assert_allclose(found, X, rtol=1e-4)


def test_the_inputs_are_left_as_they_were_and_may_be_read_only() -> None:
    rows = X[:5].copy()
    rows.flags.writeable = False
    assert predictor("linear").predict({"x": rows[::-1]}).shape == (5, 2)


def test_several_inputs_are_told_apart_by_name() -> None:
    shapes: Mapping[str, Shape] = {"base": ["batch", 3], "minuend": ["batch", 3]}
    loaded = predictor("difference", inputs=shapes)
    found = loaded.predict({"base": X[:2], "minuend": 3 * X[:2]})
    assert loaded.input_names == ("minuend", "base")
    np.testing.assert_allclose(found, 2 * X[:2], rtol=1e-6)


def test_inputs_that_the_network_does_not_name_are_refused() -> None:
    shapes: Mapping[str, Shape] = {"x": ["batch", 3], "y": ["batch", 3]}
    with pytest.raises(EntrypointError, match="takes minuend, base; expected the names"):
        predictor("difference", inputs=shapes)


@pytest.mark.feature("DB-14")
@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, r"Input names of .*:linear \[\].*expected \['x'\]"),
        ({"y": X}, r"\['y'\].*expected \['x'\]"),
        ({"x": X, "y": X}, r"\['x', 'y'\].*expected \['x'\]"),
        ({"x": X[0]}, r"Input 'x' .* shape \(3,\) .* expected \['batch', 3\]"),
        ({"x": X[:, :2]}, r"Input 'x' .* shape \(600, 2\) .* expected \['batch', 3\]"),
        ({"x": X[None]}, r"Input 'x' .* shape \(1, 600, 3\)"),
        ({"x": X[:0]}, "expected at least one example"),
        ({"x": X.astype(str)}, "Input 'x' dtype '<U32'"),
    ],
)
def test_wrong_inputs_are_refused_by_name(inputs: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidValueError, match=expected):
        predictor("linear").predict(inputs)


def test_a_free_dimension_is_the_same_everywhere() -> None:
    shapes: Mapping[str, Shape] = {"minuend": ["batch", "time"], "base": ["batch", "time"]}
    loaded = predictor("difference", inputs=shapes)
    with pytest.raises(InvalidValueError, match=r"'base' .*expected time to be 3, as in input 'm"):
        loaded.predict({"minuend": X, "base": X[:, :2]})
    with pytest.raises(InvalidValueError, match=r"'base' .*expected batch to be 600"):
        loaded.predict({"minuend": X, "base": X[:9]})


@pytest.mark.parametrize(
    "shapes", [{}, {"x": []}, {"x": [1, 3]}, {"x": ["batch"], "y": ["rows"]}], ids=str
)
def test_declarations_without_a_common_first_dimension_are_refused(
    shapes: Mapping[str, Shape],
) -> None:
    with pytest.raises(InvalidValueError, match="begin with the same word"):
        PyTorchPredictor(
            entrypoint=f"{networks.HERE}:linear", parameters={}, inputs=shapes, state={}
        )


def test_weights_of_another_network_are_refused() -> None:
    state = networks.linear(outputs=3).state_dict()
    with pytest.raises(
        EntrypointError, match=r"does not fit the weights.*size mismatch for weight"
    ):
        predictor("linear", state=state)


def test_missing_and_unexpected_weights_are_refused() -> None:
    state = dict(networks.linear().state_dict())
    state["scale"] = state.pop("bias")
    with pytest.raises(EntrypointError, match=r'Missing key.*"bias".*Unexpected key.*"scale"'):
        predictor("linear", state=state)


def test_weights_of_another_dtype_are_refused() -> None:
    state = networks.linear(dtype="float64").state_dict()
    with pytest.raises(EntrypointError, match=r"'weight' as torch.float32 .* are torch.float64"):
        predictor("linear", state=state)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(EntrypointError, match=r"returned NoneType; expected torch\.nn\.Module"):
        predictor("nothing", state={})


def test_what_the_network_raises_names_its_entrypoint() -> None:
    with pytest.raises(EntrypointError, match=r"networks:linear': RuntimeError: .*dtype"):
        predictor("linear").predict({"x": X.astype(np.float64)})


def test_more_than_one_output_is_refused() -> None:
    with pytest.raises(EntrypointError, match="its network returned tuple; expected a tensor"):
        predictor("pair").predict({"x": X})


def test_an_output_without_a_row_for_each_example_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"shape \(\) .* each of 256 examples"):
        predictor("total").predict({"x": X})


def test_brain_floats_come_back_as_float32() -> None:
    import torch

    loaded = predictor("linear", dtype="bfloat16")
    loaded.module.register_forward_pre_hook(lambda _, given: (given[0].to(torch.bfloat16),))
    assert loaded.predict({"x": X}).dtype == np.float32
