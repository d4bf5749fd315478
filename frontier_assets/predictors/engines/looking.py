"""Looks for one flavour of TensorRT and a GPU; a program of its own, because both can crash it.

Called with the package's name, it writes what it found to its standard output as one JSON object
with ``state`` and ``problem``, and with what `Probe` has beside them. It imports nothing of this
project, so that it starts in a tenth of a second.
"""

import ctypes
import importlib
import json
import sys
from typing import Any

_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
_CAPABILITY = (75, 76)  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
_NAME_BYTES = 256
# The oldest architecture of TensorRT 10 and later, where the package does not list its own.
_OLDEST = (7, 5)
_PREFIX = "SM"

Found = dict[str, Any]


def look(package: str) -> Found:
    """Return what stands in the way of ``package`` on this machine, or what it would run on."""
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name == package:
            return {"state": "no_package", "problem": f"'{package}' is not installed"}
        return {"state": "libs_missing", "problem": f"'{package}' cannot be imported: {error}"}
    except (ImportError, OSError, AttributeError) as error:
        return {"state": "libs_missing", "problem": f"'{package}' cannot be imported: {error}"}
    found = {"version": str(module.__version__), **_look_for_gpu()}
    if found["state"] == "ok" and not _is_supported(module, found["compute_capability"]):
        found["state"] = "unsupported_architecture"
        found["problem"] = (
            f"the GPU {found['gpu']} has compute capability {found['compute_capability']}, which "
            f"'{package}' {found['version']} does not support"
        )
    return found


def _look_for_gpu() -> Found:
    """Ask the driver itself: PyTorch may be one without CUDA."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        return {"state": "no_driver", "problem": f"NVIDIA's driver cannot be loaded: {error}"}
    status = cuda.cuInit(0)
    count, version = ctypes.c_int(), ctypes.c_int()
    if status not in (0, _NO_DEVICE):
        return {"state": "no_driver", "problem": f"NVIDIA's driver does not start: error {status}"}
    cuda.cuDriverGetVersion(ctypes.byref(version))
    driver = f"{version.value // 1000}.{version.value % 1000 // 10}"
    if status == 0:
        cuda.cuDeviceGetCount(ctypes.byref(count))
    if count.value == 0:
        return {"state": "no_gpu", "problem": "the driver sees no GPU", "driver": driver}
    return {"state": "ok", "problem": "", "driver": driver, **_first_gpu(cuda)}


def _first_gpu(cuda: ctypes.CDLL) -> Found:
    device, name = ctypes.c_int(), ctypes.create_string_buffer(_NAME_BYTES)
    cuda.cuDeviceGet(ctypes.byref(device), 0)
    cuda.cuDeviceGetName(name, _NAME_BYTES, device)
    parts = [ctypes.c_int(), ctypes.c_int()]
    for part, attribute in zip(parts, _CAPABILITY, strict=True):
        cuda.cuDeviceGetAttribute(ctypes.byref(part), attribute, device)
    major, minor = parts
    return {"gpu": name.value.decode(), "compute_capability": f"{major.value}.{minor.value}"}


def _is_supported(module: Any, capability: str) -> bool:  # noqa: ANN401 - by package
    listed = [
        name.removeprefix(_PREFIX)
        for name in getattr(getattr(module, "ComputeCapability", None), "__members__", ())
        if name.startswith(_PREFIX)
    ]
    if listed:
        return capability in {f"{digits[:-1]}.{digits[-1]}" for digits in listed}
    major, minor = capability.split(".")
    return (int(major), int(minor)) >= _OLDEST


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(sys.argv[1])))
