"""Owners and tags, in the forms that Dagster takes for assets."""

import re
from typing import Annotated

from pydantic import AfterValidator

_OWNER = re.compile(r"team:.+|[^@\s]+@[^@\s]+\.[^@\s]+")
_TAG_KEY = re.compile(r"(?:[A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_.-]{0,63}")
_RESERVED = ("dagster/", "frontier/")


def _check_owner(owner: str) -> str:
    if not _OWNER.fullmatch(owner):
        raise ValueError(
            f"owner '{owner}' is not valid: write `team:name` or an e-mail address, "
            "e.g. `team:vision`"
        )
    return owner


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    for key, value in tags.items():
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
            raise ValueError(
                f"tag '{key}: {value}' is not valid: keys and values have letters, digits, '_', "
                "'.' and '-', at most 63 of them"
            )
        if key.startswith(_RESERVED):
            raise ValueError(f"tag '{key}' is not valid: {' and '.join(_RESERVED)} are reserved")
    return tags


Owner = Annotated[str, AfterValidator(_check_owner)]
Tags = Annotated[dict[str, str], AfterValidator(_check_tags)]
