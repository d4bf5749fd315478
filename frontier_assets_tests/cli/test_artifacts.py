from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_fetch_writes_the_files_of_a_version(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    version = records.version("the weights")
    fetched = frontier.json("fetch", "tiny", "there")
    path = tmp_path / "there" / "weights.bin"
    assert fetched == {
        "ref": "tiny@1.0.0",
        "target": None,
        "digest": version.digest,
        "files": [{"path": str(path), "size_bytes": 11}],
    }
    assert path.read_text(encoding="utf-8") == "the weights"


def test_fetch_writes_a_verified_target(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    made = records.converted(records.version(), proved=True)
    frontier.text("fetch", "tiny", "there", "--target", "onnx")
    assert (tmp_path / "there" / "model.onnx").read_bytes() == made.read_bytes()


def test_pick_names_the_proved_artifact_and_how_to_get_it(
    frontier: "Frontier", records: "Records"
) -> None:
    version = records.version()
    records.converted(version, proved=True)
    found = frontier.json("pick", "tiny", "--runtime", "onnxruntime")
    assert (found["target"], found["runtime"]) == ("onnx", "onnxruntime")
    text = frontier.text("pick", "tiny")
    assert "proved, its speed was not measured" in text
    assert "Next: frontier fetch tiny@1.0.0 FOLDER --target onnx" in text


def test_pick_names_nothing_that_is_not_proved(frontier: "Frontier", records: "Records") -> None:
    records.converted(records.version(), proved=False)
    refusal = frontier.refused("pick", "tiny")
    assert "Artifact 'proved for any runtime' not found in tiny@1.0.0" in refusal
    assert "its proof failed: compared" in refusal


def test_an_unverified_target_is_refused_and_nothing_is_written(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    records.converted(records.version(), proved=False)
    assert frontier.refused("fetch", "tiny", "there", "--target", "onnx") == (
        "Artifact 'onnx' of tiny@1.0.0 is not verified: its parity check has not passed; "
        "`frontier build tiny@1.0.0` converts and checks it again"
    )
    assert not (tmp_path / "there").exists()


def test_an_unknown_target_is_one_line(frontier: "Frontier", records: "Records") -> None:
    records.version()
    assert frontier.refused("fetch", "tiny", "there", "--target", "coreml") == (
        "Artifact 'coreml' not found in tiny@1.0.0; `frontier build tiny@1.0.0` makes what its "
        "YAML names"
    )


def test_a_destination_below_a_file_is_one_line(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    records.version()
    line = frontier.refused("fetch", "tiny", "weights.bin/below")
    assert line.startswith(f"Destination '{tmp_path}/weights.bin/below' is not valid")


def test_a_corrupt_artifact_is_refused(
    frontier: "Frontier", records: "Records", tmp_path: Path
) -> None:
    version = records.version("x" * 1000)
    (pack,) = (path for path in (tmp_path / "store" / "packs").rglob("*") if path.is_file())
    content = bytearray(pack.read_bytes())
    content[200] ^= 1
    pack.chmod(0o644)
    pack.write_bytes(content)
    line = frontier.refused("fetch", "tiny", "there")
    assert line.startswith(f"Artifact {version.digest} is corrupt")
