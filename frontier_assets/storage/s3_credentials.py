"""Who asks an S3 service: a session of `boto3`, which knows profiles, roles and single sign-on."""

import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from frontier_assets.errors import SettingsError
from frontier_assets.storage.connections import S3Connection

if TYPE_CHECKING:
    from boto3 import Session
    from obstore.auth.boto3 import Boto3CredentialProvider

# What botocore hands out is valid for at least this long; it renews what is not.
_VALID = timedelta(minutes=10)


def connection_provider(connection: S3Connection, url: str) -> "Boto3CredentialProvider | None":
    """Return the credentials of ``connection``; None where it sends none.

    Raises:
        SettingsError: its session has none, or cannot be made.
    """
    with _usable(url):
        provider = _provider(connection.session()) if connection.signed else None
    if connection.signed and provider is None:
        raise SettingsError(
            f"Store {url}", "the S3 resource has no credentials", "give it keys or a profile"
        )
    return provider


def profile_provider(url: str) -> "Boto3CredentialProvider | None":
    """Return the credentials that the files in ``~/.aws`` lead to.

    None where keys are in the environment or there are no such files: obstore reads the former,
    and finds a machine's role, without `boto3`.

    Raises:
        SettingsError: ``AWS_PROFILE`` names a profile that there is not.
    """
    if "AWS_ACCESS_KEY_ID" in os.environ:
        return None
    import boto3

    with _usable(url):
        session = boto3.Session()
        return _provider(session) if session.available_profiles else None


def _provider(session: "Session") -> "Boto3CredentialProvider | None":
    from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415

    if session.get_credentials() is None:
        return None
    return Boto3CredentialProvider(session, ttl=_VALID)


@contextlib.contextmanager
def _usable(url: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        yield
    except BotoCoreError as error:
        raise SettingsError(
            f"Store {url}",
            f"its credentials cannot be used: {error}",
            "mend AWS_PROFILE, the files in ~/.aws or the S3 resource",
        ) from error
