"""The connection to Google Cloud Storage: a team's own client, or one as the environment says."""

from typing import TYPE_CHECKING

from frontier_assets.errors import SettingsError
from frontier_assets.storage.connections import GCSConnection

if TYPE_CHECKING:
    from google.cloud.storage import Client

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"


def connect(endpoint: str | None, connection: GCSConnection | None) -> "Client":
    """Return a client; a server at an ``endpoint`` is asked without credentials.

    Raises:
        SettingsError: the connection's client finds no project.
    """
    import google.auth  # noqa: PLC0415
    from google.auth.credentials import AnonymousCredentials, Credentials  # noqa: PLC0415
    from google.cloud.storage import Client  # noqa: PLC0415

    if endpoint is None and connection is not None:
        try:
            return connection.client()
        except OSError as error:  # as Google's client says that it finds none
            raise SettingsError("GCS resource", str(error), "give it a `project`") from error
    credentials: Credentials
    if endpoint is None:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
    else:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
    options = {"api_endpoint": endpoint} if endpoint else None
    # Objects belong to a bucket; the project is asked for only when buckets are made.
    return Client(project="none", credentials=credentials, client_options=options)
