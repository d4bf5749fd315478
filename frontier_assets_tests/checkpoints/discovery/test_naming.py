from pathlib import PurePosixPath

import pytest

from frontier_assets.checkpoints.discovery.naming import label_of, top_run


@pytest.mark.parametrize(
    ("name", "step", "epoch"),
    [
        ("step_100.pt", 100, None),
        ("step-100.safetensors", 100, None),
        ("model-iter12.pth", 12, None),
        ("model_global_step7.pth.tar", 7, None),
        ("epoch=3-step=100.ckpt", 100, 3),
        ("epoch_3.pt", None, 3),
        ("weights-10.pt", 10, None),
        ("00042.pt", 42, None),
        ("checkpoint-500", 500, None),
        ("checkpoint-500/model.safetensors.index.json", 500, None),
        ("step_9/model.pt", 9, None),
        ("resnet50.pt", None, None),
        ("model_v2.pt", None, None),
        ("best.pt", None, None),
        ("model-99999999999999999999.pt", None, None),
    ],
)
def test_step_and_epoch_stand_in_names(name: str, step: int | None, epoch: int | None) -> None:
    label = label_of(PurePosixPath(name), top="top")
    assert (label.run, label.step, label.epoch) == ("top", step, epoch)


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("a.pt", "top"),
        ("exp/a.pt", "exp"),
        ("exp/step_9/a.pt", "exp"),
        ("exp/checkpoint-500", "exp"),
        ("a/b/c.pt", "a-b"),
        ("version_0/checkpoints/epoch=3.ckpt", "version_0"),
        ("checkpoints/a.pt", "top"),
        ("lr=0.1, big/a.pt", "lr-0.1-big"),
        ("..evil/a.pt", "evil"),
    ],
)
def test_the_folders_are_the_run(name: str, run: str) -> None:
    assert label_of(PurePosixPath(name), top="top").run == run


def test_metrics_stand_in_the_names_that_lightning_makes() -> None:
    name = "epoch=3-step=100-val_loss=0.25-val/acc=1e-2-v1.ckpt".replace("/", "_")
    assert label_of(PurePosixPath(name), top="t").metrics == {"val_loss": 0.25, "val_acc": 0.01}


@pytest.mark.parametrize(
    ("location", "given", "run"),
    [
        ("runs/", "", "runs"),
        ("file:/data/my runs", "", "my-runs"),
        ("s3://bucket/prefix?endpoint=http://h/x", "", "prefix"),
        ("s3://bucket", "", "bucket"),
        ("/", "", "watched"),
        ("runs/", "main", "main"),
    ],
)
def test_the_run_of_the_place_itself(location: str, given: str, run: str) -> None:
    assert top_run(location, given) == run
