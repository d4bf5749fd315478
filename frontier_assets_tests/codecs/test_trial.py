"""Damaged files of libraries that end the process are refused, and this process goes on."""

from pathlib import Path

import pytest

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.trial import refuse_unreadable
from frontier_assets.errors import InvalidValueError
from frontier_assets_tests import tabular


def booster_text() -> str:
    return str(tabular.lightgbm_classifier().booster_.model_to_string())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.ubj", b"", "neither UBJSON nor JSON"),
        ("model.json", b'{"learner"', "XGBoost cannot read it"),
        ("model.txt", b"nonsense", "does not begin as a model of LightGBM's"),
        (
            "model.txt",
            booster_text().replace("leaf_value=", "leaf_vlue=", 1).encode(),
            "lightgbm ends the process|LightGBM cannot read it",
        ),
    ],
)
def test_a_damaged_file_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    codec = "lightgbm" if name.endswith(".txt") else "xgboost"
    with pytest.raises(InvalidValueError, match=rf"File '{name}' .*({message}).*again"):
        refuse_unreadable(codec, {name: path}, ObjectPolicy())


def test_an_intact_file_and_files_of_other_names_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text(booster_text(), encoding="utf-8")
    (tmp_path / "labels").write_text("cat", encoding="utf-8")
    refuse_unreadable(
        "lightgbm", {name: tmp_path / name for name in ("model.txt", "labels")}, ObjectPolicy()
    )
    refuse_unreadable("custom", {"model.txt": tmp_path / "labels"}, ObjectPolicy())
