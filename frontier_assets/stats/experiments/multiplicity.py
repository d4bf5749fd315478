"""P-values of several tests, corrected so that one alpha holds for all of them together."""

from collections.abc import Callable, Mapping, Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values after Holm's correction: at most alpha of families err at all.

    Holds however the tests depend on each other. An empty family stays empty.

    Source: Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(order), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the p-values after Benjamini and Hochberg's correction of the false discovery rate.

    At most alpha of all discoveries are false on average, for tests that are independent or
    depend on each other positively.

    Source: Benjamini and Hochberg (1995), JRSS B 57:289-300.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, lowest = [0.0] * len(order), 1.0
    for above, index in enumerate(order):
        lowest = min(lowest, p_values[index] * len(order) / (len(order) - above))
        adjusted[index] = lowest
    return adjusted


CORRECTIONS: Mapping[str, Callable[[Sequence[float]], list[float]]] = {
    "holm": holm,
    "benjamini_hochberg": benjamini_hochberg,
}
