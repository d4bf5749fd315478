"""Names of models elsewhere, as names of models here."""

import re
from collections.abc import Iterable, Mapping

from frontier_assets.errors import InvalidValueError
from frontier_assets.types import checked_model_name

_OTHERS = re.compile(r"[^a-z0-9]+")


def mapped_name(name: str) -> str:
    """Return the model name that ``name`` becomes here.

    Letters become lower case, every run of other characters one underscore, and what then starts
    with a digit gets ``model_`` in front: ``ResNet-50 (v2)`` is ``resnet_50_v2``.

    Raises:
        InvalidValueError: nothing is left of it, or too much.
    """
    plain = _OTHERS.sub("_", name.lower()).strip("_")
    if plain[:1].isdigit():
        plain = f"model_{plain}"
    return checked_model_name(plain) if plain else checked_model_name(name)


def mapped_names(names: Iterable[str], renamed: Mapping[str, str]) -> dict[str, str]:
    """Return the model name of each of ``names``: the one in ``renamed``, or the mapped one.

    Raises:
        InvalidValueError: two of them would be one model, ``renamed`` has one that is not there, or
            a name cannot be mapped.
    """
    mapped: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in names:
        model = checked_model_name(renamed[name]) if name in renamed else mapped_name(name)
        other = taken.setdefault(model, name)
        if other != name:
            raise InvalidValueError(
                "Model name",
                name,
                f"it becomes '{model}' here, as '{other}' does; rename one, e.g. "
                f"`--rename '{name}={model}_2'`",
            )
        mapped[name] = model
    for name in renamed.keys() - mapped.keys():
        known = ", ".join(mapped) or "none"
        raise InvalidValueError("Renamed model", name, f"there are {known}")
    return mapped
