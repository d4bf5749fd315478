"""What Google's client raises, as the store's own errors with their remedies."""

import contextlib
from collections.abc import Iterator

from frontier_assets.errors import FrontierAssetsError, StoreUnavailableError

_LOGIN = (
    "set GOOGLE_APPLICATION_CREDENTIALS to the key file of an account that may read, write, list "
    "and delete objects there, or run `gcloud auth application-default login`"
)
_AGAIN = "check that it can be reached from here, then try again"


def bucket_missing(url: str, bucket: str) -> StoreUnavailableError:
    """Return the error for a bucket that does not exist, or that may not be seen."""
    return StoreUnavailableError(
        url,
        f"there is no bucket '{bucket}'",
        f"create it with `gcloud storage buckets create gs://{bucket}`, or correct the URL in "
        "FRONTIER_STORES",
    )


@contextlib.contextmanager
def reachable(url: str) -> Iterator[None]:
    """Turn what the client raises into `StoreUnavailableError`, with what to do about it."""
    from google.api_core import exceptions as api  # noqa: PLC0415
    from google.auth import exceptions as auth  # noqa: PLC0415
    from google.cloud.storage.exceptions import DataCorruption  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        yield
    except FrontierAssetsError:
        raise
    except api.NotFound as error:
        raise bucket_missing(url, url.split("/")[2].partition("?")[0]) from error
    except (auth.TransportError, DataCorruption) as error:
        problem = f"the transfer failed ({type(error).__name__})"
        raise StoreUnavailableError(url, problem, _AGAIN, retryable=True) from error
    except auth.GoogleAuthError as error:
        problem = f"Google accepts no credentials of this process ({type(error).__name__})"
        raise StoreUnavailableError(url, problem, _LOGIN) from error
    except (api.Unauthorized, api.Forbidden) as error:
        problem = f"access is refused with status {error.code}"
        raise StoreUnavailableError(url, problem, _LOGIN) from error
    except (api.RetryError, api.ServerError, api.TooManyRequests, RequestException) as error:
        problem = f"it does not answer ({_cause(error)})"
        raise StoreUnavailableError(url, problem, _AGAIN, retryable=True) from error
    except api.GoogleAPICallError as error:
        problem = f"the request is refused with status {error.code}: {error.message}"
        raise StoreUnavailableError(url, problem, "check the URL in FRONTIER_STORES") from error


def _cause(error: Exception) -> str:
    return type(getattr(error, "cause", None) or error).__name__
