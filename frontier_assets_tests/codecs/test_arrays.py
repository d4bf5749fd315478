import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from frontier_assets.codecs.arrays import decode_array
from frontier_assets.codecs.state import encode
from frontier_assets.errors import InvalidValueError
from frontier_assets_tests.codecs.states import bits, carried

dtypes = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    hnp.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    hnp.unicode_string_dtypes(endianness="?", min_len=1),
    hnp.byte_string_dtypes(min_len=1),
    hnp.datetime64_dtypes(endianness="?"),
)


@settings(database=None)
@given(value=hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
def test_every_array_of_plain_values_comes_back(value: np.ndarray) -> None:
    assert bits(carried(value)) == bits(value)


@pytest.mark.parametrize("kind", ["C", "F"])
def test_the_order_in_memory_is_not_kept_and_the_values_are(kind: str) -> None:
    value = np.asarray(np.arange(24.0).reshape(2, 3, 4), order=kind)  # type: ignore[call-overload]
    np.testing.assert_array_equal(carried(value), value)
    np.testing.assert_array_equal(carried(value[::-1, ::2, 1:]), value[::-1, ::2, 1:])


def test_arrays_that_storage_knows_keep_their_dtype_as_entries() -> None:
    state = {"a": np.zeros((2, 3), np.float32), "b": np.zeros(2, "<U3"), "c": np.zeros(2, ">f4")}
    shown = [(tensor.name, tensor.dtype, tensor.shape) for tensor in encode(state).tensors]
    assert shown == [("a", "float32", (2, 3)), ("b", "uint8", (24,)), ("c", "uint8", (8,))]


def test_a_contiguous_array_is_not_copied() -> None:
    value = np.arange(100.0)
    (tensor,) = encode(value).tensors
    assert np.shares_memory(np.frombuffer(tensor.data()), value)


class Special(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array([object()]),
        np.zeros(2, [("x", "<i4")]),
        np.zeros(3).view(Special),
        np.ma.masked_array([1, 2], [False, True]),
    ],
)
def test_objects_fields_and_subclasses_are_refused_by_path(value: object) -> None:
    with pytest.raises(InvalidValueError, match=r"State at 'a\.0'"):
        encode({"a": [value]})


def test_a_decoded_array_can_be_written_to_even_over_read_only_memory() -> None:
    array = decode_array(memoryview(bytes(8)), "<f4", [2])
    array[:] = 1
    assert array.tolist() == [1, 1]


def test_bytes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="7 bytes for an array"):
        decode_array(memoryview(bytes(7)), "<f4", [2])
