"""Dagster's own cloud resources, as the connections that stores are opened with.

Their libraries take half a second to load. They are imported only where a project has such a
resource, and so has imported them itself.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from frontier_assets.errors import SettingsError
from frontier_assets.storage.connections import Connections, GCSConnection, S3Connection

if TYPE_CHECKING:
    from boto3 import Session
    from dagster_aws.s3 import S3Resource
    from dagster_gcp import GCSResource


def build_connections(
    *, s3: "S3Resource | None" = None, gcs: "GCSResource | None" = None
) -> Connections:
    """Return how stores are reached by these resources; nothing is asked of them yet.

    Raises:
        SettingsError: one asks for what stores cannot do.
    """
    connections: dict[str, S3Connection | GCSConnection] = {}
    if s3 is not None:
        connections["s3"] = _s3_connection(s3)
    if gcs is not None:
        connections["gs"] = GCSConnection(gcs.get_client)
    return connections


def find_s3(resources: Mapping[str, object], stores: Mapping[str, str]) -> "S3Resource | None":
    """Return the project's `S3Resource` called ``s3``, if there is one and ``stores`` need it."""
    found = resources.get("s3")
    if found is None or not any(url.startswith("s3:") for url in stores.values()):
        return None
    from dagster_aws.s3 import S3Resource  # noqa: PLC0415

    return found if isinstance(found, S3Resource) else None


def find_gcs(resources: Mapping[str, object], stores: Mapping[str, str]) -> "GCSResource | None":
    """Return the project's `GCSResource` called ``gcs``, if there is one and ``stores`` need it."""
    found = resources.get("gcs")
    if found is None or not any(url.startswith("gs:") for url in stores.values()):
        return None
    from dagster_gcp import GCSResource  # noqa: PLC0415

    return found if isinstance(found, GCSResource) else None


def _s3_connection(resource: "S3Resource") -> S3Connection:
    if not (resource.use_ssl or resource.endpoint_url):
        raise SettingsError(
            "S3 resource",
            "has `use_ssl: false` and no `endpoint_url`",
            "give it an `endpoint_url` that starts with http://",
        )

    def session() -> "Session":
        import boto3

        return boto3.Session(
            aws_access_key_id=resource.aws_access_key_id,
            aws_secret_access_key=resource.aws_secret_access_key,
            aws_session_token=resource.aws_session_token,
            region_name=resource.region_name,
            profile_name=resource.profile_name,
        )

    return S3Connection(
        session,
        endpoint=resource.endpoint_url or "",
        signed=not resource.use_unsigned_session,
        # None: the default, which verifies.
        verified=resource.verify is not False,
    )
