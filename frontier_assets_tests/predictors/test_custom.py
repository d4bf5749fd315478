"""Models of no framework through a workspace: bytes, entrypoints, callables and objects."""

from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import (
    EntrypointError,
    InvalidValueError,
    PredictionUnavailableError,
    UntrustedContentError,
)
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular
from frontier_assets_tests.tabular_yaml import custom, specification

X = tabular.points(60)


@pytest.mark.feature("FRM-4", "SYS-12")
def test_arbitrary_bytes_come_back_and_prediction_is_said_to_be_unavailable(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.record_policy(custom())
    content = np.random.default_rng(0).bytes(10_000)
    (tmp_path / "engine").write_bytes(content)
    version = workspace.versions.register("m", files={"sub/engine": tmp_path / "engine"})
    (path,) = workspace.fetch(version.ref, tmp_path / "out")
    assert path.read_bytes() == content
    with pytest.raises(
        PredictionUnavailableError,
        match=r"unavailable for m@1\.0\.0: it holds the files sub/engine.*`architecture\.entry",
    ):
        workspace.load(version.ref)
    with pytest.raises(PredictionUnavailableError):
        workspace.evaluate(version.ref, "sums")


@pytest.mark.feature("FRM-4")
def test_an_entrypoint_makes_a_predictor_of_files_and_of_a_state(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "factor").write_text("3", encoding="utf-8")
    workspace.record_policy(custom("from_bytes"))
    version = workspace.versions.register(
        "m", files={"factor": tmp_path / "factor"}, parameters={"factor": 2.0, "other": 1}
    )
    np.testing.assert_allclose(workspace.load(version.ref).predict({"x": X}), 6 * X.sum(axis=1))
    workspace.record_policy(custom("from_state"))
    version = workspace.versions.register("m", object={"weights": np.arange(4.0)})
    np.testing.assert_allclose(workspace.load(version.ref).predict({"x": X}), X @ np.arange(4.0))


@pytest.mark.feature("FRM-5")
@pytest.mark.parametrize(("model", "rmse"), [(tabular.total, 0.0), (tabular.Doubling(), 2.237)])
def test_a_callable_and_an_object_with_predict_are_evaluated(
    workspace: Workspace, model: object, rmse: float
) -> None:
    workspace.record_policy(custom(allow_pickle=True))
    version = workspace.versions.register("m", object=model)
    found = workspace.evaluate(version.ref, "sums").evaluation.metrics["rmse"]
    assert found == pytest.approx(rmse, abs=1e-3)


@pytest.mark.feature("FRM-5")
def test_what_can_neither_be_called_nor_predict_is_refused(workspace: Workspace) -> None:
    workspace.record_policy(custom(allow_pickle=True))
    version = workspace.versions.register("m", object={1, 2})
    with pytest.raises(PredictionUnavailableError, match="it holds a set and its YAML names no"):
        workspace.evaluate(version.ref, "sums")
    workspace.record_policy(custom("no_predictor"))
    version = workspace.versions.register("m", object={"w": 1})
    with pytest.raises(EntrypointError, match=r"no_predictor': returned int; expected a callable"):
        workspace.evaluate(version.ref, "sums")


@pytest.mark.feature("FRM-5")
@pytest.mark.parametrize(
    ("entrypoint", "error", "message"),
    [
        ("as_text", EntrypointError, "as_text': its prediction is list of <U4; expected an array"),
        ("too_few", InvalidValueError, r"too_few with shape \(1,\) .*one row for each of 60"),
        ("failing", EntrypointError, r"failing': RuntimeError: no such column \(tabular\.py line"),
    ],
)
def test_what_a_predictor_of_somebodys_own_returns_is_checked(
    workspace: Workspace, entrypoint: str, error: type[Exception], message: str
) -> None:
    workspace.record_policy(custom(entrypoint))
    version = workspace.versions.register("m", object={"w": 1})
    with pytest.raises(error, match=message):
        workspace.evaluate(version.ref, "sums")


@pytest.mark.feature("EVA-14", "FRM-3")
def test_a_recogniser_of_speech_returns_texts(workspace: Workspace) -> None:
    specified = specification(
        "custom",
        task="stt",
        architecture={"outputs": "texts", "entrypoint": f"{tabular.HERE}:as_text"},
        datasets=[{"name": "spoken", "entrypoint": f"{tabular.HERE}:spoken"}],
        evaluation={"datasets": ["spoken"]},
    )
    workspace.record_policy(specified)
    version = workspace.versions.register("m", object={"w": 1})
    found = workspace.evaluate(version.ref, "spoken").evaluation.metrics
    assert found == pytest.approx({"word_error_rate": 1 / 3, "character_error_rate": 5 / 13})


def test_the_current_yaml_can_withdraw_its_trust(workspace: Workspace) -> None:
    workspace.record_policy(custom(allow_pickle=True))
    version = workspace.versions.register("m", object=tabular.Doubling())
    workspace.record_policy(custom())
    with pytest.raises(UntrustedContentError, match="it is a pickle"):
        workspace.load(version.ref)
