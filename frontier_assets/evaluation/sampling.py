"""Evaluating on some of the examples of a large data set."""

import numpy as np

from frontier_assets.dataset import Dataset
from frontier_assets.specification import Evaluation


def sample_size(settings: Evaluation, rows: int) -> int:
    """Return how many of ``rows`` examples the settings evaluate; at least one."""
    if settings.sample is not None:
        return min(settings.sample, rows)
    if settings.sample_fraction is not None:
        return max(1, round(settings.sample_fraction * rows))
    return rows


def sampled(dataset: Dataset, settings: Evaluation) -> Dataset:
    """Return the examples that are evaluated, in their order; the same for the same seed.

    Every example is as likely as any other and comes once at most.
    """
    size = sample_size(settings, len(dataset))
    if size == len(dataset):
        return dataset
    drawn = np.random.default_rng(settings.seed).choice(len(dataset), size, replace=False)
    return dataset.take(np.sort(drawn))
