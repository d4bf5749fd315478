"""One file of ``torch.save``: a dict with the weights among its values, or the weights alone."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from typing_extensions import override

from frontier_assets.checkpoints.discovery.layout import Content, Layout, as_count, metrics_of
from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.torch_file import read_torch_file
from frontier_assets.errors import InvalidValueError

_SUFFIXES = (".pt", ".pth", ".pt.tar", ".pth.tar")
WEIGHTS = "model"
# Where trainers keep the weights, in the order in which they are looked for.
_WEIGHTS = (WEIGHTS, "model_state_dict", "state_dict", "model_state", "network", "net", "weights")
_STEPS = ("global_step", "step", "iteration", "iter")
_COUNTS = (*_STEPS, "epoch")


class TorchFile(Layout):
    """``epoch_3.pt`` and the like."""

    @override
    def location_of(self, path: PurePosixPath) -> PurePosixPath | None:
        return path if path.name.endswith(_SUFFIXES) else None

    @override
    def read(self, folder: Path, location: PurePosixPath, policy: ObjectPolicy) -> Content:
        value = read_torch_file(folder / location, str(location), policy=policy)
        return content_of(value, str(location))


def content_of(value: object, name: str) -> Content:
    """Return what a file holds that torch has read; ``name`` is what messages call it.

    Raises:
        InvalidValueError: it has no weights.
    """
    value = _weights_of(value)
    if isinstance(value, Mapping) and value and all(map(_is_tensor, value.values())):
        return Content({WEIGHTS: value})
    found = [key for key in _WEIGHTS if isinstance(value, Mapping) and key in value]
    if not isinstance(value, Mapping) or not found:
        held = ", ".join(map(str, value)) if isinstance(value, Mapping) else type(value).__name__
        expected = f"expected weights, or a dict that has them under one of {', '.join(_WEIGHTS)}"
        raise InvalidValueError("File", name, f"{expected}; it holds {held[:200] or 'nothing'}")
    rest = {key: item for key, item in value.items() if key != found[0]}
    given = rest.get("metrics")
    numbers = {key: item for key, item in rest.items() if key not in _COUNTS and _is_float(item)}
    return Content(
        {WEIGHTS: _weights_of(value[found[0]]), **rest},
        step=next((as_count(value[key]) for key in _STEPS if key in value), None),
        epoch=as_count(value.get("epoch")),
        metrics=metrics_of({**numbers, **(given if isinstance(given, Mapping) else {})}),
    )


def _weights_of(value: Any) -> Any:  # noqa: ANN401 - whatever torch has read
    """Return the weights of a whole network, which only a pickle can be; anything else as it is."""
    import torch

    return value.state_dict() if isinstance(value, torch.nn.Module) else value


def _is_tensor(value: object) -> bool:
    import torch

    return isinstance(value, torch.Tensor)


def _is_float(value: Any) -> bool:  # noqa: ANN401 - whatever torch has read
    """Tell whether a value is a measured number: counts and settings are mostly whole ones."""
    if _is_tensor(value):
        return bool(value.dim() == 0 and value.is_floating_point())
    return isinstance(value, float)
