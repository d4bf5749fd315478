"""Any object as a pickle, for models whose YAML allows it: loading one runs what it holds."""

import io
import pickle

from frontier_assets.codecs.objects import ObjectPolicy, class_name
from frontier_assets.errors import FrontierAssetsError, InvalidValueError, MissingModuleError

_PROTOCOL = 5  # fixed, so that a newer Python gives the same bytes
_REFUSALS = (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError)
_DAMAGE = (
    pickle.UnpicklingError,
    EOFError,
    ImportError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
)


def write(value: object, where: str, policy: ObjectPolicy) -> bytes:
    """Return the pickle of ``value``."""
    del policy
    kind = value if isinstance(value, type) else type(value)
    module = getattr(value, "__module__", None) or kind.__module__
    if module == "__main__":
        raise InvalidValueError(
            where,
            class_name(kind),
            "it is defined in the script itself, where no other process finds it; move it to a "
            "module of its own",
        )
    try:
        return pickle.dumps(value, protocol=_PROTOCOL)
    except _REFUSALS as error:
        raise InvalidValueError(
            where, class_name(kind), f"pickle cannot write it: {error}"
        ) from error


def read(content: bytes, kind: str, where: str, policy: ObjectPolicy) -> object:
    """Return the object; joblib reads plain pickles as well as its own."""
    import joblib  # noqa: PLC0415 - few models are pickles

    del kind, policy
    try:
        loaded: object = joblib.load(io.BytesIO(content))
    except FrontierAssetsError:
        raise
    except ModuleNotFoundError as error:
        raise MissingModuleError(where, str(error.name)) from error
    except _DAMAGE as error:
        raise InvalidValueError(
            where,
            f"{len(content)} bytes",
            f"it cannot be unpickled ({type(error).__name__}: {error}); save the object again",
        ) from error
    return loaded
