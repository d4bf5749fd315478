import dataclasses
import re
from typing import Any

import pytest

from frontier_assets.promotion.card import model_card
from frontier_assets.promotion.card_lineage import MAXIMUM_ANCESTORS, lineage_section
from frontier_assets.registry.evidence import Evidence
from frontier_assets.registry.lineage import Lineage
from frontier_assets.types import Checkpoint, Digest, Version
from frontier_assets_tests.promotion.complete import AT, artifact, evaluation, version

NODE = r'\w+\["[^"`\n]+"\]'
LINE = re.compile(rf"  (\w+|{NODE})( (-->|-- merged -->) (\w+|{NODE}))?")


def lineage(item: Version, **facts: Any) -> Lineage:
    nothing: dict[str, Any] = {
        **dict.fromkeys(("ancestors", "evaluations", "conversions", "moves"), ()),
        **dict.fromkeys(("children", "descendants"), ()),
        **dict.fromkeys(("checkpoint", "training_run", "build", "barred_reason")),
        "current_policy_digest": None,
    }
    return Lineage(version=item, **(nothing | facts))


def drawn(found: Lineage) -> list[str]:
    """Return the lines of the picture, each of which a flowchart may have."""
    fence, kind, *lines, end = lineage_section(found).splitlines()
    assert (fence, kind, end) == ("```mermaid", "flowchart LR", "```")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return [line.strip() for line in lines]


def made(number: str, sequence: int, **facts: Any) -> Version:
    return dataclasses.replace(version(number, sequence), **facts)


@pytest.mark.feature("VER-19")
def test_the_picture_goes_from_data_to_what_was_made() -> None:
    saved = Checkpoint(
        id=1,
        model="m",
        run="r",
        step=9,
        epoch=None,
        digest=Digest("f" * 64),
        store="default",
        size_bytes=1,
        stored_bytes=1,
        metrics={},
        parameters={},
        data_digests={},
        created_at=AT,
    )
    item = made("1.0.1", 2, parent="1.0.0", checkpoint="r-step-9", data_digests={"t": "c" * 64})
    found = lineage(
        item,
        ancestors=(version("1.0.0", 1),),
        checkpoint=saved,
        evaluations=(evaluation("holdout"),),
        conversions=(artifact(),),
    )
    assert drawn(found) == [
        'data0["data t cccccccccccc"] --> checkpoint',
        'checkpoint["checkpoint r-step-9, training run unknown"] --> version',
        'version["m@1.0.1"]',
        'v1["1.0.0"]',
        "v1 --> version",
        'version --> evaluation0["evaluation holdout: accuracy 0.9710"]',
        'version --> artifact0["onnx bbbbbbbbbbbb, verified"]',
    ]


@pytest.mark.feature("VER-14")
def test_both_parents_of_a_merge_are_drawn() -> None:
    side = made("1.0.1-side.1", 2, parent="1.0.0", branch="side")
    item = made("1.0.1", 3, parent="1.0.0", merged_from="1.0.1-side.1")
    lines = drawn(lineage(item, ancestors=(side, version("1.0.0", 1))))
    assert {"v1 --> version", "v2 -- merged --> version", "v1 --> v2"} <= set(lines)


@pytest.mark.feature("VER-19")
def test_a_missing_link_is_unknown_and_never_left_out() -> None:
    lines = drawn(lineage(made("1.0.2", 3, parent="1.0.1", checkpoint="r-step-9")))
    assert lines == [
        'data0["data unknown"] --> checkpoint',
        'checkpoint["checkpoint r-step-9, unknown: no longer on record"] --> version',
        'version["m@1.0.2"]',
        'gone3["1.0.1, unknown"] --> version',
        'version --> evaluation["evaluation unknown: none recorded"]',
    ]


def test_many_ancestors_are_summed_up() -> None:
    count = MAXIMUM_ANCESTORS + 3
    older = [made(f"1.0.{n}", n + 1, parent=f"1.0.{n - 1}" if n else None) for n in range(count)]
    item = made(f"1.0.{count}", count + 1, parent=f"1.0.{count - 1}")
    lines = drawn(lineage(item, ancestors=tuple(reversed(older))))
    assert len([line for line in lines if re.fullmatch(r'v\d+\["[^"]+"\]', line)]) == 6
    assert [line for line in lines if "earlier" in line] == ['earlier["earlier versions"] --> v4']


def test_a_text_of_somebodys_cannot_leave_its_label() -> None:
    scored = dataclasses.replace(evaluation("holdout"), metrics={'a"]\n```\nend': 1.0})
    found = drawn(lineage(version("1.0.0", 1), evaluations=(scored,)))
    assert any("a#quot;] #96;#96;#96; end 1.0000" in line for line in found)


def test_the_card_has_the_picture_where_it_is_given_the_lineage(evidence: Evidence) -> None:
    card = model_card(evidence, lineage(evidence.version))
    assert "## Lineage\n\n```mermaid\nflowchart LR\n" in card
    assert "## Lineage" not in model_card(evidence)
