import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError
from frontier_assets.registry.numbering import (
    FIRST,
    explicit_number,
    number_on_branch,
    number_on_main,
)
from frontier_assets.types import ChangeClass, VersionNumber

part = st.integers(0, 1000)
releases = st.builds(VersionNumber, part, part, part)
changes = st.sampled_from(ChangeClass)
merges = st.one_of(st.none(), releases)


@given(change=changes, more=st.lists(changes))
def test_main_is_numbered_upwards_from_the_first(
    change: ChangeClass, more: list[ChangeClass]
) -> None:
    assert number_on_main(None, change) == FIRST
    made = list(itertools.accumulate(more, number_on_main, initial=FIRST))
    assert made == sorted(set(made))


@given(source=releases, steps=st.lists(st.tuples(changes, merges), min_size=1))
def test_a_branch_is_numbered_upwards_whatever_changes_and_wherever_it_is_merged(
    source: VersionNumber, steps: list[tuple[ChangeClass, VersionNumber | None]]
) -> None:
    made: list[VersionNumber] = []
    base = source
    for change, merged in steps:
        last = made[-1] if made else None
        made.append(number_on_branch("b", base=base, last=last, change=change))
        assert made[-1] > base
        base = merged or base
    assert made == sorted(set(made))
    assert [number.iteration for number in made] == list(range(1, len(steps) + 1))
    assert [VersionNumber.parse(str(number)) for number in made] == made


@pytest.mark.parametrize(
    ("base", "last", "change", "number"),
    [
        ("1.0.0", None, ChangeClass.PATCH, "1.0.1-b.1"),
        ("1.0.0", None, ChangeClass.MINOR, "1.1.0-b.1"),
        ("1.0.0", "1.0.1-b.1", ChangeClass.MAJOR, "2.0.0-b.2"),
        ("1.0.0", "2.0.0-b.2", ChangeClass.PATCH, "2.0.0-b.3"),
        ("2.0.0", "2.0.0-b.3", ChangeClass.PATCH, "2.0.1-b.4"),
        ("1.1.0-a.7", None, ChangeClass.PATCH, "1.1.1-b.1"),
    ],
)
def test_the_largest_change_since_the_base_decides(
    base: str, last: str | None, change: ChangeClass, number: str
) -> None:
    before = VersionNumber.parse(last) if last else None
    found = number_on_branch("b", base=VersionNumber.parse(base), last=before, change=change)
    assert str(found) == number


def test_a_branch_takes_no_number_from_anybody() -> None:
    assert explicit_number("v2.0.0") == VersionNumber(2, 0, 0)
    for text in ("1.0.0", "1.0.1-b.7"):
        with pytest.raises(InvalidValueError, match="leave the number out"):
            explicit_number(text, branch="b")
    with pytest.raises(InvalidValueError, match="expected a release"):
        explicit_number("1.0.1-b.7")
