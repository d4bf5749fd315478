"""In somebody else's project: the wheel, `dg scaffold`, one YAML and a module of their own."""

import json
import re
from pathlib import Path

import pytest

from frontier_assets_tests.end_to_end.other_project import (
    OtherProject,
    build_environment,
    build_wheel,
    create_project,
    edit,
)

pytestmark = pytest.mark.timeout(600)

COMPONENT = "frontier_assets.ModelLifecycle"
IRIS = "Tells three kinds of iris apart by four measurements of the flower."
FRESH = """
import json
import numpy as np
import frontier_assets as fa
from my_project.defs.wine.model import holdout

with fa.Workspace.open() as workspace:
    predictor = workspace.load("wine@production")
    predicted = predictor.predict(holdout().inputs)
    trained = np.load("trained.npy")
    print(json.dumps({
        "package": fa.__file__,
        "equal": bool(np.array_equal(predicted, trained)),
        "accuracy": float((predicted.argmax(axis=1) == holdout().targets).mean()),
    }))
"""


@pytest.fixture
def project(tmp_path: Path) -> OtherProject:
    venv = build_environment(tmp_path, build_wheel(tmp_path))
    return create_project(tmp_path, "my_project", venv)


def test_a_model_of_ones_own_reaches_production_by_yaml_and_module_alone(
    project: OtherProject,
) -> None:
    scaffold(project)
    # `flowers` stays as it was written; only training is asked for, sensors do the rest.
    told = json.loads(project.release("wine", "flowers").splitlines()[-1])
    assert told["location"] == "my_project"
    assert sorted(told["runs"], key=str) == sorted([*life("wine"), *life("flowers")], key=str)
    check_command_line(project)
    fresh = json.loads(project.done("python", "-c", FRESH).splitlines()[-1])
    assert Path(fresh["package"]).is_relative_to(project.venv)
    assert fresh["equal"]
    assert fresh["accuracy"] >= 0.9


def scaffold(project: OtherProject) -> None:
    project.done("dg", "scaffold", "defs", COMPONENT, "flowers")
    project.done("dg", "scaffold", "defs", COMPONENT, "wine", "--framework", "xgboost")
    edit_to_wine(project.package / "defs" / "wine")
    assert "validated successfully" in project.done("dg", "check", "yaml")
    assert "All definitions loaded" in project.done("dg", "check", "defs", cwd=project.package)
    refused = project.run("dg", "scaffold", "defs", COMPONENT, "Bad-Name")
    assert refused.returncode == 1
    assert "Error: Model name 'Bad-Name' is not valid: expected lower-case" in refused.stderr
    assert not (project.package / "defs" / "Bad-Name").exists()


def edit_to_wine(folder: Path) -> None:
    edit(
        folder / "model.py",
        {
            "iris data": "wine data",
            "load_iris": "load_wine",
            "    run.save(\n": (
                '    np.save("trained.npy", trees.predict_proba(holdout().inputs["features"]))\n'
                "    run.save(\n"
            ),
        },
    )
    edit(
        folder / "defs.yaml",
        {
            IRIS: "Tells three growers apart by thirteen measurements of their wine.",
            "[batch, 4]": "[batch, 13]",
            "classes: [setosa, versicolor, virginica]": "classes: [first, second, third]",
            "threshold: 0.85": "threshold: 0.9",
            "  #conversions:": "  conversions:",
            "  #  - target: onnx": "    - target: onnx",
        },
    )


def life(model: str) -> list[list[str | None]]:
    """Return job, status and sensor of every run between launch and production."""
    return [
        [f"{model}__train", "SUCCESS", None],
        [f"{model}__build", "SUCCESS", "new_versions"],
        [f"{model}__promote", "SUCCESS", "promotion"],
        [f"{model}__promote", "SUCCESS", "promotion"],
    ]


def check_command_line(project: OtherProject) -> None:
    for model in ("wine", "flowers"):
        shown = project.done("frontier", "show", f"{model}@production", cwd=project.package)
        assert f"{model}@1.0.0" in shown
    assert "minimum_accuracy" in project.done("frontier", "why", "wine@1.0.0")
    project.done("frontier", "fetch", "wine@production", "served", "--target", "onnx")
    assert (project.root / "served" / "model.onnx").is_file()
    registered = project.done("frontier", "register", "flowers", "--checkpoint", "best")
    (command,) = re.findall(r"dagster asset materialize .*", registered)
    assert "-d src -m my_project.definitions" in command
    # Its text is the shell's, as a reader would paste it.
    project.done("sh", "-c", command)
    assert "1.0.1" in project.done("frontier", "show", "flowers@latest")
