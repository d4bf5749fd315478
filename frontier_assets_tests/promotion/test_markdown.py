import pytest

from frontier_assets.promotion.markdown import difference, number, shown_size, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "0.0000"),
        (0.97123456, "0.9712"),
        (-0.5, "-0.5000"),
        (0.00012345, "0.0001234"),
        (1234.56, "1235"),
        (1.5e9, "1.5e+09"),
    ],
)
def test_numbers_have_few_digits(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.5, "+0.5000"), (-0.5, "-0.5000"), (0.0, "0.0000")]
)
def test_a_difference_has_its_sign(value: float | None, text: str) -> None:
    assert difference(value) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1_572_864, "1.5 MiB"),
        (5 << 40, "5.0 TiB"),
        (2**53, "8192.0 TiB"),
    ],
)
def test_sizes_are_for_people(size_bytes: int, text: str) -> None:
    assert shown_size(size_bytes) == text


def test_a_table_stays_a_table_whatever_is_in_its_cells() -> None:
    assert table(("a", "b"), [("1|2", "3\n4")]) == "| a | b |\n| --- | --- |\n| 1/2 | 3 4 |"
