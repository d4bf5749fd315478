"""What redis-py raises, as the store's own errors with their remedies."""

import contextlib
from collections.abc import Iterator

from frontier_assets.errors import FrontierAssetsError, StoreUnavailableError

_LOGIN = (
    "set REDISCLI_AUTH to the password, `?username=` in FRONTIER_STORES to the account, and allow "
    "it to read, write and run scripts there"
)
_AGAIN = "check that it runs and can be reached from here, then try again"
_SPACE = "give it more memory (`maxmemory`) or remove what is not needed"


@contextlib.contextmanager
def reachable(url: str) -> Iterator[None]:
    """Turn what the client raises into `StoreUnavailableError`, with what to do about it."""
    from redis import exceptions as redis  # noqa: PLC0415

    try:
        yield
    except FrontierAssetsError:
        raise
    except (redis.AuthenticationError, redis.NoPermissionError) as error:
        problem = f"the server refuses the account or its password ({type(error).__name__})"
        raise StoreUnavailableError(url, problem, _LOGIN) from error
    except redis.OutOfMemoryError as error:
        raise StoreUnavailableError(url, "its memory is full", _SPACE) from error
    except (redis.ConnectionError, redis.TimeoutError) as error:
        problem = f"it does not answer ({error})"
        raise StoreUnavailableError(url, problem, _AGAIN, retryable=True) from error
    except redis.RedisError as error:
        problem = f"the server refuses the command: {error}"
        raise StoreUnavailableError(url, problem, "mend that on the server") from error
