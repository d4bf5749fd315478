import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from frontier_assets.codecs.filling import load_into
from frontier_assets.codecs.state import encode
from frontier_assets.errors import InvalidValueError
from frontier_assets_tests.codecs.states import VIEWS, bits, raw, sharing, tensor_states, tensors_of

if TYPE_CHECKING:
    import torch


def zeros(*shape: int, dtype: str = "float32") -> "torch.Tensor":
    import torch

    return torch.zeros(shape, dtype=getattr(torch, dtype))


class Stored:
    """A state as a store would hold it, which counts what is read from it."""

    def __init__(self, state: object) -> None:
        encoded = encode(state)
        self.structure = encoded.structure
        self.content = {item.name: bytes(item.data()) for item in encoded.tensors}
        self.read_entries: list[str] = []
        self.filled: list[str] = []

    def read(self, entry: str) -> memoryview:
        self.read_entries.append(entry)
        return memoryview(bytearray(self.content[entry]))

    def fill(self, entry: str, memory: memoryview) -> None:
        self.filled.append(entry)
        memory[:] = self.content[entry]

    def load_into(self, state: Any) -> Any:
        return load_into(self.structure, state, read=self.read, fill=self.fill)


@pytest.mark.parametrize("view", ["whole", "turned", "columns"])
def test_tied_truths_come_back_with_their_very_bytes(view: str) -> None:
    memory, target = raw("bool", 3, 4), zeros(3, 4, dtype="bool")
    stored = Stored([VIEWS[view](memory), VIEWS[view](memory), memory])
    *_, whole = stored.load_into([VIEWS[view](target), VIEWS[view](target), target])
    assert bits(whole) == bits(memory) != bits(memory.logical_and(memory))


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@settings(database=None, max_examples=150)
@given(state=tensor_states())
def test_any_state_is_loaded_into_one_of_its_shape(state: Any) -> None:
    import torch

    stored, expected = Stored(state), bits(state)
    # A deep copy keeps strides and sharing, so tied and torn tensors are among the targets.
    target = copy.deepcopy(state)
    for tensor in tensors_of(target):
        torch.empty(0, dtype=torch.uint8).set_(tensor.untyped_storage()).zero_()
    result = stored.load_into(target)
    assert bits(result) == expected
    assert sharing(result) == sharing(target)
    pairs = zip(tensors_of(result), tensors_of(target), strict=True)
    assert all(one is other for one, other in pairs)


def test_plain_tensors_are_filled_where_they_lie_and_nothing_else_is_read() -> None:
    import torch

    stored = Stored({"model": {"weight": torch.ones(4), "step": torch.tensor(3)}, "epoch": 7})
    target = {"model": {"weight": zeros(4), "step": torch.tensor(0)}, "epoch": 1}
    result = stored.load_into(target)
    assert sorted(stored.filled) == ["model.step", "model.weight"]
    assert stored.read_entries == []
    assert (result["epoch"], target["epoch"]) == (7, 1)
    assert result["model"]["step"] == 3


def test_a_parameter_is_filled_without_a_trace_in_its_gradients() -> None:
    import torch

    weight = torch.nn.Parameter(zeros(2, 3))
    result = Stored({"weight": torch.ones(2, 3)}).load_into({"weight": weight})
    assert result["weight"] is weight
    assert bool((weight == 1).all())
    assert weight.requires_grad
    assert weight.grad_fn is None


@pytest.mark.parametrize("change", [lambda x: x.T, lambda x: x[:, ::2], lambda x: x.conj()])
def test_targets_of_another_layout_get_the_values(change: Callable[[Any], Any]) -> None:
    import torch

    target = change(torch.zeros(4, 6, dtype=torch.complex64))
    values = torch.arange(target.numel()).reshape(target.shape) * (1 + 2j)
    Stored([values, "plain"]).load_into([target, "other"])
    assert torch.equal(target, values)


def test_tied_tensors_are_loaded_into_tensors_that_are_not() -> None:
    import torch

    weight = torch.arange(6.0)
    target = {"a": zeros(6), "b": zeros(6), "tail": zeros(2)}
    Stored({"a": weight, "b": weight, "tail": weight[4:]}).load_into(target)
    assert target["a"].tolist() == target["b"].tolist() == weight.tolist()
    assert target["tail"].tolist() == [4.0, 5.0]


def test_a_networks_state_dict_comes_back_with_the_versions_of_its_layers() -> None:
    import torch

    stored = Stored(torch.nn.BatchNorm1d(3).state_dict())
    result = stored.load_into(torch.nn.BatchNorm1d(3).state_dict())
    assert result._metadata[""] == {"version": 2}


def test_arrays_and_plain_parts_may_differ() -> None:
    stored = Stored({"losses": [0.5, 0.25], "array": np.ones(3), "weight": zeros(1)})
    result = stored.load_into({"losses": [], "array": None, "weight": zeros(1), "more": 1})
    assert bits(result["losses"]) == bits([0.5, 0.25])
    assert bits(result["array"]) == bits(np.ones(3))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"a": {}}, r"Tensor 'a\.w' 'NoneType'.*a tensor float32 \[4, 3\]"),
        ({"a": None}, r"Tensor 'a' 'NoneType'.*a dict there"),
        ({"a": {"w": zeros(3, 4)}}, r"Tensor 'a\.w' 'float32 \[3, 4\]'.*float32 \[4, 3\]"),
        ({"a": {"w": zeros(4, 3, dtype="float64")}}, r"'float64 \[4, 3\]'.*float32 \[4, 3\]"),
        ({"a": {"w": zeros(4, 1).expand(4, 3)}}, r"Tensor 'a\.w'"),
        ({"a": {"w": zeros(4, 3), "x": zeros(1)}}, r"Tensor 'a\.x' 'float32 \[1\]'.*nothing there"),
        ({"a": [zeros(4, 3)]}, r"Tensor 'a' 'list'.*a dict there"),
        ({"b": {"0": 1}}, r"Tensor 'b' 'dict'.*a list of 2 there"),
        ({"b": [1]}, r"Tensor 'b' 'list'.*a list of 2 there"),
        ({"b": [zeros(2), zeros(3)]}, r"Tensor 'b\.0' 'float32 \[2\]'.*no tensor there"),
    ],
)
def test_what_differs_is_refused_before_anything_is_changed(
    target: dict[str, Any], message: str
) -> None:
    import torch

    stored = Stored({"a": {"w": torch.ones(4, 3)}, "b": [1, torch.ones(3)]})
    whole = {"a": {"w": zeros(4, 3)}, "b": [1, zeros(3)], **target}
    with pytest.raises(InvalidValueError, match=message):
        stored.load_into(whole)
    assert all(not tensor.any() for tensor in tensors_of(whole))


def test_tied_tensors_for_two_stored_ones_are_refused() -> None:
    import torch

    tied = zeros(3)
    with pytest.raises(InvalidValueError, match=r"Tensor 'b' .*memory of 'a'.*not tied"):
        Stored({"a": torch.ones(3), "b": torch.ones(3)}).load_into({"a": tied, "b": tied})
    assert not tied.any()
