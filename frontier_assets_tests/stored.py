"""Artifacts as the registry records them, for tests that store no bytes."""

from typing import Any

from frontier_assets.registry.claims import Stored


def stored(digest: str = "a" * 64, **values: Any) -> Stored:
    facts: dict[str, Any] = {
        "digest": digest,
        "store": "default",
        "size_bytes": 10,
        "stored_bytes": 5,
        "blobs": (f"manifests/{digest[:2]}/{digest}",),
        "mark": 0,
    }
    return Stored(**(facts | values))
