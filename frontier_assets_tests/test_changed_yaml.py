"""A version keeps the YAML that it was registered under; the model's YAML goes on changing."""

from typing import Any

import pytest

from frontier_assets.errors import PredictionUnavailableError
from frontier_assets.specification import ModelSpecification
from frontier_assets.types import Outcome
from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular, tabular_yaml


def specification(framework: str, **changes: Any) -> ModelSpecification:
    return tabular_yaml.specification(framework, **{"conversions": [{"target": "onnx"}], **changes})


def test_a_version_is_converted_as_what_it_was_registered(workspace: Workspace) -> None:
    workspace.record_policy(specification("sklearn"))
    version = workspace.versions.register("m", object=tabular.pipeline())
    workspace.record_policy(specification("xgboost"))
    assert workspace.convert(version.ref, "onnx").proof.outcome is Outcome.PASSED


def test_a_version_that_the_corrected_yaml_cannot_reach_says_to_register_it_again(
    workspace: Workspace,
) -> None:
    workspace.record_policy(specification("xgboost"))
    version = workspace.versions.register("m", object=tabular.pipeline())
    with pytest.raises(PredictionUnavailableError, match=r"write the `framework` that it is of$"):
        workspace.load(version.ref)
    workspace.record_policy(specification("sklearn"))
    with pytest.raises(
        PredictionUnavailableError,
        match=r"for m@1\.0\.0: its saved model is a .*; the YAML has changed .* register it again",
    ):
        workspace.load(version.ref)
    workspace.versions.register("m", object=tabular.pipeline())
    assert workspace.load("m").predict(tabular.holdout().inputs).shape == (60, 2)
