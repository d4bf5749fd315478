"""Every benchmark runs, and what is exact about it holds; no test here looks at a clock."""

import json
import mmap
import tempfile
from functools import partial
from pathlib import Path

import pytest

from frontier_assets_tests.benchmarks import page_cache, s3rver
from frontier_assets_tests.benchmarks.__main__ import BENCHMARKS, main, run
from frontier_assets_tests.benchmarks.memory_probe import peak_bytes
from frontier_assets_tests.benchmarks.outcomes import (
    Figure,
    Missing,
    Outcome,
    Ratio,
    exit_status,
)
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.benchmarks.rounds import in_turn
from frontier_assets_tests.servers import require

MIB = 1 << 20
USES_S3 = ("object_storage", "memory")


@pytest.fixture(autouse=True)
def _as_it_is_run(on_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(on_disk))
    monkeypatch.setattr(tempfile, "tempdir", str(on_disk))


def measured(name: str) -> list[Outcome]:
    return list(run(name, Plan.of(quick=True)))


def exceeded(outcomes: list[Outcome]) -> list[Outcome]:
    return [x for x in outcomes if isinstance(x, Figure) and x.verdict != "met"]


# MLflow, a peer of some, uses what SQLAlchemy and others have deprecated since.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in USES_S3])
def test_a_benchmark_runs_and_its_exact_figures_are_within_their_bars(name: str) -> None:
    outcomes = measured(name)
    assert outcomes
    assert exceeded(outcomes) == []


@pytest.mark.parametrize("name", USES_S3)
def test_a_benchmark_over_s3_measures_everything(name: str) -> None:
    if s3rver.command() is None:
        require("s3rver", s3rver.MISSING)
    outcomes = measured(name)
    assert outcomes
    assert [x for x in outcomes if isinstance(x, Missing)] == exceeded(outcomes) == []


def test_every_module_with_a_measure_is_in_the_table() -> None:
    modules = Path(__file__).parent.glob("*.py")
    found = {path.stem for path in modules if "\ndef measure(" in path.read_text("utf-8")}
    assert found == set(BENCHMARKS)


def test_json_has_every_sample_or_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["unchanged", "full_training", "--quick", "--json"])
    report = json.loads(capsys.readouterr().out)
    written, seconds, *_ = report["outcomes"]
    assert written["ours"] / written["peer"] == written["value"]
    assert len(seconds["ours"]) == len(seconds["peer"]) == report["rounds"]
    assert status == ("MISSED" in [outcome["verdict"] for outcome in report["outcomes"]])


def test_a_ratio_is_taken_by_medians_and_by_minima() -> None:
    ratio = Ratio("x", ours=(1.0, 2.0, 3.0), peer=(2.0, 7.0, 6.0), at_least=3.0)
    assert (ratio.median, ratio.minimum) == (3.0, 2.0)


@pytest.mark.parametrize(("bars", "status"), [((3.0, 2.0), 0), ((3.1, 2.0), 1), ((3.0, 2.1), 1)])
def test_either_ratio_below_its_bar_ends_in_1(bars: tuple[float, float], status: int) -> None:
    ratio = Ratio("x", (1.0, 2.0, 3.0), (2.0, 7.0, 6.0), *bars)
    assert exit_status([Figure("y", 1.0, 1.0, "MiB"), ratio]) == status


def test_a_figure_above_its_bar_ends_in_1() -> None:
    assert exit_status([Figure("x", 1.01, 1.0, "MiB")]) == 1


def test_what_cannot_be_measured_shows_its_reason_and_misses_no_bar() -> None:
    missing = Missing("x", "no server")
    assert "no server" in missing.verdict
    assert exit_status([missing]) == 0


def turns_of_two(rounds: int) -> str:
    turns: list[str] = []

    def contestant(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    in_turn({name: partial(contestant, name) for name in "ab"}, Plan.of(rounds=rounds))
    return "".join(turns)


def test_contestants_take_turns_in_an_order_that_changes_and_repeats() -> None:
    turns = turns_of_two(20)
    assert {turns[start : start + 2] for start in range(0, len(turns), 2)} == {"ab", "ba"}
    assert turns_of_two(20) == turns


@pytest.mark.parametrize(("quick", "counted"), [(False, (1.0, 2.0)), (True, (9.0, 1.0))])
def test_the_first_round_counts_in_a_quick_run_alone(
    quick: bool, counted: tuple[float, float]
) -> None:
    seconds = iter([9.0, 1.0, 2.0])
    plan = Plan.of(rounds=2, quick=quick)
    assert in_turn({"a": lambda: next(seconds)}, plan) == {"a": counted}


def test_a_file_is_out_of_the_page_cache_once_evicted_and_in_it_while_warm(on_disk: Path) -> None:
    path = on_disk / "file"
    path.write_bytes(bytes(MIB))
    page_cache.evict(path)
    assert page_cache.resident_pages(path) == 0
    with page_cache.warm(path):
        assert page_cache.resident_pages(path) == MIB // mmap.PAGESIZE


def test_pages_that_cannot_be_evicted_are_an_error(on_disk: Path) -> None:
    path = on_disk / "file"
    path.write_bytes(bytes(MIB))
    with page_cache.warm(path), pytest.raises(RuntimeError, match="stay in the page cache"):
        page_cache.evict(path)


def test_memory_that_was_freed_again_counts_at_its_peak() -> None:
    assert peak_bytes(lambda: len(b"x" * (64 * MIB))) == pytest.approx(64 * MIB, abs=4 * MIB)
