"""Tags and the names of metrics: which texts people may give, so that search finds them again."""

import unicodedata
from collections.abc import Iterable, Mapping

from frontier_assets.errors import InvalidValueError

LABEL_LENGTH = 200  # characters: what an index of every database takes


def checked_tags(tags: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Return tags by name, given so or as ``name:value`` texts, or refuse the first that is wrong.

    Only the first colon separates: ``a:b:c`` is the tag ``a`` with the value ``b:c``.
    """
    pairs = tags.items() if isinstance(tags, Mapping) else map(_pair, _several(tags))
    checked: dict[str, str] = {}
    for name, value in pairs:
        label = checked_label("Tag name", name)
        if label in checked:
            raise InvalidValueError("Tags", label, "expected each name once")
        checked[label] = checked_free_text(f"Tag '{label}'", value)
    return checked


def checked_label(thing: str, name: object) -> str:
    """Return the name of a metric or a tag, or refuse one that could not be searched for."""
    is_label = isinstance(name, str) and bool(name.strip()) and len(name) <= LABEL_LENGTH
    if not isinstance(name, str) or not is_label or not is_storable(name) or _has_control(name):
        raise InvalidValueError(
            thing, name, f"expected 1 to {LABEL_LENGTH} characters without control characters"
        )
    return name


def checked_free_text(thing: str, value: object) -> str:
    """Return any text, an empty one too, or refuse what is none or no database keeps."""
    if not isinstance(value, str) or not is_storable(value):
        raise InvalidValueError(thing, value, "expected a text of Unicode characters without NUL")
    return value


def is_storable(text: str) -> bool:
    """Tell whether every database keeps ``text``: it has no NUL and is Unicode throughout."""
    return "\0" not in text and (
        text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
    )


def refuse_unkept(values: Iterable[object]) -> None:
    """Refuse a text that not every database keeps.

    SQLite would keep a NUL and PostgreSQL not, and neither half of a surrogate pair; refused here
    it is the caller's value that is at fault, not the database's.
    """
    texts = [value for value in values if isinstance(value, str)]
    # All at once: every statement of every change is asked.
    if not is_storable("".join(texts)):
        unkept = next((text for text in texts if not is_storable(text)), "")
        raise InvalidValueError("Text", unkept, "expected characters that can be stored")


def _has_control(text: str) -> bool:
    # No control character can be printed, and most texts can.
    return not text.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in text)


def _several(tags: str | Iterable[str]) -> Iterable[object]:
    return [tags] if isinstance(tags, str) else tags


def _pair(text: object) -> tuple[str, str]:
    name, separator, value = str(text).partition(":")
    if not separator:
        raise InvalidValueError("Tag", text, "expected name:value, such as team:vision")
    return name, value
