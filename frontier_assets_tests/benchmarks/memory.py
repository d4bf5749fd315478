"""The most memory that a save or a load takes beside the state itself, each in its own process.

S3 stands for what obstore speaks to, Azure too. Google's service is spoken to by its own client.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from frontier_assets_tests.benchmarks import memory_probe, ours, s3rver
from frontier_assets_tests.benchmarks.outcomes import Figure, Missing, Outcome
from frontier_assets_tests.benchmarks.plan import Plan
from frontier_assets_tests.servers import free_port
from frontier_assets_tests.storage import gcs_server

LOCAL_AT_MOST_MIB, REMOTE_AT_MOST_MIB = 32.0, 256.0


def measure(plan: Plan, folder: Path) -> Iterator[Outcome]:
    """Save and load, to a local store, to S3 and to Google Cloud Storage."""
    local = folder / "local"
    url = f"file:{ours.store_of(local)}"
    yield from _measure(plan, local, "local", url, LOCAL_AT_MOST_MIB)
    with gcs_server.gcs_running(free_port()) as endpoint:
        url = f"gs://{gcs_server.BUCKET}/ours?endpoint={endpoint}"
        yield from _measure(plan, folder / "gcs", "GCS", url, REMOTE_AT_MOST_MIB)
    server = s3rver.command()
    if server is None:
        yield Missing("peak memory over the state, S3", s3rver.MISSING)
        return
    objects = folder / "objects"
    objects.mkdir()
    with s3rver.serving(server, objects) as endpoint:
        url = s3rver.store_url(endpoint, "ours")
        yield from _measure(plan, folder / "s3", "S3", url, REMOTE_AT_MOST_MIB)


def _measure(
    plan: Plan, folder: Path, where: str, url: str, at_most_mib: float
) -> Iterator[Outcome]:
    with ours.opened(folder, url) as workspace:
        registry = workspace.settings.registry_url
    for action in memory_probe.ACTIONS:
        command = ["-m", memory_probe.__name__, action, registry, url, str(plan.width)]
        probe = subprocess.run([sys.executable, *command], capture_output=True, check=True)
        found = int(probe.stdout) / (1 << 20)
        yield Figure(f"peak memory over the state, {where} {action}", found, at_most_mib, "MiB")
