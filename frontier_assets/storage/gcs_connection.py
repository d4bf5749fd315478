"""The connection to Google Cloud Storage, with the credentials that the environment has."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.auth.transport.requests import AuthorizedSession
    from google.cloud.storage import Client

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"


def connect(endpoint: str | None) -> "tuple[Client, AuthorizedSession]":
    """Return a client and a session; a server at an ``endpoint`` is asked without credentials."""
    import google.auth  # noqa: PLC0415
    from google.auth.credentials import AnonymousCredentials, Credentials  # noqa: PLC0415
    from google.auth.transport.requests import AuthorizedSession  # noqa: PLC0415
    from google.cloud.storage import Client  # noqa: PLC0415

    credentials: Credentials
    if endpoint is None:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
    else:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
    options = {"api_endpoint": endpoint} if endpoint else None
    # Objects belong to a bucket; the project is asked for only when buckets are made.
    client = Client(project="none", credentials=credentials, client_options=options)
    return client, AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
