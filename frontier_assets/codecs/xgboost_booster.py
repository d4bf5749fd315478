"""XGBoost boosters and their scikit-learn wrappers in XGBoost's own UBJSON."""

from typing import Any

from frontier_assets.codecs.objects import ObjectPolicy, class_name
from frontier_assets.errors import InvalidValueError

# A name in data decides what is made, so it is one of these or nothing.
WRAPPERS = ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor")
_BOOSTER = "Booster"
_BRACE = b"{"  # the first byte of UBJSON and of JSON


def write(value: Any, where: str, policy: ObjectPolicy) -> bytes:  # noqa: ANN401 - no types
    """Return the booster's bytes; those of a wrapper's for a wrapper."""
    import xgboost
    from sklearn.exceptions import NotFittedError

    del policy
    kind = type(value)
    known = (_BOOSTER, *WRAPPERS)
    if kind.__name__ not in known or kind is not getattr(xgboost, kind.__name__, None):
        raise InvalidValueError(
            where,
            class_name(kind),
            f"expected one of xgboost's own {', '.join(known)}; of another object save its booster",
        )
    try:
        booster = value if kind.__name__ == _BOOSTER else value.get_booster()
    except NotFittedError as error:
        raise InvalidValueError(where, class_name(kind), "expected a fitted model") from error
    return bytes(booster.save_raw("ubj"))


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return a wrapper where ``kind`` names one, else a booster."""
    import xgboost

    del policy
    name = kind.rpartition(".")[2]
    made = getattr(xgboost, name)() if name in WRAPPERS else xgboost.Booster()
    if not content.startswith(_BRACE):  # it ends the process when there is nothing to parse
        raise _damaged(where, content, "it is neither UBJSON nor JSON")
    try:
        made.load_model(bytearray(content))
    except (xgboost.core.XGBoostError, ValueError, TypeError, LookupError) as error:
        raise _damaged(where, content, str(error).strip().partition("\n")[0]) from error
    return made


def _damaged(where: str, content: bytes, problem: str) -> InvalidValueError:
    return InvalidValueError(
        where, f"{len(content)} bytes", f"XGBoost cannot read it ({problem}); save the model again"
    )
