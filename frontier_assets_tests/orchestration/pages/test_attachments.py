"""What is attached to a version, on the page of its model card."""

import base64
from pathlib import Path

import dagster as dg
import pytest

from frontier_assets_tests.tiny_project import MODEL, Project

PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.mark.feature("STO-18", "STO-19")
@pytest.mark.usefixtures("unconverted")
def test_attached_pictures_are_seen_and_all_files_listed(project: Project, tmp_path: Path) -> None:
    ref = f"{MODEL}@{project.train()}"
    contents = {"confusion_matrix.png": PNG, "big.png": PNG + bytes(1 << 20), "run.log": b"done"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    with project.workspace() as workspace:
        workspace.versions.attach(ref, {n: tmp_path / n for n in contents}, kind="confusion_matrix")
    result = project.run("build", partition=ref.partition("@")[2])
    (card,) = (
        event.materialization
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey([MODEL, "model_card"])
    )
    listed = str(card.metadata["attachments"].value)
    assert [name for name in contents if name in listed] == [*contents]
    shown = {name for name in card.metadata if name.startswith("attached_")}
    assert shown == {"attached_confusion_matrix.png"}
    drawn = str(card.metadata["attached_confusion_matrix.png"].value)
    assert base64.b64encode(PNG).decode() in drawn
