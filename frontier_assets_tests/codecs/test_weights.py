from pathlib import Path

from frontier_assets.codecs.state import encode
from frontier_assets.codecs.weights import WEIGHTS_FILE, write_weights


def test_weights_come_back_equal_under_their_dotted_names(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    shared = torch.randn(4, 3, dtype=torch.bfloat16)
    encoded = encode({"encoder": {"weight": shared}, "decoder": {"weight": shared}})
    content = {item.name: memoryview(bytearray(item.data())) for item in encoded.tensors}
    path = write_weights(encoded.structure, content.__getitem__, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / WEIGHTS_FILE
    loaded = load_file(path)
    assert set(loaded) == {"encoder.weight", "decoder.weight"}
    assert all(torch.equal(tensor, shared) for tensor in loaded.values())
    assert [file.name for file in path.parent.iterdir()] == [WEIGHTS_FILE]
