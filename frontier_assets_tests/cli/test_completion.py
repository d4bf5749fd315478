"""The real protocol: the shell starts the command with its line in the environment."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from frontier_assets.cli import main
from frontier_assets_tests.cli.own_process import environment

if TYPE_CHECKING:
    from frontier_assets_tests.cli.conftest import Records

HEAVY = {"dagster", "torch", "alembic", "sklearn", "pandas", "rich", "onnx"}


@pytest.fixture
def ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[str]]:
    """Start the command as a shell does that asks for suggestions; refuse any word on stderr."""

    def answer(**variables: str) -> list[str]:
        with monkeypatch.context() as patched:
            for name, value in variables.items():
                patched.setenv(name, value)
            with pytest.raises(SystemExit):
                main()
        said = capsys.readouterr()
        assert said.err == ""
        return list(filter(None, said.out.splitlines()))

    return answer


@pytest.fixture
def bash(ask: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Ask for the last of the words, which bash has split itself."""

    def answer(*words: str) -> list[str]:
        return ask(
            COMP_WORDS="\n".join(["frontier", *words]),
            COMP_CWORD=str(len(words)),
            _FRONTIER_COMPLETE="complete_bash",
        )

    return answer


@pytest.fixture
def known(records: "Records") -> "Records":
    key = records.checkpoint()
    records.converted(records.released("a"), proved=True)
    records.workspace.versions.register("tiny", checkpoint=key)
    return records


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sho",), ["show"]),
        (("show", "t"), ["tiny"]),
        (("show", "x"), []),
        (("versions", ""), ["tiny"]),
        (("check", "t"), ["tiny"]),
        (("compare", "tiny", "@", "1.0.0", "t"), ["tiny"]),
        (("checkpoints", "list", "t"), ["tiny"]),
        (("audit", "verify", "t"), ["tiny"]),
        # Bash ends a word at the `@` and replaces what stands behind it.
        (("show", "tiny", "@"), ["latest", "production", "2.0.0", "1.0.0"]),
        (("show", "tiny", "@", "1"), ["1.0.0"]),
        (("show", "tiny", "@", "s"), []),
        (("compare", "tiny", "@", "1.0.0", "tiny", "@", "p"), ["production"]),
        # Somebody who took the `@` out of COMP_WORDBREAKS has whole words.
        (("show", "tiny@1"), ["tiny@1.0.0"]),
        (("promote", "tiny", "@", "1.0.0", "--to", "st"), ["staging"]),
        (("why", "tiny", "--to", ""), ["staging", "production", "archived", "development"]),
        (("promote", "tiny", "--expected", "1"), ["1.0.0"]),
        (("rollback", "tiny", "--to", ""), ["2.0.0", "1.0.0"]),
        (("register", "tiny", "--checkpoint", ""), ["best", "latest", "r-step-1"]),
        (("register", "tiny", "--change", "ma"), ["major"]),
        (("fetch", "tiny", "@", "1", "there", "--target", ""), ["onnx"]),
        (("fetch", "tiny", "@", "2", "there", "--target", ""), []),
    ],
)
def test_bash_is_told_what_the_registry_has(
    known: "Records", bash: Callable[..., list[str]], words: tuple[str, ...], expected: list[str]
) -> None:
    assert bash(*words) == expected


def test_zsh_is_told_with_the_stages(known: "Records", ask: Callable[..., list[str]]) -> None:
    line = "frontier show tiny@1"
    assert ask(_TYPER_COMPLETE_ARGS=line, _FRONTIER_COMPLETE="complete_zsh") == [
        '_arguments \'*: :(("tiny@1.0.0":"production"))\''
    ]


def test_other_shells_hand_over_the_whole_line(
    known: "Records", ask: Callable[..., list[str]]
) -> None:
    suggested = ask(
        _TYPER_COMPLETE_ARGS="frontier rollback tiny --to ",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _FRONTIER_COMPLETE="complete_fish",
    )
    assert suggested == ["2.0.0\tdevelopment", "1.0.0\tproduction"]


def test_a_missing_registry_is_neither_complained_about_nor_created(
    records: "Records",
    bash: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("FRONTIER_REGISTRY_URL", f"sqlite:///{tmp_path}/new/registry.db")
    assert bash("show", "") == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FRONTIER_REGISTRY_URL", "mysql://nowhere"),
        ("FRONTIER_REGISTRY_URL", "sqlite:////proc/none/registry.db"),
        ("FRONTIER_REGISTRY_URL", "sqlite:////etc/passwd"),
        ("FRONTIER_REGISTRY_URL", "postgresql://ann@127.0.0.1:9/registry"),
        ("FRONTIER_STORES", "nonsense"),
    ],
)
def test_whatever_is_refused_suggests_nothing(
    records: "Records",
    bash: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    monkeypatch.setenv(variable, value)
    assert bash("show", "") == []


def test_outside_any_project_nothing_is_suggested(
    bash: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bash("show", "") == []
    assert list(tmp_path.iterdir()) == []


def test_the_line_and_its_place_may_disagree(
    known: "Records", ask: Callable[..., list[str]]
) -> None:
    line = {"COMP_WORDS": "frontier\nshow", "_FRONTIER_COMPLETE": "complete_bash"}
    assert ask(**line, COMP_CWORD="2") == ["tiny"]
    assert ask(**line, COMP_CWORD="nonsense") == ["show"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(ask: Callable[..., list[str]], shell: str) -> None:
    assert any("_FRONTIER_COMPLETE" in line for line in ask(_FRONTIER_COMPLETE=f"source_{shell}"))


def test_a_suggestion_loads_nothing_heavy(known: "Records") -> None:
    script = (
        "import sys; from frontier_assets.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)"
    )
    variables = environment(
        COMP_WORDS="frontier\nshow\ntiny\n@", COMP_CWORD="3", _FRONTIER_COMPLETE="complete_bash"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=variables,
    )
    assert done.stdout.splitlines() == ["latest", "production", "2.0.0", "1.0.0"]
    assert HEAVY.isdisjoint(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("show", "tiny", "@", "w"), ["wide"]),
        (("branch", "merge", "tiny", ""), ["wide"]),
        (("branch", "delete", "tiny", "x"), []),
        (("register", "tiny", "--branch", "w"), ["wide"]),
        (("branch", "create", "tiny", "other", "--source", "1"), ["1.0.0"]),
    ],
)
def test_bash_completes_branches(
    bash: Callable[..., list[str]], records: "Records", words: tuple[str, ...], expected: list[str]
) -> None:
    records.version()
    records.workspace.branches.create("tiny", "wide")
    assert bash(*words) == expected
