"""From a saved checkpoint to a built version by commands alone: no daemon, no sensor."""

import pytest

from frontier_assets_tests.end_to_end.conftest import MODEL, DigitsProject

SELECT = "dagster asset materialize -m frontier_assets.definitions --select '{}' --partition {}"


@pytest.mark.feature("API-7")
@pytest.mark.timeout(400)
def test_a_registered_checkpoint_is_built_by_one_materialise_command(digits: DigitsProject) -> None:
    registered = digits.run(f"frontier register {MODEL} --checkpoint best")
    assert registered.returncode == 0, registered.stderr
    built = digits.run(SELECT.format(f"tag:frontier/build={MODEL}", "1.0.0"))
    assert built.returncode == 0, built.stderr[-3000:]
    with digits.workspace() as workspace:
        assert workspace.why(f"{MODEL}@1.0.0", to="staging").allowed
    promoted = digits.run(f"frontier promote {MODEL}@1.0.0 --to staging --reason works")
    assert promoted.returncode == 0, promoted.stderr
    refused = digits.run(f"frontier promote {MODEL}@1.0.0 --to archived --reason why-not")
    assert refused.returncode == 1
    assert "cannot move to archived; allowed: production, development" in refused.stderr


@pytest.mark.feature("API-7")
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("select", "partition"),
    [
        (f"tag:frontier/build={MODEL}", "9.9.9"),
        (f'key:"{MODEL}/no_such_asset"', "1.0.0"),
        ("tag:frontier/build=no_such_model", "1.0.0"),
    ],
)
def test_an_unknown_partition_asset_or_model_exits_non_zero(
    digits: DigitsProject, select: str, partition: str
) -> None:
    assert digits.run(SELECT.format(select, partition)).returncode != 0


def test_building_an_unknown_version_names_it_and_the_remedy(digits: DigitsProject) -> None:
    result = digits.run(f"frontier build {MODEL}@9.9.9")
    assert result.returncode == 1
    assert f"Model '{MODEL}' version '9.9.9' not found" in result.stderr
    assert f"`frontier versions {MODEL}`" in result.stderr
    assert "Traceback" not in result.stderr
