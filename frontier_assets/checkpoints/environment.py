"""The software that a version was made with."""

import importlib.metadata
import platform
import subprocess

RECORDED_PACKAGES = ("frontier_assets", "dagster", "numpy", "torch", "scikit-learn")
# Recorded where they are installed: most models need none of them.
FRAMEWORK_PACKAGES = ("skops", "xgboost", "xgboost-cpu", "lightgbm", "keras", "onnx", "onnxruntime")
UNKNOWN = "unknown"


def current_environment() -> dict[str, str]:
    """Return Python, platform, package versions and the git commit, each "unknown" if not there.

    Packages of frameworks that are not installed are left out.
    """
    packages = {name: _package_version(name) for name in RECORDED_PACKAGES}
    frameworks = {name: _package_version(name) for name in FRAMEWORK_PACKAGES}
    packages |= {name: version for name, version in frameworks.items() if version != UNKNOWN}
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        **packages,
        "git_commit": _git_commit(),
    }


def _package_version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return UNKNOWN


def _git_commit() -> str:
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - whichever git the person uses
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return UNKNOWN
    return found.stdout.strip() if found.returncode == 0 else UNKNOWN
