"""The held-out images as traffic: what `make demo` tries two versions on."""

from collections.abc import Iterable

import numpy as np

import frontier_assets as fa
from frontier_assets.defs.digits_classifier.model import SPLIT_SEED, holdout, with_noise


def requests(numbers: Iterable[int]) -> fa.Dataset:
    """Return every holdout image once for each of the ``numbers``, each time under other noise.

    The noise is as strong as that of the data set `noisy` and follows from its number, which stands
    in the image's id: there are as many different images as anybody needs, and none comes twice.
    """
    clean, chosen = holdout(), tuple(numbers)
    image = clean.inputs["image"]
    noisy = [with_noise(image, np.random.default_rng((n, SPLIT_SEED))) for n in chosen]
    return fa.Dataset(
        inputs={"image": np.concatenate(noisy)},
        targets=np.tile(clean.targets, len(chosen)),
        ids=np.array([f"image-{at}-noise-{n}" for n in chosen for at in range(len(clean))]),
    )
