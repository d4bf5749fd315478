"""One 4 MiB tensor of a state of 503 MB: how fast it comes, and how much is read for it.

Every contestant adds the tensor's numbers up as well. A mapped tensor is not read before somebody
does, and the comparison is over the same bytes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typing_extensions import override

from frontier_assets.codecs.state import tensors
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.wrapper import WrappingBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.benchmarks import ours, peers, states
from frontier_assets_tests.benchmarks.outcomes import Figure, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import Contestant, in_turn, timed
from frontier_assets_tests.benchmarks.states import ONE_TENSOR

AT_LEAST = {"torch.load": 25.0, "torch.load(mmap=True)": 2.0, "safe_open().get_tensor": 0.7}
BYTES_AT_MOST = 1.25  # 5 MiB for a tensor of 4


class CountingBlobStore(WrappingBlobStore):
    """Counts the bytes that are asked for; it maps nothing, so that all of them are."""

    requested_bytes = 0

    @override
    def read(self, name: str, *, offset: int = 0, length: int | None = None) -> memoryview:
        found = super().read(name, offset=offset, length=length)
        self.requested_bytes += found.nbytes if length is None else length
        return found


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Compare with what reads the whole file, and with what maps it."""
    import torch

    state = states.weights(plan.width)
    torch.save(state, folder / "model.pt")
    peers.save_safetensors(state, folder / "model.safetensors")
    with ours.opened(folder / "ours") as workspace:
        workspace.checkpoints.save(ours.MODEL, run="r", step=1, state={"model": state})
        found = in_turn(_contestants(workspace, folder), plan.rounds)
        for peer, at_least in AT_LEAST.items():
            name = f"one tensor of {states.size_bytes(state) / 1e6:.0f} MB ÷ {peer}"
            yield Ratio(name, found["ours"], found[peer], at_least)
        requested, wanted = _requested_bytes(workspace), state[ONE_TENSOR].nbytes
    yield Figure(
        "one tensor, requested",
        requested / wanted,
        BYTES_AT_MOST,
        "of its bytes",
        requested,
        wanted,
    )


def _contestants(workspace: Workspace, folder: Path) -> dict[str, Contestant]:
    import torch

    works: dict[str, Callable[[], Any]] = {
        "ours": lambda: _one_tensor(workspace),
        "torch.load": lambda: torch.load(folder / "model.pt")[ONE_TENSOR],
        "torch.load(mmap=True)": lambda: torch.load(folder / "model.pt", mmap=True)[ONE_TENSOR],
        "safe_open().get_tensor": lambda: _mapped_tensor(folder / "model.safetensors"),
    }
    return {name: _seconds(work) for name, work in works.items()}


def _seconds(work: Callable[[], Any]) -> Contestant:
    return lambda: timed(lambda: work().sum())[0]


def _one_tensor(workspace: Workspace) -> Any:
    name = f"model.{ONE_TENSOR}"
    return workspace.checkpoints.tensors(ours.MODEL, "latest", names=[name])[name]


def _mapped_tensor(path: Path) -> Any:
    from safetensors import safe_open

    with safe_open(path, "pt") as opened:
        return opened.get_tensor(ONE_TENSOR)


def _requested_bytes(workspace: Workspace) -> int:
    counting = CountingBlobStore(workspace.stores["default"].blobs)
    digest = workspace.checkpoints.get(ours.MODEL, "latest").digest
    stored = ArtifactStore("counted", counting).open(digest)
    tensors(stored.structure, stored.view_entry, [f"model.{ONE_TENSOR}"])
    return counting.requested_bytes
