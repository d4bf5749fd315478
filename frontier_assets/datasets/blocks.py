"""Walking over an array in blocks of rows, so that temporary arrays stay small."""

from collections.abc import Iterator

from frontier_assets.dataset import Array

BLOCK_BYTES = 1 << 24


def block_rows(row_bytes: int) -> int:
    """Return how many rows of this many bytes make a block; at least one."""
    return max(1, BLOCK_BYTES // max(1, row_bytes))


def row_blocks(array: Array) -> Iterator[tuple[int, Array]]:
    """Yield each block with the number of its first row."""
    step = block_rows(array.nbytes // max(1, len(array)))
    for start in range(0, len(array), step):
        yield start, array[start : start + step]
