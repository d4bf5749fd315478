"""Whole models inside a state, by the table of codecs."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from frontier_assets.codecs import objects
from frontier_assets.codecs.objects import CODECS, ObjectPolicy, read_object, write_object
from frontier_assets.codecs.state import decode, encode, stored_objects, tensors
from frontier_assets.errors import (
    InvalidValueError,
    MissingExtraError,
    MissingModuleError,
    UntrustedContentError,
)
from frontier_assets_tests import tabular
from frontier_assets_tests.codecs.object_digests import object_digests

PICKLES = ObjectPolicy(allow_pickle=True)
OWN = "frontier_assets_tests.own_estimator.Multiply"
X = tabular.points(50)
MAKERS: dict[str, Callable[[], Any]] = {
    "skops": tabular.pipeline,
    "xgboost": tabular.xgboost_classifier,
    "lightgbm": tabular.lightgbm_classifier,
    "onnx": tabular.graph,
    "pickle": tabular.Doubling,
}


def carried(state: object, policy: ObjectPolicy = objects.ObjectPolicy()) -> Any:  # noqa: B008
    encoded = encode(state, objects=policy)
    stored = {entry.name: memoryview(bytes(entry.data())) for entry in encoded.tensors}
    return decode(encoded.structure, stored.__getitem__, objects=policy)


def damaged(content: bytes) -> list[bytes]:
    return [b"", b"nonsense", content[: len(content) // 2], content[:-60]]


def test_every_codec_of_the_table_writes_and_reads() -> None:
    # Keras, which not every environment has, is tested beside its predictor.
    assert {*MAKERS, "keras"} == set(CODECS)
    for name, maker in MAKERS.items():
        encoded = encode({"model": maker()}, objects=PICKLES)
        assert [codec for codec, _ in stored_objects(encoded.structure).values()] == [name]


def test_a_pipeline_predicts_the_same_wherever_it_lay_in_the_state() -> None:
    pipeline = tabular.pipeline()
    back = carried({"model": [1, (pipeline, np.ones(3))], "step": 3})
    assert type(back["model"][1][0]) is type(pipeline)
    np.testing.assert_array_equal(
        back["model"][1][0].predict_proba(X), pipeline.predict_proba(X), strict=True
    )


def test_a_wrapper_of_xgboost_comes_back_as_itself_and_a_booster_as_a_booster() -> None:
    made = tabular.xgboost_classifier()
    back = carried(made)
    assert type(back) is type(made)
    np.testing.assert_array_equal(back.predict_proba(X), made.predict_proba(X), strict=True)
    assert type(carried(made.get_booster())) is type(made.get_booster())


def test_an_estimator_of_lightgbm_comes_back_as_its_booster() -> None:
    made = tabular.lightgbm_classifier(count=3)
    back = carried(made)
    assert type(back) is type(made.booster_)
    np.testing.assert_array_equal(back.predict(X), made.predict_proba(X), strict=True)


def test_an_onnx_model_comes_back_equal() -> None:
    graph = tabular.graph()
    assert carried(graph) == graph


@pytest.mark.feature("STO-3")
def test_anything_else_is_pickled_where_it_is_allowed_and_refused_elsewhere() -> None:
    assert carried({"model": tabular.Doubling()}, PICKLES) == {"model": tabular.Doubling()}
    with pytest.raises(InvalidValueError, match=r"State at 'model' .*tabular\.Doubling.*allow_pic"):
        encode({"model": tabular.Doubling()})


@pytest.mark.feature("STO-3")
def test_a_pickle_is_not_read_where_the_yaml_does_not_allow_it() -> None:
    encoded = encode(tabular.Doubling(), objects=PICKLES)
    with pytest.raises(UntrustedContentError, match=r"it is a pickle.*`allow_pickle: true`"):
        decode(encoded.structure, lambda _: encoded.tensors[0].data())


def test_a_function_of_the_script_itself_is_refused() -> None:
    function = eval("lambda: 1", {"__name__": "__main__"})
    with pytest.raises(InvalidValueError, match="defined in the script itself"):
        encode(function, objects=PICKLES)


def test_classes_that_are_not_trusted_are_refused_at_save_with_the_line_to_write() -> None:
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(tabular.scaler(), tabular.forest())
    with pytest.raises(UntrustedContentError) as caught:
        encode({"model": pipeline})
    assert "Object at 'model' (sklearn.pipeline.Pipeline) is refused" in str(caught.value)
    assert f"`trusted_types: [{OWN}]`" in str(caught.value)


def test_a_subclass_of_somebodys_own_is_an_estimator_once_it_is_trusted() -> None:
    back = carried(tabular.scaler(3.0), ObjectPolicy(trusted_types=(OWN,)))
    assert (type(back).__qualname__, back.factor) == ("Multiply", 3.0)


def test_scikit_learns_own_trees_are_trusted_in_a_state_and_questioned_in_a_file() -> None:
    back = carried(tabular.forest())
    assert type(back) is type(tabular.forest())
    content = write_object("skops", back, "Forest", ObjectPolicy().inside())
    with pytest.raises(
        UntrustedContentError, match=r"`trusted_types: \[sklearn.tree._tree.Tree\]`"
    ):
        read_object("skops", content, "", "model.skops", ObjectPolicy())


def test_what_was_saved_while_trusted_is_refused_when_it_is_no_longer() -> None:
    encoded = encode(tabular.scaler(), objects=ObjectPolicy(trusted_types=(OWN,)))
    with pytest.raises(UntrustedContentError, match=rf"`trusted_types: \[{re.escape(OWN)}\]`"):
        decode(encoded.structure, lambda _: encoded.tensors[0].data())


@pytest.mark.parametrize("codec", ["skops", "pickle"])
def test_a_class_whose_module_is_missing_is_named(codec: str, tmp_path: Any) -> None:
    (tmp_path / "gone_tomorrow.py").write_text(
        "from sklearn.base import BaseEstimator\nclass Plain: pass\nclass Own(BaseEstimator): pass",
        encoding="utf-8",
    )
    policy = ObjectPolicy(codec == "pickle", ("gone_tomorrow.Own",))
    sys.path.insert(0, str(tmp_path))
    try:
        import gone_tomorrow  # type: ignore[import-not-found]  # written above

        made = gone_tomorrow.Plain() if codec == "pickle" else gone_tomorrow.Own()
        encoded = encode(made, objects=policy)
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("gone_tomorrow", None)
    with pytest.raises(MissingModuleError, match="needs the module 'gone_tomorrow'"):
        decode(encoded.structure, lambda _: encoded.tensors[0].data(), objects=policy)


@pytest.mark.parametrize("name", MAKERS)
def test_a_damaged_object_gives_one_clear_error(name: str) -> None:
    encoded = encode(MAKERS[name](), objects=PICKLES)
    content = bytes(encoded.tensors[0].data())
    for wrong in damaged(content) if name != "onnx" else [b"nonsense", content[:-20]]:
        with pytest.raises(InvalidValueError, match=r"Object at 'state' .*again"):
            decode(encoded.structure, lambda _, w=wrong: memoryview(w), objects=PICKLES)  # type: ignore[misc]


def test_another_codec_in_the_data_is_refused() -> None:
    structure = {"format_version": 1, "root": ["object", "state", "dill", "a.B"]}
    with pytest.raises(InvalidValueError, match=r"Codec of .*'dill'.*one of skops, xgboost"):
        decode(structure, lambda _: memoryview(b""))


def test_a_name_in_the_data_makes_no_other_class_of_xgboost() -> None:
    encoded = encode(tabular.xgboost_classifier())
    structure = {"format_version": 1, "root": ["object", "state", "xgboost", "os.system"]}
    back = decode(structure, lambda _: encoded.tensors[0].data())
    assert type(back).__name__ == "Booster"


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"needs 'skops'.*frontier_assets\[sklearn\]"):
        encode(tabular.pipeline())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        ("xgboost.XGBRegressor()", "expected a fitted model"),
        ("xgboost.DMatrix([[1.0]])", "expected one of xgboost's own Booster"),
        ("lightgbm.LGBMRegressor()", "expected a fitted model"),
        ("lightgbm.Dataset([[1.0]])", "expected a Booster"),
        ("onnx.GraphProto()", "expected an onnx.ModelProto"),
    ],
)
def test_other_objects_of_a_framework_are_refused(make: str, message: str) -> None:
    import lightgbm
    import onnx
    import xgboost

    made = eval(make, {"xgboost": xgboost, "lightgbm": lightgbm, "onnx": onnx})
    with pytest.raises(InvalidValueError, match=message):
        encode({"model": made})


def test_classes_that_only_the_wrapper_knows_are_refused() -> None:
    from lightgbm import LGBMClassifier

    made = LGBMClassifier(n_estimators=1, n_jobs=1, verbose=-1)
    made.fit(X, np.where(X[:, 0] > 0, 7, 3))
    with pytest.raises(InvalidValueError, match=r"Classes of .*\[3, 7\].*train on class indices"):
        encode({"model": made})


def test_objects_are_no_tensors() -> None:
    encoded = encode({"model": tabular.graph(), "bias": np.ones(2)})
    stored = {entry.name: memoryview(bytes(entry.data())) for entry in encoded.tensors}
    assert list(tensors(encoded.structure, stored.__getitem__)) == ["bias"]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "frontier_assets_tests.codecs.object_digests"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1", "PATH": "/usr/bin"},
    )
    assert json.loads(found.stdout) == object_digests()


def test_a_loaded_estimator_gives_the_same_bytes_again() -> None:
    pipeline = tabular.pipeline()
    (first,), (second,) = encode(pipeline).tensors, encode(carried(pipeline)).tensors
    assert bytes(first.data()) == bytes(second.data())
