"""User code that goes wrong in every way that a step has to survive; the tiny model otherwise."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from frontier_assets import Dataset, TrainingRun
from frontier_assets_tests import tiny_model

if TYPE_CHECKING:
    import torch

POINTS = np.zeros((4, 2), np.float32)
CLASSES = np.array([0, 1, 2, 0])


def data_raises() -> Dataset:
    raise KeyError("petal_width")


def data_exits() -> Dataset:
    raise SystemExit(3)


def data_is_a_dictionary() -> Any:
    return {"point": POINTS}


def data_without_inputs() -> Dataset:
    return Dataset({}, CLASSES)


def data_without_rows() -> Dataset:
    return Dataset({"point": POINTS[:0]}, CLASSES[:0])


def data_of_unequal_rows() -> Dataset:
    return Dataset({"point": POINTS}, CLASSES[:3])


def data_of_objects() -> Dataset:
    return Dataset({"point": np.array([["a", None]] * 4, dtype=object)}, CLASSES)


def data_in_a_list() -> Dataset:
    return Dataset({"point": POINTS}, [0, 1, 2, 0])  # type: ignore[arg-type]


def data_without_a_gap_in_sight() -> Dataset:
    point = tiny_model.train_set().inputs["point"].copy()
    point[2, 1] = math.nan
    return Dataset({"point": point}, tiny_model.train_set().targets)


def train_raises(run: TrainingRun) -> None:
    raise RuntimeError(f"no memory for {run.model}")


def train_saves_nothing(run: TrainingRun) -> None:
    run.log({"loss": 1.0})


def train_saves_nan(run: TrainingRun) -> None:
    run.save(step=0, state={"model": build().state_dict()}, metrics={"loss": math.nan})


def train_saves_a_function(run: TrainingRun) -> None:
    run.save(step=0, state={"model": train_saves_nothing})


def train_saves_no_loss(run: TrainingRun) -> None:
    run.save(step=0, state={"model": build().state_dict()}, metrics={"accuracy": 1.0})


def train_saves_a_negative_step(run: TrainingRun) -> None:
    run.save(step=-1, state={"model": build().state_dict()})


def build(**_: Any) -> "torch.nn.Module":
    return tiny_model.build()


def build_raises(**_: Any) -> "torch.nn.Module":
    raise ValueError("width is -1; expected at least 1")


def build_is_a_number(**_: Any) -> Any:
    return 3


def build_is_wider(**_: Any) -> "torch.nn.Module":
    import torch

    class Wider(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 5)

    return Wider()


def _changed(change: str) -> "torch.nn.Module":
    import torch

    class Changed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 3)

        def forward(self, point: "torch.Tensor") -> Any:
            logits = self.layer(point)
            return {
                "rows": logits[:-1],
                "classes": logits[:, :2],
                "nan": torch.where(torch.arange(len(logits))[:, None] == 5, math.nan, logits),
                "text": "sunny",
                "raises": logits if change != "raises" else logits @ logits,
            }[change]

    return Changed()


def predicts_too_few_rows(**_: Any) -> "torch.nn.Module":
    return _changed("rows")


def predicts_too_few_classes(**_: Any) -> "torch.nn.Module":
    return _changed("classes")


def predicts_nan(**_: Any) -> "torch.nn.Module":
    return _changed("nan")


def predicts_text(**_: Any) -> "torch.nn.Module":
    return _changed("text")


def predicts_nothing_but_an_error(**_: Any) -> "torch.nn.Module":
    return _changed("raises")
