"""One 4 MiB tensor of a state of 503 MB: how fast it comes, and how much is read for it.

All files are in the page cache, and no contestant gives back to the system what another one freed.
Every contestant adds the tensor's numbers up as well: a mapped tensor is not read before somebody
does, and the comparison is over the same bytes.

Ours proves what it returns; `safe_open` does not. Hashing 4 MiB takes about as long as all that it
does, so that nothing which proves comes near it: ``mapping and blake3`` shows what is left of its
speed without an index, a name or a registry. So the bar is asked of a `safe_open` that proves too.
"""

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typing_extensions import override

from frontier_assets.codecs.state import tensors
from frontier_assets.storage.artifacts import ArtifactStore
from frontier_assets.storage.wrapper import WrappingBlobStore
from frontier_assets.workspace import Workspace
from frontier_assets_tests.benchmarks import ours, page_cache, peers, states
from frontier_assets_tests.benchmarks.outcomes import Figure, Outcome, Ratio
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import (
    Contestant,
    give_freed_memory_back,
    in_turn,
    timed,
)
from frontier_assets_tests.benchmarks.states import ONE_TENSOR

AT_LEAST = {
    "torch.load": 25.0,
    "torch.load(mmap=True)": 2.0,
    "safe_open().get_tensor + blake3": 0.7,
    "safe_open().get_tensor, unproved": 0.33,
}
PROVING = "mapping and blake3"
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
    wanted = state[ONE_TENSOR].nbytes
    theirs = folder / "model.pt", folder / "model.safetensors"
    torch.save(state, theirs[0])
    peers.save_safetensors(state, theirs[1])
    with ours.opened(folder / "ours") as workspace:
        workspace.checkpoints.save(ours.MODEL, run="r", step=1, state={"model": state})
        with page_cache.warm(*theirs, *ours.stored_files(folder / "ours")):
            found = in_turn(_contestants(workspace, folder, wanted), plan)
        for peer, at_least in AT_LEAST.items():
            name = f"one tensor of {states.size_bytes(state) / 1e6:.0f} MB ÷ {peer}"
            yield Ratio(name, found["ours"], found[peer], at_least)
        bare = "safe_open().get_tensor, unproved"
        yield Ratio(f"{PROVING} alone ÷ {bare}", found[PROVING], found[bare], 0.0)
        requested = _requested_bytes(workspace)
    yield Figure(
        "one tensor, requested",
        requested / wanted,
        BYTES_AT_MOST,
        "of its bytes",
        requested,
        wanted,
    )


def _contestants(workspace: Workspace, folder: Path, wanted: int) -> dict[str, Contestant]:
    import torch

    works: dict[str, Callable[[], Any]] = {
        PROVING: lambda: _mapped_and_hashed(folder / "model.safetensors", wanted),
        "ours": lambda: _one_tensor(workspace),
        "torch.load": lambda: torch.load(folder / "model.pt")[ONE_TENSOR],
        "torch.load(mmap=True)": lambda: torch.load(folder / "model.pt", mmap=True)[ONE_TENSOR],
        "safe_open().get_tensor + blake3": lambda: _proved_tensor(folder / "model.safetensors"),
        "safe_open().get_tensor, unproved": lambda: _mapped_tensor(folder / "model.safetensors"),
    }
    return {name: _seconds(work) for name, work in works.items()}


def _seconds(work: Callable[[], Any]) -> Contestant:
    def contestant() -> float:
        give_freed_memory_back()
        return timed(lambda: work().sum())[0]

    return contestant


def _one_tensor(workspace: Workspace) -> Any:
    name = f"model.{ONE_TENSOR}"
    return workspace.checkpoints.tensors(ours.MODEL, "latest", names=[name])[name]


def _mapped_tensor(path: Path) -> Any:
    from safetensors import safe_open

    with safe_open(path, "pt") as opened:
        return opened.get_tensor(ONE_TENSOR)


def _proved_tensor(path: Path) -> Any:
    from blake3 import blake3

    found = _mapped_tensor(path)
    blake3(found.numpy().view("uint8")).digest()
    return found


def _mapped_and_hashed(path: Path, length: int) -> Any:
    """Return ``length`` bytes of the file, mapped and hashed: what proving costs by itself."""
    import torch
    from blake3 import blake3

    offset = path.stat().st_size // 2 // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_COPY, offset=offset)
    blake3(mapped).digest()
    return torch.frombuffer(mapped, dtype=torch.float32)


def _requested_bytes(workspace: Workspace) -> int:
    counting = CountingBlobStore(workspace.stores["default"].blobs)
    digest = workspace.checkpoints.get(ours.MODEL, "latest").digest
    stored = ArtifactStore("counted", counting).open(digest)
    tensors(stored.structure, stored.view_entry, [f"model.{ONE_TENSOR}"])
    return counting.requested_bytes
