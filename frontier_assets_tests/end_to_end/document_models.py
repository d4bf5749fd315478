"""The models of the documents' examples."""

from typing import Any

import numpy as np
import numpy.typing as npt


def linear(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return x[:, 0] * 2 + 1


def improved(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return x[:, 0] * 3 + 2


def threshold(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(x[:, 0] > 0.5, np.float64)
