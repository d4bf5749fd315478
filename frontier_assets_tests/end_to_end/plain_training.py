"""A training script as somebody writes it who knows no Dagster: run it again and it continues.

Usage: ``python -m frontier_assets_tests.end_to_end.plain_training FOLDER RUN STEPS``. Each loss is
appended to ``FOLDER/RUN.losses``; the weights of a run that came to its end are ``FOLDER/RUN.pt``.
"""

import random
import sys
from pathlib import Path

import frontier_assets as fa


def main(folder: Path, run: str, steps: int) -> None:
    """Train ``run`` until ``steps`` steps are done, from wherever it stands."""
    import torch

    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 512), torch.nn.Dropout(0.1), torch.nn.ReLU(), torch.nn.Linear(512, 1)
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    state = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    workspace = fa.Workspace.open(
        registry_url=f"sqlite:///{folder}/registry.db", stores={"default": f"file:{folder}/store"}
    )
    with (
        (folder / f"{run}.losses").open("a", encoding="utf-8", buffering=1) as losses,
        workspace,
        workspace.checkpoints.session("m", run=run, state=state) as session,
    ):
        for step in session.steps(steps):
            rows = torch.randn(32, 64)
            loss = (model(rows) - random.random()).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.write(f"{step} {loss.item().hex()}\n")
            session.save(step, metrics={"loss": loss})
    torch.save(model.state_dict(), folder / f"{run}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
