"""Which version a ref loads, and what is said of one that is not there."""

from pathlib import Path

import numpy as np
import pytest

from frontier_assets.workspace import Workspace
from frontier_assets_tests import tabular, tabular_yaml

INPUTS = {"x": tabular.points(20)}


@pytest.mark.feature("VER-9")
def test_without_a_version_the_latest_is_loaded(workspace: Workspace, tmp_path: Path) -> None:
    workspace.record_policy(tabular_yaml.custom("from_bytes"))
    for factor in (2, 3, 5):
        path = tmp_path / f"factor-{factor}"
        path.write_text(str(factor), encoding="utf-8")
        workspace.versions.register("m", files={"factor": path})
    loaded = workspace.load("m")
    assert loaded.version.sequence == 3
    np.testing.assert_allclose(loaded.predict(INPUTS), 5 * INPUTS["x"].sum(axis=1))


@pytest.mark.feature("VER-17")
@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("nonexistent_model", "Model 'nonexistent_model' not found in registry"),
        ("nonexistent_model@production", "Model 'nonexistent_model' not found in registry"),
        ("my_model@999", "Model 'my_model' version '999' not found"),
        ("my_model@9.9.9", "Model 'my_model' version '9.9.9' not found"),
        ("my_model", "Model 'my_model' version 'latest' not found"),
    ],
)
def test_what_is_not_there_is_a_value_error_in_these_words(
    workspace: Workspace, ref: str, text: str
) -> None:
    workspace.registry.models.ensure("my_model", actor="ann")
    for asked in (workspace.versions.get, workspace.load):
        with pytest.raises(ValueError, match="not found") as caught:
            asked(ref)
        assert str(caught.value) == text
