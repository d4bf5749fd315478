import getpass
from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.settings import (
    PLANNED_SETTINGS,
    Settings,
    find_project_root,
    parse_frameworks,
    parse_stores,
)
from frontier_assets.signatures import AllowedSigners


def test_defaults_lie_in_the_project_from_whichever_folder(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_project_root(inner) == tmp_path
    settings = Settings.read(root=find_project_root(inner), environment={"FRONTIER_ACTOR": "ann"})
    assert settings.registry_url == f"sqlite:///{tmp_path}/.frontier/registry.db"
    assert settings.stores == {"default": "file:.frontier/store"}
    assert settings.root == tmp_path
    assert settings.actor == "ann"


def test_arguments_win_over_the_environment() -> None:
    environment = {"FRONTIER_REGISTRY_URL": "sqlite:////env.db", "FRONTIER_STORES": "a=file:/env"}
    settings = Settings.read(
        registry_url="sqlite:////given.db",
        stores={"b": "file:/given"},
        actor="ann",
        environment=environment,
    )
    assert settings.registry_url == "sqlite:////given.db"
    assert settings.stores == {"b": "file:/given"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"FRONTIER_REGISTRY_URL": "sqlite:////r.db"},
        {"FRONTIER_STORES": "default=file:/s"},
        {"FRONTIER_REGISTRY_URL": "sqlite:////r.db", "FRONTIER_STORES": "default=file:s"},
        {"FRONTIER_REGISTRY_URL": "sqlite:///r.db", "FRONTIER_STORES": "default=file:/s"},
    ],
)
def test_without_a_project_everything_has_to_be_absolute(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"no dagster\.yaml"):
        Settings.read(environment=environment)


@pytest.mark.parametrize("name", PLANNED_SETTINGS)
def test_a_setting_that_would_be_ignored_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"{name}: is not available in this release"):
        Settings.read(root=tmp_path, environment={name: "x"})


def test_the_key_file_and_the_cache_lie_in_the_project(tmp_path: Path) -> None:
    environment = {
        "FRONTIER_ENCRYPTION_KEY_FILE": "keys/current",
        "FRONTIER_CACHE_URL": "file:cache?maximum_bytes=1000",
    }
    settings = Settings.read(root=tmp_path, environment=environment)
    assert settings.encryption_key_file == tmp_path / "keys/current"
    assert settings.cache_url == f"file:{tmp_path}/cache?maximum_bytes=1000"
    given = Settings.read(
        root=tmp_path,
        encryption_key_file=Path("/keys"),
        cache_url="file:/cache",
        environment=environment,
    )
    assert (given.encryption_key_file, given.cache_url) == (Path("/keys"), "file:/cache")
    unset = Settings.read(root=tmp_path, environment={})
    assert (unset.encryption_key_file, unset.cache_url) == (None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRONTIER_ENCRYPTION_KEY_FILE", "keys"),
        ("FRONTIER_CACHE_URL", "file:cache"),
        ("FRONTIER_ALLOWED_SIGNERS", "signers"),
    ],
)
def test_without_a_project_files_have_to_be_absolute(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    absolute = {"FRONTIER_REGISTRY_URL": "sqlite:////r.db", "FRONTIER_STORES": "default=file:/s"}
    assert Settings.read(environment=absolute).root is None
    with pytest.raises(SettingsError, match=r"no dagster\.yaml"):
        Settings.read(environment={**absolute, name: value})


def test_the_files_of_signers_lie_in_the_project(tmp_path: Path) -> None:
    environment = {"FRONTIER_ALLOWED_SIGNERS": "signers", "FRONTIER_REVOKED_SIGNERS": "/revoked"}
    settings = Settings.read(root=tmp_path, environment=environment)
    assert settings.signers == AllowedSigners(tmp_path / "signers", Path("/revoked"))
    given = Settings.read(root=tmp_path, allowed_signers=Path("/mine"), environment={})
    assert given.signers == AllowedSigners(Path("/mine"))
    assert Settings.read(root=tmp_path, environment={}).signers is None


def test_revoked_signers_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="without FRONTIER_ALLOWED_SIGNERS"):
        Settings.read(root=tmp_path, environment={"FRONTIER_REVOKED_SIGNERS": "revoked"})


@pytest.mark.parametrize("text", ["default", "default=", "=file:x", "a=file:x,a=file:y", "a b=x"])
def test_a_list_of_stores_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"FRONTIER_STORES|Store name"):
        parse_stores(text)


def test_a_user_without_a_name_is_told_to_give_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nameless)
    with pytest.raises(SettingsError, match="FRONTIER_ACTOR: is not set"):
        Settings.read(root=tmp_path, environment={})


@pytest.mark.feature("FRM-2")
@pytest.mark.parametrize(
    ("text", "frameworks"),
    [
        ("", None),
        (" , ", None),
        ("sklearn, pytorch", ("pytorch", "sklearn")),
        ("torch,pytorch,scikit-learn", ("pytorch", "sklearn")),
        ("tensorflow,pytorch,sklearn,xgboost", ("pytorch", "sklearn", "xgboost", "tensorflow")),
        ("keras", ("tensorflow",)),
    ],
)
def test_the_accepted_frameworks_are_read_in_any_spelling(
    text: str, frameworks: tuple[str, ...] | None
) -> None:
    assert parse_frameworks(text) == frameworks


@pytest.mark.feature("FRM-2")
def test_a_misspelt_framework_is_refused_with_the_names_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read(root=tmp_path, environment={"FRONTIER_FRAMEWORKS": "pytorch,sklern"})
    assert str(refused.value) == (
        "FRONTIER_FRAMEWORKS: names the unknown framework 'sklern'; known are pytorch, sklearn, "
        "xgboost, lightgbm, onnx, custom, tensorflow (also written torch, scikit-learn, keras)"
    )
