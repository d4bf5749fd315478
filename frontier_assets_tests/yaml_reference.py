"""The README's reference of the YAML, from the vocabulary itself.

``python -m frontier_assets_tests.yaml_reference`` puts it into the README between its two marks; a
test holds the README to it.
"""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from frontier_assets.orchestration.scaffold.commented_yaml import nested_section
from frontier_assets.specification import ModelSpecification, Section

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- reference: begin -->\n", "<!-- reference: end -->\n"
_WORDS = {str: "text", int: "integer", float: "number", bool: "true or false", Any: "anything"}


def reference() -> str:
    """Return the reference as a Markdown table: one row for each key, sections indented by dots."""
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    rows += ["| " + " | ".join(cells) + " |" for cells in _rows(ModelSpecification, "", {})]
    return "\n".join(rows) + "\n"


def in_readme(text: str) -> str:
    """Return the README's ``text`` with the reference of today between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{reference()}\n{END}{after}"


def _rows(
    section: type[Section], prefix: str, told: dict[type[Section], str]
) -> Iterator[tuple[str, ...]]:
    """Yield the keys of ``section``; ``told`` has the sections whose keys stand elsewhere."""
    for attribute, field in section.model_fields.items():
        key = f"{prefix}{field.alias or attribute}"
        inner, is_list = nested_section(field.annotation)
        form = _form(field.annotation) if inner is None else "list of" if is_list else "section"
        meaning = field.description or (inner.__doc__ or "" if inner else "")
        line = meaning.partition("\n")[0]
        if inner in told:
            yield (
                f"`{key}`",
                form,
                _default(field),
                f"{line} Its keys are those of `{told[inner]}`.",
            )
        else:
            yield f"`{key}`", form, _default(field), line
        if inner is not None and inner not in told:
            told[inner] = key
            yield from _rows(inner, f"{key}[]." if is_list else f"{key}.", told)


def _form(annotation: Any) -> str:
    """Return how a value of this type is written."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        origin, arguments = typing.Literal, tuple(annotation)
    return _FORMS[origin](arguments) if origin in _FORMS else _WORDS[annotation]


def _either(options: tuple[Any, ...]) -> str:
    return " or ".join(_form(item) for item in options if item is not types.NoneType)


_FORMS: Mapping[Any, Callable[[tuple[Any, ...]], str]] = {
    typing.Literal: lambda values: ", ".join(f"`{value}`" for value in values),
    typing.Union: _either,
    types.UnionType: _either,
    list: lambda items: f"list of {_form(items[0])}",
    tuple: lambda items: f"[{', '.join(_form(item) for item in items)}]",
    dict: lambda items: f"{{name: {_form(items[1])}}}",
    typing.Annotated: lambda items: _form(items[0]),
}


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in (None, "", [], {}) or value is PydanticUndefined or isinstance(value, Section):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def main() -> None:
    """Write today's reference into the README."""
    README.write_text(in_readme(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
