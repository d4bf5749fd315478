"""What obstore raises, as the store's own errors with their remedies."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator

from frontier_assets.errors import StoreUnavailableError

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_REFUSED = {401, 403}
_MISSING = 404
_BUSY = {408, 429}
_SERVER = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """What the messages say of a store: its ``url`` and what to do when it fails."""

    url: str
    container: str
    create: str
    credentials: str


@contextlib.contextmanager
def translated(service: Service) -> Iterator[None]:
    """Turn what obstore raises into `StoreUnavailableError`, with what to do about it."""
    from obstore.exceptions import BaseError, UnauthenticatedError  # noqa: PLC0415

    try:
        yield
    except FileNotFoundError as error:
        # Whoever looks for a blob has caught this before: what is left is the container.
        raise _missing(service) from error
    except UnauthenticatedError as error:
        failure = _unauthenticated(service, str(error))
    except BaseError as error:
        failure = _failure(service, str(error))
    else:
        return
    # Without the cause: services repeat in it what the request said about its credentials.
    raise failure from None


def _failure(service: Service, text: str) -> StoreUnavailableError:
    found, code = _STATUS.search(text), _CODE.search(text)
    status = int(found[1]) if found else None
    answer = f"status {status}" + (f" {code[1]}" if code else "")
    if status is None:
        return StoreUnavailableError(
            service.url,
            f"it does not answer ({_reason(text)})",
            "check its endpoint, and that it can be reached from here, then try again",
            retryable=True,
        )
    if status in _REFUSED:
        return StoreUnavailableError(
            service.url,
            f"access is refused ({answer})",
            f"{service.credentials}, of an account that may read, write, list and delete there",
        )
    if status == _MISSING:
        return _missing(service)
    if status in _BUSY or status >= _SERVER:
        return StoreUnavailableError(
            service.url, f"it is too busy ({answer})", "try again later", retryable=True
        )
    return StoreUnavailableError(
        service.url, f"a request is refused ({answer})", "check the URL in FRONTIER_STORES"
    )


def _unauthenticated(service: Service, text: str) -> StoreUnavailableError:
    if _STATUS.search(text):
        return _failure(service, text)
    problem = f"its credentials cannot be had ({_reason(text).rpartition('provider: ')[2]})"
    return StoreUnavailableError(service.url, problem, f"log in again, or {service.credentials}")


def _missing(service: Service) -> StoreUnavailableError:
    return StoreUnavailableError(
        service.url,
        f"{service.container} does not exist",
        f"create it with `{service.create}`, or correct the URL in FRONTIER_STORES",
    )


def _reason(text: str) -> str:
    """Return the end of obstore's first line, which says what went wrong."""
    first = text.partition("\n")[0]
    return first.rpartition(" - ")[2].removeprefix("Generic ")
