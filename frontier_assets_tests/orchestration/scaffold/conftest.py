from pathlib import Path

import pytest

from frontier_assets_tests.generated_project import GeneratedProject, generate_project


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GeneratedProject:
    return generate_project(tmp_path, monkeypatch)
