import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest

from frontier_assets.registry.changes import classify
from frontier_assets.types import ChangeClass


@dataclasses.dataclass(frozen=True)
class Made:
    signature: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    data_digests: Mapping[str, str] = dataclasses.field(default_factory=dict)
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)


PARENT = Made(
    {"inputs": {"image": {"dtype": "float32", "shape": ["batch", 4]}}},
    {"rate": 0.1, "layers": [8, 8]},
    {"train": "a" * 64},
    {"python": "3.11", "torch": "2.12"},
)


@pytest.mark.feature("VER-2", "VER-4", "DB-13")
@pytest.mark.parametrize(
    ("changed", "expected", "why"),
    [
        ({}, ChangeClass.PATCH, "a retrain of the same recipe"),
        ({"parameters": {"rate": 0.2, "layers": [8, 8]}}, ChangeClass.MINOR, r"rate \(0.1 -> 0.2"),
        ({"parameters": {"rate": 0.1}}, ChangeClass.MINOR, r"hyperparameters .* layers \(gone\)"),
        ({"data_digests": {"train": "b" * 64}}, ChangeClass.MINOR, "training data .* train"),
        ({"signature": {}}, ChangeClass.MAJOR, r"signature differs in inputs \(gone\)"),
        (
            {"signature": {"inputs": {"image": {"dtype": "float16", "shape": ["batch", 4]}}}},
            ChangeClass.MAJOR,
            r"inputs.image.dtype \('float32' -> 'float16'\)",
        ),
        ({"signature": {}, "parameters": {}}, ChangeClass.MAJOR, "signature"),
        (
            {"parameters": {}, "data_digests": {}},
            ChangeClass.MINOR,
            "hyperparameters .*; training data",
        ),
        ({"parameters": dict.fromkeys("abcde", 1)}, ChangeClass.MINOR, "and 4 more"),
        (
            {"signature": {**PARENT.signature, "tensors": {"w": "float32[9]"}}},
            ChangeClass.MAJOR,
            r"^the architecture differs in tensors \(new\)$",
        ),
        (
            {"environment": {"python": "3.11", "torch": "2.13"}},
            ChangeClass.PATCH,
            r"^a retrain of the same recipe; the environment differs in torch \('2.12' ->",
        ),
        (
            {"parameters": {"rate": 0.2, "layers": [8, 8]}, "environment": {"python": "3.11"}},
            ChangeClass.MINOR,
            r"^hyperparameters .*; the environment differs in torch \(gone\)$",
        ),
        ({"environment": {}}, ChangeClass.PATCH, "^a retrain of the same recipe$"),
    ],
)
def test_the_class_follows_from_what_differs_and_says_why(
    changed: dict[str, Any], expected: ChangeClass, why: str
) -> None:
    found, reason = classify(PARENT, dataclasses.replace(PARENT, **changed))
    assert found is expected
    assert re.search(why, reason)
