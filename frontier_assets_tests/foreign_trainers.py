"""What trainers that know nothing of this project write, file by file in their order.

Lightning is not installed with the tests: its dict is put together by hand, after
``dump_checkpoint`` of Lightning 2.5; so is the folder, after ``_save_checkpoint`` of Transformers.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np


def network(seed: int = 0) -> Any:
    import torch

    torch.manual_seed(seed)
    return torch.nn.Linear(2, 3)


def weights(seed: int = 0) -> dict[str, Any]:
    return {f"layer.{name}": value for name, value in network(seed).state_dict().items()}


def optimizer() -> Any:
    import torch

    trained = network()
    adam = torch.optim.AdamW(trained.parameters(), lr=0.01)
    torch.autograd.backward(trained(torch.ones(1, 2)).sum())
    adam.step()
    return adam


def torch_state(**values: Any) -> dict[str, Any]:
    """The dict of PyTorch's own tutorial."""
    return {
        "epoch": 3,
        "model_state_dict": weights(),
        "optimizer_state_dict": optimizer().state_dict(),
        "loss": 0.5,
        **values,
    }


def lightning_state(**values: Any) -> dict[str, Any]:
    import torch

    monitor = {"monitor": "val_loss", "mode": "min"}
    return {
        "epoch": 3,
        "global_step": 100,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": weights(),
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
        "callbacks": {
            f"ModelCheckpoint{monitor}": {
                "monitor": "val_loss",
                "best_model_score": torch.tensor(0.125),
                "best_model_path": "/runs/best.ckpt",
                "current_score": torch.tensor(0.25),
                "best_k_models": {"/runs/best.ckpt": torch.tensor(0.125)},
            }
        },
        "optimizer_states": [optimizer().state_dict()],
        "lr_schedulers": [torch.optim.lr_scheduler.StepLR(optimizer(), 1).state_dict()],
        "MixedPrecision": {"scale": 65536.0},
        "hparams_name": "kwargs",
        "hyper_parameters": {"width": 8, "rate": 0.01, "layers": [8, 8], "bad": float("inf")},
        **values,
    }


def hugging_face_steps(folder: Path, step: int = 500) -> Iterator[Path]:
    """Write ``checkpoint-<step>`` and yield each of its files as soon as it is there."""
    import torch
    from safetensors.torch import save_file

    at = folder / f"checkpoint-{step}"
    at.mkdir(parents=True)
    (at / "config.json").write_text('{"model_type": "linear"}', encoding="utf-8")
    yield at / "config.json"
    save_file(weights(), at / "model.safetensors", metadata={"format": "pt"})
    yield at / "model.safetensors"
    torch.save({"a class": Path}, at / "training_args.bin")
    yield at / "training_args.bin"
    torch.save(optimizer().state_dict(), at / "optimizer.pt")
    yield at / "optimizer.pt"
    schedule = torch.optim.lr_scheduler.StepLR(optimizer(), 1)
    torch.save(schedule.state_dict(), at / "scheduler.pt")
    yield at / "scheduler.pt"
    states = {
        "python": random.getstate(),
        "numpy": np.random.get_state(),  # noqa: NPY002 - as the Trainer does
        "cpu": torch.random.get_rng_state(),
    }
    torch.save(states, at / "rng_state.pth")
    yield at / "rng_state.pth"
    history = [
        {"loss": 0.75, "grad_norm": 2.0, "epoch": 0.5, "step": 250},
        {"loss": 0.5, "grad_norm": float("nan"), "epoch": 1.0, "step": step},
        {"eval_loss": 0.25, "epoch": 1.0, "step": step},
    ]
    noted = {"global_step": step, "epoch": 1.5, "log_history": history, "best_metric": None}
    (at / "trainer_state.json").write_text(json.dumps(noted), encoding="utf-8")
    yield at / "trainer_state.json"


def write_hugging_face(folder: Path, step: int = 500) -> Path:
    """Write a whole ``checkpoint-<step>``."""
    return [*hugging_face_steps(folder, step)][-1].parent


def save(value: object, path: Path) -> Path:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, path)
    return path


def save_safetensors(path: Path, metadata: dict[str, str] | None = None) -> Path:
    from safetensors.torch import save_file

    save_file(weights(), path, metadata=metadata)
    return path
