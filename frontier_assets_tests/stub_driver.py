"""A stand-in for NVIDIA's driver, compiled for a test: it says what the test wants it to say.

No test machine has every GPU, and some have none. What is ours is real; the answers are planted.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

_SOURCE = """
#include <string.h>
#include <stdlib.h>
static int number(const char *name) { return atoi(getenv(name)); }
int cuInit(unsigned flags) { return number("STUB_STATUS"); }
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuDeviceGetCount(int *count) { *count = number("STUB_GPUS"); return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int size, int device) {
  strncpy(name, "Stub GPU", size); return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? number("STUB_MAJOR") : number("STUB_MINOR"); return 0;
}
"""


def plant_driver(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    status: int = 0,
    gpus: int = 1,
    capability: str = "8.9",
) -> None:
    """Let every process that starts from now on find this driver."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler to make a stand-in for NVIDIA's driver with")
    source = folder / "driver.c"
    source.write_text(_SOURCE, "utf-8")
    library = folder / "libcuda.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True, timeout=60)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
    major, minor = capability.split(".")
    values = {"STATUS": status, "GPUS": gpus, "MAJOR": major, "MINOR": minor}
    for name, value in values.items():
        monkeypatch.setenv(f"STUB_{name}", str(value))
