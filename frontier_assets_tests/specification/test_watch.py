import pytest
from pydantic import ValidationError

from frontier_assets.specification import ModelSpecification, Objective, Watch
from frontier_assets_tests.tiny_project import tiny_attributes

# Of `tiny_attributes()` before there was a `watch`.
DIGEST_BEFORE = "0c9ef8c5a990eb85a8cc65852a4ed94f22e8d0c7ee8a13de6b51776ef53b9d13"


@pytest.mark.parametrize(
    "location",
    ["runs/", "/data/runs", "~/runs", "file:/data/runs", "s3://b/p?endpoint=http://h", "gs://b"],
)
def test_folders_and_buckets_are_watched(location: str) -> None:
    assert Watch(location=location).location == location


@pytest.mark.parametrize("location", ["", " ", "redis://h/0", "memory:x", "http://host/runs"])
def test_anything_else_is_refused_with_what_can_be_written(location: str) -> None:
    with pytest.raises(
        ValidationError, match=r"write a path such as `runs/`, or a URL .* az:, fil"
    ):
        Watch(location=location)


def test_a_run_has_to_be_a_name() -> None:
    with pytest.raises(ValidationError, match="Run name 'a/b' is not valid"):
        Watch(location="runs/", run="a/b")


def test_the_digest_of_a_policy_without_the_section_is_what_it_was() -> None:
    assert ModelSpecification.model_validate(tiny_attributes()).digest == DIGEST_BEFORE


def test_the_metric_of_training_decides_before_that_of_the_section() -> None:
    watch = {"location": "runs/", "metric": "accuracy", "direction": "higher"}
    both = ModelSpecification.model_validate(tiny_attributes(watch=watch))
    watched = ModelSpecification.model_validate(tiny_attributes(watch=watch, training=None))
    neither = ModelSpecification.model_validate(tiny_attributes(training=None))
    assert [item.objective for item in (both, watched, neither)] == [
        Objective("loss", "lower"),
        Objective("accuracy", "higher"),
        Objective("loss", "lower"),
    ]


def test_the_recorded_text_of_the_section_reads_back() -> None:
    watch = {"location": "runs/", "register": "best", "run": "main"}
    written = ModelSpecification.model_validate(tiny_attributes(watch=watch))
    assert ModelSpecification.from_canonical(written.canonical_values()) == written
