"""The code location that Dagster loads: every model below this folder."""

from pathlib import Path

from frontier_assets.orchestration.location import build_location

defs = build_location(Path(__file__).parent)
