"""Tabular models trained, judged, converted and promoted in Dagster, as networks are."""

import pytest

from frontier_assets_tests.tiny_project import MODEL, Project

HERE = "frontier_assets_tests.tabular_training"


@pytest.mark.feature("FRM-1")
@pytest.mark.parametrize("framework", ["sklearn", "xgboost", "lightgbm"])
def test_a_tabular_model_goes_from_training_to_production(project: Project, framework: str) -> None:
    project.change(
        framework=framework,
        training={"entrypoint": f"{HERE}:{framework}"},
        architecture={"inputs": {"x": ["batch", 4]}, "outputs": "probabilities"},
        datasets=[
            {"name": "train", "entrypoint": f"{HERE}:train_set"},
            {"name": "holdout", "entrypoint": f"{HERE}:holdout"},
        ],
        evaluation={"datasets": ["holdout"]},
    )
    number = project.train()
    assert project.run("build", partition=number).success
    assert project.promote(number, "staging").success
    assert project.promote(number, "production").success
    again = project.train()
    with project.workspace() as workspace:
        held = workspace.load(f"{MODEL}@production")
        assert held.version.number == number
        assert set(held.version.signature["objects"]) == {"model"}
        assert workspace.load_converted(f"{MODEL}@production", "onnx").version.number == number
        assert workspace.versions.get(f"{MODEL}@{again}").change == "patch"
