from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.codecs.state import encode
from frontier_assets.codecs.tensors import TORCH_DTYPES
from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.manifest import ITEM_BYTES
from frontier_assets_tests.codecs.states import bits, carried, raw, sharing, tensor_states

if TYPE_CHECKING:
    import torch


def memory(tensor: "torch.Tensor") -> int:
    return int(tensor.untyped_storage().data_ptr())


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (0,), (2, 0, 3)])
@pytest.mark.parametrize("dtype", sorted(TORCH_DTYPES))
def test_every_dtype_and_shape_comes_back(dtype: str, shape: tuple[int, ...]) -> None:
    tensor = raw(dtype, *shape)
    (encoded,) = encode(tensor).tensors
    back = carried(tensor)
    assert (encoded.dtype, encoded.shape) == (dtype, shape)
    assert (back.dtype, back.shape, back.stride()) == (tensor.dtype, tensor.shape, tensor.stride())
    assert bytes(back.untyped_storage()) == bytes(tensor.untyped_storage())


def test_storage_knows_every_dtype() -> None:
    assert set(ITEM_BYTES) == TORCH_DTYPES


def test_tensors_that_are_not_contiguous_come_back_with_equal_values() -> None:
    import torch

    base = torch.arange(24.0).reshape(4, 6)
    for tensor in (base.T, base[::2, 1:], base[:, :1].expand(4, 5), base.flip(0)):
        assert torch.equal(carried({"only": tensor})["only"], tensor)


def test_conjugated_and_negated_views_come_back_as_what_they_show() -> None:
    import torch

    base = torch.tensor([1 + 2j, 3 - 4j])
    state = {"conj": base.conj(), "neg": base.conj().imag, "plain": base}
    back = carried(state)
    assert all(torch.equal(back[key], value) for key, value in state.items())


def test_one_view_of_a_large_memory_stores_its_own_bytes_alone() -> None:
    import torch

    (tensor,) = encode({"row": torch.zeros(1_000, 1_000)[3]}).tensors
    assert len(tensor.data()) == 4_000


def test_a_contiguous_tensor_is_not_copied() -> None:
    import torch

    value = torch.zeros(1_000)
    (tensor,) = encode(value).tensors
    view = tensor.data()
    value[0] = 1
    assert bytes(view[:4]) == bytes.fromhex("0000803f")


def test_parameters_come_back_as_plain_tensors() -> None:
    import torch

    back = carried(torch.nn.Parameter(torch.ones(3)))
    assert type(back) is torch.Tensor
    assert not back.requires_grad


def test_tied_tensors_stay_tied_and_are_stored_once() -> None:
    import torch

    weight = torch.nn.Parameter(torch.randn(4, 3))
    state = {"encoder.weight": weight, "decoder.weight": weight, "other": torch.randn(2)}
    shown = [(tensor.name, tensor.shape) for tensor in encode(state).tensors]
    back = carried(state)
    assert shown == [("encoder.weight", (4, 3)), ("other", (2,))]
    assert memory(back["encoder.weight"]) == memory(back["decoder.weight"])
    back["encoder.weight"][0, 0] = 7
    assert back["decoder.weight"][0, 0] == 7


def test_a_tensor_and_its_views_stay_one_memory() -> None:
    import torch

    base = torch.arange(24.0).reshape(4, 6)
    state = {"row": base[1], "columns": base[:, 2:4], "base": base, "turned": base.T}
    back = carried(state)
    assert [tensor.name for tensor in encode(state).tensors] == ["base"]
    assert bits(back) == bits(state)
    assert len({memory(tensor) for tensor in back.values()}) == 1
    assert back["columns"].stride() == (6, 1)
    back["base"].fill_(1)
    assert bool((back["turned"] == 1).all())


def test_views_without_their_whole_share_the_span_that_they_use() -> None:
    import torch

    base = torch.arange(100.0)
    state = {"a": base[10:20], "b": base[15:30:3]}
    (tensor,) = encode(state).tensors
    back = carried(state)
    assert (tensor.name, tensor.dtype, tensor.shape) == ("a~storage", "float32", (18,))
    assert bits(back) == bits(state)
    back["a"][5] = -1
    assert back["b"][0] == -1


def test_views_of_several_dtypes_share_their_memory() -> None:
    import torch

    base = torch.arange(64, dtype=torch.uint8)
    state = {"bytes": base[4:20], "longs": base[8:40].view(torch.int64), "all": base[1:]}
    (tensor,) = encode(state).tensors
    back = carried(state)
    assert (tensor.dtype, tensor.shape) == ("uint8", (64,))
    assert bits(back) == bits(state)
    assert len({tensor.untyped_storage().data_ptr() for tensor in back.values()}) == 1


@settings(database=None, max_examples=60)
@given(
    slices=st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(1, 3), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_any_views_of_one_memory_come_back(slices: list[tuple[int, int, int, bool]]) -> None:
    import torch

    base = torch.arange(72, dtype=torch.int16).reshape(6, 12)
    views = [base[first : first + count, ::step] for first, count, step, _ in slices]
    state = [view.T if turned else view for view, (*_, turned) in zip(views, slices, strict=True)]
    back = carried(state)
    assert bits(back) == bits(state)
    assert len({memory(tensor) for tensor in back}) == 1


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@settings(database=None, max_examples=150)
@given(state=tensor_states())
def test_any_tensors_over_any_memories_come_back_with_their_sharing(state: object) -> None:
    back = carried(state)
    assert bits(back) == bits(state)
    assert sharing(back) == sharing(state)


def test_refuses_tensors_whose_bytes_are_not_their_whole_story() -> None:
    import torch

    refused = [
        torch.eye(3).to_sparse(),
        torch.empty(3, device="meta"),
        torch.empty(3, dtype=torch.bits8),
        torch.ones(2).as_subclass(type("Special", (torch.Tensor,), {})),
    ]
    for tensor in refused:
        with pytest.raises(InvalidValueError, match=r"State at 'layers\.1'.*dense"):
            encode({"layers": [0, tensor]})


def test_refuses_a_tensor_whose_memory_was_freed() -> None:
    import torch

    tensor = torch.ones(3)
    tensor.untyped_storage().resize_(0)
    with pytest.raises(InvalidValueError, match="its memory is gone"):
        encode(tensor)
