"""What a newcomer sees in Dagster's web pages, in a real browser."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from frontier_assets_tests.end_to_end.stranger_project import (
    FAILED,
    LOCATION,
    NEWEST,
    PASSED,
    Site,
    running_site,
)
from frontier_assets_tests.servers import require
from frontier_assets_tests.tiny_project import MODEL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server")
# Console errors that are not ours. Each with its reason; none was seen with Dagster 1.13.27.
TOLERATED: tuple[str, ...] = ()
TIMEOUT_MS = 30_000

_ASSETS = """
query Assets($group: AssetGroupSelector!) {
  assetNodes(group: $group) {
    assetKey { path }
    groupName
    description
    kinds
    owners { ... on TeamAssetOwner { team } ... on UserAssetOwner { email } }
    tags { key value }
    assetChecksOrError { ... on AssetChecks { checks { name description } } }
    assetMaterializations {
      partition
      metadataEntries { __typename label ... on FloatMetadataEntry { floatValue } }
    }
  }
}
"""
_JOBS = """
query Jobs($selector: RepositorySelector!) {
  repositoryOrError(repositorySelector: $selector) {
    ... on Repository { jobs { name description } sensors { name description } }
  }
}
"""
_REPOSITORY = {"repositoryName": "__repository__", "repositoryLocationName": LOCATION}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def nodes(site: Site) -> dict[str, dict[str, Any]]:
    group = {"groupName": MODEL, **_REPOSITORY}
    answer = site.server.ask(_ASSETS, {"group": group})["assetNodes"]
    return {"/".join(node["assetKey"]["path"][1:]): node for node in answer}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    if importlib.util.find_spec("playwright") is None:
        require("browser", "playwright is not installed")
    if not CHROMIUM.exists():
        require("browser", f"{CHROMIUM} does not exist; `apt-get install chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """Yield a page; whatever it wrote to the console as an error fails the test."""
    found: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(TIMEOUT_MS)
    page.on("console", lambda said: found.extend([said.text] if said.type == "error" else []))
    page.on("pageerror", lambda error: found.append(str(error)))
    yield page
    page.close()
    assert [text for text in found if not any(known in text for known in TOLERATED)] == []


def asset(path: str, **query: str) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/assets/{MODEL}/{path}?{words}"


def see(page: "Page", *texts: str) -> None:
    """Wait until every text is visible."""
    for text in texts:
        page.get_by_text(text).locator("visible=true").first.wait_for()


@pytest.mark.feature("UI-1")
def test_every_asset_carries_what_its_page_shows(nodes: dict[str, dict[str, Any]]) -> None:
    assert set(nodes) == {
        "data/train",
        "data/holdout",
        "training",
        "checkpoint",
        "version",
        "evaluation/holdout",
        "onnx",
        "comparison",
        "model_card",
        "staging",
        "production",
    }
    for node in nodes.values():
        assert node["groupName"] == MODEL
        assert node["description"]
        assert node["kinds"]
        assert node["owners"] == [{"team": "blobs"}]
        assert {"key": "tier", "value": "demo"} in node["tags"]
        assert node["assetMaterializations"]
    assert "pytorch" in nodes["training"]["kinds"]


@pytest.mark.feature("UI-1")
def test_every_check_job_and_sensor_says_what_it_is(
    site: Site, nodes: dict[str, dict[str, Any]]
) -> None:
    checks = [
        check for node in nodes.values() for check in node["assetChecksOrError"].get("checks", [])
    ]
    assert {"accurate", "parity"} <= {check["name"] for check in checks}
    repository = site.server.ask(_JOBS, {"selector": _REPOSITORY})["repositoryOrError"]
    jobs = [job for job in repository["jobs"] if not job["name"].startswith("__")]
    assert {job["name"] for job in jobs} >= {f"{MODEL}__train", f"{MODEL}__promote"}
    for thing in [*checks, *jobs, *repository["sensors"]]:
        assert thing["description"], thing["name"]


@pytest.mark.feature("UI-3")
def test_metrics_are_numbers_of_every_version_so_that_they_plot(
    nodes: dict[str, dict[str, Any]],
) -> None:
    materializations = nodes["evaluation/holdout"]["assetMaterializations"]
    values = {
        item["partition"]: entry["floatValue"]
        for item in materializations
        for entry in item["metadataEntries"]
        if entry["label"] == "accuracy" and entry["__typename"] == "FloatMetadataEntry"
    }
    assert len(values) == 4
    assert values[FAILED] < 0.9 <= values[PASSED]


@pytest.mark.feature("UI-3")
def test_an_evaluation_carries_its_pictures_and_tables(nodes: dict[str, dict[str, Any]]) -> None:
    newest = nodes["evaluation/holdout"]["assetMaterializations"][0]
    kinds = {entry["label"]: entry["__typename"] for entry in newest["metadataEntries"]}
    assert kinds["metrics"] == kinds["confusion"] == "TableMetadataEntry"
    for name in ("picture_confusion", "picture_calibration", "picture_versions"):
        assert kinds[name] == "MarkdownMetadataEntry"


@pytest.mark.browser
@pytest.mark.feature("UI-1")
def test_the_graph_shows_the_life_of_the_model(site: Site, page: "Page") -> None:
    page.goto(site.page(f"/locations/{LOCATION}/asset-groups/{MODEL}"))
    see(page, "training", "checkpoint", "version", "onnx", "model_card", "staging", "production")
    left = [
        page.get_by_text(name, exact=True).locator("visible=true").last.bounding_box()["x"]  # type: ignore[index]
        for name in ("training", "checkpoint", "version", "onnx", "model_card", "staging")
    ]
    assert left == sorted(left)


@pytest.mark.browser
@pytest.mark.feature("UI-3")
def test_the_page_of_an_evaluation_compares_and_draws(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("evaluation/holdout", view="partitions", partition=NEWEST)))
    see(page, "Passed", "1 of 1 gates", f"{MODEL}@{PASSED}, in production", "log_loss ↓", "north")
    row = page.get_by_role("row").filter(has_text="picture_confusion")
    row.get_by_text("[Show Markdown]").click()
    picture = page.locator("img[src^='data:image/png']")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 300
    see(page, "Which class was taken for which.")


@pytest.mark.browser
@pytest.mark.feature("SRC-3", "SRC-5")
def test_a_comparison_reads_without_opening_anything_else(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("comparison", view="partitions", partition=NEWEST)))
    see(page, f"{NEWEST} against {PASSED} in production", "log_loss ↓", "class=north")
    see(page, "candidate original", "times_as_fast", "worth_a_look")
    for name in ("picture_differences", "picture_latency", "picture_front"):
        page.get_by_role("row").filter(has_text=name).get_by_text("[Show Markdown]").click()
        picture = page.locator("img[src^='data:image/png']")
        picture.wait_for()
        assert picture.evaluate("image => image.naturalWidth") > 300
        page.get_by_role("button", name="Close").click()
        picture.wait_for(state="detached")
    page.goto(site.page(asset("comparison", view="partitions", partition=PASSED)))
    see(page, "Nothing to compare with: no version is in production.")


@pytest.mark.browser
@pytest.mark.feature("UI-3")
def test_the_metrics_are_plotted(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("evaluation/holdout")))
    page.get_by_role("button", name="Plots").click()
    see(page, "accuracy", "log_loss", "Partition")
    page.locator("canvas").nth(1).wait_for()


@pytest.mark.browser
@pytest.mark.feature("UI-1")
def test_a_failed_gate_says_what_was_wanted_and_what_to_do(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("evaluation/holdout", view="partitions", partition=FAILED)))
    see(page, "Stopped", f"frontier why {MODEL}@{FAILED}")
    page.goto(site.page(asset("evaluation/holdout", view="checks", checkDetail="accurate")))
    see(page, "Failed", "On holdout: accuracy >= 0.9; a failure stops the version.")
    see(page, "train a better version, or change the gate in the YAML")
    page.get_by_text("Execution history").click()
    see(page, "Failed: accuracy on holdout is", "wanted >= 0.9")


@pytest.mark.browser
@pytest.mark.feature("UI-1")
def test_the_model_card_begins_with_the_decision(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("model_card")))
    see(page, f"{NEWEST} is ready for staging.", "frontier promote")
    row = page.get_by_role("row").filter(has_text="card").filter(has_text="[Show Markdown]")
    row.get_by_text("[Show Markdown]").first.click()
    page.get_by_role("heading", name=f"Three blobs {NEWEST}").wait_for()
    headings = page.get_by_role("dialog").locator("h2").all_inner_texts()
    assert headings[0] == "Decision"
    see(page, "Tells three blobs of points apart.", "Ready for staging.", "team:blobs")


@pytest.mark.browser
@pytest.mark.feature("UI-1")
def test_the_page_of_a_training_run_says_what_comes_next(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("training")))
    see(
        page,
        f"{PASSED} was registered",
        f"frontier build {MODEL}@{PASSED}",
        "picture_learning_curve",
    )


@pytest.mark.browser
@pytest.mark.feature("UI-1")
def test_production_says_who_serves_and_how_to_go_back(site: Site, page: "Page") -> None:
    page.goto(site.page(asset("production")))
    see(page, f"{PASSED} serves", f"frontier rollback {MODEL}", "The version of Three blobs")
