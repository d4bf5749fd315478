from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.errors import InvalidValueError
from frontier_assets.specification import Training

PARAMETERS = {"epochs": 12, "learning_rate": 0.003, "name": "wide", "flag": True}


def training(limits: dict[str, Any], **parameters: Any) -> Training:
    return Training(entrypoint="m:f", parameters={**PARAMETERS, **parameters}, limits=limits)


@pytest.mark.feature("TRN-9")
def test_parameters_within_their_limits_are_accepted_at_both_bounds() -> None:
    limits = {"epochs": [12, 1000], "learning_rate": [1.0e-6, 0.003]}
    assert training(limits).limits == {"epochs": (12.0, 1000.0), "learning_rate": (1e-6, 0.003)}


@pytest.mark.feature("TRN-9")
@pytest.mark.parametrize(
    ("limits", "parameters", "message"),
    [
        ({"epochs": [1, 1000]}, {"epochs": 0}, "parameter 'epochs' is 0; `limits` allow 1 to 1000"),
        ({"epochs": [1, 1000]}, {"epochs": 1001}, "'epochs' is 1001; `limits` allow 1 to 1000"),
        ({"epochs": [1, 9]}, {"epochs": float("nan")}, "'epochs' is nan; `limits` allow 1 to 9"),
        (
            {"learning_rate": [1.0e-6, 1]},
            {"learning_rate": "1e-3"},
            "'learning_rate' is '1e-3', which is no number, .* allow 1e-06 to 1; .*`1.0e-3`",
        ),
        ({"flag": [0, 1]}, {}, "parameter 'flag' is True, which is no number"),
        (
            {"epoch": [1, 1000]},
            {},
            "`limits` names parameter 'epoch'; `parameters` has epochs, learning_rate, name, flag",
        ),
        ({"epochs": [1000, 1]}, {}, r"\[1000, 1\] is empty; write the lower bound first"),
        ({"epochs": [1, float("inf")]}, {}, "finite number"),
        ({"epochs": 5}, {}, "valid tuple"),
    ],
)
def test_a_parameter_outside_its_limits_is_refused_with_both(
    limits: dict[str, Any], parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        training(limits, **parameters)


@pytest.mark.feature("DB-12", "TRN-9")
def test_a_run_may_change_parameters_within_their_limits() -> None:
    given = training({"epochs": [1, 1000]})
    changed = given.with_parameters({"epochs": 3, "name": "narrow"})
    assert changed.parameters == {**PARAMETERS, "epochs": 3, "name": "narrow"}
    assert changed.limits == given.limits
    assert given.parameters == PARAMETERS
    assert given.with_parameters({}) == given


@pytest.mark.feature("TRN-9")
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"epoch": 3}, "Parameter 'epoch' .*has epochs, learning_rate, name, flag"),
        ({"epochs": 0}, "parameter 'epochs' is 0; `limits` allow 1 to 1000"),
        ({"epochs": "3"}, "parameter 'epochs' is '3', which is no number"),
    ],
)
def test_a_run_cannot_change_what_there_is_not_or_pass_a_limit(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=message):
        training({"epochs": [1, 1000]}).with_parameters(changed)
