"""The zoo's table in the README is what the zoo comes to, cell by cell."""

from pathlib import Path

import pytest

from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.zoo.grid import ANIMALS, CPU_TARGETS, animal, cells
from frontier_assets_tests.conversion.zoo.table import BEGIN, END, README, SPEED, reasons, text_of


def stated() -> tuple[dict[str, list[str]], list[str]]:
    """Return the README's cells by animal, and the lines of reasons below the table."""
    table = README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    header, _, *lines = (line for line in table.splitlines() if line)
    assert header == f"| | {' | '.join(f'`{name}`' for name in CPU_TARGETS)} |"
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in lines if "|" in line]
    return {name: cells for name, *cells in rows}, [line for line in lines if "|" not in line]


def by_animal(lines: list[str]) -> dict[str, set[str]]:
    """Return which targets are refused to each animal, and why."""
    parts = [line.removeprefix("- ").partition(" to ") for line in lines]
    return {name: {why for names, _, why in parts if name in names.split(", ")} for name in ANIMALS}


@pytest.mark.feature("CNV-3")
def test_the_table_has_every_animal_and_a_speed_wherever_there_is_a_file() -> None:
    rows, _ = stated()
    found = [cell for row in rows.values() for cell in row]
    assert list(rows) == list(ANIMALS)
    assert [SPEED.search(cell) is None for cell in found] == [cell == "no" for cell in found]


@pytest.mark.feature("CNV-1", "CNV-3")
@pytest.mark.parametrize("name", ANIMALS)
def test_a_row_is_what_its_animal_comes_to_and_says_why_not(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    rows, lines = stated()
    specimen = animal(name)
    decided = specimen.original.predict(specimen.holdout.inputs).argmax(1)
    assert (decided == specimen.holdout.targets).mean() > 0.85  # it has learned something
    row = dict(cells(specimen, tmp_path))
    found = [text_of(row[target]) for target in CPU_TARGETS]
    assert found == [SPEED.sub("", cell) for cell in rows[name]]
    assert by_animal(reasons({name: row}))[name] == by_animal(lines)[name]
    assert {cell.proof.outcome for cell in row.values() if cell.proof} == {Outcome.PASSED}
