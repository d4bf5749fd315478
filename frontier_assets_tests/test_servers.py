import pytest

from frontier_assets_tests.servers import require


def test_what_is_missing_skips_its_tests_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIER_TESTS_REQUIRE", "s3,gcs")
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        require("azure", "not installed")


def test_what_has_to_be_there_fails_its_tests_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIER_TESTS_REQUIRE", "s3, azure")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE names azure: not installed"):
        require("azure", "not installed")
