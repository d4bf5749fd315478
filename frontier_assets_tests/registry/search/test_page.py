from typing import Any

import pytest
import sqlalchemy as sa

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry import Registry
from frontier_assets_tests.registry.conftest import Samples


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": 10_001}, {"limit": True}])
@pytest.mark.parametrize("more", [{}, {"offset": -1}])
def test_a_limit_out_of_range_is_refused(
    registry: Registry, options: dict[str, Any], more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError, match="Limit"):
        registry.versions.list("m", **options, **more)


@pytest.mark.feature("DB-24")
def test_a_page_of_a_long_list_reads_no_row_but_its_own(
    registry: Registry, samples: Samples
) -> None:
    for _ in range(12):
        samples.register(registry, metrics={"accuracy": 0.5}, tags={"team": "vision"})
    statements: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, text: str, values: Any, *_more: object) -> None:
        statements.append((text, values))

    engine = registry._database.engine
    sa.event.listen(engine, "before_cursor_execute", keep)
    page = registry.versions.list(
        "m", where="tags.team = 'vision'", order_by="-metrics.accuracy", limit=3
    )
    sa.event.remove(engine, "before_cursor_execute", keep)
    assert ([item.number for item in page], page.total) == (["1.0.11", "1.0.10", "1.0.9"], 12)
    whole = [text for text, _ in statements if "versions.signature" in text]
    assert len(whole) == 1
    assert "versions.id IN" in whole[0]
