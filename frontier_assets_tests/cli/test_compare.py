from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


def test_two_versions_stand_side_by_side(frontier: "Frontier", records: "Records") -> None:
    key = records.checkpoint()
    first = records.workspace.versions.register("tiny", checkpoint=key, parameters={"epochs": 1})
    second = records.workspace.versions.register("tiny", checkpoint=key, parameters={"epochs": 2})
    records.evaluate(first, 0.95)
    records.evaluate(second, 0.85)
    found = frontier.json("compare", "tiny@1", "tiny@2")
    (metric,) = found["metrics"]
    assert (metric["first"], metric["second"], metric["better"]) == (0.95, 0.85, "first")
    assert found["parameters"] == [{"name": "epochs", "first": 1, "second": 2}]
    assert {item["name"]: item["second"] for item in found["gates"]} == {
        "holdout/accurate": "failed",
        "holdout/no_worse": "failed",
    }
    lines = frontier.text("compare", "tiny@1", "tiny@2").splitlines()
    assert lines[0] == "tiny@1.0.0 and tiny@1.1.0"
    assert lines[4].split() == [
        *("holdout", "accuracy", "(higher", "is", "better)", "0.95", "0.85", "-0.1", "1.0.0"),
    ]
    assert "Both hold the same bytes." in lines
    assert lines[-1].startswith("The same in both: proofs, training data, metrics of training, ")


def test_proofs_and_sizes_that_differ_are_shown(frontier: "Frontier", records: "Records") -> None:
    records.converted(records.version("a"), proved=True)
    records.converted(records.version("longer"), proved=False)
    text = frontier.text("compare", "tiny@1", "tiny@2")
    assert "onnx  verified  failed" in text
    assert "size_bytes  1 B" in text


def test_a_version_is_the_same_as_itself(frontier: "Frontier", records: "Records") -> None:
    records.version()
    text = frontier.text("compare", "tiny", "tiny@1.0.0")
    assert text.splitlines()[:3] == ["tiny@1.0.0 and tiny@1.0.0", "", "Metrics"]
    assert text.splitlines()[-1].endswith("environment, facts.")


def test_two_models_without_common_data_are_one_line(
    frontier: "Frontier", records: "Records"
) -> None:
    records.version()
    records.workspace.versions.register("other", files={"a": records.folder / "weights.bin"})
    assert frontier.refused("compare", "tiny", "other") == (
        "Comparison 'tiny@1.0.0 with other@1.0.0' is not valid: tiny and other were never "
        "evaluated on the same data, so nothing can be held against each other; give two versions "
        "of one model"
    )


def test_several_versions_stand_side_by_side(frontier: "Frontier", records: "Records") -> None:
    for content, loss in (("a", 0.5), ("b", 0.25), ("c", 0.75)):
        records.version(content, metrics={"loss": loss}, parameters={"content": content})
    refs = ("tiny@1", "tiny@2", "tiny@3")
    found = frontier.json("compare", *refs, "--metric", "loss", "--weights")
    assert [item["values"] for item in found["metrics"]] == [[0.5, 0.25, 0.75]]
    assert found["champion"]["champion"] == "tiny@1.1.0"
    assert sorted(found["weights"]) == ["tiny@2", "tiny@3"]
    lines = frontier.text("compare", *refs, "--weights").splitlines()
    assert lines[0] == "tiny@1.0.0, tiny@1.1.0, tiny@1.2.0"
    assert lines[4].split() == [
        *("registered", "loss", "(lower", "is", "better)", "0.5", "0.25", "0.75", "tiny@1.1.0"),
    ]
    assert "content  a           b           c" in lines
    assert "The same in all: gates, proofs, training data, signature, environment." in lines
    assert "Weights of tiny@3 against tiny@1" in lines


def test_the_best_and_the_front_are_named(frontier: "Frontier", records: "Records") -> None:
    for place, metrics in enumerate(
        ({"f1_score": 0.9, "latency_ms": 9.0}, {"f1_score": 0.8, "latency_ms": 10.0}, {})
    ):
        records.version(str(place), metrics=metrics)
    refs = ("tiny@1", "tiny@2", "tiny@3")
    options = ("--metric", "f1_score", "--pareto", "f1_score,latency_ms")
    assert frontier.json("compare", *refs, *options)["pareto"]["front"] == ["tiny@1.0.0"]
    lines = frontier.text("compare", *refs, *options).splitlines()
    start = lines.index("By f1_score, higher is better")
    assert [line.split() for line in lines[start + 2 : start + 5]] == [
        ["tiny@1.0.0", "0.9"],
        ["tiny@1.0.1", "0.8"],
        ["tiny@1.0.2", "not", "measured"],
    ]
    assert [line.split()[-1] for line in lines[-3:]] == ["nobody", "tiny@1.0.0", "all"]
    assert frontier.refused("compare", *refs, "--metric", "recall").startswith(
        "Metric 'recall' is not valid: the versions were measured by: f1_score, latency_ms"
    )
