"""What a step used, and what that costs."""

import time

import numpy as np
import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.orchestration.usage import Usage, cost
from frontier_assets.settings import parse_prices


@pytest.mark.feature("MON-12")
def test_ten_seconds_at_3_6_an_hour_cost_a_hundredth() -> None:
    assert cost(10, parse_prices("cpu=0.1, gpu=3.6")["gpu"]) == "0.01"


@pytest.mark.feature("MON-12")
def test_without_a_price_there_is_no_cost() -> None:
    assert cost(10, None).startswith("not priced")
    assert str(Usage(parse_prices("gpu=3.6")).metadata()["cost"].value).startswith("not priced")


@pytest.mark.feature("MON-12")
def test_time_processor_and_memory_are_counted() -> None:
    usage = Usage({"cpu": 3600.0})
    begin = time.process_time()
    held = np.ones(200_000_000, np.uint8)
    while time.process_time() - begin < 0.2:
        held.sum()
    found = {name: item.value for name, item in usage.metadata().items()}
    assert found["used_cpu_s"] >= 0.2
    assert found["used_s"] > 0
    assert found["used_memory_mb"] >= 200
    assert float(found["cost"]) == pytest.approx(found["used_s"], rel=1e-4)


@pytest.mark.parametrize("text", ["cpu", "cpu=", "cpu=-1", "tpu=1", "gpu=cheap", "cpu=nan"])
def test_a_price_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"FRONTIER_PRICES.*write cpu="):
        parse_prices(text)
