"""How far a long operation on stores has come."""

from collections.abc import Callable

# Called with the bytes that are done and the bytes that there are.
Progress = Callable[[int, int], None]
