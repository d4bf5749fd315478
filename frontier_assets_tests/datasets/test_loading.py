"""Loading refuses what the YAML does not allow, in one sentence that names everything."""

import math
from typing import Any

import numpy as np
import pytest

from frontier_assets import Dataset
from frontier_assets.datasets.loading import load
from frontier_assets.errors import EntrypointError
from frontier_assets.specification import DatasetSource

HERE = "frontier_assets_tests.datasets.test_loading"


def clean() -> Dataset:
    return Dataset({"x": np.arange(4.0)}, np.array([0, 1, 0, 1]))


def gaps() -> Dataset:
    inputs = {"x": np.array([0.0, math.nan]), "y": np.array([math.inf, 0.0])}
    return Dataset(inputs, np.array([0, 1]))


def repeated() -> Dataset:
    return Dataset({"x": np.array([1.0, 2.0, 1.0])}, np.array([0, 1, 1]))


def half_known() -> Dataset:
    return Dataset({"x": np.array([9.0, 3.0])}, np.array([0, 1]))


def source(function: str, **fields: Any) -> DatasetSource:
    return DatasetSource(name=function, entrypoint=f"{HERE}:{function}", **fields)


@pytest.mark.parametrize(
    ("function", "fields", "message"),
    [
        (
            "gaps",
            {},
            (
                "inputs['x'] row 1 is nan; 1 of 2 rows have missing values "
                "(and 1 more); remove or replace them, or write `missing: allowed` for 'gaps'"
            ),
        ),
        (
            "clean",
            {"ranges": {"x": [0, 2]}},
            (
                "inputs['x'] row 3 is 3.0; 1 of 4 rows are not in 0 to 2; "
                "correct the data, or the `ranges` of 'clean'"
            ),
        ),
        (
            "repeated",
            {"duplicates": "refused"},
            (
                "row 2 repeats row 0 in every input; 1 of 3 rows repeat "
                "an earlier one; remove them, or write `duplicates: allowed` for 'repeated'"
            ),
        ),
    ],
)
def test_what_the_yaml_does_not_allow_is_refused(
    function: str, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(EntrypointError) as refused:
        load(source(function, **fields))
    assert str(refused.value) == f"Entrypoint '{HERE}:{function}': {message}"


def test_a_range_for_a_column_that_is_not_there_names_function_and_data_set() -> None:
    with pytest.raises(EntrypointError) as refused:
        load(source("clean", ranges={"y": [0, 1]}))
    assert str(refused.value) == (
        f"Entrypoint '{HERE}:clean': `ranges` column 'y' is not valid: the data set has targets, "
        "x; correct the `ranges` of 'clean'"
    )


@pytest.mark.parametrize(
    ("function", "fields"),
    [
        ("clean", {"ranges": {"x": [0, 3], "targets": [0, 1]}}),
        ("gaps", {"missing": "allowed"}),
        ("repeated", {}),
        ("repeated", {"duplicates": "allowed"}),
    ],
)
def test_what_the_yaml_allows_is_loaded(function: str, fields: dict[str, Any]) -> None:
    assert len(load(source(function, **fields))) > 1


def test_rows_of_the_training_set_are_refused_for_judging() -> None:
    with pytest.raises(EntrypointError) as refused:
        load(source("half_known"), training=source("clean"))
    assert str(refused.value) == (
        f"Entrypoint '{HERE}:half_known': row 1 is row 3 of data set 'clean', which training "
        "reads; 1 of 2 rows are in both; remove them from one of the two, or write "
        "`leakage: allowed` for 'half_known'"
    )


def test_rows_that_are_shared_on_purpose_are_allowed() -> None:
    assert len(load(source("half_known", leakage="allowed"), training=source("clean"))) == 2


def test_gaps_in_the_training_set_do_not_hide_what_is_shared() -> None:
    with pytest.raises(EntrypointError, match="row 0 is row 0 of data set 'gaps'"):
        load(source("gaps", missing="allowed"), training=source("gaps"))
