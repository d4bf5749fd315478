import threading
import weakref
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.artifacts import Entry
from frontier_assets.storage.content import BufferContent
from frontier_assets_tests.storage.trees import files, floats, open_store, tree


def test_four_entries_at_most_are_held_at_a_time(tmp_path: Path) -> None:
    alive: list[int] = []
    counts: list[int] = []

    def load(number: int) -> memoryview:
        array = np.full(1 << 18, number, np.uint32)
        alive.append(number)
        weakref.finalize(array, alive.remove, number)
        counts.append(len(alive))
        return array.data

    entries = [Entry(f"w{i}", "uint32", (1 << 18,), partial(load, i)) for i in range(20)]
    open_store(tmp_path).put(tree(*entries))
    assert max(counts) <= 4


def test_data_is_asked_for_once_in_order_and_by_the_saving_thread(tmp_path: Path) -> None:
    asked: list[tuple[int, int]] = []

    def entry(number: int) -> Entry:
        def load() -> bytes:
            asked.append((number, threading.get_ident()))
            return bytes([number]) * 1_000_000

        return Entry(f"w{number}", "uint8", (1_000_000,), load)

    open_store(tmp_path).put(tree(*[entry(number) for number in range(10)]))
    assert asked == [(number, threading.get_ident()) for number in range(10)]


@pytest.mark.parametrize("failing", [0, 5, 9])
def test_a_save_that_raises_midway_leaves_nothing(tmp_path: Path, failing: int) -> None:
    def refuse() -> bytes:
        raise ZeroDivisionError("no data")

    entries = [floats(f"w{i}", 100_000, start=float(i)) for i in range(10)]
    entries[failing] = Entry("bad", "float32", (100_000,), refuse)
    with pytest.raises(ZeroDivisionError, match="no data"):
        open_store(tmp_path).put(tree(*entries))
    assert files(tmp_path) == {}


def test_bytes_that_do_not_fit_the_shape_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="Entry 'w' bytes 3 is not valid: expected 4"):
        BufferContent("w", b"abc", 4)


def test_bytes_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="Entry 'w' strides"):
        BufferContent("w", np.zeros((4, 4), np.float32).T[1:].data, 48)
