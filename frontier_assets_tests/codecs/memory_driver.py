"""One operation on a large file in a process of its own, by whose bytes its memory grew.

Usage: ``python memory_driver.py ingest|fetch|load_into FOLDER``.
"""

import sys
from pathlib import Path
from typing import Any

from frontier_assets.workspace import Workspace


def main(what: str, folder: Path) -> None:
    with Workspace.open(
        registry_url=f"sqlite:///{folder}/registry.db", stores={"default": f"file:{folder}/store"}
    ) as workspace:
        workspace.checkpoints.save("m", run="warm", step=1, state={"imports": "done"})
        target = tensors() if what == "load_into" else {}
        before = peak_bytes()
        if what == "ingest":
            workspace.checkpoints.ingest("m", run="r1", step=1, path=folder / "large.safetensors")
        elif what == "fetch":
            workspace.fetch("m@latest", folder / "fetched")
        else:
            workspace.checkpoints.load_into("m", "r1-step-1", {"model": target})
        sys.stdout.write(f"{peak_bytes() - before}\n")


def tensors() -> dict[str, Any]:
    """Return tensors for what the file holds."""
    import torch

    return {f"t{at}": torch.ones(4 << 20, dtype=torch.uint8) for at in range(100)}


def peak_bytes() -> int:
    """Return the peak of this process; `getrusage` would count that of the one that started it."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
