"""Reading an MLflow server by its REST interface.

Its client library is forty packages more, and reads ``models:/`` addresses from whatever server the
process's global settings name; where they name none, it makes an empty database.
Source: MLflow 3 REST API, https://mlflow.org/docs/latest/api_reference/rest-api.html.
"""

import base64
import contextlib
import dataclasses
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import IO, Any

from frontier_assets.errors import InvalidValueError, ServerUnavailableError
from frontier_assets.storage.outside import Outside

_TIMEOUT_S = 60.0
_CHUNK_BYTES = 1 << 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAGE = 100  # what every MLflow allows
_API = "/api/2.0/mlflow"
_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_PROXIED = "mlflow-artifacts:/"


@dataclasses.dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a version; ``size_bytes`` is None where the server does not say."""

    address: str
    size_bytes: int | None


class MlflowServer:
    """One server. Its ``url`` is shown without the password that it may hold."""

    def __init__(self, url: str, *, token: str | None, outside: Outside) -> None:
        """Read the ``url``; ``token`` is a bearer token, instead of a name and password in it.

        Raises:
            InvalidValueError: it is no address of a server.
        """
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            shown = parts._replace(netloc=parts.hostname or "").geturl()
            raise InvalidValueError("MLflow server", shown, "expected http://HOST or https://HOST")
        host = parts.netloc.rpartition("@")[2]
        self.url = parts._replace(netloc=host, query="", fragment="").geturl().rstrip("/")
        self._authorization = _authorization(parts, token)
        # Another machine's server could name any file of this one.
        self._is_here = parts.hostname in _LOOPBACK
        self._outside = outside

    def models(self) -> list[dict[str, Any]]:
        """Return the registered models, with their aliases and tags."""
        return list(self._pages("registered-models", "registered_models"))

    def versions(self) -> list[dict[str, Any]]:
        """Return the versions of every model, without their aliases."""
        # Asked without a filter: names may hold quotes.
        return list(self._pages("model-versions", "model_versions"))

    def run(self, run_id: str) -> dict[str, Any] | None:
        """Return the run that made a version, or None where it was deleted for good."""
        with self._reachable():
            try:
                found: dict[str, Any] = self._ask(f"{_API}/runs/get", run_id=run_id)["run"]
            except urllib.error.HTTPError as error:
                if error.code == http.client.NOT_FOUND:
                    return None
                raise
        return found

    def files(self, version: dict[str, Any]) -> dict[str, RemoteFile]:
        """Return the files of a version by name, wherever the server keeps them.

        Raises:
            InvalidValueError: they lie where neither the server nor a cloud's client reaches them.
        """
        place = self._place(version)
        if place.startswith(_PROXIED):
            path = urllib.parse.urlsplit(place).path.strip("/")
            return dict(self._proxied(path, ""))
        if place.startswith("file:") and not self._is_here:
            raise InvalidValueError("MLflow artifact", place, "its server is on another machine")
        return {name: RemoteFile(uri, None) for name, uri in self._outside.find(place).items()}

    def chunks(self, file: RemoteFile) -> Iterator[bytes]:
        """Yield the bytes of a file, piece by piece.

        Raises:
            ServerUnavailableError: the server does not give it, or the connection breaks.
        """
        with self._opened(file) as arriving:
            while True:
                with self._reachable():
                    chunk = arriving.read(_CHUNK_BYTES)
                if not chunk:
                    return
                yield chunk

    def _opened(self, file: RemoteFile) -> IO[bytes]:
        if not file.address.startswith(f"{self.url}/"):
            return self._outside.file(file.address)
        with self._reachable():
            return self._open(file.address)

    def _place(self, version: dict[str, Any]) -> str:
        """Return where the files of a version lie, as an address that says so."""
        with self._reachable():
            source: str = self._ask(
                f"{_API}/model-versions/get-download-uri",
                name=version["name"],
                version=str(version["version"]),
            )["artifact_uri"]
        scheme, _, rest = source.partition(":/")
        if scheme == "runs":
            run_id, _, path = rest.strip("/").partition("/")
            run = self.run(run_id)
            if run is None:
                raise InvalidValueError("MLflow run", run_id, "it is gone, and its files with it")
            return f"{run['info']['artifact_uri'].rstrip('/')}/{path}"
        if scheme == "models":
            with self._reachable():
                model_id = urllib.parse.quote(rest.strip("/"))
                found = self._ask(f"{_API}/logged-models/{model_id}")
            return str(found["model"]["info"]["artifact_uri"])
        return f"file:{source}" if source.startswith("/") else source

    def _proxied(self, root: str, below: str) -> Iterator[tuple[str, RemoteFile]]:
        with self._reachable():
            listed = self._ask(_ARTIFACTS, path=f"{root}/{below}".rstrip("/"))
        for item in listed.get("files", []):
            name = f"{below}{item['path']}"
            if item.get("is_dir"):
                yield from self._proxied(root, f"{name}/")
            else:
                address = f"{self.url}{_ARTIFACTS}/{urllib.parse.quote(f'{root}/{name}')}"
                size = item.get("file_size")
                yield name, RemoteFile(address, None if size is None else int(size))

    def _pages(self, kind: str, key: str) -> Iterator[dict[str, Any]]:
        token = ""
        while True:
            with self._reachable():
                page = self._ask(f"{_API}/{kind}/search", max_results=str(_PAGE), page_token=token)
            yield from page.get(key, [])
            token = page.get("next_page_token", "")
            if not token:
                return

    def _ask(self, call: str, **query: str) -> dict[str, Any]:
        given = urllib.parse.urlencode({name: value for name, value in query.items() if value})
        with self._open(f"{self.url}{call}?{given}") as answer:
            found = json.load(answer)
        if not isinstance(found, dict):
            raise ValueError(f"{call} answers no object, as MLflow does")  # noqa: TRY004 - as bad JSON
        return found

    def _open(self, address: str) -> http.client.HTTPResponse:
        request = urllib.request.Request(address)  # noqa: S310 - checked above
        if self._authorization:
            # Not for whoever the server redirects to.
            request.add_unredirected_header("Authorization", self._authorization)
        answer: http.client.HTTPResponse = urllib.request.urlopen(  # noqa: S310 - checked above
            request, timeout=_TIMEOUT_S
        )
        return answer

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServerUnavailableError(self.url, str(error) or type(error).__name__) from error


def _authorization(parts: urllib.parse.SplitResult, token: str | None) -> str:
    if token:
        return f"Bearer {token}"
    if parts.username is None:
        return ""
    pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
