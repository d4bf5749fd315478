"""How a team reaches its clouds already, for what a store's URL does not say."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boto3 import Session
    from google.cloud.storage import Client


@dataclasses.dataclass(frozen=True, slots=True)
class S3Connection:
    """A way to S3. ``session`` is called when a store is opened; it has the credentials.

    ``endpoint`` is used where the store's URL names none; empty: Amazon's own. Unless ``signed``
    no credentials are sent, and unless ``verified`` any certificate is accepted.
    """

    session: "Callable[[], Session]"
    endpoint: str = ""
    signed: bool = True
    verified: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class GCSConnection:
    """A way to Google Cloud Storage. ``client`` is called once in each process that uses it."""

    client: "Callable[[], Client]"


# By the scheme of the stores' URLs; stores of other schemes go by their URL and the environment.
Connections = Mapping[str, S3Connection | GCSConnection]
