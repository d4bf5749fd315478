"""The zoo's table in the README: which target is proved for which architecture, and how fast it is.

``python -m frontier_assets_tests.conversion.zoo.table`` measures it and puts it into the README; a
test holds every cell but the speeds to what the zoo comes to. Its engines are those of a machine
with TensorRT for RTX, and without NVIDIA's driver.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from frontier_assets.conversion.targets import TARGETS
from frontier_assets.dataset import Array
from frontier_assets.predictors.predictor import Predictor
from frontier_assets.types import Outcome
from frontier_assets_tests.conversion.zoo.grid import ANIMALS, Cell, animal, cells

README = Path(__file__).parents[3] / "README.md"
BEGIN, END = "<!-- zoo: begin -->\n", "<!-- zoo: end -->\n"
SPEED = re.compile(r" [0-9.]+x")
_ROUNDS, _ROWS = 25, 64
_NO_FILE = "no"

Row = Mapping[str, Cell]


def text_of(cell: Cell, speed: str = "") -> str:
    """Return what stands in the table; what is not ``passed`` says why below it."""
    if cell.proof is None:
        return _NO_FILE
    if cell.converted is None:
        return f"built, {cell.proof.outcome}"
    return f"{cell.proof.outcome}{speed}"


def reasons(rows: Mapping[str, Row]) -> list[str]:
    """Return a line for each reason why something is not ``passed``, with all that it holds for."""
    where: dict[tuple[str, str], list[str]] = {}
    for name, row in rows.items():
        targets: dict[str, list[str]] = {}
        for target, cell in row.items():
            if reason := reason_of(cell):
                targets.setdefault(reason, []).append(f"`{target}`")
        for reason, found in targets.items():
            where.setdefault((", ".join(found), reason), []).append(name)
    return [f"- {', '.join(names)} to {to}: {why}" for (to, why), names in where.items()]


def reason_of(cell: Cell) -> str:
    """Return why a cell is not ``passed``; nothing where it is."""
    if cell.proof is None:
        return cell.refusal
    return "" if cell.proof.outcome is Outcome.PASSED else cell.proof.detail


def in_readme(text: str, table: str) -> str:
    """Return the README's ``text`` with ``table`` between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def table_of(rows: Mapping[str, Row], speeds: Mapping[str, Mapping[str, str]]) -> str:
    """Return the table in Markdown with its reasons below."""
    lines = [f"| | {' | '.join(f'`{name}`' for name in TARGETS)} |"]
    lines.append("|---" * (1 + len(TARGETS)) + "|")
    for name, row in rows.items():
        found = (text_of(row[target], speeds[name].get(target, "")) for target in TARGETS)
        lines.append(f"| {name} | {' | '.join(found)} |")
    return "\n".join([*lines, "", *reasons(rows)]) + "\n"


def _speeds(original: Predictor, row: Row, inputs: Mapping[str, Array]) -> dict[str, str]:
    """Return how often faster than the original each file is, by medians of interleaved calls."""
    batch = {name: array[:_ROWS] for name, array in inputs.items()}
    runners = {"": original, **{t: c.converted for t, c in row.items() if c.converted is not None}}
    seconds: dict[str, list[float]] = {target: [] for target in runners}
    for _ in range(5 + _ROUNDS):
        for target, runner in runners.items():
            begin = time.perf_counter()
            runner.predict(batch)
            seconds[target].append(time.perf_counter() - begin)
    medians = {target: statistics.median(found[5:]) for target, found in seconds.items()}
    return {t: f" {medians[''] / found:.1f}x" for t, found in medians.items() if t}


def _measured() -> Iterator[tuple[str, Row, dict[str, str]]]:
    for name in ANIMALS:
        specimen = animal(name)
        with tempfile.TemporaryDirectory() as folder:
            row = dict(cells(specimen, Path(folder)))
            yield name, row, _speeds(specimen.original, row, specimen.holdout.inputs)


def main() -> None:
    """Write the table of today into the README."""
    import torch

    torch.set_num_threads(1)
    rows, speeds = {}, {}
    for name, row, found in _measured():
        rows[name], speeds[name] = row, found
    text = README.read_text("utf-8")
    README.write_text(in_readme(text, table_of(rows, speeds)), "utf-8")


if __name__ == "__main__":
    main()
