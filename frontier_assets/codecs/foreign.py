"""Files from outside that run code when somebody loads them, told by name and content alone.

Nothing here loads anything: pickles are read opcode by opcode, archives and compressed streams are
looked into. What a pickle of protocol 0 or 1, which has no mark of its own, does after its first
16 MiB is not seen; no loader of this package would unpickle such a file.
"""

import bz2
import gzip
import io
import lzma
import pickletools
import re
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from frontier_assets.errors import UntrustedContentError

_NAMES = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".pt2")
_HEAD_BYTES = 16 << 20
_CHUNK_BYTES = 64 << 10
_MAXIMUM_OPCODES = 2_000_000  # more would take minutes, and nothing but a pickle has them
_MAXIMUM_DEPTH = 4
_SHORTEST_BYTES = 3  # anything shorter holds a single small value
_PROTOCOLS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_OPCODES = frozenset(opcode.code for opcode in pickletools.opcodes)
_NAMING = frozenset({"STACK_GLOBAL", "EXT1", "EXT2", "EXT4"})
_CALLING = frozenset({"REDUCE", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"})
_IMPORTABLE = re.compile(r"[\w.]+ [\w.]+")
_NUMPY = b"\x93NUMPY"
_OBJECTS = re.compile(rb"'descr':[^}]*'\|?O'")
# A program of `torch.export`: reading it evaluates expressions that it holds.
_PROGRAM_MEMBERS = ("archive_format", "serialized_exported_program.json")
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
_STREAMS: Mapping[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda file: cast("IO[bytes]", gzip.GzipFile(fileobj=file)),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
    b"]\x00\x00": lzma.LZMAFile,
}
_ZLIB = (b"x\x01", b"x^", b"x\x9c", b"x\xda")


def refuse_foreign_code(model: str, files: Mapping[str, Path]) -> None:
    """Refuse files that run code when they are loaded, by member name and content.

    Raises:
        UntrustedContentError: one of them is a pickle, holds one, or is a `torch.export` program.
    """
    for name, path in files.items():
        problem = _danger_by_name(name) or _danger_by_name(path.name)
        if not problem and path.is_file():
            with path.open("rb") as file:
                problem = _danger(file, 0)
        _refuse(model, name, problem)


def refuse_foreign_content(model: str, name: str, file: IO[bytes]) -> None:
    """Refuse one file as `refuse_foreign_code` does; ``file`` can be sought."""
    _refuse(model, name, _danger_by_name(name) or _danger(file, 0))


def _refuse(model: str, name: str, problem: str) -> None:
    if problem:
        raise UntrustedContentError(
            f"File '{name}'",
            f"{problem}, and loading it runs whatever it holds",
            "register safetensors weights, a skops, XGBoost, LightGBM or ONNX file instead, or "
            f"write `allow_pickle: true` in the YAML of '{model}' if you trust where it came from",
        )


def _danger_by_name(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return f"its name ends in {suffix}, as pickles do" if suffix in _NAMES else ""


def _danger(file: IO[bytes], depth: int) -> str:
    """Return what in ``file``, which can be sought, would run code; empty when nothing would."""
    if depth > _MAXIMUM_DEPTH:
        return f"it holds archives within archives, {depth} deep"
    head = _read_head(file)
    if _is_pickle(head):
        return "it is a pickle"
    if head.startswith(_NUMPY):
        header = head[: len(_NUMPY) + 1024]
        return "it is an array of Python objects, a pickle" if _OBJECTS.search(header) else ""
    if head.startswith(_ZLIB):
        return _danger(io.BytesIO(_inflated(head)), depth + 1)
    for mark, opened in _STREAMS.items():
        if head.startswith(mark):
            file.seek(0)
            with opened(file) as stream:
                return _danger(stream, depth + 1)
    return _danger_in_archive(file, depth)


def _danger_in_archive(file: IO[bytes], depth: int) -> str:
    file.seek(0)
    try:
        if any(Path(name).name in _PROGRAM_MEMBERS for name in _names(file)):
            return "it is a program of torch.export"
        for name, member in _members(file):
            problem = _danger_by_name(name) or _danger(member, depth + 1)
            if problem:
                return f"in its part '{name}', {problem}"
    except _UNREADABLE as error:
        return f"it is an archive that cannot be looked into ({error})"
    return ""


def _names(file: IO[bytes]) -> list[str]:
    if not zipfile.is_zipfile(file):
        return []
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def _members(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members of a zip or tar archive; nothing of other files."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    yield info.filename, member
        return
    file.seek(0)
    if tarfile.is_tarfile(file):
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            for entry in tar:
                yield entry.name, tar.extractfile(entry) or io.BytesIO()


def _read_head(file: IO[bytes]) -> bytes:
    """Return the beginning, as far as it can be read: a broken stream runs what came before."""
    pieces: list[bytes] = []
    try:
        file.seek(0)
        while sum(map(len, pieces)) < _HEAD_BYTES and (piece := file.read(_CHUNK_BYTES)):
            pieces.append(piece)
    except _UNREADABLE:
        pass
    return b"".join(pieces)


def _inflated(head: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(head, _HEAD_BYTES)
    except zlib.error:
        return b""


def _is_pickle(head: bytes) -> bool:
    if head.startswith(_PROTOCOLS) and head[2:3].decode("latin-1") in _OPCODES:
        # The length of a safetensors header may look like the mark; such a file then calls nothing.
        return head[4:9] != b"\0\0\0\0{" or _acts_as_pickle(head)
    return _acts_as_pickle(head)


def _acts_as_pickle(head: bytes) -> bool:
    """Tell whether ``head`` reads as a pickle to its end, or to where it calls something."""
    named, position = False, 0
    try:
        for number, (opcode, argument, at) in enumerate(_opcodes(head)):
            position = at or 0
            if opcode.name in ("GLOBAL", "INST"):
                # A text may look like an import; Python would stop at such a name.
                if not _IMPORTABLE.fullmatch(str(argument)):
                    return False
                named = True
            named = named or opcode.name in _NAMING
            if opcode.name == "INST" or (named and opcode.name in _CALLING):
                return True
            if number > _MAXIMUM_OPCODES:
                return True
    except (ValueError, OverflowError):
        return False
    return position == len(head) - 1 and position >= _SHORTEST_BYTES


def _opcodes(head: bytes) -> Iterator[tuple[pickletools.OpcodeInfo, object, int | None]]:
    with warnings.catch_warnings():
        # It warns of escapes in texts, which most files have by chance.
        warnings.simplefilter("ignore", DeprecationWarning)
        yield from pickletools.genops(head)
