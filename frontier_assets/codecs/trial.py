"""Files of libraries that end the process on damaged content, tried in a process of their own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from frontier_assets.codecs.objects import CODECS
from frontier_assets.errors import InvalidValueError

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


def refuse_unreadable(codec: str, files: Mapping[str, Path]) -> None:
    """Refuse files, named as the ``codec``'s are, that its library cannot read.

    Raises:
        InvalidValueError: one is damaged, or of another format.
    """
    for name, path in files.items():
        if codec in NATIVE_CODECS and name.endswith(CODECS[codec].suffixes) and path.is_file():
            problem = _problem(codec, path)
            if problem:
                raise InvalidValueError(
                    f"File '{name}'", str(path), f"{problem}; save the model again"
                )


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
