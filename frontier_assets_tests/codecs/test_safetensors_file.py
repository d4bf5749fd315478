import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.codecs.entries import LazyTensor
from frontier_assets.codecs.safetensors_file import (
    _DTYPES,
    encoded_from_file,
    metadata_in_file,
    tensors_in_file,
    write_tensors,
)
from frontier_assets.codecs.state import decode
from frontier_assets.codecs.tensors import content_of, dtype_name
from frontier_assets.errors import InvalidValueError
from frontier_assets.workspace import Workspace
from frontier_assets_tests.codecs.states import bits, raw

if TYPE_CHECKING:
    import torch

SHAPES = [(), (1,), (3, 4), (0,), (2, 0, 3)]
CODES = sorted(set(_DTYPES) - {"F4"})


def content(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def tensor(begin: int, end: int, dtype: str = "U8", shape: object = None) -> dict[str, Any]:
    shape = [end - begin] if shape is None else shape
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def loaded(path: Path) -> Any:
    encoded = encoded_from_file(path)
    data = {item.name: item.data() for item in encoded.tensors}
    return decode(encoded.structure, data.__getitem__)["model"]


def lazy(value: "torch.Tensor") -> LazyTensor:
    return LazyTensor(dtype_name(value), tuple(value.shape), lambda: content_of(value))


def in_order(state: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(state.items()))


@pytest.mark.parametrize("code", CODES)
def test_what_the_formats_own_package_writes_is_read(code: str, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    state = {f"t{index}": raw(_DTYPES[code][0], *shape) for index, shape in enumerate(SHAPES)}
    save_file(state, tmp_path / "a.safetensors", metadata={"format": "pt"})
    assert bits(in_order(loaded(tmp_path / "a.safetensors"))) == bits(state)


@settings(database=None, max_examples=40)
@given(
    chosen=st.dictionaries(
        st.text(min_size=1, max_size=9).filter(str.isprintable),
        st.tuples(st.sampled_from(CODES), st.sampled_from(SHAPES)),
        max_size=6,
    )
)
def test_what_is_written_is_read_by_the_formats_own_package(
    chosen: dict[str, tuple[str, tuple[int, ...]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from safetensors.torch import load_file

    path = tmp_path_factory.mktemp("file") / "a.safetensors"
    state = {name: raw(_DTYPES[code][0], *shape) for name, (code, shape) in chosen.items()}
    path.write_bytes(b"".join(write_tensors({name: lazy(x) for name, x in state.items()})))
    assert bits(in_order(load_file(path))) == bits(in_order(state))
    assert bits(in_order(loaded(path))) == bits(in_order(state))


def test_pairs_of_four_bit_numbers_are_counted_as_the_format_does(tmp_path: Path) -> None:
    from safetensors import safe_open

    path, packed = tmp_path / "a.safetensors", raw("float4_e2m1fn_x2", 3, 4)
    path.write_bytes(b"".join(write_tensors({"packed": lazy(packed)})))
    with safe_open(path, "np") as file:
        assert file.get_slice("packed").get_shape() == [3, 8]
    assert bits(loaded(path)) == bits({"packed": packed})


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "a header of 0 bytes in a file of 0"),
        (b"\xff" * 8, "in a file of 8"),
        (b"PK\3\4" + bytes(90), "in a file of 94"),
        (content({"a": tensor(0, 2)}, b"123"), r"2 bytes in its header, \d+ in the file|bytes"),
        (content({"a": tensor(0, 2)}, b"1"), "in the file"),
        (content({"a": tensor(0, 2), "b": tensor(3, 4)}, b"1234"), "end at byte 2, the next beg"),
        (content({"a": tensor(0, 2), "b": tensor(1, 3)}, b"123"), "the next begins at 1"),
        (content({"a": tensor(0, 4, "F32", [2])}, b"1234"), "4 bytes for float32"),
        (content({"a": tensor(0, 2, "U8", [-1, -2])}, b"12"), "uint8"),
        (content({"a": tensor(0, 2, "U8", [2.0])}, b"12"), "float"),
        (content({"a": tensor(0, 2, "F3")}, b"12"), "F3"),
        (content({"a": tensor(0, 2, "F4", [3])}, b"12"), "odd number"),
        (content({"a": 3}), "it cannot be read"),
        (content([1]), "it cannot be read"),
    ],
)
def test_what_is_no_whole_file_is_refused_by_name(
    data: bytes, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(data)
    with pytest.raises(InvalidValueError, match=rf"a\.safetensors.*{problem}"):
        tensors_in_file(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"gone\.safetensors.*No such file"):
        tensors_in_file(tmp_path / "gone.safetensors")


@pytest.mark.parametrize("change", ["replaced", "shortened", "rewritten"])
def test_a_file_that_changes_after_its_header_was_read_is_refused(
    change: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content({"a": tensor(0, 2)}, b"12"))
    found = tensors_in_file(path)["a"]
    assert bytes(found.data()) == b"12"
    if change == "replaced":
        (tmp_path / "b").write_bytes(path.read_bytes())
        (tmp_path / "b").rename(path)
    elif change == "shortened":
        os.truncate(path, 60)
    else:
        path.write_bytes(path.read_bytes())
        os.utime(path, ns=(0, 0))
    with pytest.raises(InvalidValueError, match="changed after its header was read"):
        found.data()


def sharded(folder: Path, index: object) -> Path:
    (folder / "one.safetensors").write_bytes(content({"a": tensor(0, 2)}, b"12"))
    (folder / "two.safetensors").write_bytes(content({"b": tensor(0, 1), "c": tensor(1, 2)}, b"34"))
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps(index), "utf-8")
    return path


def test_the_files_of_an_index_are_read_as_one(tmp_path: Path) -> None:
    names = {"c": "two.safetensors", "a": "one.safetensors", "b": "two.safetensors"}
    found = tensors_in_file(sharded(tmp_path, {"metadata": {}, "weight_map": names}))
    assert {name: bytes(item.data()) for name, item in found.items()} == {
        "c": b"4",
        "a": b"12",
        "b": b"3",
    }


@pytest.mark.parametrize(
    ("index", "problem"),
    [
        ({"weight_map": {"b": "two.safetensors"}}, r"only 'two\.safetensors' has 'c'"),
        ({"weight_map": {"a": "one.safetensors", "z": "one.safetensors"}}, "only the index has"),
        ({"weight_map": {"a": "../one.safetensors"}}, "not a file beside it"),
        ({"weight_map": {"a": "three.safetensors"}}, "No such file"),
        ({"weight_map": ["a"]}, "it cannot be read"),
        ({}, "weight_map"),
    ],
)
def test_an_index_and_its_files_must_agree(index: object, problem: str, tmp_path: Path) -> None:
    path = sharded(tmp_path, index)
    with pytest.raises(InvalidValueError, match=problem):
        tensors_in_file(path)


def peak_bytes(what: str, folder: Path) -> int:
    """Return by how much the memory of a process grows that does it."""
    command = [sys.executable, str(Path(__file__).with_name("memory_driver.py")), what, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_storing_loading_and_fetching_a_large_file_holds_a_few_tensors_at_a_time(
    tmp_path: Path, empty_registry: Path
) -> None:
    shutil.copy(empty_registry, tmp_path)
    count, size = 100, 4 << 20
    path = tmp_path / "large.safetensors"
    header = {f"t{at}": tensor(at * size, at * size + size) for at in range(count)}
    path.write_bytes(content(header))
    begin = path.stat().st_size
    os.truncate(path, begin + count * size)
    with path.open("r+b") as file:
        for at in range(count):
            # Otherwise sparse; what is the same is stored once, which spares the disk.
            file.seek(begin + at * size)
            file.write(bytes([at % 8]))
    assert peak_bytes("ingest", tmp_path) < 10 * size
    assert peak_bytes("load_into", tmp_path) < 10 * size
    with Workspace.open(
        registry_url=f"sqlite:///{tmp_path}/registry.db",
        stores={"default": f"file:{tmp_path}/store"},
        actor="ann",
    ) as workspace:
        workspace.versions.register("m", checkpoint="r1-step-1")
    assert peak_bytes("fetch", tmp_path) < 10 * size
    fetched = tensors_in_file(tmp_path / "fetched" / "model.safetensors")
    found = {name: item.data()[0] for name, item in fetched.items()}
    shutil.rmtree(tmp_path)
    assert found == {f"t{at}": at % 8 for at in range(count)}


def test_what_the_writer_noted_is_read_without_the_tensors(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content({"__metadata__": {"step": "5"}, "t": tensor(0, 4)}, b"1234"))
    assert metadata_in_file(path) == {"step": "5"}
    path.write_bytes(content({"t": tensor(0, 4)}, b"1234"))
    assert metadata_in_file(path) == {}


@pytest.mark.parametrize("header", [[], {"__metadata__": 5}, {"__metadata__": ["a"]}])
def test_metadata_of_another_form_are_refused(tmp_path: Path, header: object) -> None:
    (tmp_path / "a.safetensors").write_bytes(content(header))
    with pytest.raises(InvalidValueError, match="Safetensors file"):
        metadata_in_file(tmp_path / "a.safetensors")
