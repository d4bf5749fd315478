import itertools

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
    checked_branch_name,
    checked_change,
    checked_model_name,
    checked_segment,
)

part = st.integers(0, 999_999_999)
RESERVED = ("latest", "main", "digest", "development", "staging", "production", "archived")
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


smaller = st.integers(0, 999_999_998)


@given(
    number=st.builds(VersionNumber, smaller, smaller, smaller), change=st.sampled_from(ChangeClass)
)
def test_a_bump_is_always_newer(number: VersionNumber, change: ChangeClass) -> None:
    assert number.bumped(change) > number


def test_a_number_that_could_not_be_read_again_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"1\.2\.1000000000.*nine digits"):
        VersionNumber(1, 2, 999_999_999).bumped(ChangeClass.PATCH)


@given(numbers=st.lists(numbers, min_size=2, max_size=5))
def test_numbers_are_ordered_totally_and_a_pre_release_precedes_its_release(
    numbers: list[VersionNumber],
) -> None:
    for first, second in itertools.pairwise(sorted(numbers)):
        assert first < second or first == second
    for number in numbers:
        assert number <= number.release
        assert (number == number.release) == (number.branch == "")


@pytest.mark.feature("VER-1")
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


@pytest.mark.feature("VER-1")
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


refs = st.one_of(
    st.just(Ref("m", Selector.LATEST, "latest")),
    st.builds(Ref, st.just("m"), st.just(Selector.NUMBER), numbers.map(str)),
    st.builds(Ref, st.just("m"), st.just(Selector.SEQUENCE), st.integers(1, 10**17).map(str)),
    st.builds(
        Ref, st.just("m"), st.just(Selector.STAGE), st.sampled_from(["staging", "production"])
    ),
    st.builds(
        Ref,
        st.just("m"),
        st.just(Selector.DIGEST),
        st.from_regex(r"[0-9a-f]{4,64}", fullmatch=True),
    ),
    st.builds(
        Ref,
        st.just("m"),
        st.just(Selector.BRANCH),
        branches.filter(lambda name: name not in RESERVED),
    ),
)


@given(ref=refs)
def test_printing_and_reading_a_ref_gives_it_back(ref: Ref) -> None:
    assert Ref.parse(str(ref)) == ref
    assert Ref.within(ref.model, str(ref).partition("@")[2]) == ref


def test_the_model_of_a_ref_may_be_left_out_and_no_other_one_given() -> None:
    assert Ref.within("m", "v1.2.0") == Ref.within("m", "m@1.2.0") == Ref.parse("m@1.2.0")
    with pytest.raises(InvalidValueError, match=r"'other@1\.2\.0'.*a version of 'm'"):
        Ref.within("m", "other@1.2.0")


@given(name=branches)
def test_a_branch_is_found_again_by_the_ref_that_names_it(name: str) -> None:
    try:
        checked_branch_name(name)
    except InvalidValueError:
        assert name in RESERVED or name[1:].isdigit()
    else:
        assert Ref.parse(f"m@{name}").selector is Selector.BRANCH


@pytest.mark.feature("VER-13")
@pytest.mark.parametrize(
    "name",
    [
        *RESERVED,
        *("", "1", "12", "1.0.0", "v2", "a b", " a", "a/b", "..", "a..b", "A", "ä", "a-b"),
        *("a\x00", "a\n", "x" * 101, "x" * 10_000, "../etc", "digest:abcd"),
    ],
)
def test_a_branch_cannot_have_every_name(name: str) -> None:
    with pytest.raises(InvalidValueError, match=r"Branch name.*e\.g\. 'experimental'"):
        checked_branch_name(name)


@pytest.mark.feature("VER-2")
def test_an_unknown_class_of_change_is_refused() -> None:
    assert [checked_change(name) for name in ("auto", "major", "minor", "patch")] == [
        "auto",
        *ChangeClass,
    ]
    with pytest.raises(InvalidValueError, match=r"'huge'.*auto, major, minor, patch"):
        checked_change("huge")


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
