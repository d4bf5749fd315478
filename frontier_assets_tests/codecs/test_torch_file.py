import pickle
import random
import tarfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontier_assets.codecs.objects import ObjectPolicy
from frontier_assets.codecs.torch_file import read_torch_file
from frontier_assets.errors import InvalidValueError, UntrustedContentError
from frontier_assets_tests.payload import Payload

SAFE, ANY = ObjectPolicy(), ObjectPolicy(allow_pickle=True)


def save(value: object, path: Path, **options: Any) -> Path:
    import torch

    torch.save(value, path, **options)
    return path


def state() -> dict[str, Any]:
    import torch

    return {"model": {"w": torch.arange(300, dtype=torch.float32)}, "step": 5, "name": "wide"}


def old_form(value: object, path: Path) -> Path:
    return save(value, path, _use_new_zipfile_serialization=False)


@pytest.mark.parametrize("write", [save, old_form])
def test_tensors_numbers_and_texts_come_back(
    tmp_path: Path, write: Callable[[object, Path], Path]
) -> None:
    import torch

    found = read_torch_file(write(state(), tmp_path / "a.pt"), "a.pt", policy=SAFE)
    assert torch.equal(found.pop("model")["w"], state()["model"]["w"])
    assert found == {"step": 5, "name": "wide"}


def test_states_of_random_generators_come_back(tmp_path: Path) -> None:
    numpy: Any = np.random.get_state()  # noqa: NPY002 - what trainers save
    states = {"python": random.getstate(), "numpy": numpy}
    found = read_torch_file(save(states, tmp_path / "rng.pth"), "rng.pth", policy=SAFE)
    assert found["python"] == states["python"]
    assert (found["numpy"][1] == numpy[1]).all()


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float64", "complex128"])
def test_numbers_and_arrays_of_numpy_come_back(tmp_path: Path, dtype: str) -> None:
    kept = {"one": np.dtype(dtype).type(1), "all": np.ones((2, 3), dtype)}
    found = read_torch_file(save(kept, tmp_path / "a.pt"), "a.pt", policy=SAFE)
    assert found["one"] == kept["one"]
    assert (found["all"] == kept["all"]).all()
    assert found["all"].dtype == dtype


def test_the_names_of_before_numpy_2_are_known(tmp_path: Path) -> None:
    path = old_form({"best": np.float64(0.5), "all": np.ones(3)}, tmp_path / "a.pt")
    path.write_bytes(path.read_bytes().replace(b"numpy._core.", b"numpy.core."))
    found = read_torch_file(path, "a.pt", policy=SAFE)
    assert found["best"] == 0.5
    assert (found["all"] == 1).all()


@pytest.mark.parametrize("write", [save, old_form])
def test_a_file_cut_short_anywhere_is_refused(
    tmp_path: Path, write: Callable[[object, Path], Path]
) -> None:
    path = write(state(), tmp_path / "a.pt")
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises((InvalidValueError, UntrustedContentError), match=r"a\.pt"):
            read_torch_file(path, "a.pt", policy=SAFE)


def plain(value: object, path: Path, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


def plain_of_protocol_2(value: object, path: Path) -> Path:
    return plain(value, path, protocol=2)


def text_pickle(value: object, path: Path) -> Path:
    return plain(value, path, protocol=0)


@pytest.mark.feature("SEC-11")
@pytest.mark.parametrize("write", [save, old_form, plain, plain_of_protocol_2, text_pickle])
def test_a_malicious_pickle_is_refused_by_name_and_not_executed(
    tmp_path: Path, write: Callable[[object, Path], Path]
) -> None:
    marker = tmp_path / "executed"
    path = write({"model": Payload(marker), "step": 1}, tmp_path / "evil.pt")
    with pytest.raises((UntrustedContentError, InvalidValueError), match=r"evil\.pt"):
        read_torch_file(path, "evil.pt", policy=SAFE)
    assert not marker.exists()


@pytest.mark.feature("SEC-11")
def test_what_would_be_called_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = save(Payload(tmp_path / "executed"), tmp_path / "evil.pt")
    with pytest.raises(UntrustedContentError, match=r"system\).*`allow_pickle: true`"):
        read_torch_file(path, "evil.pt", policy=SAFE)


@pytest.mark.feature("SEC-11")
def test_a_class_of_somebodys_own_comes_back_where_pickles_are_allowed(tmp_path: Path) -> None:
    path = save({"model": Namespace(width=3)}, tmp_path / "a.pt")
    with pytest.raises(UntrustedContentError, match=r"argparse\.Namespace"):
        read_torch_file(path, "a.pt", policy=SAFE)
    assert read_torch_file(path, "a.pt", policy=ANY)["model"].width == 3


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x05\x06" + bytes(18), b"\x80"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pt").write_bytes(content)
    for policy in (SAFE, ANY):
        with pytest.raises(InvalidValueError, match=r"whole file of torch\.save"):
            read_torch_file(tmp_path / "a.pt", "a.pt", policy=policy)


def test_a_tar_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "storages").write_bytes(b"x")
    with tarfile.open(tmp_path / "a.pt", "w") as tar:
        tar.add(tmp_path / "storages", "storages")
    with pytest.raises((InvalidValueError, UntrustedContentError), match=r"a\.pt"):
        read_torch_file(tmp_path / "a.pt", "a.pt", policy=SAFE)
