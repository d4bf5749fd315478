"""Loading a verified state against safetensors and the blake3 of its file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from frontier_assets_tests.benchmarks import ours, page_cache, peers, states
from frontier_assets_tests.benchmarks.outcomes import Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import Contestant, in_turn, timed
from frontier_assets_tests.benchmarks.states import Weights

WARM_AT_LEAST, COLD_AT_LEAST, RESUME_AT_LEAST = 1.10, 1.0, 1.25
_PEER = "safetensors + blake3"
_RESUME = f"verified load into existing tensors ÷ {_PEER}"


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare the two with warm files, with cold ones, and into tensors that exist."""
    state = states.weights(plan.width)
    path = folder / "model.safetensors"
    peers.save_safetensors(state, path)
    expected = peers.blake3_of(path)
    with ours.opened(folder / "ours") as workspace:
        checkpoints = workspace.checkpoints
        checkpoints.save(ours.MODEL, run="r", step=1, state={"model": state})
        load: dict[str, Callable[[], object]] = {
            "ours": lambda: checkpoints.load(ours.MODEL),
            "peer": lambda: peers.load_safetensors(path, expected),
        }
        files = [path, *ours.stored_files(folder / "ours")]
        with page_cache.warm(*files):
            warm = in_turn({name: _warm(work) for name, work in load.items()}, plan)
        yield Ratio(f"verified load ÷ {_PEER}, warm", warm["ours"], warm["peer"], WARM_AT_LEAST)
        cold = in_turn({name: _cold(work, files) for name, work in load.items()}, plan)
        yield Ratio(f"verified load ÷ {_PEER}, cold", cold["ours"], cold["peer"], COLD_AT_LEAST)
        resume: dict[str, Callable[[], object]] = {
            "ours": lambda: checkpoints.load_into(ours.MODEL, "latest", {"model": state}),
            "peer": lambda: _copy(peers.load_safetensors(path, expected), state),
        }
        with page_cache.warm(*files):
            into = in_turn({name: _warm(work) for name, work in resume.items()}, plan)
        yield Ratio(_RESUME, into["ours"], into["peer"], RESUME_AT_LEAST)


def _warm(work: Callable[[], Any]) -> Contestant:
    return lambda: timed(work)[0]


def _cold(work: Callable[[], Any], files: list[Path]) -> Contestant:
    def contestant() -> float:
        page_cache.evict(*files)
        return timed(work)[0]

    return contestant


def _copy(loaded: Weights, into: Weights) -> None:
    for name, tensor in loaded.items():
        into[name].copy_(tensor)
