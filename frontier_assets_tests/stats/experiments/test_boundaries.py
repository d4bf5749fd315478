"""Bounds against published tables, rpact, gsDesign, ldbounds and scipy's integration."""

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from frontier_assets.errors import InvalidValueError
from frontier_assets.stats.experiments.boundaries import bounds, exit_probabilities
from frontier_assets.stats.experiments.spending import SPENDING

UNEQUAL = (0.07, 0.2, 0.55, 0.6, 1.0)


def even(looks: int) -> tuple[float, ...]:
    return tuple((look + 1) / looks for look in range(looks))


def lan_demets(times: tuple[float, ...], spending: str, alpha: float = 0.05) -> tuple[float, ...]:
    return bounds(times, tuple(SPENDING[spending](time, alpha) for time in times))


@pytest.mark.parametrize(
    ("looks", "published"),
    [
        (2, (2.9626, 1.9686)),
        (3, (3.7103, 2.5114, 1.9930)),
        (4, (4.3326, 2.9631, 2.3590, 2.0141)),
        (5, (4.8769, 3.3570, 2.6803, 2.2898, 2.0310)),
    ],
)
def test_obrien_fleming_bounds_are_those_of_gsdesign(
    looks: int, published: tuple[float, ...]
) -> None:
    """R's gsDesign 3.10.1, sfu = sfLDOF, alpha 0.025 on each side."""
    assert lan_demets(even(looks), "obrien_fleming") == pytest.approx(published, abs=5e-5)


def test_five_looks_agree_with_the_table_of_reboussin() -> None:
    """Reboussin et al. (2000), Controlled Clinical Trials 21:190-207, and R's ldbounds.

    Their coarser grid leaves 1e-4: 3.3569 where gsDesign and we have 3.3570.
    """
    published = (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)
    assert lan_demets(even(5), "obrien_fleming") == pytest.approx(published, abs=1.2e-4)
    published = (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)
    assert lan_demets(even(5), "pocock") == pytest.approx(published, abs=1e-4)


def test_linear_spending_agrees_with_ldbounds() -> None:
    """R's ldbounds 2.0.2, vignette, section 5.5: iuse = 3 with phi = 1."""
    found = bounds(even(5), tuple(0.05 * time for time in even(5)))
    assert found == pytest.approx((2.5758, 2.4919, 2.4108, 2.3391, 2.2754), abs=1.2e-4)


def test_pocock_bounds_at_unequal_information_are_those_of_rpact() -> None:
    """R's rpact 4.1.0, its tests: typeOfDesign "asP", informationRates 0.4 and 0.7."""
    assert lan_demets((0.4, 0.7), "pocock") == pytest.approx((2.223875, 2.3050796), abs=1e-7)


@pytest.mark.parametrize(
    ("times", "alpha", "published"),
    [
        ((0.4, 0.65, 1.0), 0.09, (2.9623919, 2.2442359, 1.7391729)),
        ((0.15, 0.4, 0.8, 1.0), 0.025, (6.3431527, 3.7800251, 2.5620799, 2.2927506)),
    ],
)
def test_obrien_fleming_bounds_at_unequal_information_are_those_of_rpact(
    times: tuple[float, ...], alpha: float, published: tuple[float, ...]
) -> None:
    """R's rpact 4.1.0, its tests: typeOfDesign "asOF", two-sided, futility not binding."""
    assert lan_demets(times, "obrien_fleming", alpha) == pytest.approx(published, abs=1e-6)


def test_power_spending_at_unequal_information_is_that_of_rpact() -> None:
    """R's rpact 4.1.0, its tests: typeOfDesign "asKD" with gammaA = 2.5, two-sided."""
    times = (0.3, 0.4, 0.8, 1.0)
    found = bounds(times, tuple(0.05 * time**2.5 for time in times))
    assert found == pytest.approx((3.0276355, 2.8984727, 2.2289649, 2.0639032), abs=1e-7)


@pytest.mark.parametrize(
    ("spending", "first", "found_elsewhere"),
    [
        (
            "obrien_fleming",
            2,
            (3.92968, 3.36713, 2.98932, 2.71481, 2.50408, 2.33583, 2.19751, 2.08118),
        ),
        (
            "pocock",
            0,
            (
                2.65511,
                2.62324,
                2.58963,
                2.56208,
                2.53974,
                2.5214,
                2.50608,
                2.4931,
                2.48193,
                2.47223,
            ),
        ),
    ],
)
def test_ten_looks_agree_with_the_solver_of_spotify_confidence(
    spending: str, first: int, found_elsewhere: tuple[float, ...]
) -> None:
    """spotify-confidence 4.1.0, a port of Reboussin's program and of R's ldbounds, run once.

    Its grid was made four times as fine. It looks for a bound until the probability is met to
    1e-7, which leaves two decimals of O'Brien and Fleming's second one: only 1e-6 is spent there.
    """
    found = lan_demets(even(10), spending)
    assert found[first:] == pytest.approx(found_elsewhere, abs=8e-5)


def test_ten_looks_with_quadratic_spending_agree_with_spotify_confidence() -> None:
    """The same solver as it is published, which spends by a power of the information alone."""
    found = bounds(even(10), tuple(0.05 * time**2 for time in even(10)))
    elsewhere = (3.48076, 3.15235, 2.95084, 2.79356, 2.6611, 2.545, 2.44064, 2.34515, 2.25661)
    assert found == pytest.approx((*elsewhere, 2.17367), abs=5e-5)


def test_ten_looks_agree_with_a_printed_table_of_four_decimals() -> None:
    """github.com/eastonhuch/ab_test_simulator, obrien_fleming.py: two-sided 0.05, digits cut off.

    Its second and third bounds (4.8646, 3.9295) are left out: they bear the tolerance of a solver
    of probabilities, of which 1e-6 and 8e-5 are spent there.
    """
    first, *late = (6.9913, 3.3670, 2.9893, 2.7148, 2.5040, 2.3358, 2.1975, 2.0811)
    found = lan_demets(even(10), "obrien_fleming")
    assert found[0] == pytest.approx(first, abs=1e-4)
    assert found[3:] == pytest.approx(late, abs=1e-4)


def test_ten_looks_on_one_side_are_those_that_seqabpy_publishes() -> None:
    """seqabpy 0.2.2, its tests: 0.05 on one side, futility not binding, rounded to 3 decimals."""
    published = (6.088, 4.229, 3.396, 2.906, 2.579, 2.342, 2.16, 2.015, 1.895, 1.795)
    found = lan_demets(even(10), "obrien_fleming", 0.1)
    assert found == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize(
    ("looks", "power_of_time", "largest", "expected"),
    [(3, 1, 1.117, 1.099), (10, 2, 1.081, 1.066), (2, 3, 1.010, 1.007)],
)
def test_what_looking_costs_is_what_jennison_and_turnbull_print(
    looks: int, power_of_time: int, largest: float, expected: float
) -> None:
    """Jennison and Turnbull (2000), chapter 7, as the tests of gsDesign 3.10.1 quote it.

    Two-sided alpha 0.05 and power 0.8: the largest and, without an effect, the expected sample.
    """
    from scipy.optimize import brentq

    times = even(looks)
    limits = bounds(times, tuple(0.05 * time**power_of_time for time in times))
    drift = brentq(lambda at: exit_probabilities(times, limits, drift=at)[1].sum() - 0.8, 1, 5)
    inflation = (drift / (norm.isf(0.025) + norm.isf(0.2))) ** 2
    assert inflation == pytest.approx(largest, abs=6e-4)
    stopping = exit_probabilities(times, limits)[0] + exit_probabilities(times, limits)[1]
    mean_time = stopping @ np.array(times) + (1 - stopping.sum())
    assert inflation * mean_time == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(
    ("looks", "constant", "shape"),
    [(5, 2.413, 0.0), (10, 2.555, 0.0), (20, 2.672, 0.0), (5, 2.040, 0.5), (10, 2.087, 0.5)],
)
def test_the_constants_of_pocock_and_obrien_fleming_use_up_alpha(
    looks: int, constant: float, shape: float
) -> None:
    """Jennison and Turnbull (2000), tables 2.1 and 2.3, two-sided alpha 0.05."""
    limits = [constant / time**shape for time in even(looks)]
    below, above = exit_probabilities(even(looks), limits)
    assert (below + above).sum() == pytest.approx(0.05, abs=7e-5)


@pytest.mark.parametrize("spending", SPENDING)
@pytest.mark.parametrize("times", [even(3), even(10), UNEQUAL], ids=["3", "10", "unequal"])
def test_bounds_spend_what_scipys_multivariate_normal_says(
    times: tuple[float, ...], spending: str
) -> None:
    """Genz's quasi-random integration, in as many dimensions as there are looks."""
    limits = np.array(lan_demets(times, spending))
    apart = np.array(times)
    covariance = np.sqrt(np.minimum.outer(apart, apart) / np.maximum.outer(apart, apart))
    inside = multivariate_normal(cov=covariance, maxpts=400_000, abseps=1e-7, seed=1).cdf(
        limits, lower_limit=-limits
    )
    assert 1 - inside == pytest.approx(0.05, abs=1.5e-5)


@pytest.mark.parametrize("spending", SPENDING)
@pytest.mark.parametrize("times", [even(10), UNEQUAL], ids=["10", "unequal"])
def test_bounds_spend_what_the_trapezoidal_rule_says(
    times: tuple[float, ...], spending: str
) -> None:
    """Armitage, McPherson and Rowe's recursion in another quadrature: 5 decimals of a bound."""
    limits = np.array(lan_demets(times, spending)) * np.sqrt(times)
    spent = [SPENDING[spending](time, 0.05) for time in times]
    grid = np.linspace(-limits[0], limits[0], 1001)
    density = norm.pdf(grid, scale=math.sqrt(times[0]))
    for look in range(1, len(times)):
        step = math.sqrt(times[look] - times[look - 1])
        beyond = norm.sf((limits[look] - grid) / step) + norm.cdf((-limits[look] - grid) / step)
        newly = np.trapezoid(density * beyond, grid)
        assert newly == pytest.approx(spent[look] - spent[look - 1], abs=5e-7)
        ahead = np.linspace(-limits[look], limits[look], 1001)
        steps = norm.pdf(ahead[:, None], grid, step) * density
        grid, density = ahead, np.trapezoid(steps, grid, axis=1)


def test_power_is_that_of_ldbounds() -> None:
    """R's ldbounds 2.0.2, vignette, section 5.5: six unequal looks, drift 3.242."""
    times = (0.13, 0.4, 0.69, 0.9, 0.98, 1.0)
    limits = (5.3666, 3.7102, 2.9728, 2.5365, 2.2154, 1.9668)
    below, above = exit_probabilities(times, limits, drift=3.242)
    published = (1.3483e-05, 4.8468e-02, 3.4279e-01, 3.1827e-01, 1.3325e-01, 5.6851e-02)
    assert above == pytest.approx(published, abs=3e-5)
    assert below == pytest.approx((0, 0, 0, 0, 2.2251e-08, 6.4894e-08), abs=1e-8)


def test_fifty_looks_spend_alpha_exactly() -> None:
    for spending in SPENDING:
        limits = lan_demets(even(50), spending)
        below, above = exit_probabilities(even(50), limits)
        assert (below + above).sum() == pytest.approx(0.05, abs=1e-9)
        assert below == pytest.approx(above)


def test_only_the_ratios_of_information_matter() -> None:
    spent = (0.01, 0.02, 0.05)
    assert bounds((100.0, 300.0, 700.0), spent) == pytest.approx(bounds((1.0, 3.0, 7.0), spent))


def test_a_look_that_may_spend_nothing_cannot_stop() -> None:
    found = bounds((1.0, 2.0, 3.0), (0.0, 0.05, 0.05))
    assert (found[0], found[2]) == (math.inf, math.inf)
    assert found[1] == pytest.approx(1.959964, abs=1e-6)


def test_looks_close_together_are_nearly_one() -> None:
    found = bounds((1.0, 1.00001), (0.02, 0.03))
    assert found == pytest.approx((2.3263, 2.1701), abs=5e-3)


@pytest.mark.parametrize(
    ("information", "spent", "named"),
    [
        ((), (), "Information"),
        ((1.0, 1.0), (0.01, 0.02), "Information"),
        ((0.0, 1.0), (0.01, 0.02), "Information"),
        ((1.0, 2.0), (0.02, 0.01), "Spent"),
        ((1.0, 2.0), (0.02,), "Spent"),
        ((1.0, 2.0), (0.02, 1.5), "Spent"),
    ],
)
def test_what_has_no_order_is_refused(
    information: tuple[float, ...], spent: tuple[float, ...], named: str
) -> None:
    with pytest.raises(InvalidValueError, match=named):
        bounds(information, spent)
