"""ONNX models as their own bytes."""

from typing import Any

from frontier_assets.codecs.objects import ObjectPolicy, class_name
from frontier_assets.errors import InvalidValueError


def write(value: Any, where: str, policy: ObjectPolicy) -> bytes:  # noqa: ANN401 - no types
    """Return the bytes of a ``ModelProto``."""
    import onnx

    del policy
    if not isinstance(value, onnx.ModelProto):
        raise InvalidValueError(where, class_name(type(value)), "expected an onnx.ModelProto")
    return bytes(value.SerializeToString(deterministic=True))


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the ``ModelProto``; ONNX Runtime checks it when it is to predict."""
    import onnx
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - onnx brings it

    del kind, policy
    try:
        return onnx.load_model_from_string(content)
    except DecodeError as error:
        raise InvalidValueError(
            where, f"{len(content)} bytes", f"it is no ONNX model ({error}); save it again"
        ) from error
