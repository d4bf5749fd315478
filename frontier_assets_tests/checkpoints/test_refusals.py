"""Files from outside that would run code: refused before anything is stored or recorded."""

import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frontier_assets.errors import InvalidValueError, UntrustedContentError
from frontier_assets.specification import ModelSpecification
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.payload import Payload

SPECIFICATION: dict[str, Any] = {
    "name": "m",
    "task": "regression",
    "framework": "custom",
    "architecture": {"inputs": {"x": ["batch", 4]}},
    "datasets": [{"name": "sums", "entrypoint": "frontier_assets_tests.tabular:sums"}],
    "evaluation": {"datasets": ["sums"]},
}


def corrupted(path: Path, marker: Path) -> None:
    path.write_bytes(pickle.dumps(Payload(marker))[:-3] + b"\xff\xff\xff")


def pickled(path: Path, marker: Path) -> None:
    path.write_bytes(pickle.dumps(Payload(marker)))


def by_joblib(path: Path, marker: Path) -> None:
    import joblib

    joblib.dump(Payload(marker), path, compress=3)


def by_torch(path: Path, marker: Path) -> None:
    import torch

    torch.save({"weights": torch.ones(2), "extra": Payload(marker)}, path)


def program(path: Path, marker: Path) -> None:
    """Export a network and plant the payload among the examples, which loading unpickles."""
    import io
    import zipfile

    import torch

    exported = torch.export.export(torch.nn.Linear(2, 2), (torch.ones(3, 2),))
    torch.export.save(exported, path)
    planted = io.BytesIO()
    torch.save((Payload(marker),), planted)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            is_sample = name.endswith("sample_inputs/model.pt")
            archive.writestr(name, planted.getvalue() if is_sample else content)


HOSTILE: dict[str, Callable[[Path, Path], None]] = {
    "corrupted.pkl": corrupted,
    "corrupted.bin": corrupted,
    "model.pkl": pickled,
    "model.bin": pickled,
    "model.joblib": by_joblib,
    "renamed.onnx": by_joblib,
    "model.pt": by_torch,
    "model.safetensors": by_torch,
    "model.pt2": program,
    "renamed.zip": program,
}


def state_of(workspace: Workspace, folder: Path) -> tuple[object, ...]:
    models = [model.name for model in workspace.registry.models.list()]
    entries = [len(workspace.audit.entries(name)) for name in models]
    return sorted((folder / "store").rglob("*")), models, entries


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_changes(
    workspace: Workspace, tmp_path: Path, name: str, known: bool
) -> None:
    if known:
        workspace.record_policy(ModelSpecification.model_validate(SPECIFICATION))
    path, marker = tmp_path / "outside" / name, tmp_path / "it-ran"
    path.parent.mkdir()
    HOSTILE[name](path, marker)
    before = state_of(workspace, tmp_path)
    with pytest.raises(UntrustedContentError, match=r"safetensors.*`allow_pickle: true`"):
        workspace.versions.register("m", files={name: path})
    assert not marker.exists()
    assert state_of(workspace, tmp_path) == before


def planted(content: bytes) -> bytes:
    """Return a skops file whose estimator is to be another class."""
    import io
    import json
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"]) | {"__module__": "os", "__class__": "system"}
    parts["schema.json"] = json.dumps(schema).encode()
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return forged.getvalue()


@pytest.mark.parametrize(
    ("forge", "problem"),
    [
        (planted, r"a class that skops does not trust by itself: os\.system"),
        (lambda content: content[:100], "skops cannot read it"),
    ],
    ids=["planted", "cut"],
)
def test_an_estimator_that_could_not_be_loaded_is_refused_and_nothing_changes(
    workspace: Workspace, tmp_path: Path, forge: Callable[[bytes], bytes], problem: str
) -> None:
    import skops.io

    values = {**SPECIFICATION, "framework": "sklearn"}
    workspace.record_policy(ModelSpecification.model_validate(values))
    path = tmp_path / "outside"
    path.write_bytes(forge(skops.io.dumps(tabular.pipeline())))
    before = state_of(workspace, tmp_path)
    with pytest.raises(
        (UntrustedContentError, InvalidValueError), match=rf"File 'model\.skops' .*{problem}"
    ):
        workspace.versions.register("m", files={"model.skops": path})
    assert state_of(workspace, tmp_path) == before


def load_program(path: Path) -> None:
    import torch

    logging.disable()  # torch 2.13 words its warning about the fallback to pickle wrongly
    try:
        torch.export.load(path)
    finally:
        logging.disable(logging.NOTSET)


def load_torch(path: Path) -> None:
    import torch

    torch.load(path, weights_only=False)


LOADERS: dict[str, Callable[[Path], object]] = {
    "model.pkl": lambda path: pickle.loads(path.read_bytes()),
    "model.pt": load_torch,
    "model.pt2": load_program,
}


@pytest.mark.parametrize("name", LOADERS)
def test_the_payloads_of_these_tests_do_run_when_they_are_loaded(tmp_path: Path, name: str) -> None:
    path, marker = tmp_path / name, tmp_path / "it-ran"
    HOSTILE[name](path, marker)
    LOADERS[name](path)
    assert marker.exists()


def test_where_the_yaml_allows_pickle_the_file_is_stored_and_not_run(
    workspace: Workspace, tmp_path: Path
) -> None:
    allowing = ModelSpecification.model_validate({**SPECIFICATION, "allow_pickle": True})
    workspace.record_policy(allowing)
    path, marker = tmp_path / "model.pkl", tmp_path / "it-ran"
    pickled(path, marker)
    assert workspace.versions.register("m", files={"model.pkl": path}).number == "1.0.0"
    assert not marker.exists()
