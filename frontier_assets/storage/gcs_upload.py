"""The upload of an object to Google Cloud Storage, in one conditional request of any size.

Google's client sends more than 8 MiB in several requests. The test server asks only at the first of
them whether the name is free, and composing or copying an object asks it not at all, so with either
the last of two writers would win there.
"""

import base64
import dataclasses
import json
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from typing_extensions import Buffer

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Bucket

_PIECE_BYTES = 1 << 20  # the checksum takes `bytes` only, so a piece of it is copied at a time


def upload(
    bucket: "Bucket",
    name: str,
    content: Buffer,
    metadata: dict[str, str],
    *,
    generation: int,
    retry: "Retry",
    timeout: tuple[int, int],
) -> None:
    """Make an object ``name`` in ``bucket``, in the place of a ``generation``.

    It is asked for as the bucket's client asks.

    Raises:
        google.api_core.exceptions.PreconditionFailed: another generation is there; 0 is for none.
    """
    from google.api_core.exceptions import from_http_response  # noqa: PLC0415

    facts = {"name": name, "metadata": metadata, "crc32c": _crc32c(content)}
    kind, body = _multipart(json.dumps(facts), content)

    def send() -> None:
        answer = bucket.client._http.post(  # noqa: SLF001 - the client gives its session no name
            f"{bucket.client.api_endpoint}/upload/storage/v1/b/{quote(bucket.name, safe='')}/o",
            params={"uploadType": "multipart", "ifGenerationMatch": str(generation)},
            data=body,
            headers={"Content-Type": kind},
            timeout=timeout,
        )
        if not answer.ok:
            raise from_http_response(answer)  # type: ignore[no-untyped-call]

    retry(send)()


@dataclasses.dataclass(frozen=True, slots=True)
class _Body:
    """Parts that follow each other on the wire and are not joined in memory before."""

    parts: tuple[Buffer, ...]

    def __len__(self) -> int:
        return sum(memoryview(part).nbytes for part in self.parts)

    def __iter__(self) -> Iterator[Buffer]:
        return iter(self.parts)


def _multipart(facts: str, content: Buffer) -> tuple[str, _Body]:
    """Return the type and the body of a request that carries both."""
    boundary = secrets.token_hex(16)
    head = (
        f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{facts}\r\n"
        f"--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    body = _Body((head.encode(), content, f"\r\n--{boundary}--".encode()))
    return f"multipart/related; boundary={boundary}", body


def _crc32c(content: Buffer) -> str:
    import google_crc32c  # noqa: PLC0415

    checksum = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
    with memoryview(content) as view:
        for start in range(0, len(view), _PIECE_BYTES):
            checksum.update(bytes(view[start : start + _PIECE_BYTES]))  # type: ignore[no-untyped-call]
    return base64.b64encode(checksum.digest()).decode()  # type: ignore[no-untyped-call]
