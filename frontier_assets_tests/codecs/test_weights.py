from pathlib import Path

import numpy as np

from frontier_assets.codecs.state import encode
from frontier_assets.codecs.weights import WEIGHTS_FILE, write_weights
from frontier_assets_tests import tabular


def test_weights_come_back_equal_under_their_dotted_names(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    shared = torch.randn(4, 3, dtype=torch.bfloat16)
    encoded = encode({"encoder": {"weight": shared}, "decoder": {"weight": shared}})
    content = {item.name: memoryview(bytearray(item.data())) for item in encoded.tensors}
    (path,) = write_weights(encoded.structure, content.__getitem__, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / WEIGHTS_FILE
    loaded = load_file(path)
    assert set(loaded) == {"encoder.weight", "decoder.weight"}
    assert all(torch.equal(tensor, shared) for tensor in loaded.values())
    assert [file.name for file in path.parent.iterdir()] == [WEIGHTS_FILE]


def test_whole_models_are_written_in_their_own_formats_beside_arrays(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model, weights = tabular.graph(), np.arange(3.0)
    encoded = encode({"model": model, "ema": tabular.pipeline(), "bias": weights})
    content = {item.name: memoryview(bytes(item.data())) for item in encoded.tensors}
    paths = write_weights(encoded.structure, content.__getitem__, tmp_path)
    assert [path.name for path in paths] == [WEIGHTS_FILE, "model.onnx", "ema.skops"]
    np.testing.assert_array_equal(load_file(paths[0])["bias"], weights)
    assert paths[1].read_bytes() == model.SerializeToString()


def test_a_model_that_is_the_whole_state_is_called_model(tmp_path: Path) -> None:
    encoded = encode(tabular.graph())
    (path,) = write_weights(
        encoded.structure, lambda _: memoryview(bytes(encoded.tensors[0].data())), tmp_path
    )
    assert path.name == "model.onnx"
