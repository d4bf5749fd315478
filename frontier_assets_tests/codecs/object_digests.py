"""Digests of whole models as they are stored; as a program it prints them, one process for all."""

import json

from blake3 import blake3

from frontier_assets.codecs.state import encode
from frontier_assets_tests import tabular

MAKERS = ("pipeline", "forest", "xgboost_classifier", "lightgbm_classifier", "words")


def object_digests() -> dict[str, str]:
    return {name: _digest_of(name) for name in MAKERS}


def _digest_of(maker: str) -> str:
    (entry,) = encode(getattr(tabular, maker)()).tensors
    return blake3(bytes(entry.data())).hexdigest()


if __name__ == "__main__":
    print(json.dumps(object_digests()))  # noqa: T201 - the test reads it
