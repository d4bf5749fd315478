"""Functions that users write, named ``module:function``: finding, importing and calling them."""

import ast
import difflib
import importlib
import importlib.util
import inspect
import re
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from blake3 import blake3

from frontier_assets.dataset import Dataset
from frontier_assets.errors import EntrypointError, FrontierAssetsError, InvalidValueError

_FORM = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)")
_ANYTHING = "*"  # stands for the names of a star import and of a module's `__getattr__`


def locate(entrypoint: str) -> Path:
    """Return the file that defines ``entrypoint``, executing neither it nor its packages.

    The attribute has to be a def, class, assignment or import at the module's top level.

    Raises:
        EntrypointError: the text, the module, the file's syntax or the attribute is wrong.
    """
    module, attribute = _split(entrypoint)
    path = _module_file(entrypoint, module)
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise EntrypointError(
            entrypoint, f"{path} line {error.lineno} is not valid Python: {error.msg}"
        ) from error
    except (OSError, ValueError) as error:
        raise EntrypointError(entrypoint, f"{path} cannot be read: {error}") from error
    names = set(_bound_names(tree.body))
    if attribute not in names and not {_ANYTHING, "__getattr__"} & names:
        raise EntrypointError(
            entrypoint, f"{path} defines no '{attribute}'; {_nearest(attribute, names)}"
        )
    return path


def code_digest(entrypoint: str | None) -> str | None:
    """Return the digest of the file that defines ``entrypoint``, not of what that file imports.

    None where there is none: who needs the function says so, and a stored graph predicts without.
    """
    if entrypoint is None:
        return None
    try:
        return blake3(locate(entrypoint).read_bytes()).hexdigest()
    except EntrypointError:
        return None


def load(entrypoint: str) -> object:
    """Import the module and return the attribute.

    Raises:
        EntrypointError: it cannot be located, or the import fails; a missing package is named.
    """
    module, attribute = _split(entrypoint)
    locate(entrypoint)
    loaded = invoke(entrypoint, importlib.import_module, module)
    found: object = invoke(entrypoint, getattr, loaded, attribute)
    return found


def call(entrypoint: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - user code
    """Import and call ``entrypoint``.

    Raises:
        EntrypointError: it cannot be loaded or called, or it raised, which includes a value that
            it gave to this project and that was refused.
    """
    try:
        return invoke(entrypoint, _function(entrypoint), *args, **kwargs)
    except InvalidValueError as error:
        raise EntrypointError(entrypoint, f"{error}{_place(error)}") from error


def load_dataset(entrypoint: str) -> Dataset:
    """Call ``entrypoint``, which takes nothing, and return the `Dataset` that it made.

    Raises:
        EntrypointError: it cannot be called, failed, or returned something else.
    """
    made = call(entrypoint)
    if not isinstance(made, Dataset):
        raise EntrypointError(
            entrypoint, f"returned {type(made).__name__}; expected frontier_assets.Dataset"
        )
    return made


def accepted(entrypoint: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``parameters`` that the function names; all of them when it takes ``**``.

    Raises:
        EntrypointError: it cannot be found, or tells no signature.
    """
    function = _function(entrypoint)
    try:
        signature = inspect.signature(function)
    except ValueError as error:
        raise EntrypointError(entrypoint, f"its signature cannot be read: {error}") from error
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    if inspect.Parameter.VAR_KEYWORD in kinds.values():
        return dict(parameters)
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {name: value for name, value in parameters.items() if kinds.get(name) in by_name}


def invoke(entrypoint: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - user code
    """Call user code that ``entrypoint`` led to: the one place that meets all it may raise.

    Errors of this project pass through; everything else becomes an `EntrypointError` from it.
    """
    try:
        return function(*args, **kwargs)
    except FrontierAssetsError:
        raise
    except ModuleNotFoundError as error:
        raise EntrypointError(
            entrypoint, f"needs the module '{error.name}', which cannot be imported: {error}"
        ) from error
    except (Exception, SystemExit) as error:
        said = f": {error}" if str(error) else ""
        raise EntrypointError(entrypoint, f"{type(error).__name__}{said}{_place(error)}") from error


def _split(entrypoint: str) -> tuple[str, str]:
    match = _FORM.fullmatch(entrypoint)
    if match is None:
        raise EntrypointError(entrypoint, "expected `module:function`, e.g. 'my.model:train'")
    return match[1], match[2]


def _function(entrypoint: str) -> Callable[..., Any]:
    function = load(entrypoint)
    if not callable(function):
        raise EntrypointError(
            entrypoint, f"is a {type(function).__name__}; expected a function or a class"
        )
    return function


def _module_file(entrypoint: str, module: str) -> Path:
    top, *inner = module.split(".")
    file, folders = _top_level(entrypoint, top)
    name = top
    for part in inner:
        file, children = _child(folders, part)
        if file is None and not children:
            siblings = {path.stem for folder in folders for path in folder.glob("[!_.]*")}
            raise EntrypointError(
                entrypoint, f"'{name}' has no module '{part}'; {_nearest(part, siblings)}"
            )
        folders, name = children, f"{name}.{part}"
    if file is None or file.suffix != ".py":
        raise EntrypointError(entrypoint, f"'{module}' is not a Python file")
    return file


def _top_level(entrypoint: str, name: str) -> tuple[Path | None, list[Path]]:
    importlib.invalidate_caches()
    try:
        # A name without a dot has no parent that this would execute, and unlike a search of
        # `sys.path` it also sees editable installations.
        spec = importlib.util.find_spec(name)
    except ValueError:  # a running script has no spec
        spec = None
    if spec is None:
        raise EntrypointError(
            entrypoint, f"no module '{name}' on the Python path; install it or correct the name"
        )
    file = Path(spec.origin) if spec.origin and spec.has_location else None
    return file, [Path(folder) for folder in spec.submodule_search_locations or ()]


def _child(folders: Iterable[Path], part: str) -> tuple[Path | None, list[Path]]:
    """Return a submodule's file and the folders of its own submodules, as Python would look."""
    portions = []
    for folder in folders:
        package = folder / part
        if (package / "__init__.py").is_file():
            return package / "__init__.py", [package]
        if (folder / f"{part}.py").is_file():
            return folder / f"{part}.py", []
        if package.is_dir():
            portions.append(package)
    return None, portions


def _bound_names(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name
            case ast.Import() | ast.ImportFrom():
                yield from (
                    alias.asname or alias.name.partition(".")[0] for alias in statement.names
                )
            case _:
                yield from _assigned_names(statement)


def _assigned_names(statement: ast.stmt) -> Iterator[str]:
    """Yield what an assignment binds, or what the blocks of an `if`, `try` or `with` bind."""
    for field in ("target", "targets"):
        targets = getattr(statement, field, [])
        for target in targets if isinstance(targets, list) else [targets]:
            names = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
            yield from (name.id for name in names if isinstance(name.ctx, ast.Store))
    for field in ("body", "orelse", "finalbody"):
        yield from _bound_names(getattr(statement, field, []))
    for handler in getattr(statement, "handlers", []):
        yield from _bound_names(handler.body)


def _nearest(wanted: str, names: Iterable[str]) -> str:
    known = sorted(name for name in names if not name.startswith("_"))
    near = difflib.get_close_matches(wanted, known, n=3) or known[:10]
    return f"near names: {', '.join(near)}" if near else "it defines nothing"


def _place(error: BaseException) -> str:
    """Return where the user's own code was when ``error`` was raised, if it was there at all."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(frame.filename)
    ]
    return f" ({Path(frames[-1].filename).name} line {frames[-1].lineno})" if frames else ""


def _is_users(file: str) -> bool:
    installed = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), "<")
    # This package can lie anywhere when it is installed for editing, and its `defs` are models.
    own, folders = Path(__file__).parent, Path(file).parents
    return not file.startswith(installed) and (own not in folders or own / "defs" in folders)
