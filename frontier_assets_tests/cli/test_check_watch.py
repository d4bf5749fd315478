from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.cli.checks.finding import Finding, State
from frontier_assets.cli.checks.watch import check_watch

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Records


def findings(records: "Records", location: str = "runs/") -> list[Finding]:
    specification = records.specification(watch={"location": location})
    return [*check_watch(specification, records.workspace.registry, records.folder)]


def test_a_place_without_checkpoints_is_a_warning(records: "Records") -> None:
    (found,) = findings(records)
    assert found.state is State.WARNING
    assert found.detail == f"file:{records.folder}/runs has no checkpoints, or does not exist"


def test_what_is_there_unfinished_taken_in_and_refused_is_counted(records: "Records") -> None:
    folder = records.folder / "runs"
    (folder / "checkpoint-5").mkdir(parents=True)
    (folder / "checkpoint-5" / "model.safetensors").touch()
    for step in range(8):
        (folder / f"step_{step}.pt").touch()
    specification = records.specification(watch={"location": str(folder)})
    discovery, look = records.workspace.discovery, records.workspace.discovery.look
    look(specification)
    first, *others = look(specification).ready
    settle = records.workspace.registry.discoveries.settle
    settle("tiny", first.location, first.fingerprint, checkpoint="runs-step-0", problem="")
    for item in others:
        discovery.refuse("tiny", item.location, item.fingerprint, "it is empty")
    ok, *warnings = findings(records)
    assert ok == Finding(
        "tiny watch", State.OK, f"file:{folder} has 9 checkpoints, 1 unfinished; 1 taken in"
    )
    assert [item.state for item in warnings] == [State.WARNING] * 6
    assert warnings[0].detail == f"{others[0].location} was refused: it is empty"
    assert warnings[-1].detail == "2 more were refused"
    assert warnings[-1].remedy == "frontier checkpoints list tiny --watched"


def test_a_model_that_watches_nothing_has_no_finding(records: "Records") -> None:
    assert [*check_watch(records.specification(), records.workspace.registry, Path("/"))] == []
