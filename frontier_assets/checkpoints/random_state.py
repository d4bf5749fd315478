"""The random numbers of a process, so that a training that is resumed draws the same ones."""

import random
import sys
from typing import Any

import numpy as np


def random_state() -> dict[str, Any]:
    """Return where the generators of Python, numpy and torch stand, of its GPUs as far as used."""
    state: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": np.random.get_state(),  # noqa: NPY002 - what training code draws from
    }
    torch = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = torch.get_rng_state()
        if torch.cuda.is_initialized():
            state["cuda"] = torch.cuda.get_rng_state_all()
    return state


def restore_random_state(state: dict[str, Any]) -> None:
    """Set the generators back to ``state``; those of GPUs that are not there are left out."""
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])  # noqa: NPY002 - see above
    if "torch" in state:
        import torch

        torch.set_rng_state(state["torch"])
        for device, numbers in enumerate(state.get("cuda", [])[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(numbers, device)
