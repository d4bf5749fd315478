from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from frontier_assets.cli.printing import one_line, plain, print_table, shown_size
from frontier_assets.registry.evidence import Condition, Decision


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1_572_864, "1.5 MiB"),
        (2**53, "8192.0 TiB"),
    ],
)
def test_sizes_are_shown_in_binary_units(size_bytes: int, text: str) -> None:
    assert shown_size(size_bytes) == text


def test_dataclasses_become_objects_with_their_properties() -> None:
    decision = Decision((Condition("build", "waiting", "not built", "frontier build m"),))
    assert plain(
        {"decision": decision, "path": Path("a/b"), "at": datetime(2026, 3, 1, tzinfo=UTC)}
    ) == {
        "decision": {
            "conditions": [
                {
                    "name": "build",
                    "state": "waiting",
                    "detail": "not built",
                    "remedy": "frontier build m",
                }
            ],
            "allowed": False,
            "reasons": ["not built"],
        },
        "path": "a/b",
        "at": "2026-03-01T00:00:00+00:00",
    }


def test_times_are_shown_in_utc() -> None:
    moment = datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert one_line(moment) == "2026-02-28 23:00:00"


def test_columns_are_aligned_and_lines_end_without_blanks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table("Title", ("a", "long name"), [("1", None), ("three", 0.5)])
    assert capsys.readouterr().out == "\nTitle\na      long name\n1\nthree  0.5\n"


def test_a_terminal_gets_the_same_cells_without_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    print_table("", ("reason",), [("[red]why[/red]",)])
    assert capsys.readouterr().out.split() == ["reason", "[red]why[/red]"]
