import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import ValidationError

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets_tests.tiny_project import PROJECT, Project, tiny_attributes


def load(**changes: Any) -> ModelLifecycle:
    return ModelLifecycle.from_attributes_dict(attributes=tiny_attributes(**changes))


def test_the_graph_has_the_agreed_names(project: Project) -> None:
    graph = project.defs.resolve_asset_graph()
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == {
        "tiny/data/train",
        "tiny/data/holdout",
        "tiny/training",
        "tiny/checkpoint",
        "tiny/version",
        "tiny/evaluation/holdout",
        "tiny/onnx",
        "tiny/comparison",
        "tiny/model_card",
        "tiny/staging",
        "tiny/production",
    }
    jobs = {job.name for job in project.defs.resolve_all_job_defs()} - {"__ASSET_JOB"}
    names = ("train", "build", "promote", "rollback", "retention")
    stores = {"store__backup", "store__collect", "store__verify"}
    assert jobs == {f"tiny__{name}" for name in names} | stores
    sensors = {sensor.name for sensor in project.defs.sensors or []}
    assert sensors == {"new_checkpoints", "new_versions", "promotion", "run_failure_alerts"}


def test_the_build_tag_selects_exactly_what_a_build_makes(project: Project) -> None:
    graph = project.defs.resolve_asset_graph()
    selected = dg.AssetSelection.tag("frontier/build", "tiny").resolve(graph)
    names = {"version", "evaluation", "onnx", "comparison", "model_card"}
    assert {key.path[1] for key in selected} == names


def test_stages_cannot_be_materialised(project: Project) -> None:
    graph = project.defs.resolve_asset_graph()
    executable = {key.to_user_string() for key in graph.executable_asset_keys}
    assert not executable & {"tiny/staging", "tiny/production", "tiny/checkpoint"}


def test_critical_gates_block_and_warnings_do_not() -> None:
    gate = {"dataset": "holdout", "metric": "accuracy", "threshold": 0.9}
    gates = [{**gate, "name": "a"}, {**gate, "name": "b", "severity": "warning"}]
    component = load(gates=gates)
    defs = component.build_defs(dg.ComponentTree.for_test().load_context)
    checks = {
        spec.name: spec.blocking
        for asset in defs.assets or []
        if isinstance(asset, dg.AssetsDefinition)
        for spec in asset.check_specs
        if spec.asset_key.path[1] != "data"
    }
    assert checks == {"a": True, "b": False, "parity": True, "latency": False}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nonsense": 1}, "Extra inputs are not permitted"),
        ({"ab_test": {"metric": "latency_ms"}}, "Direction of metric 'latency_ms'"),
        ({"ab_test": {"schedule": "hourly"}}, "schedule 'hourly' is not valid"),
        ({"ab_test": {"alpha": 1}}, "less than 1"),
        ({"ab_test": {"secondary": ["accuracy"]}}, "names 'accuracy' twice"),
        ({"retention": {"checkpoints": {"keep_best": 0}}}, "greater than or equal to 1"),
        ({"retention": {"checkpoints": {"keep_recent": True}}}, "valid integer"),
        ({"retention": {"rules": [{}]}}, "a rule has to keep something"),
        (
            {"retention": {"checkpoints": {"keep_best": 1, "metric": "accuracy"}}},
            "Retention metric 'accuracy' is not valid: write its `direction`",
        ),
        (
            {"retention": {"schedule": "61 * * * *"}},
            r"schedule '61 \* \* \* \*' is not valid: expected the five fields of cron",
        ),
        ({"monitoring": {}}, "section `monitoring` is not available in this release"),
        ({"deployments": []}, "section `deployments` is not available in this release"),
        ({"publish": []}, "section `publish` is not available in this release"),
        (
            {"promotion": {"production": {"after": ["ab_test"]}}},
            "`promotion` waits for `ab_test`, and there is no such section",
        ),
        ({"name": "Tiny-Model"}, "Model name 'Tiny-Model' is not valid"),
        ({"name": "a__b"}, "Model name 'a__b' is not valid"),
        ({"framework": "caffe"}, "Input should be 'pytorch', 'sklearn'"),
        (
            {"conversions": [{"target": "caffe"}]},
            "unknown conversion target 'caffe'; known: exported, onnx, onnx_fp16",
        ),
        (
            {"conversions": [{"target": "saved_model"}]},
            "unknown conversion target 'saved_model'; a SavedModel is a graph of TensorFlow's own",
        ),
        ({"framework": "SavedModel"}, "framework 'SavedModel': a SavedModel is a graph of"),
        ({"framework": "custom"}, "'onnx' knows no models of custom, only of pytorch, tensorflow"),
        ({"gates": [{"dataset": "holdout", "metric": "accuracy"}]}, "needs either `threshold`"),
        (
            {"gates": [{"dataset": "train", "metric": "accuracy", "threshold": 1}]},
            "names data set 'train'; `evaluation.datasets` has holdout",
        ),
        (
            {"gates": [{"dataset": "holdout", "metric": "f1_macro", "threshold": 1}]},
            "names metric 'f1_macro'; `evaluation.metrics` has accuracy, log_loss",
        ),
        (
            {"gates": [{"dataset": "holdout", "metric": "accuracy", "threshold": 0.5}] * 2},
            "gate 'holdout/accuracy_at_least' is given twice",
        ),
        (
            {"gates": [{"dataset": "holdout", "metric": "accuracy", "threshold": float("nan")}]},
            "finite number",
        ),
        (
            {"evaluation": {"datasets": ["holdout"], "metrics": ["beauty"]}, "gates": []},
            "Metric 'beauty' is not valid: expected one of accuracy",
        ),
        (
            {"evaluation": {"datasets": ["holdout"], "metrics": ["rmse"]}, "gates": []},
            "it needs values and `architecture.outputs` is logits",
        ),
        (
            {"gates": [{"dataset": "holdout", "metric": "accuracy", "threshold": 95}]},
            "Threshold of gate 'accuracy_at_least' 95.0 is not valid: accuracy lies between 0 and",
        ),
        (
            {"evaluation": {"datasets": ["train"], "metrics": ["accuracy"]}, "gates": []},
            "a model is not judged on what it was trained on",
        ),
    ],
)
def test_a_yaml_that_cannot_work_is_refused_with_what_was_expected(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        load(**changes)


def test_an_entrypoint_that_does_not_exist_is_refused_without_executing_anything() -> None:
    training = {"entrypoint": "frontier_assets_tests.tiny_model:trainn"}
    with pytest.raises(Exception, match="defines no 'trainn'; near names: train"):
        load(training=training)


@pytest.mark.feature("FRM-2")
def test_a_model_of_a_framework_that_is_not_accepted_is_refused_at_load(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_FRAMEWORKS", "tensorflow,torch,sklearn,xgboost")
    project.change()
    boosted = {"inputs": {"point": ["batch", 2]}, "outputs": "probabilities"}
    message = (
        "Model 'tiny': is written in the framework 'lightgbm'; "
        "FRONTIER_FRAMEWORKS accepts pytorch, sklearn, xgboost, tensorflow here"
    )
    with pytest.raises(SettingsError) as refused:
        project.change(framework="lightgbm", architecture=boosted, conversions=[])
    assert str(refused.value) == message


@pytest.mark.feature("FRM-2")
def test_a_misspelt_framework_in_the_setting_stops_the_location(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTIER_FRAMEWORKS", "pytroch")
    with pytest.raises(SettingsError, match="unknown framework 'pytroch'; known are pytorch, "):
        project.change()


@pytest.mark.feature("STO-16")
def test_an_unknown_store_is_refused_at_load_with_the_known_ones(project: Project) -> None:
    with pytest.raises(Exception, match="names the store 'elsewhere'; FRONTIER_STORES has default"):
        project.change(storage="elsewhere")


def test_definitions_load_in_an_empty_environment_without_torch_or_user_code(
    tmp_path: Path,
) -> None:
    code = (
        "import sys, frontier_assets.definitions as d; d.defs.resolve_asset_graph();"
        "bad = {'torch', 'onnx', 'onnxruntime', 'sklearn', 'matplotlib', 'pandas',"
        " 'cryptography',"
        " 'frontier_assets.defs.digits_classifier.model'} & set(sys.modules);"
        "assert not bad, bad"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", code]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, timeout=120)
