"""An exported trail, proved without the database that it comes from: SQLite does for all."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from frontier_assets.errors import AuditChainError, AuditExportError, ModelNotFoundError
from frontier_assets.registry import Registry
from frontier_assets.registry.canonical import canonical_json
from frontier_assets.registry.export import prove_export
from frontier_assets.signatures import AllowedSigners
from frontier_assets_tests.registry.attacker import COLUMNS, Attacker, rebuilt
from frontier_assets_tests.registry.conftest import Samples
from frontier_assets_tests.ssh import allow, needs_ssh_keygen, new_key

Edit = Callable[[list[str]], object]


@pytest.fixture
def export(path: Path, registry: Registry, samples: Samples, tmp_path: Path) -> Path:
    """Two trails: four entries of `m`, one of `other`."""
    assert path.exists()
    samples.release(registry, 1)
    registry.models.ensure("other", actor="ann")
    assert registry.audit.export(tmp_path / "audit.jsonl") == 5
    return tmp_path / "audit.jsonl"


def edited(path: Path, edit: Edit, *, closed: bool = False) -> Path:
    """Change the lines of a file; ``closed`` makes its end fit again."""
    lines = path.read_text().splitlines(keepends=True)
    edit(lines)
    if closed:
        sha256 = hashlib.sha256("".join(lines[:-1]).encode()).hexdigest()
        end = {"record": "end", "entries": len(lines) - 2, "sha256": sha256}
        lines[-1] = f"{canonical_json(end)}\n"
    path.write_text("".join(lines))
    return path


def test_an_export_has_a_line_for_each_entry_and_proves_itself(
    registry: Registry, export: Path
) -> None:
    header, *entries, end = map(json.loads, export.read_text().splitlines())
    assert (header["record"], header["format"]) == ("header", "frontier audit trail")
    assert [(entry["model"], entry["sequence"]) for entry in entries] == [
        *(("m", sequence) for sequence in (1, 2, 3, 4)),
        ("other", 1),
    ]
    assert entries[2]["after"] == registry.audit.entry("m", 3).after
    assert end["entries"] == 5
    hashes = {
        model: [entry.hash for entry in registry.audit.entries(model)] for model in ("m", "other")
    }
    assert prove_export(export).hashes == hashes


def test_one_trail_alone_is_exported(registry: Registry, export: Path, tmp_path: Path) -> None:
    assert registry.audit.export(tmp_path / "one", "other") == 1
    assert list(prove_export(tmp_path / "one").hashes) == ["other"]
    with pytest.raises(ModelNotFoundError):
        registry.audit.export(tmp_path / "none", "x")
    assert sorted(path.name for path in tmp_path.glob("[no]*")) == ["one"]


def test_a_trail_that_is_broken_is_not_exported(
    registry: Registry, export: Path, tmp_path: Path
) -> None:
    before = export.read_bytes()
    Attacker.on(registry).run("UPDATE audit SET actor = 'eve' WHERE sequence = 3")
    with pytest.raises(AuditChainError):
        registry.audit.export(export)
    assert export.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.feature("SEC-4")
@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_field_is_located(export: Path, column: str) -> None:
    def edit(lines: list[str]) -> None:
        entry = json.loads(lines[3])
        entry[column] = 4 if column == "sequence" else {"x": 1} if column == "after" else "eve"
        lines[3] = f"{canonical_json(entry)}\n"

    with pytest.raises(AuditChainError) as caught:
        prove_export(edited(export, edit, closed=True))
    assert (caught.value.model, caught.value.sequence) == {
        "model": ("eve", 1),
    }.get(column, ("m", 3))


@pytest.mark.parametrize(
    ("edit", "sequence"),
    [
        (lambda lines: lines.pop(2), 2),
        (lambda lines: lines.insert(3, lines[2]), 3),
        (lambda lines: lines.insert(2, lines.pop(3)), 2),
        (lambda lines: lines.pop(1), 1),
    ],
    ids=["deleted", "inserted", "swapped", "beheaded"],
)
def test_entries_out_of_place_are_located(export: Path, edit: Edit, sequence: int) -> None:
    with pytest.raises(AuditChainError) as caught:
        prove_export(edited(export, edit, closed=True))
    assert (caught.value.model, caught.value.sequence) == ("m", sequence)


@pytest.mark.parametrize(
    ("edit", "line", "problem"),
    [
        (lambda lines: lines.pop(), 7, "the end is missing"),
        (lambda lines: lines.pop(5), 6, "not what was written"),
        (lambda lines: lines.clear(), 1, "the end is missing"),
        (lambda lines: lines.append(lines[5]), 8, "nothing follows"),
        (lambda lines: lines.pop(0), 1, "expected the header"),
        (lambda lines: lines.insert(2, lines[0]), 3, "expected the header"),
        (lambda lines: lines.insert(2, "\n"), 3, "not JSON"),
        (lambda lines: lines.insert(2, "[]\n"), 3, "not canonical"),
        (lambda lines: lines.insert(2, '{"record":"note"}\n'), 3, "not what was written"),
        (lambda lines: lines.insert(2, lines.pop(2).replace(":", ": ", 1)), 3, "not canonical"),
        (lambda lines: lines.insert(0, lines.pop(0).replace("20", "19")), 7, "not what"),
        (lambda lines: lines.insert(0, lines.pop(0).replace('n":1', 'n":2')), 1, "format is 2"),
        (lambda lines: lines.insert(0, lines.pop(0).replace("trail", "tale")), 1, "does not say"),
    ],
)
def test_a_file_that_is_no_whole_export_is_located(
    export: Path, edit: Edit, line: int, problem: str
) -> None:
    with pytest.raises(AuditExportError, match=problem) as caught:
        prove_export(edited(export, edit))
    assert caught.value.line == line


def test_a_trail_of_which_the_export_knows_more_is_found(
    registry: Registry, export: Path, samples: Samples
) -> None:
    samples.register(registry)
    assert registry.audit.verify(against=export) == 6
    attacker = Attacker.on(registry)
    attacker.replace_trail(attacker.trail()[:3])
    assert registry.audit.verify() == 4
    with pytest.raises(AuditChainError, match="missing; the model has 3 changes, the export 4"):
        registry.audit.verify(against=export)


def test_a_trail_rebuilt_from_the_start_is_found_by_the_export(
    registry: Registry, export: Path
) -> None:
    attacker = Attacker.on(registry)
    first, second, *rest = attacker.trail()
    attacker.replace_trail(rebuilt([first, second | {"actor": "eve"}, *rest]))
    assert registry.audit.verify() == 5
    with pytest.raises(AuditChainError, match="not the one in the export") as caught:
        registry.audit.verify(against=export)
    assert caught.value.sequence == 2


def test_a_model_that_is_gone_is_found_by_the_export(registry: Registry, export: Path) -> None:
    Attacker.on(registry).run(
        "DELETE FROM audit WHERE model = 'other'", "DELETE FROM models WHERE name = 'other'"
    )
    assert registry.audit.verify() == 4
    with pytest.raises(AuditChainError, match="the model has 0 changes, the export 1"):
        registry.audit.verify(against=export)


@needs_ssh_keygen
def test_an_export_rebuilt_without_the_key_is_found_by_its_signed_head(
    registry: Registry, export: Path, tmp_path: Path
) -> None:
    key = new_key(tmp_path, "ann")
    signers = AllowedSigners(allow(tmp_path / "signers", ann=key))
    Registry(registry._database, signers).audit.sign("m", key=key)
    attacker = Attacker.on(registry)
    first, *rest = attacker.trail()
    Registry(registry._database, signers).audit.export(export)
    (signed,) = prove_export(export, signers).signed
    assert (signed.signer, signed.head.sequence) == ("ann", 4)
    attacker.replace_trail(rebuilt([first | {"actor": "eve"}, *rest]))
    forged = {entry["sequence"]: entry for entry in attacker.trail()}

    def forge(lines: list[str]) -> None:
        for place in range(1, 6):
            entry = json.loads(lines[place]) | {
                name: forged[place][name] for name in ("actor", "previous_hash", "hash")
            }
            lines[place] = f"{canonical_json(entry)}\n"

    with pytest.raises(AuditChainError, match="ann signed another entry 4") as caught:
        prove_export(edited(export, forge, closed=True), signers)
    assert caught.value.sequence == 5
