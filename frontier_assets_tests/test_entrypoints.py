"""Finding, importing and calling functions that users write."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from frontier_assets import entrypoints
from frontier_assets.dataset import Dataset
from frontier_assets.errors import EntrypointError, ModelNotFoundError

Write = Callable[[str, str], Path]
LEAVES_A_TRACE = "from pathlib import Path\nPath(__file__).with_suffix('.ran').touch()\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write files into a folder on the Python path; what is imported from it is forgotten."""
    monkeypatch.syspath_prepend(tmp_path)

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    before = set(sys.modules)
    yield written
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


def test_locating_executes_neither_the_module_nor_its_packages(
    write: Write, tmp_path: Path
) -> None:
    write("shop/__init__.py", LEAVES_A_TRACE)
    write("shop/inner/__init__.py", LEAVES_A_TRACE)
    module = write("shop/inner/model.py", f"{LEAVES_A_TRACE}def train(run): ...\n")
    assert entrypoints.locate("shop.inner.model:train") == module
    assert list(tmp_path.rglob("*.ran")) == []
    assert "shop" not in sys.modules


def test_locating_the_attribute_of_a_package_executes_nothing(write: Write, tmp_path: Path) -> None:
    package = write("stall/__init__.py", f"{LEAVES_A_TRACE}def train(run): ...\n")
    assert entrypoints.locate("stall:train") == package
    assert list(tmp_path.rglob("*.ran")) == []


def test_folders_without_an_init_file_are_packages(write: Write) -> None:
    module = write("plain/inner/model.py", "def train(run): ...\n")
    assert entrypoints.locate("plain.inner.model:train") == module


def test_this_projects_own_model_is_located() -> None:
    path = entrypoints.locate("frontier_assets.defs.digits_classifier.model:train")
    assert path.parts[-3:] == ("defs", "digits_classifier", "model.py")


@pytest.mark.parametrize(
    "text",
    [
        "def f(): ...",
        "async def f(): ...",
        "class f: ...",
        "f = 1",
        "f: int = 1",
        "f, g = 1, 2",
        "[g, *f] = 1, 2",
        "import f",
        "import f.inner",
        "from g import f",
        "import g as f",
        "if True:\n    def f(): ...",
        "try:\n    import g\nexcept ImportError:\n    f = None",
        "from g import *",
        "def __getattr__(name): ...",
    ],
)
def test_every_way_of_binding_a_name_counts(write: Write, text: str) -> None:
    path = write("binding.py", text)
    assert entrypoints.locate("binding:f") == path


@pytest.mark.parametrize(
    "text",
    ["def g():\n    def f(): ...", "class g:\n    f = 1", "g.f = 1", "print(f)", "import g.f"],
)
def test_names_that_are_not_at_the_top_level_do_not_count(write: Write, text: str) -> None:
    write("nesting.py", text)
    with pytest.raises(EntrypointError, match=r"nesting\.py defines no 'f'"):
        entrypoints.locate("nesting:f")


@pytest.mark.parametrize("text", ["model", "model.train", "a..b:f", ":f", "a:", "a:f.g", "a b:f"])
def test_a_malformed_entrypoint_says_the_form(text: str) -> None:
    with pytest.raises(EntrypointError, match="expected `module:function`"):
        entrypoints.locate(text)


def test_a_missing_top_level_module_is_named() -> None:
    with pytest.raises(EntrypointError, match="no module 'nowhere_at_all' on the Python path"):
        entrypoints.locate("nowhere_at_all.model:train")


def test_a_missing_module_lists_its_near_siblings(write: Write) -> None:
    write("depot/model.py", "")
    with pytest.raises(
        EntrypointError, match=r"'depot' has no module 'modell'; near names: model$"
    ):
        entrypoints.locate("depot.modell:train")


def test_a_missing_attribute_lists_near_names(write: Write) -> None:
    write("near.py", "def train_set(): ...\ndef other(): ...\n")
    with pytest.raises(EntrypointError, match=r"no 'trainset'; near names: train_set$"):
        entrypoints.locate("near:trainset")


def test_a_syntax_error_is_located(write: Write) -> None:
    write("broken.py", "x = 1\ndef train(:\n")
    with pytest.raises(EntrypointError, match=r"broken\.py line 2 is not valid Python"):
        entrypoints.locate("broken:train")


@pytest.mark.parametrize("entrypoint", ["math:sqrt", "plain_folder:f"])
def test_what_is_no_python_file_is_refused(write: Write, entrypoint: str) -> None:
    write("plain_folder/readme.txt", "")
    with pytest.raises(EntrypointError, match="is not a Python file"):
        entrypoints.locate(entrypoint)


def test_calling_returns_what_the_function_returns(write: Write) -> None:
    write("adding.py", "def add(a, *, b): return a + b\n")
    assert entrypoints.call("adding:add", 1, b=2) == 3


def test_a_missing_import_is_named(write: Write) -> None:
    write("needing.py", "import not_installed_anywhere\ndef f(): ...\n")
    with pytest.raises(EntrypointError, match="needs the module 'not_installed_anywhere'"):
        entrypoints.load("needing:f")


def test_what_the_import_raises_is_the_cause(write: Write) -> None:
    write("raising.py", "value = 1 / 0\ndef f(): ...\n")
    with pytest.raises(EntrypointError, match=r"division by zero \(raising\.py line 1\)") as caught:
        entrypoints.load("raising:f")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_what_the_function_raises_is_the_cause(write: Write) -> None:
    write("failing.py", "def f():\n    raise KeyError('k')\n")
    with pytest.raises(
        EntrypointError, match=r"Entrypoint 'failing:f': KeyError: 'k' \(failing\.py line 2\)"
    ) as caught:
        entrypoints.call("failing:f")
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_error_without_a_text_is_still_named(write: Write) -> None:
    write("silent.py", "def f(): raise TimeoutError\n")
    with pytest.raises(EntrypointError, match=r"'silent:f': TimeoutError \(silent\.py line 1\)$"):
        entrypoints.call("silent:f")


def test_an_exit_in_user_code_is_an_error(write: Write) -> None:
    write("leaving.py", "import sys\ndef f(): sys.exit(0)\n")
    with pytest.raises(EntrypointError, match="SystemExit: 0"):
        entrypoints.call("leaving:f")


def test_an_interrupt_in_user_code_passes(write: Write) -> None:
    write("stopped.py", "def f(): raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        entrypoints.call("stopped:f")


def test_errors_of_this_project_pass_unchanged(write: Write) -> None:
    write(
        "passing.py",
        "from frontier_assets.errors import ModelNotFoundError\n"
        "def f(): raise ModelNotFoundError('m')\n",
    )
    with pytest.raises(ModelNotFoundError, match="Model 'm' not found in registry"):
        entrypoints.call("passing:f")


def test_a_value_that_user_code_gave_and_this_project_refused_names_the_function(
    write: Write,
) -> None:
    write(
        "giving.py",
        "import numpy as np\nimport frontier_assets as fa\n"
        "def f():\n    return fa.Dataset({'x': np.zeros(2)}, np.zeros(3))\n",
    )
    with pytest.raises(
        EntrypointError,
        match=r"^Entrypoint 'giving:f': Dataset inputs\['x'\] with rows 2 is not valid: "
        r"expected 3, as targets have \(giving\.py line 4\)$",
    ):
        entrypoints.load_dataset("giving:f")


def test_a_name_that_exists_only_for_type_checkers_is_refused_when_loaded(write: Write) -> None:
    write("typed.py", "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    def f(): ...\n")
    with pytest.raises(EntrypointError, match="has no attribute 'f'"):
        entrypoints.load("typed:f")


def test_only_functions_and_classes_are_called(write: Write) -> None:
    write("constant.py", "f = 3\n")
    with pytest.raises(EntrypointError, match="is a int; expected a function or a class"):
        entrypoints.call("constant:f")


@pytest.mark.parametrize(
    ("signature", "names"),
    [
        ("a, b", {"a", "b"}),
        ("*, b", {"b"}),
        ("a, /, b", {"b"}),
        ("", set()),
        ("**rest", {"a", "b", "c"}),
        ("a, **rest", {"a", "b", "c"}),
    ],
)
def test_accepted_parameters_are_those_the_signature_names(
    write: Write, signature: str, names: set[str]
) -> None:
    write("signing.py", f"def f({signature}): ...\n")
    parameters = {"a": 1, "b": 2, "c": 3}
    assert entrypoints.accepted("signing:f", parameters) == {
        name: parameters[name] for name in names
    }


def test_a_data_set_is_returned(write: Write) -> None:
    write(
        "data.py",
        "import numpy as np\nimport frontier_assets as fa\n"
        "def f(): return fa.Dataset({'x': np.zeros((2, 1))}, np.zeros(2))\n",
    )
    loaded = entrypoints.load_dataset("data:f")
    assert loaded.digest() == Dataset({"x": np.zeros((2, 1))}, np.zeros(2)).digest()


def test_a_data_set_function_that_returns_something_else_is_refused(write: Write) -> None:
    write("nodata.py", "def f(): return {}\n")
    with pytest.raises(EntrypointError, match=r"returned dict; expected frontier_assets\.Dataset"):
        entrypoints.load_dataset("nodata:f")
