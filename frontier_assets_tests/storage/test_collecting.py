import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from frontier_assets.storage import collecting
from frontier_assets.storage.collecting import CollectingWriter


class Collected(CollectingWriter):
    @override
    def commit(self) -> None:
        """Keep what was written."""


@given(st.lists(st.binary(max_size=5000), max_size=20))
def test_what_was_written_is_there_in_its_order_however_much_it_is(pieces: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(collecting, "_FIRST_BYTES", 4096)
        writer = Collected()
        for piece in pieces:
            writer.write(piece)
    assert bytes(writer.content) == b"".join(pieces)


def test_a_blob_larger_than_what_is_reserved_at_first_is_collected_whole() -> None:
    writer = Collected()
    rows = np.arange(10 << 20, dtype=np.int64).reshape(10, -1)  # 80 MiB
    for row in rows:
        writer.write(row.data)
    assert np.array_equal(np.frombuffer(writer.content, np.int64), rows.ravel())


def test_nothing_is_left_of_a_dropped_blob() -> None:
    with Collected() as writer:
        writer.write(b"content")
    assert bytes(writer.content) == b""


def test_what_a_request_still_holds_outlives_the_drop() -> None:
    writer = Collected()
    writer.write(b"content")
    sent = writer.content
    writer.drop()
    assert bytes(sent) == b"content"
