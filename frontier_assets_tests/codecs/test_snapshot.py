from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.snapshot import Snapshot
from frontier_assets.codecs.state import Encoded, decode
from frontier_assets.errors import InvalidValueError
from frontier_assets_tests.codecs.states import bits, sharing, tensor_states, tensors_of

if TYPE_CHECKING:
    import torch

NOTHING = ObjectPolicy()


def state_of(encoded: Encoded) -> object:
    content = {item.name: item.data() for item in encoded.tensors}
    return decode(encoded.structure, content.__getitem__)


def wipe(tensor: "torch.Tensor") -> None:
    import torch

    memory = torch.empty(0, dtype=torch.uint8).set_(tensor.untyped_storage())
    memory.fill_(255)


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@settings(database=None, max_examples=100)
@given(state=tensor_states(), other=tensor_states())
def test_a_copy_keeps_what_was_there_when_the_tensors_change(state: object, other: object) -> None:
    snapshot = Snapshot()
    snapshot.take(other, objects=NOTHING)
    expected, shared = bits(state), sharing(state)
    taken = snapshot.take(state, objects=NOTHING)
    for tensor in tensors_of(state):
        wipe(tensor)
    assert bits(state_of(taken)) == expected
    assert sharing(state_of(taken)) == shared


def test_the_next_copy_uses_the_same_memory_where_the_size_is_the_same() -> None:
    import torch

    snapshot = Snapshot()
    state = {"weight": torch.zeros(1000), "array": np.zeros(1000), "grows": torch.zeros(2)}
    first = snapshot.take(state, objects=NOTHING)
    places = [np.asarray(item.data()).ctypes.data for item in first.tensors]
    state["grows"] = torch.ones(3)
    second = snapshot.take(state, objects=NOTHING)
    again = [np.asarray(item.data()).ctypes.data for item in second.tensors]
    assert again[:2] == places[:2]
    assert bits(state_of(second)) == bits(state)


def test_what_cannot_be_stored_is_refused_at_once() -> None:
    with pytest.raises(InvalidValueError, match="State at 'f'"):
        Snapshot().take({"f": print}, objects=NOTHING)
