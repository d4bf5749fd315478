"""LightGBM boosters as LightGBM's own text, which keeps every bit of a threshold and a leaf."""

import re
from typing import Any

import numpy as np

from frontier_assets.codecs.objects import ObjectPolicy, class_name
from frontier_assets.errors import InvalidValueError

_TREE_SIZES = re.compile(r"^tree_sizes=([\d ]*)$", re.MULTILINE)


def write(value: Any, where: str, policy: ObjectPolicy) -> bytes:  # noqa: ANN401 - no types
    """Return the booster's text; of a wrapper that of its booster, which is what comes back."""
    import lightgbm

    del policy
    if isinstance(value, lightgbm.LGBMModel):
        value = _booster(value, where)
    if not isinstance(value, lightgbm.Booster):
        raise InvalidValueError(
            where, class_name(type(value)), "expected a Booster or one of LightGBM's estimators"
        )
    return str(value.model_to_string()).encode()


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the booster."""
    import lightgbm

    del kind, policy
    try:
        text = content.decode()
        _check_whole(text)
        return lightgbm.Booster(model_str=text)
    except (lightgbm.basic.LightGBMError, ValueError, TypeError, LookupError) as error:
        problem = str(error).strip().partition("\n")[0]
        raise InvalidValueError(
            where,
            f"{len(content)} bytes",
            f"LightGBM cannot read it ({problem}); save the model again",
        ) from error


def _booster(value: Any, where: str) -> Any:  # noqa: ANN401 - no types
    from sklearn.exceptions import NotFittedError

    try:
        booster = value.booster_
    except NotFittedError as error:
        raise InvalidValueError(
            where, class_name(type(value)), "expected a fitted model"
        ) from error
    classes = getattr(value, "classes_", None)
    if classes is not None and not np.array_equal(classes, np.arange(len(classes))):
        # The booster predicts indices of classes, and only the wrapper knows what they stood for.
        raise InvalidValueError(
            f"Classes of {where}",
            np.asarray(classes).tolist(),
            f"expected 0 to {len(classes) - 1}: train on class indices, and give the names as "
            "`architecture.classes`",
        )
    return booster


def _check_whole(text: str) -> None:
    """Refuse a text whose trees are not where its header says: LightGBM would end the process."""
    head, separator, trees = text.partition("\n\nTree=0\n")
    sizes = _TREE_SIZES.search(head)
    if not text.startswith("tree\n") or sizes is None:
        raise ValueError("it does not begin as a model of LightGBM's")
    position = 0
    body = f"Tree=0\n{trees}" if separator else ""
    for number, size in enumerate(sizes[1].split()):
        if not body.startswith(f"Tree={number}\n", position):
            raise ValueError(f"tree {number} is missing or damaged")
        position += int(size)
    rest = body[position:]
    ends = [("Tree=", "end of trees"), ("\nparameters:\n", "end of parameters")]
    if any(begin in body and end not in rest for begin, end in ends):
        raise ValueError("its end is missing")
