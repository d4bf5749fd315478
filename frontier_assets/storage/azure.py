"""Blobs as block blobs of an Azure Blob Storage container."""

from pathlib import Path
from typing import TYPE_CHECKING

from frontier_assets.errors import SettingsError
from frontier_assets.storage.address import Address, parse_address
from frontier_assets.storage.blob import BlobStore
from frontier_assets.storage.object_failures import Service
from frontier_assets.storage.object_options import (
    checked_address,
    client_options,
    retry_options,
)
from frontier_assets.storage.objects import ObjectBlobStore
from frontier_assets.storage.transport import CLEARTEXT

if TYPE_CHECKING:
    from obstore.store import AzureConfig, AzureStore

_CREDENTIALS = "set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN to the key or token"


def open_store(location: str, *, root: Path | None) -> BlobStore:  # noqa: ARG001 - every backend
    """Open ``//container/prefix?account=…&endpoint=…``.

    Raises:
        InvalidValueError: it is not of this form.
        SettingsError: the environment has no account, or a key that is none.
    """
    address = parse_address(
        "az",
        location,
        form="az://container/prefix?account=name",
        options=["account", CLEARTEXT, "endpoint"],
        credentials="they come from AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN or the "
        "machine's identity",
    )
    service = Service(
        url=address.url,
        container=f"the container '{address.host}'",
        create=f"az storage container create --name {address.host}",
        credentials=_CREDENTIALS,
    )
    return ObjectBlobStore(service, _container(checked_address(address)))


def _container(address: Address) -> "AzureStore":
    from obstore.exceptions import BaseError  # noqa: PLC0415
    from obstore.store import AzureStore  # noqa: PLC0415

    where: AzureConfig = {}
    if "account" in address.options:
        where["account_name"] = address.options["account"]
    if "endpoint" in address.options:
        where["endpoint"] = address.options["endpoint"]
    try:
        return AzureStore(
            address.host,
            prefix=address.path or None,
            client_options=client_options(address.options.get("endpoint", "")),
            retry_config=retry_options(),
            config=where,
        )
    except BaseError:
        # Without the cause: it quotes the key.
        problem = "the account or its key cannot be used"
        remedy = f"add ?account=<name> to the URL and {_CREDENTIALS}"
        raise SettingsError(f"Store {address.url}", problem, remedy) from None
