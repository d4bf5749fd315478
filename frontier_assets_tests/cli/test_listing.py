from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Frontier, Records


@pytest.fixture(autouse=True)
def versions(records: "Records") -> None:
    for place, team in enumerate(("vision", "nlp", "vision", "vision")):
        metrics = {"accuracy": 0.9 + place / 100}
        records.version(str(place), tags={"team": team}, metrics=metrics)


@pytest.mark.feature("SRC-2")
def test_versions_are_found_ordered_and_paged_with_a_total(frontier: "Frontier") -> None:
    where = ("--where", "metrics.accuracy >= 0.9 and tags.team = 'vision'")
    order = ("--order-by", "-metrics.accuracy")
    found = frontier.json("versions", "tiny", *where, *order, "--limit", "2", "--offset", "1")
    assert [item["number"] for item in found.pop("versions")] == ["1.0.2", "1.0.0"]
    assert found == {"total": 3, "limit": 2, "offset": 1}
    text = frontier.text("versions", "tiny", *where, *order, "--limit", "1")
    assert text.splitlines()[1].startswith("1.0.3 ")
    assert text.splitlines()[-1] == "1 of 3 versions, from number 1"


def test_a_wrong_expression_is_wrong_usage_with_a_caret(frontier: "Frontier") -> None:
    output = frontier("versions", "tiny", "--where", "tags.team = vision")
    assert (output.exit_code, output.stdout) == (2, "")
    assert output.stderr.splitlines()[-3:] == [
        (
            "Error: Invalid value for --where: column 13: expected a text in single quotes for "
            "tags.team, found vision"
        ),
        "  tags.team = vision",
        "              ^",
    ]
    output = frontier("versions", "tiny", "--order-by", "-team")
    assert output.exit_code == 2
    assert "Invalid value for --order-by: column 2: unknown field 'team'" in output.stderr


@pytest.mark.feature("SRC-1")
def test_models_are_found_and_paged(frontier: "Frontier", records: "Records") -> None:
    owners = ["team:risk"]
    records.workspace.record_policy(records.specification(owners=owners, tags={"site": "north"}))
    records.workspace.versions.register("other", files={"a": records.folder / "weights.bin"})
    found = frontier.json("models", "--limit", "1", "--page", "2")
    assert [item.pop("model") for item in found.pop("models")] == ["tiny"]
    assert found == {"total": 2, "limit": 1, "offset": 1}
    assert frontier.text("models", "--limit", "1").splitlines()[-1] == (
        "1 of 2 models, from number 1"
    )
    for condition in (
        ("--team", "risk"),
        ("--framework", "pytorch"),
        ("--tag", "site=north"),
        ("--where", "metrics.accuracy > 0.92"),
    ):
        (item,) = frontier.json("models", *condition)["models"]
        assert (item["model"], item["owners"]) == ("tiny", owners)
    assert frontier.json("models", "--stage", "production")["models"] == []


@pytest.mark.feature("SRC-1")
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("models", "--page", "0"), "Page 0 is not valid: expected a whole number of at least 1"),
        (("models", "--limit", "10001"), "Limit 10001 is not valid: expected 1 to 10000"),
        (("versions", "tiny", "--limit", "0"), "Limit 0 is not valid: expected 1 to 10000"),
        (("versions", "tiny", "--offset", "-1"), "Offset -1 is not valid"),
    ],
)
def test_a_page_that_cannot_be_is_one_line(
    frontier: "Frontier", arguments: tuple[str, ...], problem: str
) -> None:
    assert frontier.refused(*arguments).startswith(problem)
