import re
from collections.abc import Iterator
from typing import get_args

import pytest
import yaml

from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.orchestration.scaffold.commented_yaml import (
    CommentedYaml,
    nested_section,
    uncommented,
)
from frontier_assets.orchestration.scaffold.examples import FirstFramework, first_yaml
from frontier_assets.specification import ModelSpecification, Section
from frontier_assets_tests.generated_project import GeneratedProject

FRAMEWORKS = get_args(FirstFramework)


def first(framework: FirstFramework) -> str:
    return first_yaml("flowers", "my_project.defs.flowers.model", framework)


def keys_of(section: type[Section]) -> Iterator[tuple[str, str]]:
    for name, field in section.model_fields.items():
        yield field.alias or name, field.description or ""
        inner, _ = nested_section(field.annotation)
        if inner is not None:
            yield from keys_of(inner)


def explanations(text: str) -> str:
    """Return all explanations as one line of text."""
    lines = re.findall(r"^[\s#]*# (\S.*)$", text, re.MULTILINE)
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_key_of_the_vocabulary_stands_there_with_its_meaning(
    framework: FirstFramework,
) -> None:
    text = first(framework)
    told = explanations(text)
    for key, meaning in keys_of(ModelSpecification):
        assert re.search(rf"^[\s#]*(- )?{key}:", text, re.MULTILINE), key
        assert " ".join(meaning.split()).rstrip(".") in told, key


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_it_loads_with_every_key_put_in(
    generated: GeneratedProject, framework: FirstFramework
) -> None:
    path = generated.scaffold("flowers", framework=framework) / "defs.yaml"
    whole = uncommented(path.read_text())
    assert uncommented(whole) == whole
    path.write_text(whole)
    assert "flowers__train" in {job.name for job in generated.load().jobs or []}
    attributes = yaml.safe_load(whole)["attributes"]
    assert set(attributes) == {
        field.alias or name for name, field in ModelSpecification.model_fields.items()
    }


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_key_that_is_left_out_shows_what_leaving_it_out_means(
    generated: GeneratedProject, framework: FirstFramework
) -> None:
    text = (generated.scaffold("flowers", framework=framework) / "defs.yaml").read_text()
    active, whole = (yaml.safe_load(t)["attributes"] for t in (text, uncommented(text)))
    # Examples, not defaults: there is nothing to show otherwise.
    for key in ("owners", "tags", "conversions", "retention", "watch", "ab_test"):
        assert key not in active
        del whole[key]
    load = ModelLifecycle.from_attributes_dict
    assert load(attributes=whole).specification == load(attributes=active).specification


def test_lines_stay_readable() -> None:
    assert max(len(line) for line in first("sklearn").splitlines()) <= 100


def test_a_required_key_without_an_example_is_named() -> None:
    with pytest.raises(LookupError, match=r"no example value|no value for ModelSpecification.name"):
        list(CommentedYaml({}).lines(ModelSpecification, {}))
