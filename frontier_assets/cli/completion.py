"""What the shell suggests for models, refs, stages and targets, from the registry.

A shell asks at every press of the key, so nothing here imports Dagster or a framework; it never
creates a registry, and where one cannot be read there are no suggestions and no words.
"""

import contextlib
import io
import os
import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from frontier_assets.errors import FrontierAssetsError
from frontier_assets.types import Stage

if TYPE_CHECKING:
    from frontier_assets.registry.database import Registry

_ASKING, _WORDS, _CURRENT = "_FRONTIER_COMPLETE", "COMP_WORDS", "COMP_CWORD"
_LINE = "_TYPER_COMPLETE_ARGS"  # what the other shells hand over
_SEPARATOR = "@"
Suggestions = list[str | tuple[str, str]]


def stages(incomplete: str) -> Suggestions:
    """Suggest the stages that a version can be moved to."""
    moves = (Stage.STAGING, Stage.PRODUCTION, Stage.ARCHIVED, Stage.DEVELOPMENT)
    return [stage.value for stage in moves if stage.startswith(incomplete)]


def models(incomplete: str) -> Suggestions:
    """Suggest the names of models."""
    return _ask(lambda registry: _models(registry, incomplete))


def refs(incomplete: str) -> Suggestions:
    """Suggest models, and after an ``@`` the versions, stages and branches of the one before it."""
    model, separator, rest = incomplete.partition(_SEPARATOR)
    if not separator:
        return _ask(lambda registry: _models(registry, model))
    return _ask(lambda registry: list(_versions(registry, model, rest)))


def numbers(incomplete: str) -> Suggestions:
    """Suggest the numbers of the versions of the model on the line."""

    def found(registry: "Registry") -> Suggestions:
        model = _ref_on_the_line(registry).partition(_SEPARATOR)[0]
        listed = reversed(registry.versions.list(model))
        return [(v.number, v.stage.value) for v in listed if v.number.startswith(incomplete)]

    return _ask(found)


def checkpoints(incomplete: str) -> Suggestions:
    """Suggest the checkpoints of the model on the line, newest first."""

    def found(registry: "Registry") -> Suggestions:
        model = _ref_on_the_line(registry).partition(_SEPARATOR)[0]
        keys = [item.key for item in reversed(registry.checkpoints.list(model))]
        return [key for key in ("best", "latest", *keys) if key.startswith(incomplete)]

    return _ask(found)


def branches(incomplete: str) -> Suggestions:
    """Suggest the branches of the model on the line."""

    def found(registry: "Registry") -> Suggestions:
        model = _ref_on_the_line(registry).partition(_SEPARATOR)[0]
        listed = registry.branches.list(model)
        return [(item.name, item.head) for item in listed if item.name.startswith(incomplete)]

    return _ask(found)


def targets(incomplete: str) -> Suggestions:
    """Suggest the conversions of the version on the line."""

    def found(registry: "Registry") -> Suggestions:
        version = registry.versions.get(_ref_on_the_line(registry))
        names = [item.name for item in registry.artifacts.list(version.model, version.number)]
        return [name for name in names if name.startswith(incomplete)]

    return _ask(found)


def attachments(incomplete: str) -> Suggestions:
    """Suggest the files that are attached to the version on the line."""

    def found(registry: "Registry") -> Suggestions:
        version = registry.versions.get(_ref_on_the_line(registry))
        names = [item.name for item in registry.attachments.list(version.model, version.number)]
        return [name for name in names if name.startswith(incomplete)]

    return _ask(found)


def _ref_on_the_line(registry: "Registry") -> str:
    """Return the first word that names a model of the registry.

    The parser keeps no argument of a line whose last option still lacks its value.
    """
    known = {item.name for item in registry.models.list()}
    words = os.environ.get(_WORDS) or os.environ.get(_LINE) or ""
    named = (word for word in words.split() if word.partition(_SEPARATOR)[0] in known)
    return next(named, "")


def _ask(question: "Callable[[Registry], Suggestions]") -> Suggestions:
    from frontier_assets.registry.database import Registry  # noqa: PLC0415 - loads SQLAlchemy
    from frontier_assets.settings import Settings  # noqa: PLC0415 - see above

    try:
        url = Settings.read().registry_url
        found, needed = Registry.current(url)
        if found != needed:
            return []
        with Registry.open(url) as registry:
            return question(registry)
    except (FrontierAssetsError, OSError):
        return []


def _models(registry: "Registry", incomplete: str) -> Suggestions:
    return [item.name for item in registry.models.list() if item.name.startswith(incomplete)]


def _versions(registry: "Registry", model: str, incomplete: str) -> Iterator[str | tuple[str, str]]:
    found = registry.versions.list(model)
    held = {item.stage.value for item in found} & {Stage.STAGING.value, Stage.PRODUCTION.value}
    branches = [item.name for item in registry.branches.list(model)]
    for word in ("latest", *sorted(held), *branches):
        if word.startswith(incomplete):
            yield f"{model}{_SEPARATOR}{word}"
    for item in reversed(found):
        if item.number.startswith(incomplete):
            yield f"{model}{_SEPARATOR}{item.number}", item.stage.value


def is_bash_asking() -> bool:
    """Tell whether this process was started by bash for suggestions."""
    return os.environ.get(_ASKING) == "complete_bash" and _WORDS in os.environ


def answer_bash(app: Callable[..., Any]) -> None:
    """Answer bash, which takes the ``@`` of a ref for the end of a word.

    It hands over ``tiny``, ``@`` and ``1.`` as three words and replaces the last of them alone.
    """
    words, current, cut = _joined(*_bash_words())
    os.environ[_WORDS], os.environ[_CURRENT] = shlex.join(words), str(current)
    answer = io.StringIO()
    try:
        with contextlib.redirect_stdout(answer):
            app()
    finally:
        for line in answer.getvalue().splitlines():
            print(line[cut:])


def _bash_words() -> tuple[list[str], int]:
    words = os.environ[_WORDS].splitlines()
    text = os.environ.get(_CURRENT, "")
    current = int(text) if text.isascii() and text.isdigit() else len(words) - 1
    return words, current


def _joined(words: list[str], current: int) -> tuple[list[str], int, int]:
    """Return the words with refs whole, the place of the current one, and what bash keeps of it."""
    words = [*words, *[""] * (current + 1 - len(words))]
    joined: list[str] = []
    place = cut = 0
    for index, word in enumerate(words):
        follows = bool(joined) and joined[-1].endswith(_SEPARATOR)
        is_part = bool(joined) and (word == _SEPARATOR or follows) and index > 1
        if index == current:
            place = len(joined) - 1 if is_part else len(joined)
            before = joined[-1] if is_part else ""
            cut = len(before) + (word == _SEPARATOR)
        if is_part:
            joined[-1] += word
        else:
            joined.append(word)
    return joined, place, cut
