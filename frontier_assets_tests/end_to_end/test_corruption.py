"""A flipped byte in the store is found by whoever loads, and production is what was trained."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from frontier_assets.errors import IntegrityError
from frontier_assets.storage.layout import Location
from frontier_assets.storage.pack import HEADER_BYTES, padding
from frontier_assets.storage.stored import StoredArtifact, manifest_name
from frontier_assets.workspace import Workspace
from frontier_assets_tests.end_to_end.digits_release import (
    MODEL,
    PREDICTED,
    ROWS,
    TARGET,
    WRITTEN_DOWN,
    open_workspace,
)

REPOSITORY = Path(__file__).parents[2]
PRODUCTION = f"{MODEL}@production"


@dataclass(frozen=True)
class Release:
    """A project in which a version and its ONNX file were stored, proved and promoted."""

    folder: Path
    workspace: Workspace

    def stored(self, what: str) -> StoredArtifact:
        """Return the artifact that is read as ``what``."""
        version = self.workspace.versions.get(PRODUCTION)
        onnx = self.workspace.registry.artifacts.get(MODEL, version.number, TARGET)
        digests = {
            "version": version.digest,
            "onnx": onnx.digest,
            "checkpoint": self.workspace.checkpoints.get(MODEL, "latest").digest,
        }
        return self.workspace.stores["default"].open(digests[what.removesuffix(" fetched")])

    def read(self, what: str) -> None:
        """Read it as a user does."""
        reads: dict[str, Callable[[], object]] = {
            "version": lambda: self.workspace.load(PRODUCTION),
            "version fetched": lambda: self.workspace.fetch(PRODUCTION, self.fetched),
            "onnx": lambda: self.workspace.load_converted(PRODUCTION, TARGET),
            "onnx fetched": lambda: self.workspace.fetch(PRODUCTION, self.fetched, target=TARGET),
            "checkpoint": lambda: self.workspace.checkpoints.load(MODEL),
        }
        reads[what]()

    @property
    def fetched(self) -> Path:
        return self.folder / "fetched"

    def unnoticed(self, what: str, blob: str, offsets: Iterable[int]) -> list[int]:
        """Flip each byte in turn, and return those after which reading found nothing wrong."""
        digest = self.stored(what).digest
        return [
            offset
            for offset in offsets
            if not self._noticed(what, self.folder / "store" / blob, offset, digest)
        ]

    def _noticed(self, what: str, path: Path, offset: int, digest: str) -> bool:
        with flipped(path, offset):
            try:
                self.read(what)
            except IntegrityError as error:
                return digest in str(error) and not self.fetched.exists()
            finally:
                shutil.rmtree(self.fetched, ignore_errors=True)
        return False


@contextlib.contextmanager
def flipped(path: Path, offset: int) -> Iterator[None]:
    """Change one bit of one byte, each offset another bit, and put it back afterwards."""
    # In place: file systems flush a file that is truncated and written again.
    with path.open("r+b", buffering=0) as file:
        (original,) = os.pread(file.fileno(), 1, offset)
        os.pwrite(file.fileno(), bytes([original ^ 1 << offset % 8]), offset)
        try:
            yield
        finally:
            os.pwrite(file.fileno(), bytes([original]), offset)


def run(action: str, folder: Path) -> None:
    """Do it in a fresh process, which ends before this returns."""
    environment = {name: text for name, text in os.environ.items() if "FRONTIER" not in name}
    subprocess.run(
        [sys.executable, "-m", "frontier_assets_tests.end_to_end.digits_release", action, folder],
        cwd=REPOSITORY,
        env={**environment, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "2"},
        check=True,
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    folder = tmp_path_factory.mktemp("release")
    run("release", folder)
    with open_workspace(folder) as workspace:
        yield Release(folder, workspace)


def places(stored: StoredArtifact) -> list[Location]:
    """Return where each part with bytes lies."""
    return [part.at for _, parts in stored._places.values() for part in parts]


READS = ["version", "version fetched", "onnx", "onnx fetched", "checkpoint"]


def test_production_in_a_fresh_process_predicts_bit_for_bit_what_training_wrote_down(
    release: Release,
) -> None:
    run("predict", release.folder)
    written, predicted = (np.load(release.folder / name) for name in (WRITTEN_DOWN, PREDICTED))
    assert predicted.shape == (ROWS, 10)
    assert predicted.dtype == written.dtype
    assert predicted.tobytes() == written.tobytes()


@pytest.mark.parametrize("what", READS)
def test_every_byte_of_a_manifest_counts(release: Release, what: str) -> None:
    blob = manifest_name(release.stored(what).digest)
    size = (release.folder / "store" / blob).stat().st_size
    assert release.unnoticed(what, blob, range(size)) == []


@pytest.mark.parametrize("what", READS)
def test_every_byte_of_a_pack_header_counts(release: Release, what: str) -> None:
    packs = {location.pack for location in places(release.stored(what))}
    assert len(packs) == 1
    assert release.unnoticed(what, packs.pop(), range(HEADER_BYTES)) == []


@pytest.mark.parametrize("what", READS)
def test_a_byte_of_any_entry_counts(release: Release, what: str) -> None:
    found = places(release.stored(what))
    for at in found:
        offsets = {at.offset, at.offset + at.length // 2, at.offset + at.length - 1}
        assert release.unnoticed(what, at.pack, offsets) == []


@pytest.mark.parametrize("what", READS)
def test_a_byte_of_any_padding_counts(release: Release, what: str) -> None:
    for at in places(release.stored(what)):
        end = at.offset + at.length
        gap = range(end, end + padding(at.length))
        assert release.unnoticed(what, at.pack, {*gap[:1], *gap[-1:]}) == []


def test_there_is_padding_to_be_checked(release: Release) -> None:
    gaps = [padding(at.length) for at in places(release.stored("version"))]
    assert len([gap for gap in gaps if gap]) > 10


@pytest.mark.parametrize("what", ["onnx", "onnx fetched"])
def test_a_byte_anywhere_in_the_onnx_file_counts(release: Release, what: str) -> None:
    (at,) = places(release.stored(what))
    every = range(at.offset, at.offset + at.length, max(1, at.length // 200))
    assert release.unnoticed(what, at.pack, every) == []


@pytest.mark.parametrize("what", READS)
def test_what_was_restored_reads_again(release: Release, what: str) -> None:
    assert release.unnoticed(what, manifest_name(release.stored(what).digest), [0]) == []
    release.read(what)
    shutil.rmtree(release.fetched, ignore_errors=True)
