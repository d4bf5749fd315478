"""A foreign converter's graph between the inputs that the original declares and its one output.

The foreign graph takes one table, or the columns by name, and calls things as it likes. Here every
name is fixed, so that bytes repeat, and inputs are cast to what the graph wants of them.
"""

from collections.abc import Mapping
from typing import Any

from frontier_assets.conversion.graph import OPSET, OUTPUT
from frontier_assets.errors import ConversionError
from frontier_assets.predictors.predictor import Array, Shape
from frontier_assets.predictors.tabular import TabularPredictor

_IR_VERSION = 8  # what every ONNX Runtime since 1.10 reads
_PRODUCER = "frontier_assets"
_PREFIX = "model/"
# Outputs of a converted classifier, in order; a regressor has the one.
_SECOND = ("probabilities", "logits")


def dressed(
    ref: str,
    original: TabularPredictor,
    sample: Mapping[str, Array],
    graph: Any,  # noqa: ANN401 - onnx has no types
) -> bytes:
    """Return the file of ``graph`` with the inputs of ``original`` and its one output.

    Raises:
        ConversionError: the graph does not give what ``original`` returns.
    """
    import onnx
    from onnx import helper

    inner = onnx.compose.add_prefix_graph(graph.graph, _PREFIX)
    expected = original.predict(sample)
    after, constants = _output_nodes(_chosen_output(ref, inner, original), original, expected)
    batch = next(iter(original.inputs.values()))[0]
    made = helper.make_graph(
        [*_input_nodes(inner, original), *inner.node, *after],
        "model",
        [_value(name, sample[name], wanted) for name, wanted in original.inputs.items()],
        [_value(OUTPUT, expected, [batch, *expected.shape[1:]])],
        [*inner.initializer, *constants],
    )
    opsets = {item.domain: item.version for item in graph.opset_import}
    opsets = {"": OPSET, **opsets}
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid(*item) for item in sorted(opsets.items())],
        ir_version=_IR_VERSION,
        producer_name=_PRODUCER,
    )
    return bytes(model.SerializeToString(deterministic=True))


def _chosen_output(ref: str, inner: Any, original: TabularPredictor) -> str:  # noqa: ANN401
    names = [output.name for output in inner.output]
    position = 1 if original.outputs in _SECOND else 0
    if len(names) <= position:
        raise ConversionError(
            ref, "onnx", f"a converted {original.source} gives no {original.outputs}"
        )
    return str(names[position])


def _value(name: str, array: Array, shape: Shape) -> Any:  # noqa: ANN401 - onnx has no types
    """Return the declaration of an input or output that holds arrays like ``array``."""
    from onnx import helper

    dtype = helper.np_dtype_to_tensor_dtype(array.dtype)
    return helper.make_tensor_value_info(name, dtype, list(shape))


def _output_nodes(
    chosen: str, original: TabularPredictor, expected: Array
) -> tuple[list[Any], list[Any]]:
    """Return the nodes from the ``chosen`` output to one like ``expected``, and their constants."""
    from onnx import TensorProto, helper

    nodes, constants = [], []
    if original.outputs == "logits" and expected.ndim == 1:
        # Converted, the one score of two classes comes as two, the first one negated.
        nodes.append(
            helper.make_node("Gather", [chosen, "model/one"], ["model/score"], name="score", axis=1)
        )
        constants.append(helper.make_tensor("model/one", TensorProto.INT64, [1], [1]))
        chosen = "model/score"
    dtype = helper.np_dtype_to_tensor_dtype(expected.dtype)
    nodes += [
        helper.make_node("Reshape", [chosen, "model/shape"], ["model/shaped"], name="reshape"),
        helper.make_node("Cast", ["model/shaped"], [OUTPUT], name="cast_output", to=dtype),
    ]
    shape = [0, *expected.shape[1:]] if expected.ndim > 1 else [-1]
    constants.append(helper.make_tensor("model/shape", TensorProto.INT64, [len(shape)], shape))
    return nodes, constants


def _input_nodes(inner: Any, original: TabularPredictor) -> list[Any]:  # noqa: ANN401
    """Return the nodes that make the foreign graph's inputs of the declared ones."""
    from onnx import helper

    wanted = {item.name: item.type.tensor_type.elem_type for item in inner.input}
    by_name = {name: f"{_PREFIX}{name}" for name in original.inputs}
    if wanted.keys() == set(by_name.values()):
        return [
            helper.make_node("Cast", [name], [to], name=f"cast_{to}", to=wanted[to])
            for name, to in by_name.items()
        ]
    ((table, kind),) = wanted.items()
    several = len(by_name) > 1
    cast = [f"model/column_{n}" for n in range(len(by_name))] if several else [table]
    nodes = [
        helper.make_node("Cast", [name], [column], name=f"cast_{column}", to=kind)
        for name, column in zip(by_name, cast, strict=True)
    ]
    if several:
        nodes.append(helper.make_node("Concat", cast, [table], name="join", axis=1))
    return nodes
