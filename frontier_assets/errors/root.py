"""The root of every error, and the refusal of a value, which any part of the project raises."""


class FrontierAssetsError(Exception):
    """Root of every error raised on purpose. ``retryable`` is true for transient causes only."""

    retryable: bool = False


class InvalidValueError(FrontierAssetsError, ValueError):
    """A value given by a person or a caller cannot be accepted; nothing was changed."""

    def __init__(self, thing: str, value: object, expected: str) -> None:
        """Name the ``thing``, the refused ``value`` and what was ``expected`` instead."""
        self.thing, self.value, self.expected = thing, value, expected
        shown = repr(value)
        if len(shown) > 200:  # noqa: PLR2004 - a message stays readable when the value is 10 kB
            shown = f"{shown[:200]}... ({len(shown)} characters)"
        super().__init__(f"{thing} {shown} is not valid: {expected}")
