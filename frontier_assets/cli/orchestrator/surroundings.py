"""What a project's definitions expect around them, and whether its instance can be opened."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from frontier_assets.cli.environment import as_environment, changed_environment
from frontier_assets.cli.orchestrator.asking import ask_dagster
from frontier_assets.settings import PROJECT_MARKER, Settings

# About Dagster's insides: whoever runs a command can do nothing about them.
_IGNORED_WARNINGS = (
    dg.BetaWarning,
    dg.PreviewWarning,
    dg.SupersessionWarning,
    DeprecationWarning,
)


@contextlib.contextmanager
def surroundings(settings: Settings, root: Path) -> Iterator[None]:
    """Give a project's definitions what they expect around them; no Dagster instance is opened.

    The working directory is the project's for the duration: ``dagster.yaml`` has paths relative to
    it. So are definitions given the registry and the stores of ``settings``: they may have been
    installed from another folder.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(root))
        stack.enter_context(changed_environment(as_environment(settings, root)))
        stack.enter_context(warnings.catch_warnings())
        for category in _IGNORED_WARNINGS:
            warnings.simplefilter("ignore", category)
        yield


def try_instance(root: Path) -> None:
    """Open an instance as the project's ``dagster.yaml`` describes it, in a folder that is removed.

    Call it where every path in that file is relative, so that nothing is made elsewhere.

    Raises:
        SettingsError: Dagster refuses the file.
    """
    with tempfile.TemporaryDirectory(prefix="frontier-check-") as folder, contextlib.chdir(folder):
        shutil.copy(root / PROJECT_MARKER, folder)
        instance = ask_dagster(str(root), "opened", dg.DagsterInstance.from_config, folder)
        instance.dispose()
