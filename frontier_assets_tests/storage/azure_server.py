"""An Azure Blob Storage server that is not our code: azurite, with a container."""

import base64
import contextlib
import hashlib
import hmac
import shutil
import urllib.request
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

from frontier_assets_tests.servers import LOOPBACK, listens, node_module, require, running

CONTAINER = "models"
# Microsoft's published account of its emulators.
# https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
ACCOUNT = "devstoreaccount1"
KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2U"
    "VErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)  # gitleaks:allow
# README's table of what was tested says the same.
WITHOUT_IT = "azurite comes from npm (`npm install --no-save azurite`); without it this is untested"
CREDENTIALS = {"AZURE_STORAGE_ACCOUNT_KEY": KEY}


@contextlib.contextmanager
def azure_running(port: int, folder: Path) -> Iterator[str]:
    """Run a server on ``port`` that writes to ``folder``, and yield the account's endpoint."""
    program = node_module("azurite/dist/src/blob/main.js")
    node = shutil.which("node")
    if program is None or node is None:
        require("azure", WITHOUT_IT)
    endpoint = f"http://{LOOPBACK}:{port}/{ACCOUNT}"
    options = ("--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", folder)
    listen = ("--blobHost", LOOPBACK, "--blobPort", str(port))
    with running([node, program, *listen, *options], listens(port)):
        urllib.request.urlopen(_creation(endpoint), timeout=10).close()
        yield endpoint


def _creation(endpoint: str) -> urllib.request.Request:
    """Return the signed request that makes the container.

    Source: Microsoft, "Authorize with Shared Key", the signature string of 2015-02-21 and later.
    """
    date, version = formatdate(usegmt=True), "2021-08-06"
    resource = f"/{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container"
    kind = "application/x-www-form-urlencoded"  # urllib's own
    signed = (
        f"PUT\n\n\n\n\n{kind}\n\n\n\n\n\n\nx-ms-date:{date}\nx-ms-version:{version}\n{resource}"
    )
    digest = hmac.digest(base64.b64decode(KEY), signed.encode(), hashlib.sha256)
    return urllib.request.Request(
        f"{endpoint}/{CONTAINER}?restype=container",
        b"",
        {
            "x-ms-date": date,
            "x-ms-version": version,
            "Content-Type": kind,
            "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}",
        },
        method="PUT",
    )
