"""Files from outside that their framework cannot read, found before they are stored.

Libraries that end the process on damaged content are tried in a process of their own.
"""

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from frontier_assets.codecs import skops_estimator
from frontier_assets.codecs.objects import CODECS, ObjectPolicy
from frontier_assets.errors import InvalidValueError, MissingExtraError

# Their parsers abort or never return; the others raise.
NATIVE_CODECS = ("xgboost", "lightgbm")
_LONGEST_S = 120
_CODE = """
import pathlib, sys
from frontier_assets.codecs.objects import ObjectPolicy, read_object
from frontier_assets.errors import FrontierAssetsError
try:
    content = pathlib.Path(sys.argv[2]).read_bytes()
    read_object(sys.argv[1], content, "", "It", ObjectPolicy())
except FrontierAssetsError as error:
    sys.exit(f"FRONTIER {error}")
"""
_MARK = "FRONTIER "


def refuse_unreadable(framework: str, files: Mapping[str, Path], policy: ObjectPolicy) -> None:
    """Refuse files, named as the ``framework``'s are, that cannot be read under ``policy``.

    Raises:
        InvalidValueError: one is damaged, or of another format.
        UntrustedContentError: one has classes that the policy does not trust.
    """
    codec = "skops" if framework == "sklearn" else framework
    if codec not in ("skops", *NATIVE_CODECS):
        return
    for name, path in files.items():
        if name.endswith(CODECS[codec].suffixes) and path.is_file():
            _refuse(codec, f"File '{name}'", path, policy)


def _refuse(codec: str, where: str, path: Path, policy: ObjectPolicy) -> None:
    entry = CODECS[codec]
    if find_spec(entry.package) is None:
        raise MissingExtraError(where, entry.package, entry.extra)
    if codec == "skops":
        skops_estimator.check(path.read_bytes(), where, policy)
        return
    problem = _problem(codec, path)
    if problem:
        raise InvalidValueError(where, str(path), f"{problem}; save the model again")


def _problem(codec: str, path: Path) -> str:
    try:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _CODE, codec, str(path)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{codec} does not end reading it within {_LONGEST_S} s"
    if ended.returncode == 0:
        return ""
    said = [line for line in ended.stderr.splitlines() if line.startswith(_MARK)]
    return said[-1].removeprefix(_MARK) if said else f"{codec} ends the process that reads it"
