import random
from collections import Counter, OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from frontier_assets.codecs.state import Encoded, decode, encode, subtree, tensors
from frontier_assets.errors import ArtifactNotFoundError, InvalidValueError, UnsupportedFormatError
from frontier_assets_tests.codecs.states import bits, carried, tensor_states
from frontier_assets_tests.codecs.test_scalars import scalars

DTYPES = ["float32", "float64", "int64", "int8", "uint8", "bool"]


def as_tensor(array: np.ndarray[Any, Any]) -> object:
    import torch

    return torch.from_numpy(array.copy())


arrays = hnp.arrays(
    st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
)
plain_keys = st.one_of(
    st.text(max_size=5), st.integers(), st.booleans(), st.floats(allow_nan=False), st.none()
)
keys = st.one_of(plain_keys, st.tuples(plain_keys, plain_keys))
states = st.recursive(
    st.one_of(scalars, arrays, arrays.map(as_tensor)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4).map(OrderedDict),
    ),
    max_leaves=12,
)


def content(encoded: Encoded) -> dict[str, memoryview]:
    return {tensor.name: memoryview(bytearray(tensor.data())) for tensor in encoded.tensors}


@settings(database=None, max_examples=150)
@given(state=states)
def test_every_nested_state_comes_back_bit_for_bit(state: object) -> None:
    assert bits(carried(state)) == bits(state)


@settings(database=None, max_examples=50)
@given(state=states)
def test_names_differ_and_encoding_repeats(state: object) -> None:
    first, second = encode(state), encode(state)
    names = [tensor.name for tensor in first.tensors]
    assert len(set(names)) == len(names)
    assert "" not in names
    assert first.structure == second.structure


def test_a_training_state_comes_back_and_goes_on_alike() -> None:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 5])
    model(torch.randn(8, 4)).sum().backward()
    optimizer.step()
    schedule.step()
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "random": {
            "torch": torch.get_rng_state(),
            "numpy": np.random.get_state(),  # noqa: NPY002 - what training code saves
            "python": random.getstate(),
        },
    }
    back = carried(state)
    assert bits(back) == bits(state)
    assert vars(back["model"])["_metadata"] == vars(state["model"])["_metadata"]
    model.load_state_dict(back["model"])
    optimizer.load_state_dict(back["optimizer"])
    schedule.load_state_dict(back["schedule"])
    random.setstate(back["random"]["python"])


def test_names_are_dotted_paths() -> None:
    import torch

    state = {"model": {"fc.weight": torch.ones(2)}, "optimizer": {"state": {0: [torch.ones(3)]}}}
    assert [tensor.name for tensor in encode(state).tensors] == [
        "model.fc.weight",
        "optimizer.state.0.0",
    ]


def test_paths_that_read_the_same_get_distinct_names() -> None:
    one, two, three = (np.full(1, i) for i in range(3))
    state = {"a.b": one, "a": {"b": two, "b~2": three}, 1: one, "1": two, "": three}
    assert [tensor.name for tensor in encode(state).tensors] == [
        "a.b",
        "a.b~2",
        "a.b~2~2",
        "1",
        "1~2",
        "state",
    ]
    assert bits(carried(state)) == bits(state)


def test_keys_keep_their_types_and_order() -> None:
    state = {
        "b": 1,
        "a": 2,
        10**5_000: {"x": np.ones(1)},
        3: 3,
        2.5: 4,
        None: 5,
        True: 6,
        (1, ("x", None)): 7,
        "3": 8,
    }
    assert bits(carried(state)) == bits(state)


def test_counters_stay_counters() -> None:
    assert bits(carried(Counter("hello"))) == bits(Counter("hello"))


def test_long_byte_strings_are_entries_and_short_ones_are_not() -> None:
    state = {"short": bytes(255), "long": bytes(256)}
    assert [tensor.name for tensor in encode(state).tensors] == ["long"]
    assert bits(carried(state)) == bits(state)


class Special(dict[str, int]):
    pass


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({1, 2}, "builtins.set"),
        (object(), "builtins.object"),
        (len, "builtins.builtin_function_or_method"),
        (Special(), "test_state.Special"),
        (1j, "builtins.complex"),
        (bytearray(b"x"), "builtins.bytearray"),
    ],
)
def test_anything_else_is_refused_with_its_path_and_type(value: object, shown: str) -> None:
    with pytest.raises(InvalidValueError, match=rf"State at 'model\.layers\.2' '.*{shown}'"):
        encode({"model": {"layers": [1, 2, value]}})


@pytest.mark.parametrize("key", [b"x", frozenset(), (1, b"x")])
def test_other_keys_are_refused(key: object) -> None:
    with pytest.raises(InvalidValueError, match="Key in the state at 'model'"):
        encode({"model": {key: 1}})


def test_a_state_that_holds_itself_is_refused() -> None:
    state: dict[str, object] = {}
    state["self"] = state
    with pytest.raises(InvalidValueError, match="within itself"):
        encode(state)


def test_a_subtree_decodes_alone_and_names_what_it_needs() -> None:
    import torch

    shared = torch.ones(4)
    state = {"model": {"w": torch.ones(2), "tied": shared}, "ema": {"w": shared}, "step": 3}
    encoded = encode(state)
    stored = content(encoded)
    part, names = subtree(encoded.structure, "ema")
    needed = {name: stored[name] for name in names}
    assert names == ["model.tied"]
    assert bits(decode(part, needed.__getitem__)) == bits(state["ema"])
    assert decode(subtree(encoded.structure, "step")[0], stored.__getitem__) == 3


@pytest.mark.parametrize("state", [{"model": 1}, [1], 3])
def test_a_missing_subtree_is_refused(state: object) -> None:
    with pytest.raises(InvalidValueError, match="State key 'weights'"):
        subtree(encode(state).structure, "weights")


def test_named_tensors_are_read_alone_and_tied_ones_under_each_path() -> None:
    import torch

    weight = torch.randn(2, 3)
    encoded = encode(
        {"model": {"in": weight, "out": weight, "b": torch.ones(5)}, "n": [b"x" * 300]}
    )
    stored = content(encoded)
    asked: list[str] = []

    def read(name: str) -> memoryview:
        asked.append(name)
        return stored[name]

    found = tensors(encoded.structure, read, ["model.out"])
    assert asked == ["model.in"]
    assert bits(found) == bits({"model.out": weight})
    assert list(tensors(encoded.structure, read)) == ["model.in", "model.out", "model.b"]


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@given(state=tensor_states())
@example(state={"a.b": np.zeros(1), "a": {"b": np.ones(1)}, "a.b~2": np.full(1, 2)})
def test_each_tensor_is_found_alone_as_it_is_among_all(state: object) -> None:
    encoded = encode(state)
    stored = content(encoded)
    everything = tensors(encoded.structure, stored.__getitem__)
    for name, value in everything.items():
        alone = tensors(encoded.structure, stored.__getitem__, [name])
        assert bits(alone) == bits({name: value})


def test_an_unknown_tensor_is_refused_with_those_there_are() -> None:
    encoded = encode({"a": np.ones(1)})
    with pytest.raises(InvalidValueError, match=r"Tensor name 'b'.*the state has a"):
        tensors(encoded.structure, content(encoded).__getitem__, ["b"])


def test_decoded_tensors_can_be_written_to_over_read_only_memory() -> None:
    import torch

    encoded = encode({"t": torch.ones(2), "a": np.ones(2)})
    read = {tensor.name: memoryview(bytes(tensor.data())) for tensor in encoded.tensors}
    back = decode(encoded.structure, read.__getitem__)
    back["t"].fill_(5)
    back["a"][:] = 6
    assert back["t"].tolist() + back["a"].tolist() == [5, 5, 6, 6]


def test_an_error_of_the_reader_reaches_the_caller_as_it_is() -> None:
    def read(name: str) -> memoryview:
        raise ArtifactNotFoundError(name, "the store", "save it")

    with pytest.raises(ArtifactNotFoundError, match="'t' not found"):
        decode(encode({"t": np.ones(2)}).structure, read)


def test_another_format_version_is_refused_as_such() -> None:
    with pytest.raises(UnsupportedFormatError, match="format version 2"):
        decode({"format_version": 2, "root": None}, content(encode(None)).__getitem__)


@pytest.mark.parametrize(
    "root",
    [
        ["os.system", "true"],
        ["__import__", "os"],
        ["tensor", "t", "load", [2]],
        ["tensor", "t", "float32", [3]],
        ["tensor", "t", "float32", [-1]],
        ["tensor", "t", "float32", "ab"],
        ["view", "t", "float32", [2], [2], 0],
        ["view", "t", "float32", [2], [-1], 1],
        ["view", "t", "float32", [2], [1], -1],
        ["view", "t", "float32", [2], [1, 1], 0],
        ["array", "t", "|O", [1]],
        ["array", "t", "<f4", [3]],
        ["array", "none", "<f4", [2]],
        ["scalar", "|O", "0000000000000000"],
        ["dict", [["a"]]],
        ["dict", 3],
        ["dict", [[["list", []], 1]]],
        ["float", "00"],
        ["int", "ten"],
        [],
        [["dict"], []],
        {"a": 1, "b": [1]},
    ],
)
def test_a_structure_that_encode_did_not_make_is_refused(root: object) -> None:
    with pytest.raises(InvalidValueError):
        decode({"format_version": 1, "root": root}, {"t": memoryview(bytearray(8))}.__getitem__)


@pytest.mark.parametrize("structure", [None, [], {}, {"format_version": 1}, "text"])
def test_no_structure_at_all_is_refused(structure: object) -> None:
    with pytest.raises(InvalidValueError, match="Stored state"):
        decode(structure, content(encode(None)).__getitem__)
