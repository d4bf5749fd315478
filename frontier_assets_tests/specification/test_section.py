import json
from typing import Any, ClassVar

import pytest
from pydantic import Field

from frontier_assets.specification import ModelSpecification
from frontier_assets.specification.section import Section
from frontier_assets_tests.tiny_project import tiny_attributes


class Inner(Section):
    first_keys: ClassVar[frozenset[str]] = frozenset({"metric"})

    metric: str = "accuracy"
    later: int = 0


class Outer(Section):
    first_keys: ClassVar[frozenset[str]] = frozenset({"register", "single", "several"})

    register_: str = Field("best", alias="register")
    single: Inner = Field(default_factory=Inner)
    several: list[Inner] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)


def values(section: Section) -> Any:
    return json.loads(section.canonical())


def test_the_canonical_text_spells_out_the_defaults_of_the_first_release() -> None:
    assert values(Outer()) == {
        "register": "best",
        "single": {"metric": "accuracy"},
        "several": [],
    }


def test_a_key_that_came_later_counts_only_when_it_says_something() -> None:
    assert Inner(later=0).digest == Inner().digest
    changed = Outer(single=Inner(later=1), several=[Inner(), Inner(later=2)], words=["a"])
    assert values(changed) == {
        "register": "best",
        "single": {"metric": "accuracy", "later": 1},
        "several": [{"metric": "accuracy"}, {"metric": "accuracy", "later": 2}],
        "words": ["a"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"allow_pickle": True, "trusted_types": ["my.Class"]},
        {"gates": [{"dataset": "holdout", "metric": "accuracy", "versus": "production"}]},
        {"training": None, "title": "Tiny"},
    ],
)
def test_a_model_is_the_same_after_its_canonical_text(changes: dict[str, Any]) -> None:
    specification = ModelSpecification.model_validate(tiny_attributes(**changes))
    again = ModelSpecification.from_canonical(values(specification))
    assert again == specification
    assert again.digest == specification.digest


def test_a_changed_copy_has_a_digest_of_its_own() -> None:
    original = Inner(later=1)
    before = original.digest
    assert original.model_copy(update={"later": 2}).digest == Inner(later=2).digest != before
    assert original.digest == before
