from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from frontier_assets.cli.printing import one_line, plain, print_facts, print_table
from frontier_assets.registry.evidence import Condition, Decision

Print = Callable[[], None]
Terminal = Callable[[Print], list[str]]


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


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return what shows the lines of a print on a terminal of 80 columns without colours."""
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)

    def show(action: Print) -> list[str]:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        action()
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return show


def test_a_terminal_breaks_the_widest_column_and_no_word(terminal: Terminal) -> None:
    key, said = "23adda155f47-step-1", "words " * 9
    assert terminal(
        lambda: print_table("", ("checkpoint", "status", "what is said"), [(key, "trained", said)])
    ) == [
        "checkpoint           status   what is said",
        f"{key}  trained  words words words words words words words words",
        "                              words",
    ]


def test_where_words_are_too_many_for_a_terminal_the_longest_is_broken(terminal: Terminal) -> None:
    assert terminal(lambda: print_table("", ("key", "name"), [("k" * 90, "of a model")])) == [
        "key" + " " * 72 + "name",
        "k" * 73 + "  of a",
        "k" * 17 + " " * 58 + "model",
    ]


def test_facts_are_folded_under_their_values_on_a_terminal(terminal: Terminal) -> None:
    assert terminal(lambda: print_facts({"run": "r1", "environment": "numpy 2.4.6, " * 6})) == [
        "run:         r1",
        "environment: numpy 2.4.6, numpy 2.4.6, numpy 2.4.6, numpy 2.4.6, numpy 2.4.6,",
        "             numpy 2.4.6,",
    ]


def test_a_terminal_gets_the_same_cells_without_markup(terminal: Terminal) -> None:
    assert terminal(lambda: print_table("", ("reason",), [("[red]why[/red]",)])) == [
        "reason",
        "[red]why[/red]",
    ]
