"""Blobs as objects of an Amazon S3 bucket, or of a service with the same interface."""

from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.storage.address import Address, parse_address
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.connections import S3Connection
from frontier_assets.storage.object_failures import Service
from frontier_assets.storage.object_options import (
    checked_address,
    checked_endpoint,
    client_options,
    retry_options,
)
from frontier_assets.storage.objects import ObjectBlobStore
from frontier_assets.storage.s3_credentials import connection_provider, profile_provider
from frontier_assets.storage.transport import CLEARTEXT, check_endpoint

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store

_CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the keys, or AWS_PROFILE"
_RESOURCE = "give the S3 resource keys or a profile"


def open_store(
    location: str,
    *,
    root: Path | None,  # noqa: ARG001 - every backend
    connection: S3Connection | None = None,
) -> BlobStore:
    """Open ``//bucket/prefix?endpoint=…&region=…``; the service has to know ``If-None-Match``.

    What the URL says wins over ``connection``, and that over the environment.

    Raises:
        InvalidValueError: it is not of this form.
        SettingsError: the connection, or the profile in use, has no credentials.
    """
    address = parse_address(
        "s3",
        location,
        form="s3://bucket/prefix?endpoint=https://host&region=us-east-1",
        options=[CLEARTEXT, "endpoint", "region"],
        credentials="they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or the "
        "machine's role",
    )
    service = Service(
        url=address.url,
        container=f"the bucket '{address.host}'",
        create=f"aws s3 mb s3://{address.host}",
        credentials=_RESOURCE if connection else _CREDENTIALS,
    )
    return ObjectBlobStore(service, _bucket(checked_address(address), connection))


def _bucket(address: Address, connection: S3Connection | None) -> "S3Store":
    from obstore.store import S3Store  # noqa: PLC0415

    endpoint = address.options.get("endpoint", "")
    if connection is None:
        provider = profile_provider(address.url)
    else:
        provider = connection_provider(connection, address.url)
        endpoint = endpoint or checked_endpoint(connection.endpoint, "S3 resource endpoint")
        check_endpoint(address, endpoint)
    # This key wins over every variable in which the environment may name another endpoint.
    where: S3Config = {"aws_endpoint_url_s3": endpoint} if endpoint else {}
    if "region" in address.options:
        where["region"] = address.options["region"]
    if connection is not None and not connection.signed:
        where["skip_signature"] = True
    return S3Store(
        address.host,
        prefix=address.path or None,
        client_options=client_options(endpoint, verified=connection is None or connection.verified),
        retry_config=retry_options(),
        # Blobs are deleted one by one, and some services know no other way.
        disable_bulk_delete=True,
        config=where,
        credential_provider=provider,
    )
