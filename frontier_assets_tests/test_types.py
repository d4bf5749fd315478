import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError
from frontier_assets.types import (
    ChangeClass,
    Digest,
    Ref,
    Selector,
    VersionNumber,
    checked_model_name,
    checked_segment,
)

part = st.integers(0, 999_999_999)
branches = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
releases = st.builds(VersionNumber, part, part, part)
iterations = st.integers(1, 999_999_999)
numbers = releases | st.builds(
    VersionNumber, part, part, part, branch=branches, iteration=iterations
)


@given(number=numbers)
def test_printing_and_reading_a_number_gives_it_back(number: VersionNumber) -> None:
    assert VersionNumber.parse(str(number)) == number
    assert VersionNumber.parse(f"v{number}") == number


@given(number=releases, change=st.sampled_from(ChangeClass))
def test_a_bump_is_always_newer(number: VersionNumber, change: ChangeClass) -> None:
    assert number.bumped(change) > number


def test_numbers_order_by_value_and_pre_releases_come_first() -> None:
    texts = ["1.10.0", "1.9.0", "2.0.0", "1.10.0-experimental.2", "1.10.0-experimental.1"]
    ordered = sorted(texts, key=VersionNumber.parse)
    assert ordered == [
        "1.9.0",
        "1.10.0-experimental.1",
        "1.10.0-experimental.2",
        "1.10.0",
        "2.0.0",
    ]


@pytest.mark.parametrize(
    "text",
    ["1.0", "01.0.0", "1.0.0/..", "1.0.0-", "1.0.0-rc", "1.0.0-RC.1", "", "1.0.0\n", "1٣.0.0"],
)
def test_anything_else_is_no_version_number(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"MAJOR\.MINOR\.PATCH"):
        VersionNumber.parse(text)


@pytest.mark.parametrize(
    ("text", "selector", "value"),
    [
        ("m", Selector.LATEST, "latest"),
        ("m@latest", Selector.LATEST, "latest"),
        ("m@1.2.0", Selector.NUMBER, "1.2.0"),
        ("m@v1.2.0", Selector.NUMBER, "1.2.0"),
        ("m@3", Selector.SEQUENCE, "3"),
        ("m@production", Selector.STAGE, "production"),
        ("m@staging", Selector.STAGE, "staging"),
        ("m@experimental", Selector.BRANCH, "experimental"),
        ("m@digest:0a1b", Selector.DIGEST, "0a1b"),
    ],
)
def test_a_ref_says_how_it_picks(text: str, selector: Selector, value: str) -> None:
    ref = Ref.parse(text)
    assert (ref.model, ref.selector, ref.value) == ("m", selector, value)
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize(
    "text",
    ["", "m@1٣", "@1.0.0", "m@", "m@@1", "m@0", "m@-1", "m@1.2", "m@digest:xyz", "m@a b", "m@../x"],
)
def test_a_ref_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Ref.parse(text)


@pytest.mark.parametrize(
    "name", ["", "M", "1m", "_m", "a__b", "a-b", "a/b", "a b", "ä", "a\x00", "a" * 101]
)
def test_a_bad_model_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError, match="Model name"):
        checked_model_name(name)


@pytest.mark.parametrize("name", ["..", "a..b", "a/b", "a|b", "a,b", "[a]", " a", ".a", "-a", ""])
def test_a_segment_that_would_break_a_path_or_a_partition_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError, match="Run name"):
        checked_segment("Run name", name)


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_a_digest_is_whole_or_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="Digest"):
        Digest(text)


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(InvalidValueError) as refused:
        checked_model_name("x" * 10_000)
    assert len(str(refused.value)) < 500
    assert "(10002 characters)" in str(refused.value)
