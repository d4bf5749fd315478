"""What was fixed before an experiment began, and what one look at it may conclude."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.spending import SPENDING

_LEAST_STEP = 1e-3  # of the planned units: looks that lie closer together are taken as one


@dataclass(frozen=True, slots=True)
class Plan:
    """The design of a comparison of two variants.

    ``planned`` is the number of units of both variants together at its end (see `even_units`);
    ``alpha`` the chance, over all looks, to see a difference where there is none, in either
    direction; ``spending`` a name in `SPENDING`, which only group-sequential tests read.
    """

    planned: int
    alpha: float = 0.05
    spending: str = "obrien_fleming"

    def __post_init__(self) -> None:
        """Refuse what no experiment can be held to."""
        if self.planned < 4:  # noqa: PLR2004 - two units in each of two variants
            raise InvalidValueError("Planned units", self.planned, "expected at least 4")
        if not 0 < self.alpha < 1:
            raise InvalidValueError("Alpha", self.alpha, "expected a number between 0 and 1")
        if self.spending not in SPENDING:
            raise InvalidValueError("Spending", self.spending, f"expected one of {list(SPENDING)}")


@dataclass(frozen=True, slots=True)
class Looks:
    """The units of both variants (see `even_units`) at every look so far, the present one last.

    ``final`` says that this look ends the experiment, however many units were planned.
    """

    units: Sequence[int]
    final: bool = False

    @property
    def flaw(self) -> str | None:
        """Why the present look cannot be judged; None if it can."""
        if not self.units:
            return "there is no look"
        if self.units[-1] < max(self.units):
            return "there are fewer units than at an earlier look"
        return None

    def apart(self, plan: Plan) -> tuple[int, ...]:
        """Return the looks of which each brings new units; the last of a close group stands.

        A look without new units shares the bound of the one before it. That holds the error only
        where it sees the same values, so that a unit belongs in a look when its own window is
        over. A look past the plan that was not announced as final keeps what the plan had spent.
        """
        kept: list[int] = []
        first = -math.inf
        for units in filter(None, self.units):
            if kept and units < kept[-1]:
                continue  # nothing was concluded there
            if units - first < _LEAST_STEP * plan.planned:
                kept.pop()
            else:
                first = units
            kept.append(units)
        return tuple(kept)


def even_units(control: int, treatment: int) -> int:
    """Return how many units, split evenly over two variants, would tell as much as these.

    The error of a difference depends on 1 / control + 1 / treatment, so that these are what a plan
    and its looks count where shares are uneven or change. It never falls as units come.
    """
    return 4 * control * treatment // (control + treatment) if control and treatment else 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What a method makes of a statistic at one look.

    ``critical`` is the normal deviate from which a difference is proved at alpha, infinite when
    none can be; ``p`` is valid at this look, whatever the looks before it showed; ``flaw`` says
    why there is no conclusion yet.
    """

    critical: float = math.inf
    p: float = 1.0
    flaw: str | None = None
