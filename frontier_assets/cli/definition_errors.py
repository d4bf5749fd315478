"""What is wrong with a project's definitions, taken out of what Dagster wraps it in.

Dagster draws a tree of the folders and keeps the reason, with file and line, in the error's cause.
"""

from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from frontier_assets import entrypoints
from frontier_assets.errors import EntrypointError, FrontierAssetsError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PLAINLY = {
    "extra_forbidden": "this key is unknown here; correct it, or remove it",
    "missing": "this key is missing",
}
_TREE = "ComponentTreeException"
_SHOWN = 80  # characters of a refused value


def explained(error: EntrypointError) -> FrontierAssetsError:
    """Return an error that gives the reason of ``error``, with file and line where it has any."""
    cause = error.__cause__
    while type(cause).__name__ == _TREE and cause is not None and cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, ValidationError):
        return EntrypointError(error.entrypoint, "; ".join(_refusals(cause)))
    if cause is None or cause is error.__cause__:
        return error
    try:
        entrypoints.invoke(error.entrypoint, _raise, cause)
    except FrontierAssetsError as found:
        return found
    raise AssertionError  # unreachable: `_raise` never returns


def _refusals(error: ValidationError) -> list[str]:
    """Return one text per refused key: its name, its file and line, and what was expected."""
    return [
        f"{'.'.join(map(str, item['loc']))}: {_expected(item)}"
        for item in error.errors(include_url=False)
    ]


def _expected(item: "ErrorDetails") -> str:
    """Return what is wrong with one value; our own refusals name the value themselves."""
    if item["type"] in _PLAINLY:
        return _PLAINLY[item["type"]]
    if item["type"] == "value_error":
        return item["msg"].removeprefix("Value error, ")
    shown = repr(item["input"])
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
    return f"{shown} is not valid: {_lower(item['msg'])}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _raise(error: BaseException) -> NoReturn:
    raise error
