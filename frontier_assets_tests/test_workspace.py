import shutil
from pathlib import Path

import numpy as np
import pytest

import frontier_assets as fa
from frontier_assets.errors import (
    ArtifactNotFoundError,
    ConversionError,
    InvalidValueError,
    UnverifiedArtifactError,
    VersionNotFoundError,
)
from frontier_assets.upkeep.saving import Marks
from frontier_assets_tests.tiny_project import (
    MODEL,
    Project,
)

POINTS = {"point": np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]], np.float32)}


def test_a_released_version_predicts_and_its_conversion_agrees(project: Project) -> None:
    number = project.train()
    assert project.run("build", partition=number).success
    assert project.promote(number, "staging").success
    assert project.promote(number, "production").success
    with project.workspace() as workspace:
        original = workspace.load(f"{MODEL}@production")
        converted = workspace.load_converted(f"{MODEL}@production", "onnx")
        assert original.version.number == number
        assert original.signature["inputs"] == {"point": ["batch", 2]}
        assert original.predict(POINTS).argmax(axis=1).tolist() == [0, 1, 2]
        np.testing.assert_allclose(
            converted.predict(POINTS), original.predict(POINTS), atol=1e-4, rtol=1e-3
        )


def test_a_copy_predicts_as_its_original_did(project: Project, tmp_path: Path) -> None:
    ref = f"{MODEL}@{project.train()}"
    store = project.root / ".frontier" / "store"
    stores = {"default": f"file:{store}", "backup": f"file:{tmp_path}/backup"}
    with fa.Workspace.open(root=project.root, stores=stores) as workspace:
        before = workspace.load(ref).predict(POINTS)
        workspace.store.copy(ref, to="backup")
        shutil.rmtree(store)
        with pytest.raises(ArtifactNotFoundError, match="'default'"):
            workspace.load(ref)
        np.testing.assert_array_equal(workspace.load(ref, store="backup").predict(POINTS), before)


def test_what_nobody_holds_is_named(project: Project) -> None:
    project.train()
    with (
        project.workspace() as workspace,
        pytest.raises(VersionNotFoundError, match="'production' not found"),
    ):
        workspace.load(f"{MODEL}@production")


def test_a_conversion_without_proof_is_neither_loaded_nor_fetched(
    project: Project,
    tmp_path: Path,
) -> None:
    number = project.train()
    with project.workspace() as workspace:
        version = workspace.versions.get(f"{MODEL}@{number}")
        source = tmp_path / "model.onnx"
        source.write_bytes(b"not proved")
        stored = workspace.stores["default"].put_files({"model.onnx": source})
        workspace.registry.artifacts.add(
            MODEL,
            number,
            name="onnx",
            stored=Marks(workspace.registry.collection.marks()).stored(stored),
            members=["model.onnx"],
            details={"source_digest": version.digest},
            actor="ann",
        )
        with pytest.raises(UnverifiedArtifactError, match=f"'onnx' of {MODEL}@{number}"):
            workspace.load_converted(version.ref, "onnx")
        with pytest.raises(UnverifiedArtifactError):
            workspace.fetch(version.ref, tmp_path / "out", target="onnx")
    assert not (tmp_path / "out").exists()


def test_names_that_the_yaml_does_not_have_are_refused_with_those_it_has(project: Project) -> None:
    number = project.train()
    with project.workspace() as workspace:
        with pytest.raises(InvalidValueError, match="Data set 'moon' is not valid: one of holdout"):
            workspace.evaluate(f"{MODEL}@{number}", "moon")
        with pytest.raises(InvalidValueError, match="the YAML names: onnx"):
            workspace.convert(f"{MODEL}@{number}", "caffe")
        with pytest.raises(ConversionError, match="was not judged yet"):
            workspace.convert(f"{MODEL}@{number}", "onnx")


def test_the_package_imports_nothing_until_a_name_is_used() -> None:
    assert {"Dataset", "ModelLifecycle", "TrainingRun", "Workspace"} <= set(dir(fa))
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = fa.Nonsense
