"""A model's YAML with every key of the vocabulary explained, generated from the vocabulary itself.

An explanation is ``# text``; a key that is left out is ``#key: value``, valid once its ``#`` goes.
"""

import dataclasses
import textwrap
import types
import typing
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from frontier_assets.specification import Section

_WIDTH = 90
_STEP = "  "


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOut:
    """An example value that is shown commented out."""

    value: Any


class CommentedYaml:
    """Writes sections as YAML lines, explaining each key where it first appears.

    ``known`` has the values that a key takes where the vocabulary itself does not list them, by
    section and key.
    """

    def __init__(self, known: Mapping[tuple[type[Section], str], Collection[str]]) -> None:
        self._known = known
        self._explained: set[tuple[type[Section], str]] = set()

    def lines(
        self, section: type[Section], example: Mapping[str, Any], *, spaced: bool = False
    ) -> Iterator[str]:
        """Yield the lines of ``section``, with an empty one before each part when ``spaced``.

        Keys that ``example`` has no value for are shown commented out, with their default.

        Raises:
            LookupError: a required key has no example value.
        """
        for key, field in _keys(section).items():
            if spaced and nested_section(field.annotation)[0]:
                yield ""
            yield from self._key(section, key, _example_value(section, example, key))

    def _key(self, section: type[Section], key: str, value: Any) -> Iterator[str]:  # noqa: ANN401
        field = _keys(section)[key]
        yield from (f"# {line}" for line in self._explanation(section, key, field))
        if isinstance(value, LeftOut):
            whole = _complete(field, value.value)
            yield from (f"#{line}" for line in self._value(field, key, whole))
        else:
            yield from self._value(field, key, value)

    def _value(self, field: FieldInfo, key: str, value: Any) -> Iterator[str]:  # noqa: ANN401
        inner, is_list = nested_section(field.annotation)
        # Some sections are written as one word where that says it all.
        if inner is None or not value or isinstance(value, str):
            yield f"{key}: {_flow(value)}"
            return
        yield f"{key}:"
        if not is_list:
            yield from (f"{_STEP}{line}" for line in self.lines(inner, value))
            return
        for position, item in enumerate(value):
            yield from self._item(inner, item, is_first=position == 0)

    def _item(
        self, section: type[Section], example: Mapping[str, Any], *, is_first: bool
    ) -> Iterator[str]:
        """Yield one item of a list; keys without an example value are shown in the first one."""
        keys = [key for key in _keys(section) if is_first or key in example]
        # The item's dash needs a key that is not commented out.
        keys.sort(key=lambda key: isinstance(example.get(key, LeftOut(None)), LeftOut))
        dash = "- "
        for key in keys:
            for line in self._key(section, key, _example_value(section, example, key)):
                if line.startswith("#"):
                    yield f"{_STEP}{'' if dash == '- ' else _STEP}{line}"
                else:
                    yield f"{_STEP}{dash}{line}"
                    dash = _STEP

    def _explanation(self, section: type[Section], key: str, field: FieldInfo) -> list[str]:
        if (section, key) in self._explained:
            return []
        self._explained.add((section, key))
        inner, _ = nested_section(field.annotation)
        meaning = field.description or ((inner.__doc__ or "").partition("\n")[0] if inner else "")
        choices = self._known.get((section, key)) or _choices(field.annotation)
        word = "Known" if typing.get_origin(field.annotation) is list else "One of"
        parts = [f"{meaning.rstrip('.')}.", f"{word}: {', '.join(choices)}." if choices else ""]
        return textwrap.wrap(" ".join(filter(None, [*parts, _necessity(field)])), _WIDTH)


def nested_section(annotation: Any) -> tuple[type[Section] | None, bool]:  # noqa: ANN401 - a type
    """Return the section that a key's type holds, if any, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, False
    is_list = typing.get_origin(annotation) is list
    for argument in typing.get_args(annotation):
        found, inner_list = nested_section(argument)
        if found is not None:
            return found, is_list or inner_list
    return None, False


def uncommented(text: str) -> str:
    """Return the YAML with every key that was left out put in."""
    return "\n".join(_without_mark(line) for line in text.splitlines()) + "\n"


def _without_mark(line: str) -> str:
    before, mark, after = line.partition("#")
    is_explanation = after[:1] == " " and after[1:2] != " "
    return line if before.strip() or not mark or is_explanation else before + after


def _keys(section: type[Section]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in section.model_fields.items()}


def _example_value(section: type[Section], example: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401
    if key in example:
        return example[key]
    field = _keys(section)[key]
    if field.is_required():
        raise LookupError(f"the example has no value for {section.__name__}.{key}")
    value = field.get_default(call_default_factory=True, validated_data={})
    return LeftOut(value.model_dump(by_alias=True) if isinstance(value, Section) else value)


def _complete(field: FieldInfo, value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return a value whose own keys are all given, so that one `#` a line hides the whole."""
    inner, is_list = nested_section(field.annotation)
    if inner is None or not value:
        return value
    if is_list:
        return [_complete_section(inner, value[0]), *value[1:]]
    return _complete_section(inner, value)


def _complete_section(section: type[Section], example: Mapping[str, Any]) -> dict[str, Any]:
    whole = {}
    for key, field in _keys(section).items():
        value = _example_value(section, example, key)
        whole[key] = _complete(field, value.value if isinstance(value, LeftOut) else value)
    return whole


def _necessity(field: FieldInfo) -> str:
    if field.is_required():
        return "Required."
    if nested_section(field.annotation)[0] is not None:
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    return "Default: none." if value in (None, "", [], {}) else f"Default: {_flow(value)}."


def _choices(annotation: Any) -> list[str]:  # noqa: ANN401 - a type
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [str(item) for item in annotation]
    if typing.get_origin(annotation) is typing.Literal:
        return [str(item) for item in typing.get_args(annotation)]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [c for part in typing.get_args(annotation) for c in _choices(part)]
    return []


def _flow(value: Any) -> str:  # noqa: ANN401 - any YAML value
    plain = str(value) if isinstance(value, StrEnum) else value
    text = yaml.safe_dump(plain, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
