"""Keys that stand twice in one mapping of a YAML file: parsers keep the last without a word."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from frontier_assets.errors import SettingsError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the fast one, where libyaml is there


def refuse_repeated_keys(file: Path) -> None:
    """Refuse a file, if it is one, in which a mapping has one key twice.

    Raises:
        SettingsError: naming the file, the key and both lines.
    """
    if not file.is_file():
        return
    with file.open("rb") as stream:
        for document in yaml.compose_all(stream, _LOADER):
            for key, first in _repeated(document):
                raise SettingsError(
                    f"{file} line {key.start_mark.line + 1}",
                    f"has `{key.value}` again, which line {first.start_mark.line + 1} has already",
                    "keep one of the two; of a mapping's equal keys only the last would count",
                )


def _repeated(root: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """Yield every key that its mapping has before, with the first of them."""
    ahead, met = [root], set[int]()
    while ahead:
        node = ahead.pop()
        if id(node) in met:  # an alias
            continue
        met.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            ahead.extend(reversed(node.value))
        elif isinstance(node, yaml.MappingNode):
            first: dict[str, yaml.ScalarNode] = {}
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    known = first.setdefault(key.value, key)
                    if known is not key:
                        yield key, known
                ahead.append(value)
