"""The one translation of the project's errors into Dagster's failures and retries."""

import contextlib
from collections.abc import Iterator

import dagster as dg

from frontier_assets.errors import FrontierAssetsError

_RETRIES = 3
_SECONDS_BEFORE_RETRY = 5


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn an error into one clear failed step; a transient one into a retry."""
    try:
        yield
    except FrontierAssetsError as error:
        if error.retryable:
            raise dg.RetryRequested(
                max_retries=_RETRIES, seconds_to_wait=_SECONDS_BEFORE_RETRY
            ) from error
        raise dg.Failure(description=str(error), allow_retries=False) from error
