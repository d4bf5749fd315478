"""Every picture: it decodes, has the common width, shows something, and its bytes repeat."""

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from frontier_assets.plots.confusion import confusion_matrix
from frontier_assets.plots.curves import learning_curves, metrics_over_versions
from frontier_assets.plots.differences import interval_rows, pareto_front
from frontier_assets.plots.experiments import Row, Seen, balance, effect_over_looks, forest
from frontier_assets.plots.latency import latency_bars
from frontier_assets.plots.picture import DOTS_PER_INCH, WIDTH_IN
from frontier_assets.plots.reliability import reliability_diagram
from frontier_assets.plots.residuals import residual_plots

Draw = Callable[[], bytes]


def matrix(classes: int, right: int = 30) -> bytes:
    counts = (np.eye(classes, dtype=int) * (right - 1) + 1).tolist()
    return confusion_matrix(counts, [f"a long class {index}" for index in range(classes)])


def reliability() -> bytes:
    empty = [(i / 10, (i + 1) / 10, 0, None, None) for i in range(8)]
    return reliability_diagram([*empty, (0.8, 0.9, 4, 0.85, 0.75), (0.9, 1.0, 9, 0.97, 1.0)], 0.04)


def residuals() -> bytes:
    return residual_plots([(1.0, -2.0), (3.0, 0.5), (4.0, 1.0)], [-2.0, 0.0, 2.0], [1, 2])


def curves() -> bytes:
    falling = [(step, 1 / (step + 1)) for step in range(50)]
    return learning_curves({"loss": falling, "train_loss": falling, "accuracy": [(3.0, 0.5)]})


def versions(count: int = 3, held: str | None = "1.0.1") -> bytes:
    names = [f"1.0.{index}" for index in range(count)]
    values = [None if index == 2 else index / 10 for index in range(count)]
    return metrics_over_versions(
        names, {"accuracy": values}, better={"accuracy": "higher"}, held=held
    )


def looks(treatments: int = 1, *, can_be_judged: bool = True) -> bytes:
    bound = 0.05 if can_be_judged else None
    seen = [Seen(units, 0.01, bound, bound, bound) for units in (100, 200, 300)]
    names = [f"1.0.{index}" for index in range(treatments)]
    over = dict.fromkeys(names, seen)
    return effect_over_looks(over, metric="accuracy", direction="higher", title="1.0.1 wins")


def metrics(rows: int) -> bytes:
    found = [Row(f"metric {at}", 0.01, -0.02, 0.05, "held", 0.1) for at in range(rows)]
    return forest(found, title="1.0.1 wins", across="change, in %", percent=True)


def shares(*, passed: bool) -> bytes:
    observed = {"1.0.0": 0.6, "1.0.1": 0.4}
    return balance(observed, {"1.0.0": 0.5, "1.0.1": 0.5}, title="Units", passed=passed)


PICTURES: dict[str, Draw] = {
    "looks at one treatment": looks,
    "looks at several treatments": lambda: looks(4),
    "looks that say nothing yet": lambda: looks(can_be_judged=False),
    "one metric of an experiment": lambda: metrics(1),
    "twenty metrics of an experiment": lambda: metrics(20),
    "units divided as planned": lambda: shares(passed=True),
    "units divided otherwise": lambda: shares(passed=False),
    "one class": lambda: matrix(1),
    "two classes": lambda: matrix(2),
    "ten classes": lambda: matrix(10),
    "twenty classes": lambda: matrix(20),
    "fifty classes": lambda: matrix(50),
    "no examples of a class": lambda: confusion_matrix([[0, 0], [1, 2]], ["a", "b"]),
    "clusters": lambda: confusion_matrix([[9, 0, 1], [0, 8, 2]], ["a", "b"], clusters=[*"012"]),
    "reliability": reliability,
    "residuals": residuals,
    "learning curves": curves,
    "latencies": lambda: latency_bars(
        {"a": [(1, 0.1, 0.2), (8, 1.0, 9.0)], "b": [(1, 2, 2), (8, 9, 9)]}
    ),
    "differences": lambda: interval_rows(
        [("a", 0.1, 0.05, 0.15, "better"), ("b", -0.1, -0.2, 0.1, "not told apart")], title="both"
    ),
    "a front": lambda: pareto_front(
        [("onnx", True, 0.1, 0.9, True), ("onnx", False, 0.2, 0.8, False)],
        metric="accuracy",
        better="higher",
    ),
    "one version": lambda: versions(1, held=None),
    "three versions": versions,
    "forty versions": lambda: versions(40),
    "held by a version that is not shown": lambda: versions(3, held="9.9.9"),
}


def decoded(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_a_picture_decodes_has_the_width_of_all_and_shows_something(draw: Draw) -> None:
    png = draw()
    image = decoded(png)
    assert image.format == "PNG"
    assert image.width == WIDTH_IN * DOTS_PER_INCH
    pixels = np.asarray(image.convert("L"))
    assert (pixels == 255).mean() > 0.1
    assert (pixels < 128).mean() > 0.002
    assert len(png) < 60_000


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES.keys())
def test_the_same_numbers_give_the_same_bytes(draw: Draw) -> None:
    assert draw() == draw()


def test_other_numbers_give_another_picture() -> None:
    assert matrix(3) != matrix(3, right=31)


def test_pictures_drawn_in_several_threads_are_those_drawn_in_one() -> None:
    wanted = [draw() for draw in PICTURES.values()]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda draw: draw(), [*PICTURES.values()] * 2))
    assert found == wanted * 2


def test_a_right_class_is_darker_than_a_wrong_one() -> None:
    image = np.asarray(decoded(confusion_matrix([[30, 0], [0, 30]], ["a", "b"])).convert("L"))
    height, width = image.shape
    assert image[int(height * 0.2), int(width * 0.3)] < image[int(height * 0.2), int(width * 0.8)]


def test_the_functions_are_known_without_importing_matplotlib() -> None:
    code = (
        "import sys; from frontier_assets.plots import confusion, curves, reliability, residuals; "
        "sys.exit(bool({'matplotlib', 'PIL'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_keeps_no_figure_and_changes_no_setting() -> None:
    code = (
        "import sys, matplotlib; before = dict(matplotlib.rcParams);"
        "from frontier_assets.plots.curves import learning_curves;"
        "learning_curves({'loss': [(1.0, 2.0)]});"
        "from matplotlib._pylab_helpers import Gcf;"
        "sys.exit(bool(Gcf.figs) or dict(matplotlib.rcParams) != before)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("rows", range(1, 17))
def test_intervals_are_drawn_however_many_there_are(rows: int) -> None:
    """Some heights are no whole number of pixels."""
    drawn = interval_rows([("accuracy", 0.1, -0.1, 0.3, "open")] * rows, title="a title")
    assert Image.open(io.BytesIO(drawn)).size[0] == WIDTH_IN * DOTS_PER_INCH
