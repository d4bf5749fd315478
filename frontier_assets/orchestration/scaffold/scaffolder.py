"""The scaffolder behind `dg scaffold defs frontier_assets.ModelLifecycle NAME`."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import click
import dagster as dg
from pydantic import BaseModel, Field
from typing_extensions import override

from frontier_assets.errors import FrontierAssetsError, InvalidValueError, SettingsError
from frontier_assets.orchestration.scaffold.examples import (
    FIRST_MODELS,
    FirstFramework,
    first_yaml,
)
from frontier_assets.orchestration.scaffold.project_files import write_missing
from frontier_assets.project import DgProject
from frontier_assets.types import checked_model_name

_YAML, _MODULE = "defs.yaml", "model.py"
_LINTER_MARK = re.compile(r"  # noqa: .*")


class ScaffoldParameters(BaseModel):
    """Options of the command."""

    framework: FirstFramework = Field(
        "sklearn", description="What the first model is written in: sklearn, xgboost or pytorch."
    )


class ModelScaffolder(dg.Scaffolder[ScaffoldParameters]):
    """Writes a model's YAML, a module that trains at once, and what the project lacks."""

    @classmethod
    @override
    def get_scaffold_params(cls) -> type[ScaffoldParameters]:
        return ScaffoldParameters

    @override
    def scaffold(self, request: dg.ScaffoldRequest[ScaffoldParameters]) -> None:
        """Write the files and print one line for each; refuse before anything is written."""
        folder, framework = request.target_path, request.params.framework
        try:
            project = _project_of(request)
            name, module = _checked_place(project, folder)
        except FrontierAssetsError as error:
            _remove_empty(folder)
            # `dg` prints this as one line and exits with 1.
            raise click.ClickException(str(error)) from error
        model = FIRST_MODELS[framework]
        _create(folder / _YAML, first_yaml(name, module, framework))
        _create(folder / _MODULE, _module_text(model.module))
        for line in write_missing(project):
            click.echo(line)
        for line in _next_steps(name, framework):
            click.echo(line)


def _project_of(request: dg.ScaffoldRequest[ScaffoldParameters]) -> DgProject:
    if request.scaffold_format != "yaml" or request.append:
        raise InvalidValueError(
            "Format", request.scaffold_format, "a model is one YAML file of its own, defs.yaml"
        )
    project = DgProject.read(request.project_root) if request.project_root else None
    if project is None:
        raise SettingsError(
            "Dagster project",
            f"no [tool.dg.project] in {request.project_root or request.target_path}",
            "run the command in a project, e.g. of `create-dagster project my_project`",
        )
    return project


def _checked_place(project: DgProject, folder: Path) -> tuple[str, str]:
    """Return the model's name and the dotted module beside its YAML."""
    name = checked_model_name(folder.name)
    parts = folder.resolve().relative_to(project.source.resolve()).parts
    for part in parts:
        if not part.isidentifier():
            raise InvalidValueError(
                "Folder", part, "the model's module is imported through it, so letters, digits, '_'"
            )
    for file in (_YAML, _MODULE):
        if (folder / file).exists():
            raise InvalidValueError("File", str(folder / file), "it exists; remove it first")
    return name, ".".join([*parts, _MODULE.removesuffix(".py")])


def _remove_empty(folder: Path) -> None:
    """Remove what `dg` has made before it asked: the folders above the model with nothing in."""
    for made in (folder, *folder.parents):
        if made.name == "defs" or not made.is_dir() or any(made.iterdir()):
            return
        made.rmdir()


def _create(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"Wrote {path}.")


def _module_text(name: str) -> str:
    source = Path(__file__).parent / "first_models" / f"{name}.py"
    # Those are for this package's own linter.
    return _LINTER_MARK.sub("", source.read_text(encoding="utf-8"))


def _next_steps(name: str, framework: FirstFramework) -> Iterator[str]:
    model = FIRST_MODELS[framework]
    if importlib.util.find_spec(model.package) is None:
        yield f"It needs '{model.package}': pip install 'frontier_assets[{model.extra}]'"
    yield f"Next: `dg dev`, then launch the job {name}__train; `frontier show {name}` tells more."
