"""Which names models, runs and digests may have."""

import re
from typing import Self

from frontier_assets.errors import InvalidValueError

_MODEL_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")
_DIGEST_LENGTH, _HEXADECIMAL = 64, "0123456789abcdef"
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
MAXIMUM_NAME_LENGTH = 100


def checked_model_name(name: str) -> str:
    """Return ``name``, or raise `InvalidValueError`: it becomes a Dagster group and a prefix."""
    if len(name) > MAXIMUM_NAME_LENGTH or not _MODEL_NAME.fullmatch(name):
        raise InvalidValueError(
            "Model name",
            name,
            "expected lower-case letters, digits and single underscores, starting with a letter, "
            f"at most {MAXIMUM_NAME_LENGTH} characters, e.g. 'digits_classifier'",
        )
    return name


def checked_segment(kind: str, name: str) -> str:
    """Return ``name`` when it is safe in partition keys, paths and URLs on every backend."""
    if len(name) > MAXIMUM_NAME_LENGTH or not _SEGMENT.fullmatch(name) or ".." in name:
        raise InvalidValueError(
            kind,
            name,
            "expected letters, digits, '_', '-' and single dots, not starting with '.' or '-', "
            f"at most {MAXIMUM_NAME_LENGTH} characters",
        )
    return name


class Digest(str):
    """A blake3 digest in 64 lower-case hexadecimal characters."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Refuse anything that is not a whole digest."""
        if len(value) != _DIGEST_LENGTH or value.strip(_HEXADECIMAL):
            raise InvalidValueError("Digest", value, "expected 64 lower-case hexadecimal digits")
        return super().__new__(cls, value)

    @property
    def short(self) -> str:
        """The first twelve characters, for people."""
        return self[:12]
