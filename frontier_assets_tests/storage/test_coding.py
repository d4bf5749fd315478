import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.storage.coding import _apart, _together, compressed, decoded, difference
from frontier_assets.storage.layout import SHUFFLED, STEPS, XOR

WEIGHTS = np.random.default_rng(0).standard_normal(200_000).astype(np.float32)


def test_weights_become_smaller_and_come_back() -> None:
    stored = compressed(WEIGHTS.data, 4)
    assert stored is not None
    assert len(stored) < 0.95 * WEIGHTS.nbytes
    assert bytes(decoded(SHUFFLED, stored, WEIGHTS.nbytes, None)) == WEIGHTS.tobytes()


@pytest.mark.parametrize("size", [0, 1, 1_000, 100_000, 3_000_000])
def test_noise_is_left_as_it_is(size: int) -> None:
    assert compressed(np.random.default_rng(1).bytes(size), 1) is None


def test_a_difference_to_an_equal_base_is_next_to_nothing() -> None:
    codec, stored = difference(WEIGHTS.data, WEIGHTS.data, 4)
    assert len(stored) < 200
    assert bytes(decoded(codec, stored, WEIGHTS.nbytes, WEIGHTS.data)) == WEIGHTS.tobytes()


def test_weights_that_moved_a_little_are_stored_as_steps() -> None:
    moved = WEIGHTS * np.float32(1.0001)
    codec, stored = difference(moved.data, WEIGHTS.data, 4)
    assert codec == STEPS[4]
    assert len(stored) < 0.6 * moved.nbytes
    assert bytes(decoded(codec, stored, moved.nbytes, WEIGHTS.data)) == moved.tobytes()


def test_bytes_that_are_no_numbers_are_stored_as_the_bits_that_differ() -> None:
    random = np.random.default_rng(2)
    base = random.bytes(10_000)
    codec, _ = difference(random.bytes(10_000), base, 1)
    assert codec == XOR


@given(
    raw=st.binary(min_size=1, max_size=3_000),
    seed=st.integers(0, 2**32 - 1),
    item_bytes=st.sampled_from([1, 2, 4, 8, 16]),
)
def test_any_bytes_come_back_from_their_difference_to_any_base(
    raw: bytes, seed: int, item_bytes: int
) -> None:
    base = np.random.default_rng(seed).bytes(len(raw))
    codec, stored = difference(raw, base, item_bytes)
    assert bytes(decoded(codec, stored, len(raw), base)) == raw


@given(
    raw=st.binary(min_size=8, max_size=400).map(lambda data: data[: len(data) // 8 * 8]),
    seed=st.integers(0, 2**32 - 1),
)
@pytest.mark.parametrize("codec", STEPS.values())
def test_steps_between_any_bit_patterns_are_undone(raw: bytes, seed: int, codec: str) -> None:
    new = np.frombuffer(raw, np.uint8)
    base = np.frombuffer(np.random.default_rng(seed).bytes(len(raw)), np.uint8)
    assert _together(codec, _apart(codec, new, base), base).tobytes() == raw


@pytest.mark.parametrize("stored", [b"", b"abc", b"x" * 100])
def test_bytes_that_no_codec_made_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        decoded(SHUFFLED, stored, 1_000, None)


def test_another_length_is_refused_before_anything_is_expanded() -> None:
    _, stored = difference(WEIGHTS.data, WEIGHTS.data, 4)
    with pytest.raises(ValueError, match="800000 bytes instead of 8"):
        decoded(SHUFFLED, stored, 8, None)


def test_a_difference_without_its_base_is_refused() -> None:
    codec, stored = difference(b"abcd", b"abce", 1)
    with pytest.raises(ValueError, match="without its base"):
        decoded(codec, stored, 4, None)


def test_an_unknown_codec_is_refused() -> None:
    _, stored = difference(b"abcd", b"abce", 1)
    with pytest.raises(ValueError, match="'zip' is none of raw, shuffle-zstd"):
        decoded("zip", stored, 4, None)
