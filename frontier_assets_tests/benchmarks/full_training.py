"""The bytes of 20 bfloat16 checkpoints of a training that changes every weight."""

from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks import language, ours
from frontier_assets_tests.benchmarks.outcomes import Outcome
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.sizes import SavedRun

LEARNING_RATE = 3e-4
REPACKED_AT_MOST = 0.50


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Train all of a pretrained network, save its weights in bfloat16, and repack."""
    size = language.QUICK if plan.quick else language.Size()
    with ours.opened(folder) as workspace:
        run = SavedRun(workspace, folder)
        checkpoints = language.checkpoints(
            language.pretrained(size), lambda _: True, size, learning_rate=LEARNING_RATE
        )
        for step, (network, _) in enumerate(checkpoints, 1):
            weights = {name: tensor.bfloat16() for name, tensor in network.state_dict().items()}
            run.save(step, {"model": weights})
        name = f"{language.CHECKPOINTS} bf16 checkpoints of a full training, repacked"
        yield run.repacked(name, REPACKED_AT_MOST)
