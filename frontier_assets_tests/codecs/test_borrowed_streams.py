import subprocess
import sys
from importlib.util import find_spec

import pytest

_PROGRAM = """
import contextlib, io, logging.config
from frontier_assets.codecs.borrowed_streams import keep_open

captured = io.StringIO()
with contextlib.redirect_stderr(captured):
    import absl.logging
{first}
logging.config.dictConfig({{"version": 1}})
print("closed" if captured.closed else "open")
"""


@pytest.mark.skipif(find_spec("absl") is None, reason="absl is not installed")
@pytest.mark.parametrize(("first", "said"), [("keep_open()", "open"), ("", "closed")])
def test_a_captured_stream_stays_open_when_logging_is_configured(first: str, said: str) -> None:
    program = _PROGRAM.format(first=first)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == said
