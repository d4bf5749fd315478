"""Packages that are missing, and packages that are older than the extra asks for."""

from pathlib import Path

import pytest

from frontier_assets.errors import MissingExtraError
from frontier_assets.predictors.packages import outdated, release_of, require_packages


def plant(folder: Path, name: str, version: str) -> None:
    """Put a package of this version before any other of its name."""
    (folder / f"{name}.py").write_text("", "utf-8")
    facts = folder / f"{name}-{version}.dist-info"
    facts.mkdir()
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (facts / "METADATA").write_text(text, "utf-8")


@pytest.mark.feature("CNV-11")
@pytest.mark.parametrize(
    ("extra", "name", "version", "says"),
    [
        ("openvino", "openvino", "2024.6.0", "'openvino>=2025.0', and 2024.6.0 is installed"),
        ("onnx", "onnxruntime", "1.2.0", "'onnxruntime>=1.20', and 1.2.0 is installed"),
    ],
)
def test_a_package_that_is_too_old_is_refused_with_what_is_asked_for(
    extra: str,
    name: str,
    version: str,
    says: str,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(tmp_path, name, version)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match=rf"{says}: pip install .*\[{extra}\]") as caught:
        require_packages("A feature", (name,), extra=extra)
    assert caught.value.installed == version


def test_a_package_that_came_under_another_name_is_not_judged_by_its_version() -> None:
    require_packages("A feature", ("json",), extra="onnx")


def test_what_is_new_enough_lacks_nothing() -> None:
    assert outdated("onnx", "1.18", extra="onnx") == ""
    assert outdated("onnx", "1.17.9", extra="onnx") == "onnx>=1.18"
    assert outdated("onnx", "0.1", extra="no_such_extra") == ""


@pytest.mark.parametrize("distribution", ["planted", "planted_cpu"])
def test_the_release_of_a_module_is_that_of_the_package_that_brings_it(
    distribution: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, distribution, "1.2.0")
    facts = tmp_path / f"{distribution}-1.2.0.dist-info"
    (facts / "top_level.txt").write_text("planted\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert release_of("planted") == "1.2.0"
