from pathlib import Path

import numpy as np
import pytest

from frontier_assets.codecs.state import encode
from frontier_assets.codecs.weights import WEIGHTS_FILE, weight_files
from frontier_assets.errors import InvalidValueError
from frontier_assets_tests import tabular


def written(state: object, folder: Path) -> dict[str, Path]:
    encoded = encode(state)
    content = {item.name: memoryview(bytes(item.data())) for item in encoded.tensors}
    files = weight_files(encoded.structure, content.__getitem__)
    for name, chunks in files.items():
        (folder / name).write_bytes(b"".join(chunks))
    return {name: folder / name for name in files}


def test_weights_come_back_equal_under_their_dotted_names(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    shared = torch.randn(4, 3, dtype=torch.bfloat16)
    state = {"encoder": {"weight": shared}, "decoder": {"weight": shared}, "turned": shared.T}
    files = written(state, tmp_path)
    assert list(files) == [WEIGHTS_FILE]
    loaded = load_file(files[WEIGHTS_FILE])
    assert torch.equal(loaded.pop("turned"), shared.T)
    assert set(loaded) == {"encoder.weight", "decoder.weight"}
    assert all(torch.equal(tensor, shared) for tensor in loaded.values())


def test_arrays_of_any_byte_order_come_back_equal(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    state = {"native": np.arange(6.0).reshape(2, 3), "foreign": np.arange(3, dtype=">i4")}
    loaded = load_file(written(state, tmp_path)[WEIGHTS_FILE])
    np.testing.assert_array_equal(loaded["native"], state["native"])
    np.testing.assert_array_equal(loaded["foreign"], [0, 1, 2])


def test_a_state_without_tensors_becomes_a_file_without_tensors(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    assert load_file(written({"epoch": 3}, tmp_path)[WEIGHTS_FILE]) == {}


def test_a_tensor_that_the_format_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"Tensor 'names' 'str96' is not valid: a safet"):
        written({"names": np.array(["one", "two"])}, tmp_path)


def test_whole_models_are_written_in_their_own_formats_beside_arrays(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model, weights = tabular.graph(), np.arange(3.0)
    files = written({"model": model, "ema": tabular.pipeline(), "bias": weights}, tmp_path)
    assert list(files) == [WEIGHTS_FILE, "model.onnx", "ema.skops"]
    np.testing.assert_array_equal(load_file(files[WEIGHTS_FILE])["bias"], weights)
    assert files["model.onnx"].read_bytes() == model.SerializeToString()


def test_a_model_that_is_the_whole_state_is_called_model(tmp_path: Path) -> None:
    assert list(written(tabular.graph(), tmp_path)) == ["model.onnx"]
