"""Models of no framework: whatever was saved, and the function that makes a predictor of it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from typing_extensions import override

from frontier_assets import entrypoints
from frontier_assets.errors import EntrypointError, PredictionUnavailableError
from frontier_assets.predictors.batched import BatchedPredictor
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.specification import Outputs

_NUMBERS, _TEXTS = "iufb", "U"


class CustomPredictor(BatchedPredictor):
    """A callable, or an object with ``.predict``.

    With an ``entrypoint`` it is what that returns for ``content`` (the saved state, or the bytes of
    every file by name) and ``parameters``, and it is given the inputs by name. Without one it is
    ``content`` itself, and a single input is given as the array that it is. It returns numbers, or
    texts where ``outputs`` says so.

    Raises:
        EntrypointError: the entrypoint failed, or returned nothing that predicts.
        PredictionUnavailableError: there is no entrypoint, and the content predicts nothing.
    """

    def __init__(
        self,
        ref: str,
        content: Any,  # noqa: ANN401 - whatever was saved
        *,
        entrypoint: str | None,
        parameters: Mapping[str, Any],
        inputs: Mapping[str, Shape],
        outputs: Outputs = "values",
    ) -> None:
        super().__init__(entrypoint or ref, inputs)
        self._texts = outputs == "texts"
        self._bare = entrypoint is None and len(inputs) == 1
        made = content
        if entrypoint is not None:
            made = entrypoints.call(entrypoint, content, **parameters)
        found = _predict_of(made)
        self._source = entrypoint or f"{type(made).__module__}.{type(made).__qualname__}"
        if found is None and entrypoint is not None:
            raise EntrypointError(
                entrypoint,
                f"returned {type(made).__qualname__}; expected a callable or an object with "
                "`.predict(inputs)`",
            )
        if found is None:
            raise PredictionUnavailableError(
                ref,
                f"it holds {_described(content)} and its YAML names no function that makes a "
                "predictor of it",
                "name one as `architecture.entrypoint`: it is given what was saved and returns a "
                "callable or an object with `.predict(inputs)`. `frontier fetch` gets the files",
            )
        self._predict = found

    @override
    def _run(self, batch: dict[str, Array]) -> Array:
        given = next(iter(batch.values())) if self._bare else batch
        returned = entrypoints.invoke(self._source, self._predict, given)
        output: Array = entrypoints.invoke(self._source, np.asarray, returned)
        if output.dtype.kind not in (_TEXTS if self._texts else _NUMBERS):
            expected = "texts" if self._texts else "numbers"
            raise EntrypointError(
                self._source,
                f"its prediction is {type(returned).__qualname__} of {output.dtype}; expected an "
                f"array of {expected} with one row for each example",
            )
        return output


def _predict_of(made: object) -> Callable[[Any], Any] | None:
    found = getattr(made, "predict", None)
    if callable(found):
        return found  # type: ignore[no-any-return]  # user code has no types
    return made if callable(made) else None


def _described(content: object) -> str:
    if isinstance(content, dict) and all(isinstance(part, bytes) for part in content.values()):
        return f"the files {', '.join(content)}"
    return f"a {type(content).__qualname__}"
