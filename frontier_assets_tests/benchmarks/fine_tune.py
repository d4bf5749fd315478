"""The bytes of 20 checkpoints of a fine-tune that trains the last block and the head."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks import language, ours
from frontier_assets_tests.benchmarks.outcomes import Outcome
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.sizes import SavedRun

LEARNING_RATE = 1e-4
_WITH_STATE, _WEIGHTS = "with AdamW state", "weights only"
AS_SAVED_AT_MOST = {_WITH_STATE: 0.43, _WEIGHTS: 0.22}
REPACKED_AT_MOST = {_WITH_STATE: 0.33, _WEIGHTS: 0.16}


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Train once, and save every checkpoint with the optimizer's state and without."""
    size = language.QUICK if plan.quick else language.Size()
    with contextlib.ExitStack() as stack:
        runs = {}
        for content in AS_SAVED_AT_MOST:
            own = folder / content.replace(" ", "-")
            runs[content] = SavedRun(stack.enter_context(ours.opened(own)), own)
        checkpoints = language.checkpoints(
            language.pretrained(size), is_trained, size, learning_rate=LEARNING_RATE
        )
        for step, (network, optimizer) in enumerate(checkpoints, 1):
            weights = {"model": network.state_dict()}
            runs[_WEIGHTS].save(step, weights)
            runs[_WITH_STATE].save(step, weights | {"optimizer": optimizer.state_dict()})
        for content, run in runs.items():
            name = f"{language.CHECKPOINTS} checkpoints of a fine-tune, {content}"
            yield run.as_saved(f"{name}, as saved", AS_SAVED_AT_MOST[content])
            yield run.repacked(f"{name}, repacked", REPACKED_AT_MOST[content])


def is_trained(name: str) -> bool:
    """Tell whether the fine-tune trains a parameter: 17.5 % of the bytes."""
    return name.startswith((f"blocks.{language.BLOCKS - 1}.", "norm.", "head."))
