"""What the YAML may say of conversions, and what is refused when it is loaded."""

from typing import Any

import pytest
from pydantic import ValidationError

from frontier_assets.orchestration.component import ModelLifecycle
from frontier_assets.specification import Conversion, ModelSpecification
from frontier_assets_tests.tiny_project import tiny_attributes

ENGINE = {"target": "tensorrt_rtx_fp16"}


def load(conversion: dict[str, Any], **changes: Any) -> ModelSpecification:
    attributes = tiny_attributes(conversions=[conversion], **changes)
    return ModelLifecycle.from_attributes_dict(attributes=attributes).specification


def test_profiles_and_levels_are_read() -> None:
    found = load({**ENGINE, "profiles": {"batch": [1, 8, 64]}, "optimization_level": "maximum"})
    (conversion,) = found.conversions
    assert conversion.profiles == {"batch": (1, 8, 64)}
    assert conversion.optimization_level == "maximum"


def test_a_conversion_without_them_keeps_the_digest_it_was_recorded_under() -> None:
    wanted = '{"dataset":"","required":true,"target":"onnx"}'
    assert Conversion.model_validate({"target": "onnx"}).canonical() == wanted


@pytest.mark.feature("CNV-4", "CNV-5")
@pytest.mark.parametrize(
    ("conversion", "says"),
    [
        ({"target": "onnx", "optimization_level": "fastest"}, "'none', 'basic', 'extended' or"),
        ({"target": "exported", "optimization_level": "basic"}, "no meaning for exported"),
        ({"target": "onnx", "profiles": {"batch": [1, 2, 3]}}, "`profiles` have no meaning"),
        ({**ENGINE, "profiles": {"batch": [8, 1, 64]}}, r"\[8, 1, 64\] is no profile; write"),
        ({**ENGINE, "profiles": {"batch": [0, 1, 64]}}, "none below 1"),
        ({**ENGINE, "profiles": {"batch": [1, 64]}}, "Field required"),
        (
            {**ENGINE, "profiles": {"rows": [1, 2, 3]}},
            "names 'rows'; the free dimensions in `architecture.inputs` are batch",
        ),
        ({"target": "onnx_int8", "calibration": "nowhere"}, "names data set 'nowhere'"),
        (
            {"target": "onnx_int8", "calibration": "holdout"},
            "calibrates onnx_int8 on data set 'holdout', which judges it",
        ),
        (
            {"target": "onnx_int8", "dataset": "train", "calibration": "train"},
            "calibrates onnx_int8 on data set 'train', which judges it",
        ),
    ],
)
def test_what_cannot_be_meant_of_a_conversion_is_refused(
    conversion: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        load(conversion)


def shaped(*shape: str | int) -> dict[str, Any]:
    entrypoint = tiny_attributes()["architecture"]["entrypoint"]
    return {"entrypoint": entrypoint, "inputs": {"point": list(shape)}, "outputs": "logits"}


def test_an_engine_has_to_know_the_sizes_of_every_free_dimension() -> None:
    architecture = shaped("batch", "length")
    (found,) = load(
        {**ENGINE, "profiles": {"length": [1, 2, 4]}}, architecture=architecture
    ).conversions
    assert found.profiles == {"length": (1, 2, 4)}
    with pytest.raises(ValidationError, match=r"sizes of 'length': write `profiles: \{length: \["):
        load(ENGINE, architecture=architecture)


@pytest.mark.feature("CNV-4")
@pytest.mark.parametrize("size", [0, -1])
def test_an_input_without_values_is_refused(size: int) -> None:
    with pytest.raises(ValidationError, match=rf"shape \['batch', {size}\]; a dimension is 1 or"):
        load({"target": "onnx"}, architecture=shaped("batch", size))
