"""Clustering metrics of predicted labels against true groups; scikit-learn computes them."""

from typing import Any

import numpy as np

from frontier_assets.errors import InvalidValueError

Array = np.ndarray[Any, Any]


def adjusted_rand(labels: Array, targets: Array, weights: Array | None) -> float:
    """Return the adjusted Rand index: 1 for the same groups, about 0 for chance, at least -0.5.

    The names of the groups do not matter.

    Raises:
        InvalidValueError: there are weights, for which it is not defined.

    Source: Hubert and Arabie (1985), Journal of Classification 2:193-218, equation 5.
    """
    from sklearn.metrics import adjusted_rand_score

    if weights is not None:
        raise InvalidValueError(
            "Weights", f"{len(weights)} numbers", "adjusted_rand knows none; leave them out"
        )
    return float(adjusted_rand_score(targets, labels))
