import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.codecs.scalars import is_scalar, numpy_dtype, write_scalar
from frontier_assets_tests.codecs.states import bits, carried

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.text(st.characters()),
    st.text(st.characters(categories=["Cs"])),
    st.binary(max_size=300),
)


@settings(database=None)
@given(value=scalars)
def test_every_scalar_comes_back_with_its_type_and_bits(value: object) -> None:
    assert bits(carried(value)) == bits(value)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        -math.nan,
        math.inf,
        -math.inf,
        -0.0,
        5e-324,
        0.1,
        1e300,
        pytest.param(10**5_000, id="huge"),
        -(2**63),
        pytest.param("\ud83d\ude00", id="two halves"),
        pytest.param("\ud800", id="one half"),
        "",
        b"",
        bytes(255),
        bytes(256),
    ],
)
def test_awkward_scalars_come_back(value: object) -> None:
    assert bits(carried(value)) == bits(value)


def test_a_signalling_nan_keeps_its_payload() -> None:
    value = float(np.frombuffer(bytes.fromhex("010000000000f8ff"), np.float64)[0])
    assert bits(carried(value)) == bits(value)


@pytest.mark.parametrize(
    "value",
    [
        np.float64(0.1),
        np.float32(np.nan),
        np.float16(1.5),
        np.int8(-3),
        np.uint64(2**64 - 1),
        np.True_,
        np.complex128(1 + 2j),
        np.datetime64("2024-01-02T03:04:05"),
        np.timedelta64(5, "s"),
        np.str_("text"),
        np.str_(""),
        np.bytes_(b"raw"),
    ],
)
def test_numpy_scalars_keep_their_type(value: np.generic) -> None:
    assert bits(carried(value)) == bits(value)


@pytest.mark.parametrize("value", [0, 2**62, 0.1, "text", True, None])
def test_what_json_keeps_stands_for_itself(value: object) -> None:
    assert json.loads(json.dumps(write_scalar(value))) == value


class Integer(int):
    pass


@pytest.mark.parametrize(
    "value", [Integer(3), 1j, object(), {1}, bytearray(b"x"), np.void(b"x"), np.str_("x\0")]
)
def test_subclasses_and_other_objects_are_no_scalars(value: object) -> None:
    assert not is_scalar(value)


@pytest.mark.parametrize("text", ["O", "V8", "<i4,<f4"])
def test_dtypes_of_objects_and_fields_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain values"):
        numpy_dtype(text)
