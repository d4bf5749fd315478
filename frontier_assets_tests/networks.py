"""Networks that tests build by entrypoint, right ones and wrong ones."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

HERE = "frontier_assets_tests.networks"
_LIBRARIES: list[object] = []


def linear(*, outputs: int = 2, dtype: str = "float32") -> "torch.nn.Module":
    """From (rows, 3) to (rows, outputs)."""
    import torch

    return torch.nn.Linear(3, outputs, dtype=getattr(torch, dtype))


def normalised() -> "torch.nn.Module":
    """Behaves differently in training: each batch by its own mean."""
    import torch

    return torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Dropout(0.5))


def difference() -> "torch.nn.Module":
    """Takes two inputs whose order matters, and not in the alphabet's."""
    import torch

    class Difference(torch.nn.Module):
        def forward(self, minuend: "torch.Tensor", base: "torch.Tensor") -> "torch.Tensor":
            return minuend - base

    return Difference()


def pair() -> "torch.nn.Module":
    """Returns two tensors."""
    import torch

    class Pair(torch.nn.Module):
        def forward(self, x: "torch.Tensor") -> tuple["torch.Tensor", "torch.Tensor"]:
            return x, x

    return Pair()


def total() -> "torch.nn.Module":
    """Returns one number for a whole batch."""
    import torch

    class Total(torch.nn.Module):
        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return x.sum()

    return Total()


def first_two() -> "torch.nn.Module":
    """Takes every batch for one of two rows."""
    import torch

    class FirstTwo(torch.nn.Module):
        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return x.reshape(1, 6).reshape(2, 3)

    return FirstTwo()


def branching() -> "torch.nn.Module":
    """Decides by the data, which cannot be exported."""
    import torch

    class Branching(torch.nn.Module):
        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return x if x.sum() > 0 else -x

    return Branching()


def sparkling() -> "torch.nn.Module":
    """Uses an operator of its own, of which no exporter knows what it returns."""
    import torch

    if not hasattr(torch.ops.nobody, "sparkle"):
        library: Any = torch.library.Library("nobody", "DEF")  # type: ignore[no-untyped-call]  # PyTorch has no types there
        library.define("sparkle(Tensor x) -> Tensor")
        library.impl("sparkle", torch.clone, "CPU")
        _LIBRARIES.append(library)  # it lives as long as its object

    class Sparkling(torch.nn.Module):
        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            sparkled: torch.Tensor = torch.ops.nobody.sparkle(x)
            return sparkled

    return Sparkling()


def nothing() -> None:
    """Builds no network."""
