"""Files from outside: what is refused, and what only looks like it."""

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from frontier_assets.codecs.foreign import refuse_foreign_code
from frontier_assets.errors import UntrustedContentError
from frontier_assets_tests import tabular
from frontier_assets_tests.payload import Payload


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """The file that the payload would write."""
    return tmp_path / "it-ran"


def check(tmp_path: Path, content: bytes, name: str = "model.bin") -> None:
    path = tmp_path / "handed-over.bin"
    path.write_bytes(content)
    refuse_foreign_code("m", {name: path})


def zipped(content: bytes, name: str = "inner") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def tarred(content: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        entry = tarfile.TarInfo("inner")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()


def as_joblib(value: object) -> bytes:
    written = io.BytesIO()
    joblib.dump(value, written)
    return written.getvalue()


def as_torch(value: object, **options: Any) -> bytes:
    import torch

    written = io.BytesIO()
    torch.save(value, written, **options)
    return written.getvalue()


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, format=lzma.FORMAT_ALONE),
    "zlib": zlib.compress,
    "zip": zipped,
    "zip in a zip": lambda content: zipped(zipped(content)),
    "tar.gz": tarred,
    "a broken gzip": lambda content: gzip.compress(content + bytes(100_000))[:-40],
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_payload_is_found_in_every_protocol_and_wrapping(
    tmp_path: Path, marker: Path, protocol: int, wrapping: str
) -> None:
    content = WRAPPINGS[wrapping](pickle.dumps(Payload(marker), protocol))
    with pytest.raises(UntrustedContentError, match=r"pickle.*`allow_pickle: true` in .*'m'"):
        check(tmp_path, content)
    assert not marker.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_plain_values_is_a_pickle(tmp_path: Path, protocol: int) -> None:
    with pytest.raises(UntrustedContentError, match="it is a pickle"):
        check(tmp_path, pickle.dumps({"weights": [1.0, 2.0]}, protocol))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_payload_before_a_broken_end_is_found(
    tmp_path: Path, marker: Path, protocol: int
) -> None:
    whole = pickle.dumps(Payload(marker), protocol)
    with pytest.raises(UntrustedContentError, match="it is a pickle"):
        check(tmp_path, whole[:-1] + b"\xff\xff garbage")


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".pt", ".pth", ".PKL", ".pt2"])
@pytest.mark.parametrize("content", [b"", b"not a pickle at all", b"\x80\x04corrupt"])
def test_the_name_of_a_pickle_is_enough(tmp_path: Path, suffix: str, content: bytes) -> None:
    with pytest.raises(UntrustedContentError, match=f"'model{suffix}' is refused: its name ends"):
        check(tmp_path, content, f"model{suffix}")


def test_the_name_on_disk_counts_as_well(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"anything")
    with pytest.raises(UntrustedContentError, match=r"'model\.bin' is refused: its name ends in"):
        refuse_foreign_code("m", {"model.bin": path})


def test_what_torch_and_joblib_write_is_found_under_any_name(tmp_path: Path) -> None:
    import torch

    for content in (
        as_torch({"w": torch.ones(2)}),
        as_torch({"w": torch.ones(2)}, _use_new_zipfile_serialization=False),
        as_joblib({"w": np.ones(2)}),
    ):
        with pytest.raises(UntrustedContentError, match="pickle"):
            check(tmp_path, content)


def test_a_program_of_torch_export_is_found_under_any_name(tmp_path: Path) -> None:
    import torch

    written = io.BytesIO()
    program = torch.export.export(torch.nn.Linear(2, 2), (torch.ones(3, 2),))
    torch.export.save(program, written)
    with pytest.raises(UntrustedContentError, match=r"it is a program of torch\.export"):
        check(tmp_path, written.getvalue())


def test_arrays_of_objects_are_pickles(tmp_path: Path) -> None:
    written = io.BytesIO()
    np.savez(written, a=np.array([{}], dtype=object))
    with pytest.raises(UntrustedContentError, match=r"'a\.npy', it is an array of Python objects"):
        check(tmp_path, written.getvalue())


def test_an_archive_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    broken = bytearray(zipped(bytes(range(256)) * 40))
    broken[40:60] = bytes(20)
    with pytest.raises(UntrustedContentError, match="an archive that cannot be looked into"):
        check(tmp_path, bytes(broken))


def safetensors_of(header_bytes: int) -> bytes:
    """Return a safetensors file whose header has this length, as its first bytes say."""
    from safetensors.numpy import save

    content = save({"w": np.ones(2, np.float32)})
    size = int.from_bytes(content[:8], "little")
    header = content[8 : 8 + size].ljust(header_bytes)
    return len(header).to_bytes(8, "little") + header + content[8 + size :]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"content",
        b"class,count\nred,3\n",
        b"class\nname\nred\nblue\n",
        b"I am a text.\n",
        b"x is a text too, and no zlib stream",
        bytes(1000),
        safetensors_of(0x0280),  # begins as a pickle of protocol 2 does
        safetensors_of(0x0580),
    ],
)
def test_what_runs_nothing_is_accepted(tmp_path: Path, content: bytes) -> None:
    check(tmp_path, content)


def test_the_formats_of_this_project_are_accepted(tmp_path: Path) -> None:
    import skops.io

    booster = tabular.xgboost_classifier().get_booster()
    for content in (
        skops.io.dumps(tabular.pipeline()),
        tabular.graph().SerializeToString(),
        bytes(booster.save_raw("ubj")),
        bytes(booster.save_raw("json")),
        tabular.lightgbm_classifier().booster_.model_to_string().encode(),
    ):
        check(tmp_path, content)
