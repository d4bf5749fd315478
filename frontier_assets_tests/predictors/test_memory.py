"""The memory of a process that serves, and what is said of one that crashes."""

import functools
import os
import signal

import numpy as np
import pytest
from typing_extensions import override

from frontier_assets.errors import InvalidValueError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.memory import peak_memory
from frontier_assets.predictors.predictor import Array

X = {"x": np.zeros((2, 1))}
MEBIBYTE = 2**20


class Hungry(BatchedPredictor):
    """Holds so many mebibytes, and half as many again during a call."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__("hungry", {"x": ["batch", 1]})
        self._kept = np.ones(mebibytes * MEBIBYTE, np.uint8)

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        taken = np.ones(len(self._kept) // 2, np.uint8)
        return np.asarray(batch["x"] * taken[0])


class Crashing(BatchedPredictor):
    """Ends its process."""

    def __init__(self) -> None:
        super().__init__("crashing", {"x": ["batch", 1]})

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        os.kill(os.getpid(), signal.SIGKILL)
        return batch["x"]


@pytest.mark.feature("EVA-7")
def test_the_peak_is_that_of_the_model_and_its_calls_and_not_of_this_process() -> None:
    ballast = np.ones(400 * MEBIBYTE, np.uint8)
    small, large = (peak_memory(functools.partial(Hungry, size), X) for size in (2, 202))
    assert (large - small) / MEBIBYTE == pytest.approx(300, rel=0.05)
    assert large < ballast.nbytes + 100 * MEBIBYTE


def test_a_process_that_crashes_is_told() -> None:
    with pytest.raises(InvalidValueError, match=r"Memory of a predictor.*its process failed"):
        peak_memory(Crashing, X)
