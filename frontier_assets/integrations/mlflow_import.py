"""Taking in the registered models of an MLflow server.

A version brings its files, description, tags, and the parameters and last metrics of the run that
made it. What MLflow calls an alias or a stage becomes a tag: nothing is promoted by an import,
since nothing here was measured on it yet. MLflow keeps no checksums of files, so that each is read
twice, and what the two readings and the sizes that it lists do not agree on is refused.
"""

import dataclasses
import hashlib
import math
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from frontier_assets.errors import CorruptTransferError, InvalidValueError
from frontier_assets.integrations.intake import Imported, Incoming, Intake
from frontier_assets.integrations.mlflow_server import MlflowServer, RemoteFile
from frontier_assets.integrations.names import mapped_names
from frontier_assets.storage.members import checked_member_name
from frontier_assets.upkeep.progress import Progress

ALIAS_TAG, STAGE_TAG, METRIC_TAG = "mlflow.alias.", "mlflow.stage", "mlflow.metric."
_LIVE = frozenset({"champion", "production"})
_READY = "READY"


def import_mlflow(
    intake: Intake,
    server: MlflowServer,
    *,
    models: Collection[str],
    renamed: Mapping[str, str],
    tell: Progress,
) -> Iterator[Imported]:
    """Take in every version of the named ``models``, or of all, in the order of their numbers.

    ``tell`` counts versions. Each is taken in whole or not at all, and one that is here already is
    not read again: an import that was interrupted goes on where it stopped.

    Raises:
        ServerUnavailableError: the server does not answer.
        CorruptTransferError: a file did not arrive as it lies there.
        InvalidValueError: the server has no such model, or two names would be one model here.
    """
    registered = {item["name"]: item for item in server.models()}
    for name in models:
        if name not in registered:
            known = ", ".join(sorted(registered)) or "none"
            raise InvalidValueError("MLflow model", name, f"the server has {known}")
    chosen = {name: registered[name] for name in models or sorted(registered)}
    mapped = mapped_names(chosen, renamed)
    versions = [item for item in server.versions() if item["name"] in chosen]
    versions.sort(key=lambda item: (item["name"], int(item["version"])))
    for done, version in enumerate(versions, 1):
        name = version["name"]
        yield _take_in(intake, server, version, chosen[name], mapped[name])
        tell(done, len(versions))


def _take_in(
    intake: Intake,
    server: MlflowServer,
    version: dict[str, Any],
    registered: dict[str, Any],
    model: str,
) -> Imported:
    origin = {
        "source": f"mlflow {server.url}",
        "name": version["name"],
        "version": str(version["version"]),
        "run": version.get("run_id", ""),
    }
    known = intake.known(model, origin)
    if known is not None:
        return known
    where = f"{version['name']} {version['version']}"
    if version.get("status", _READY) != _READY:
        raise InvalidValueError("MLflow version", where, f"it is {version['status']}, not {_READY}")
    facts = server.run(origin["run"]) if origin["run"] else None
    data = facts["data"] if facts else {}
    metrics, unfit = _metrics(data)
    aliases = _aliases(registered, origin["version"])
    stage = version.get("current_stage", "None")
    tags = _pairs(version.get("tags", []))
    tags |= {f"{ALIAS_TAG}{alias}": "true" for alias in aliases} | unfit
    if stage not in ("", "None"):
        tags[STAGE_TAG] = stage
    with tempfile.TemporaryDirectory(prefix="frontier-import-") as folder:
        files, sha256 = _downloaded(server, version, where, Path(folder))
        imported = intake.take_in(
            Incoming(
                model=model,
                origin=origin,
                files=files,
                sha256=sha256,
                description=version.get("description", ""),
                tags=tags,
                parameters=_pairs(data.get("params", [])),
                metrics=metrics,
            )
        )
    notes = tuple(_notes(imported.ref, aliases, stage, unfit))
    return dataclasses.replace(imported, notes=notes)


def _downloaded(
    server: MlflowServer, version: dict[str, Any], where: str, folder: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the files of a version below ``folder``; return them and their sha256 by name."""
    files, sha256 = {}, {}
    for name, remote in server.files(version).items():
        path = folder / checked_member_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        first = _written(server, remote, path)
        size_bytes = path.stat().st_size
        if remote.size_bytes is not None and remote.size_bytes != size_bytes:
            problem = f"{size_bytes} bytes of {remote.size_bytes} came"
            raise CorruptTransferError(name, where, problem)
        if _read_again(server, remote) != first:
            raise CorruptTransferError(name, where, "two readings of it differ")
        files[name], sha256[name] = path, first
    if not files:
        raise InvalidValueError("MLflow version", where, "it has no files")
    return files, sha256


def _written(server: MlflowServer, remote: RemoteFile, path: Path) -> str:
    """Write a file to ``path`` and return its sha256 as it arrived."""
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in server.chunks(remote):
            sha256.update(chunk)
            file.write(chunk)
    return sha256.hexdigest()


def _read_again(server: MlflowServer, remote: RemoteFile) -> str:
    sha256 = hashlib.sha256()
    for chunk in server.chunks(remote):
        sha256.update(chunk)
    return sha256.hexdigest()


def _metrics(data: dict[str, Any]) -> tuple[dict[str, float], dict[str, str]]:
    """Return the finite metrics of a run, and as tags those that no comparison can use."""
    values = {item["key"]: float(item["value"]) for item in data.get("metrics", [])}
    finite = {name: value for name, value in values.items() if math.isfinite(value)}
    unfit = {f"{METRIC_TAG}{name}": str(values[name]) for name in values.keys() - finite.keys()}
    return finite, unfit


def _aliases(registered: dict[str, Any], version: str) -> list[str]:
    listed = registered.get("aliases", [])
    return sorted(item["alias"] for item in listed if str(item["version"]) == version)


def _pairs(listed: list[dict[str, str]]) -> dict[str, str]:
    return {item["key"]: item.get("value", "") for item in listed}


def _notes(ref: str, aliases: list[str], stage: str, unfit: Collection[str]) -> Iterator[str]:
    for name in sorted(unfit):
        yield f"{name.removeprefix(METRIC_TAG)} is no finite number: kept as tag {name}"
    live = [alias for alias in aliases if alias.lower() in _LIVE]
    if stage == "Production":
        live.append(f"stage {stage}")
    if live:
        yield (
            f"{', '.join(live)} there, in development here: `frontier why {ref} --to staging` "
            "says what a promotion needs"
        )
