"""What keeps byte ranges of blobs nearer than their store does."""

from abc import ABC, abstractmethod


class Cache(ABC):
    """Byte ranges by key, bounded in bytes; what was used longest ago goes first.

    Thread-safe and shared by processes. A cache that fails costs time and nothing else: it is
    reported in the log, keeps nothing and has nothing. What it returns is what was kept.
    """

    @abstractmethod
    def get(self, key: str, offset: int, length: int | None) -> memoryview | None:
        """Return up to ``length`` bytes from ``offset``, or None where they are not all here."""

    @abstractmethod
    def keep(self, key: str, offset: int, data: memoryview, *, is_last: bool) -> None:
        """Keep ``data``; ``is_last`` says that the blob ends with it."""

    @abstractmethod
    def forget(self, key: str) -> None:
        """Drop what is kept under ``key``."""
