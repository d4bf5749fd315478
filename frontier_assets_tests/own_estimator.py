"""An estimator of somebody's own, which skops does not know."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin  # noqa: TID253 - the class is its child


class Multiply(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def fit(self, x: Any, y: Any = None) -> "Multiply":
        del x, y
        return self

    def transform(self, x: Any) -> Any:
        return np.asarray(x) * self.factor
