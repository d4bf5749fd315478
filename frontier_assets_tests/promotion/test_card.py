import dataclasses

from frontier_assets.promotion.card import model_card
from frontier_assets.registry.evidence import Evidence
from frontier_assets_tests.promotion.conftest import version


def test_the_card_shows_what_a_reviewer_decides_on(evidence: Evidence) -> None:
    card = model_card(evidence)
    assert card.startswith("# m 1.0.1\n")
    assert "| In production when this was written | 1.0.0 |" in card
    assert "| holdout | accuracy | 0.9710 | 360 |" in card
    assert "| accuracy_at_least | holdout | critical | passed | no baseline |" in card
    assert "| onnx | 0.0 | passed: largest difference 1e-06 |" in card


def test_a_card_of_a_version_without_evidence_says_nothing_that_is_not_known() -> None:
    card = model_card(Evidence(version(), None, {}, {}, {}, None, None, None))
    assert "| In production when this was written | nobody |" in card
    assert "passed" not in card


def test_a_bar_in_a_text_does_not_break_the_table(evidence: Evidence) -> None:
    odd = dataclasses.replace(evidence.version, created_by="ann|bob")
    assert "ann/bob" in model_card(dataclasses.replace(evidence, version=odd))
