"""How much a run of the benchmarks does: the stated sizes, or small ones that prove they work."""

import dataclasses
from typing import Self

ROUNDS = 15
_QUICK_ROUNDS = 1
# Ten blocks of 12 x width^2 floats: 503 MB, and 31 MB. A block's query is 4 MiB, and 256 KiB.
_WIDTH = 1024
_QUICK_WIDTH = 256


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """``width`` sizes the states that are saved and loaded; ``quick`` shortens everything else."""

    rounds: int
    width: int
    quick: bool

    @classmethod
    def of(cls, *, rounds: int | None = None, quick: bool = False) -> Self:
        """Return the plan that the command's options describe; timings of a quick one mean little.

        ``rounds`` wins over what either kind of plan has by default.
        """
        if quick:
            return cls(rounds or _QUICK_ROUNDS, _QUICK_WIDTH, quick=True)
        return cls(rounds or ROUNDS, _WIDTH, quick=False)

    def at_most(self, rounds: int) -> Self:
        """Return this plan with no more than so many rounds."""
        return dataclasses.replace(self, rounds=min(self.rounds, rounds))
