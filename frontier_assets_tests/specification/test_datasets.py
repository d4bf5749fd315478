from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.specification import DatasetSource, ModelSpecification
from frontier_assets_tests.tiny_project import tiny_attributes


def specification(**fields: Any) -> ModelSpecification:
    module = "frontier_assets_tests.tiny_model"
    holdout = {"name": "holdout", "entrypoint": f"{module}:holdout", **fields}
    train = {"name": "train", "entrypoint": f"{module}:train_set"}
    return ModelSpecification.model_validate(tiny_attributes(datasets=[train, holdout]))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ranges": {"point": [1, 0]}}, r"\[1, 0\] is empty; write the lower bound first"),
        ({"ranges": {"point": [0, float("inf")]}}, "finite number"),
        ({"ranges": {"point": [0]}}, r"ranges\.point"),
        ({"ranges": {"point": ["low", "high"]}}, "valid number"),
        (
            {"ranges": {"pont": [0, 1]}},
            "`ranges` of data set 'holdout' names 'pont'; the columns are point, targets, weights",
        ),
        ({"units": {"pont": "mm"}}, "`units` of data set 'holdout' names 'pont'"),
        ({"missing": "ignored"}, "'refused' or 'allowed'"),
        ({"duplicates": "never"}, "'warned', 'refused' or 'allowed'"),
        ({"leakage": "warned"}, "'refused' or 'allowed'"),
    ],
)
def test_a_demand_that_cannot_be_met_is_refused_by_name(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        specification(**fields)


def test_demands_are_part_of_the_policy_and_survive_its_record() -> None:
    demanding = specification(ranges={"point": [-9, 9]}, units={"point": "m"}, missing="allowed")
    assert demanding.digest != specification().digest
    recorded = ModelSpecification.from_canonical(demanding.model_dump(mode="json", by_alias=True))
    assert recorded.digest == demanding.digest


def test_by_default_only_duplicates_pass() -> None:
    source = DatasetSource(name="a", entrypoint="m:f")
    assert (source.missing, source.duplicates, source.leakage) == ("refused", "warned", "refused")


def test_the_training_source_is_what_training_reads() -> None:
    trained = specification()
    assert trained.training_source() == trained.source("train")
    assert trained.model_copy(update={"training": None}).training_source() is None
