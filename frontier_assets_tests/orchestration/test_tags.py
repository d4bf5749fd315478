"""The kinds that the assets of each framework show."""

import pytest

from frontier_assets.orchestration.tags import kinds_of
from frontier_assets.specification import FRAMEWORKS, Framework


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_framework_has_a_kind(framework: Framework) -> None:
    assert len(kinds_of(framework)) == 1


def test_scikit_learn_is_called_as_its_icon_is() -> None:
    assert kinds_of("sklearn") == {"scikitlearn"}
