"""Every framework through a workspace: saved, registered and loaded again in a fresh process."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from frontier_assets.errors import (
    EntrypointError,
    InvalidValueError,
    MissingExtraError,
    MissingModuleError,
    PredictionUnavailableError,
    UntrustedContentError,
)
from frontier_assets.predictors import packages
from frontier_assets.specification import FRAMEWORKS
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.tabular_yaml import specification

OWN = "frontier_assets_tests.own_estimator.Multiply"
X = tabular.points(60)


def in_a_fresh_process(folder: Path, *, path: str = "") -> subprocess.CompletedProcess[str]:
    """Load m@latest in another process and save what it predicts for `X` beside the registry."""
    code = f"""
import numpy as np
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.tabular_yaml import specification
with Workspace.open(registry_url="sqlite:///{folder}/registry.db",
                    stores={{"default": "file:{folder}/store"}}) as workspace:
    found = workspace.load("m@latest").predict({{"x": tabular.points(60)}})
np.save("{folder}/predicted.npy", found, allow_pickle=False)
"""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"OMP_NUM_THREADS": "1", "PATH": "/usr/bin", "PYTHONPATH": path},
    )


def network() -> Any:
    import torch

    torch.manual_seed(0)
    return torch.nn.Linear(4, 2, dtype=torch.float64)


def build() -> Any:
    return network()


HERE = "frontier_assets_tests.test_frameworks"
VALUES = {"task": "regression"}
ROUND_TRIPS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "pytorch": (network, {"architecture": {"entrypoint": f"{HERE}:build", "outputs": "logits"}}),
    "sklearn": (tabular.forest, {}),
    "xgboost": (tabular.xgboost_classifier, {}),
    "lightgbm": (tabular.lightgbm_classifier, {}),
    "onnx": (tabular.graph, {"architecture": {"outputs": "values"}, **VALUES}),
    "custom": (
        tabular.Doubling,
        {"architecture": {"outputs": "values"}, "allow_pickle": True, **VALUES},
    ),
}


@pytest.mark.feature("FRM-1")
@pytest.mark.parametrize("framework", [name for name in FRAMEWORKS if name in ROUND_TRIPS])
def test_a_version_predicts_the_same_bits_in_a_fresh_process(
    workspace: Workspace, tmp_path: Path, framework: str
) -> None:
    make, changes = ROUND_TRIPS[framework]
    workspace.record_policy(specification(framework, **changes))
    model = make()
    state = model.state_dict() if framework == "pytorch" else model
    workspace.checkpoints.save("m", run="r", step=1, state={"model": state, "step": 1})
    workspace.versions.register("m", checkpoint="latest")
    here = workspace.load("m@latest").predict({"x": X})
    ended = in_a_fresh_process(tmp_path)
    assert ended.returncode == 0, ended.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "predicted.npy"), here, strict=True)
    registered = workspace.versions.register("m", object=model)
    assert registered.change_reason == "a retrain of the same recipe"
    np.testing.assert_array_equal(
        workspace.load(registered.ref).predict({"x": X}), here, strict=True
    )


@pytest.mark.feature("FRM-1")
@pytest.mark.parametrize("framework", ["torch", "scikit-learn", "keras"])
def test_other_spellings_are_the_same_framework(framework: str) -> None:
    entrypoint = {"entrypoint": f"{HERE}:build"} if framework == "torch" else {}
    found = specification(framework, architecture=entrypoint).framework
    names = {"torch": "pytorch", "scikit-learn": "sklearn", "keras": "tensorflow"}
    assert found == names[framework]


@pytest.mark.feature("FRM-1")
def test_other_frameworks_are_refused_with_those_there_are() -> None:
    known = "'pytorch', 'sklearn', 'xgboost', 'lightgbm', 'onnx', 'custom' or 'tensorflow'"
    with pytest.raises(ValidationError, match=known):
        specification("caffe")


@pytest.mark.feature("CNV-3")
@pytest.mark.parametrize(
    ("name", "instead"),
    [("saved_model", "`.keras`"), ("SavedModel", "tf2onnx"), ("torchscript", "`exported`")],
)
def test_a_format_that_is_refused_says_what_takes_its_place(name: str, instead: str) -> None:
    with pytest.raises(ValidationError, match=rf"framework '{name}': .*{instead}"):
        specification(name)


@pytest.mark.feature("FRM-1")
def test_a_framework_that_is_not_installed_names_its_extra(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.record_policy(specification("xgboost"))
    version = workspace.versions.register("m", object=tabular.xgboost_classifier())
    monkeypatch.setattr("frontier_assets.codecs.objects.find_spec", lambda _: None)
    monkeypatch.setattr(packages, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"needs 'xgboost'.*frontier_assets\[xgboost\]"):
        workspace.load(version.ref)


FILES: dict[str, tuple[str, Callable[[], bytes], dict[str, Any]]] = {
    "skops": ("sklearn", lambda: skops_bytes(tabular.pipeline()), {}),
    "ubj": ("xgboost", lambda: xgboost_bytes("ubj"), {}),
    "json": ("xgboost", lambda: xgboost_bytes("json"), {}),
    "txt": (
        "lightgbm",
        lambda: tabular.lightgbm_classifier().booster_.model_to_string().encode(),
        {},
    ),
    "onnx": ("onnx", lambda: bytes(tabular.graph().SerializeToString()), {}),
}


def skops_bytes(model: Any) -> bytes:
    import skops.io

    return bytes(skops.io.dumps(model))


def xgboost_bytes(form: str) -> bytes:
    return bytes(tabular.xgboost_classifier().get_booster().save_raw(form))


@pytest.mark.feature("FRM-1")
@pytest.mark.parametrize("suffix", FILES)
def test_a_file_of_the_framework_is_a_version_that_predicts(
    workspace: Workspace, tmp_path: Path, suffix: str
) -> None:
    framework, content, changes = FILES[suffix]
    workspace.record_policy(specification(framework, **changes))
    path = tmp_path / f"anything.{suffix}"
    path.write_bytes(content())
    version = workspace.versions.register("m", files={f"model.{suffix}": path})
    assert workspace.load(version.ref).predict({"x": X}).shape[0] == len(X)
    fetched = workspace.fetch(version.ref, tmp_path / "out")
    assert [item.read_bytes() for item in fetched] == [path.read_bytes()]


def test_a_model_fetched_is_a_model_that_can_be_registered(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.record_policy(specification("sklearn"))
    version = workspace.versions.register("m", object=tabular.pipeline())
    (path,) = workspace.fetch(version.ref, tmp_path / "out")
    assert path.name == "model.skops"
    again = workspace.versions.register("m", files={path.name: path})
    np.testing.assert_array_equal(
        workspace.load(again.ref).predict({"x": X}), workspace.load(version.ref).predict({"x": X})
    )


def test_a_retrain_of_an_object_is_a_patch_and_another_class_is_major(workspace: Workspace) -> None:
    workspace.record_policy(specification("sklearn", trusted_types=["sklearn.tree._tree.Tree"]))
    from sklearn.linear_model import LogisticRegression

    made = [LogisticRegression().fit(X[:n], tabular.classes(X[:n])) for n in (20, 60)]
    found = [workspace.versions.register("m", object=item) for item in (*made, tabular.forest())]
    assert [item.number for item in found] == ["1.0.0", "1.0.1", "2.0.0"]
    assert found[0].signature["objects"] == {
        "model": "sklearn.linear_model._logistic.LogisticRegression"
    }
    assert "RandomForestClassifier" in found[2].change_reason


def test_the_environment_names_the_frameworks_that_are_there(workspace: Workspace) -> None:
    environment = workspace.versions.register("m", object={"w": np.ones(2)}).environment
    assert {"skops", "lightgbm", "onnx"} <= set(environment)
    assert environment["skops"] != "unknown"


def test_a_model_of_another_framework_than_the_yaml_names_is_refused(workspace: Workspace) -> None:
    workspace.record_policy(specification("sklearn"))
    version = workspace.versions.register("m", object=tabular.xgboost_classifier())
    with pytest.raises(
        PredictionUnavailableError, match=r"m@1\.0\.0: its saved model is a xgboost\.sklearn\.XGBCl"
    ):
        workspace.load(version.ref)


@pytest.mark.feature("FRM-1")
def test_a_trusted_class_whose_module_is_missing_is_named_in_a_fresh_process(
    workspace: Workspace, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "their_module.py").write_text(
        "from sklearn.linear_model import LogisticRegression\n"
        "class Own(LogisticRegression): pass\n"
        "def build(content): return lambda inputs: inputs['x'][:, 0]\n",
        encoding="utf-8",
    )
    workspace.record_policy(specification("sklearn", trusted_types=["their_module.Own"]))
    sys.path.insert(0, str(code))
    try:
        import their_module  # type: ignore[import-not-found]  # written above

        workspace.versions.register("m", object=their_module.Own().fit(X, tabular.classes(X)))
    finally:
        sys.path.remove(str(code))
        sys.modules.pop("their_module", None)
    with pytest.raises(MissingModuleError, match="needs the module 'their_module'"):
        workspace.load("m@latest")
    assert "MissingModuleError" in in_a_fresh_process(tmp_path).stderr
    assert in_a_fresh_process(tmp_path, path=str(code)).returncode == 0


@pytest.mark.feature("FRM-1")
@pytest.mark.parametrize("framework", ["pytorch", "custom"])
def test_an_entrypoint_whose_module_is_missing_is_named(
    workspace: Workspace, framework: str
) -> None:
    workspace.record_policy(
        specification(framework, architecture={"entrypoint": "not_there.model:build"})
    )
    version = workspace.versions.register("m", object={"w": np.ones(4)})
    with pytest.raises(EntrypointError, match="no module 'not_there'"):
        workspace.load(version.ref)


def test_an_object_that_the_yaml_does_not_allow_leaves_nothing_behind(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.record_policy(specification("sklearn"))
    before = sorted((tmp_path / "store").rglob("*"))
    with pytest.raises(UntrustedContentError, match=rf"`trusted_types: \[{OWN}\]`"):
        workspace.versions.register("m", object=tabular.scaler())
    with pytest.raises(InvalidValueError, match="`allow_pickle: true`"):
        workspace.checkpoints.save("m", run="r", step=1, state={"model": tabular.total})
    assert sorted((tmp_path / "store").rglob("*")) == before
    assert workspace.versions.list("m") == []
