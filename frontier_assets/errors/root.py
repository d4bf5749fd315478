"""The root of every error, and the refusal of a value, which any part of the project raises."""

from typing import Any

from typing_extensions import override


class FrontierAssetsError(Exception):
    """Root of every error raised on purpose. ``retryable`` is true for transient causes only."""

    retryable: bool = False

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # Python's own way calls the class with the text alone, in place of what it was made from.
        return _restored, (type(self), self.args), vars(self)


def _restored(kind: type[FrontierAssetsError], args: tuple[Any, ...]) -> FrontierAssetsError:
    error = kind.__new__(kind)
    super(FrontierAssetsError, error).__init__(*args)
    return error


class InvalidValueError(FrontierAssetsError, ValueError):
    """A value given by a person or a caller cannot be accepted; nothing was changed."""

    def __init__(self, thing: str, value: object, expected: str) -> None:
        """Name the ``thing``, the refused ``value`` and what was ``expected`` instead."""
        self.thing, self.value, self.expected = thing, value, expected
        shown = repr(value)
        if len(shown) > 200:  # noqa: PLR2004 - a message stays readable when the value is 10 kB
            shown = f"{shown[:200]}... ({len(shown)} characters)"
        super().__init__(f"{thing} {shown} is not valid: {expected}")
