"""Converters that say less, and leave the logging of the process as it was."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(name: str | None = None) -> Iterator[None]:
    """Let the logger ``name``, the root one if it is None, pass errors alone for a while.

    What a converter sets up for that logger itself is undone too: OpenVINO leaves it so where it
    fails.
    """
    logger = logging.getLogger(name)
    level, filters, handlers = logger.level, [*logger.filters], [*logger.handlers]
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.filters[:], logger.handlers[:] = filters, handlers
