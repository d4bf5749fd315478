import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.storage.coding import compressed, decoded, difference
from frontier_assets.storage.layout import DIFFERENCE, SHUFFLED

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
    stored = difference(WEIGHTS.data, WEIGHTS.data, 4)
    assert len(stored) < 200
    assert bytes(decoded(DIFFERENCE, stored, WEIGHTS.nbytes, WEIGHTS.data)) == WEIGHTS.tobytes()


@given(
    raw=st.binary(min_size=1, max_size=3_000),
    seed=st.integers(0, 2**32 - 1),
    item_bytes=st.sampled_from([1, 2, 4, 8, 16]),
)
def test_any_bytes_come_back_from_their_difference_to_any_base(
    raw: bytes, seed: int, item_bytes: int
) -> None:
    base = np.random.default_rng(seed).bytes(len(raw))
    stored = difference(raw, base, item_bytes)
    assert bytes(decoded(DIFFERENCE, stored, len(raw), base)) == raw


@pytest.mark.parametrize("stored", [b"", b"abc", b"x" * 100])
def test_bytes_that_no_codec_made_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        decoded(SHUFFLED, stored, 1_000, None)


def test_another_length_is_refused_before_anything_is_expanded() -> None:
    stored = difference(WEIGHTS.data, WEIGHTS.data, 4)
    with pytest.raises(ValueError, match="800000 bytes instead of 8"):
        decoded(SHUFFLED, stored, 8, None)


def test_a_difference_without_its_base_is_refused() -> None:
    stored = difference(b"abcd", b"abce", 1)
    with pytest.raises(ValueError, match="without its base"):
        decoded(DIFFERENCE, stored, 4, None)


def test_an_unknown_codec_is_refused() -> None:
    stored = difference(b"abcd", b"abce", 1)
    with pytest.raises(ValueError, match="'zip' is none of raw, shuffle-zstd"):
        decoded("zip", stored, 4, None)
