"""What cannot be converted, through a workspace: a typed error that says what to do, no bytes."""

from typing import Any

import numpy as np
import pytest

from frontier_assets import entrypoints
from frontier_assets.dataset import Dataset
from frontier_assets.errors import (
    ConversionError,
    EntrypointError,
    FrontierAssetsError,
    InvalidValueError,
)
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace
from frontier_assets_tests import networks

HERE = "frontier_assets_tests.conversion.test_refusals"
X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
CLASSES = np.arange(20) % 2


def holdout() -> Dataset:
    return Dataset(inputs={"x": X}, targets=CLASSES)


def wider() -> Dataset:
    return Dataset(inputs={"x": np.ones((20, 4), np.float32)}, targets=CLASSES)


def mislabelled() -> Dataset:
    return Dataset(inputs={"x": X}, targets=CLASSES + 4)


def empty() -> Dataset:
    return Dataset(inputs={"x": X[:0]}, targets=CLASSES[:0])


def huge() -> Dataset:
    return Dataset(inputs={"x": np.full((20, 3), 3e38, np.float32)}, targets=CLASSES)


def eigenvalues() -> Any:
    """Build a network with an operator that ONNX does not have."""
    import torch

    class Eigenvalues(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(2))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            square = x[:, :2, None] * x[:, None, :2]
            found: torch.Tensor = torch.linalg.eigvalsh(square) * self.weight
            return found

    return Eigenvalues()


def yaml(dataset: str = "holdout", **changes: Any) -> ModelSpecification:
    values = {
        "name": "m",
        "task": "classification",
        "architecture": {
            "entrypoint": f"{networks.HERE}:linear",
            "inputs": {"x": ["batch", 3]},
            "outputs": "logits",
        },
        "datasets": [{"name": "holdout", "entrypoint": f"{HERE}:{dataset}"}],
        "evaluation": {"datasets": ["holdout"], "metrics": ["accuracy"]},
        "conversions": [{"target": "onnx"}],
        **changes,
    }
    return ModelSpecification.model_validate(values)


def other_network(name: str) -> dict[str, Any]:
    return {"entrypoint": name, "inputs": {"x": ["batch", 3]}, "outputs": "logits"}


def ones(network: Any) -> Any:
    """Return its weights, all of them 1, so that large inputs overflow."""
    return {name: tensor * 0 + 1 for name, tensor in network.state_dict().items()}


CUSTOM: dict[str, Any] = {
    "framework": "custom",
    "architecture": other_network(f"{HERE}:eigenvalues"),
}
EIGENVALUES: dict[str, Any] = {"architecture": other_network(f"{HERE}:eigenvalues")}
CASES: dict[str, tuple[ModelSpecification, type[FrontierAssetsError], str]] = {
    "wrong shapes": (
        yaml("wider"),
        InvalidValueError,
        r"Input 'x' .* with shape \(20, 4\) .*expected \['batch', 3\]",
    ),
    "missing calibration data": (
        yaml(conversions=[{"target": "onnx_int8"}]),
        ConversionError,
        "write `calibration: DATASET` beside the target",
    ),
    "unsupported operator": (yaml(**EIGENVALUES), ConversionError, r"aten\._?linalg_eigh"),
    "unsupported pair of formats": (
        yaml(**CUSTOM),
        InvalidValueError,
        "models of custom have no converter to it, pytorch.* do",
    ),
    "larger than a limit": (
        yaml(conversions=[{"target": "onnx", "memory_limit_gib": 0.05}]),
        ConversionError,
        r"GiB of memory, allowed 0\.05.*raise `conversions\[\]\.memory_limit_gib`",
    ),
    "NaN outputs": (
        yaml("huge"),
        ConversionError,
        "itself returns NaN or infinity for 20 of 20 examples, e.g. number 0: mend it, or take",
    ),
    "empty data set": (yaml("empty"), EntrypointError, "expected at least one example"),
    "label mismatch": (
        yaml("mislabelled"),
        InvalidValueError,
        r"Target classes \(4, 5\) .*expected 0 to 1, as the network has 2 outputs",
    ),
}


@pytest.mark.feature("CNV-1", "CNV-3")
@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_the_remedy_and_nothing_is_stored(
    workspace: Workspace, case: str
) -> None:
    specification, error, message = CASES[case]
    workspace.record_policy(specification)
    assert specification.architecture.entrypoint
    network = entrypoints.call(specification.architecture.entrypoint)
    version = workspace.versions.register("m", object=ones(network))
    before = list(workspace.stores["default"].blobs.list())
    with pytest.raises(error, match=message):
        workspace.convert(version.ref, specification.conversions[0].target)
    assert workspace.registry.artifacts.list("m", version.number) == []
    assert list(workspace.stores["default"].blobs.list()) == before
