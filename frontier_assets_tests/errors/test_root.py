import inspect
import pickle
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import pytest

from frontier_assets import errors
from frontier_assets.errors import FrontierAssetsError, RegistryUnavailableError

ROOTS = {"FrontierAssetsError", "NotFoundError"}  # made only as one of their classes
VALUES: dict[Any, object] = {
    str: "a text",
    str | None: None,
    int: 3,
    float: 3.5,
    bool: True,
    object: {"any": ["value"]},
    Iterable[str]: ["one", "two"],
    datetime: datetime(2026, 3, 31, tzinfo=UTC),
}


def an(error: type[FrontierAssetsError]) -> FrontierAssetsError:
    """Return an error of this class, made as its signature wants it."""
    positional, named = [], {}
    for parameter in inspect.signature(error).parameters.values():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            positional.append(VALUES[parameter.annotation])
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = VALUES[parameter.annotation]
    return error(*positional, **named)


def facts(error: FrontierAssetsError) -> object:
    inherited = {name: getattr(error, name, None) for name in ("retryable", "msg", "errno")}
    return type(error), str(error), error.args, vars(error), inherited


@pytest.mark.parametrize("name", sorted({*errors.__all__} - ROOTS))
def test_every_error_is_the_same_after_it_was_pickled(name: str) -> None:
    error = an(getattr(errors, name))
    assert facts(pickle.loads(pickle.dumps(error))) == facts(error)


def fail() -> None:
    raise RegistryUnavailableError("sqlite:///r.db", "database is locked")


def test_an_error_of_another_process_arrives_with_its_message() -> None:
    refused = pytest.raises(RegistryUnavailableError, match="database is locked")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, refused as caught:
        pool.submit(fail).result()
    assert caught.value.url == "sqlite:///r.db"
