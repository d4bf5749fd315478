"""Counts, sums and products of several numbers over the same units: merged, and read as samples."""

import dataclasses
import math
from collections.abc import Iterable, Mapping

from frontier_assets.stats.experiments.sample import Companion, Sample


@dataclasses.dataclass(frozen=True, slots=True)
class Moments:
    """The count, means and centred sums of products of ``names`` over units that have them all.

    ``products`` has the sum of (x - mean of x)(y - mean of y) under (x, y), in the order of
    ``names``.
    """

    names: tuple[str, ...]
    count: int
    means: Mapping[str, float]
    products: Mapping[tuple[str, str], float]

    @classmethod
    def merged(cls, parts: Iterable["Moments"]) -> "Moments":
        """Return the moments of disjoint groups together.

        Source: Chan, Golub and LeVeque (1983), The American Statistician 37:242-247, eq. 2.1.
        """
        found = [part for part in parts if part.count]
        if not found:
            return cls((), 0, {}, {})
        total, *rest = found
        for part in rest:
            total = _joined(total, part)
        return total

    def sample(
        self, value: str, *, denominator: str | None = None, covariate: str | None = None
    ) -> Sample:
        """Return what the statistics need to know of the number called ``value``."""
        cross = 0.0
        if denominator is not None and covariate is not None:
            cross = self._covariance(denominator, covariate)
        return Sample(
            count=self.count,
            mean=self.means.get(value, math.nan),
            variance=self._covariance(value, value),
            denominator=None if denominator is None else self._companion(value, denominator),
            covariate=None if covariate is None else self._companion(value, covariate),
            cross=cross,
        )

    def _companion(self, value: str, other: str) -> Companion:
        mean = self.means.get(other, math.nan)
        return Companion(mean, self._covariance(other, other), self._covariance(value, other))

    def _covariance(self, first: str, second: str) -> float:
        if self.count < 2:  # noqa: PLR2004 - a scatter takes two
            return math.nan
        key = (first, second) if (first, second) in self.products else (second, first)
        return self.products[key] / (self.count - 1)


def _joined(first: Moments, second: Moments) -> Moments:
    count = first.count + second.count
    apart = {name: second.means[name] - first.means[name] for name in first.names}
    weight = first.count * second.count / count
    return Moments(
        first.names,
        count,
        {name: first.means[name] + apart[name] * second.count / count for name in first.names},
        {
            (x, y): product + second.products[x, y] + apart[x] * apart[y] * weight
            for (x, y), product in first.products.items()
        },
    )
