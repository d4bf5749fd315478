"""The zoo's table in the README is what the zoo comes to, cell by cell."""

from pathlib import Path

import pytest

from frontier_assets.conversion.targets import TARGETS
from frontier_assets.predictors.engines.probe import FLAVOURS, EngineState, probe
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.zoo.grid import ANIMALS, CPU_TARGETS, animal, cells
from frontier_assets_tests.conversion.zoo.table import BEGIN, END, README, SPEED, reasons, text_of
from frontier_assets_tests.engines import require_rtx


def stated() -> tuple[dict[str, list[str]], list[str]]:
    """Return the README's cells by animal, and the lines of reasons below the table."""
    table = README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    header, _, *lines = (line for line in table.splitlines() if line)
    assert header == f"| | {' | '.join(f'`{name}`' for name in TARGETS)} |"
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in lines if "|" in line]
    return {name: cells for name, *cells in rows}, [line for line in lines if "|" not in line]


def by_target(name: str, lines: list[str]) -> dict[str, str]:
    """Return which targets did not pass for an animal, and why."""
    found: dict[str, str] = {}
    for line in lines:
        names, _, rest = line.removeprefix("- ").partition(" to ")
        targets, _, why = rest.partition(": ")
        if name in names.split(", "):
            found |= {target.strip("`"): why for target in targets.split(", ")}
    return found


def unlike(flavour: str) -> bool:
    """Tell whether engines come to something else here than on the table's machine."""
    usual = EngineState.NO_DRIVER if FLAVOURS[flavour].builds_anywhere else EngineState.NO_PACKAGE
    return probe(flavour).state is not usual


@pytest.mark.feature("CNV-3")
def test_the_table_has_every_animal_and_a_speed_wherever_there_is_a_file() -> None:
    rows, _ = stated()
    found = [cell for row in rows.values() for cell in row]
    assert list(rows) == list(ANIMALS)
    measured = [cell.startswith("passed") for cell in found]
    assert [SPEED.search(cell) is not None for cell in found] == measured
    assert {cell for cell in found if not cell.startswith("passed")} == {"no", "built, not_run"}


@pytest.mark.feature("CNV-1", "CNV-2", "CNV-3")
@pytest.mark.parametrize("name", ANIMALS)
def test_a_row_is_what_its_animal_comes_to_and_says_why_not(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    rows, lines = stated()
    specimen = animal(name)
    decided = specimen.original.predict(specimen.holdout.inputs).argmax(1)
    assert (decided == specimen.holdout.targets).mean() > 0.85  # it has learned something
    row = dict(cells(specimen, tmp_path))
    others = {flavour for flavour in FLAVOURS if unlike(flavour)}
    held = [target for target in TARGETS if TARGETS[target].flavour not in others]
    told = dict(zip(TARGETS, (SPEED.sub("", cell) for cell in rows[name]), strict=True))
    assert [text_of(row[target]) for target in held] == [told[target] for target in held]
    found, wanted = by_target(name, reasons({name: row})), by_target(name, lines)
    assert [found.get(target) for target in held] == [wanted.get(target) for target in held]
    proofs = [cell.proof for target, cell in row.items() if target in CPU_TARGETS and cell.proof]
    assert {proof.outcome for proof in proofs} == {Outcome.PASSED}
    require_rtx()
    if others:
        pytest.skip(f"the table has no machine like this one: {', '.join(sorted(others))}")
