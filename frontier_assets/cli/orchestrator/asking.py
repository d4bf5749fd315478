"""Questions to Dagster's instance, whose storage is whatever ``dagster.yaml`` names."""

from collections.abc import Callable
from typing import Any

from frontier_assets import entrypoints
from frontier_assets.errors import EntrypointError, SettingsError

_SHOWN = 400  # of what Dagster says; some of its errors go on with the whole configuration


def ask_dagster(folder: str, act: str, question: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - whatever it answers
    """Ask Dagster's instance, whose storage is whatever ``dagster.yaml`` names."""
    try:
        return entrypoints.invoke("dagster", question, *args)
    except EntrypointError as error:
        said = " ".join(error.problem.split())
        shown = said if len(said) <= _SHOWN else f"{said[:_SHOWN]}..."
        problem = f"Dagster cannot be {act}: {shown}"
        remedy = "correct the file, or move damaged storage away and let Dagster make a new one"
        raise SettingsError(f"{folder}/dagster.yaml", problem, remedy) from error
