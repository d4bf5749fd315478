from pathlib import Path

import pytest

from frontier_assets.errors import SettingsError
from frontier_assets.storage.cache_folder import CacheFolder
from frontier_assets.storage.cache_redis import RedisCache
from frontier_assets.storage.cache_url import DEFAULT_MAXIMUM_BYTES, open_cache


def test_a_folders_url_is_read(tmp_path: Path) -> None:
    cache = open_cache("file:kept/here?maximum_bytes=1500", root=tmp_path)
    assert isinstance(cache, CacheFolder)
    assert (cache.folder, cache.maximum_bytes) == (tmp_path / "kept/here", 1_500)
    absolute = open_cache(f"file://{tmp_path}/cache", root=None)
    assert isinstance(absolute, CacheFolder)
    assert (absolute.folder, absolute.maximum_bytes) == (tmp_path / "cache", DEFAULT_MAXIMUM_BYTES)


@pytest.mark.feature("STO-14")
def test_a_redis_url_is_read() -> None:
    cache = open_cache("redis://127.0.0.1:1/2?ttl=60&maximum_bytes=1500&prefix=team", root=None)
    assert isinstance(cache, RedisCache)
    assert (cache.ttl_s, cache.maximum_bytes) == (60, 1_500)
    assert cache.url == "redis://127.0.0.1:1/2?prefix=team"
    plain = open_cache("redis://127.0.0.1", root=None)
    assert isinstance(plain, RedisCache)
    assert (plain.ttl_s, plain.maximum_bytes) == (None, DEFAULT_MAXIMUM_BYTES)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("cache", "write file:folder"),
        ("rediss://user:topsecret@host", "write file:folder"),
        ("file:", "write file:folder"),
        ("file://host/share", "write file:folder"),
        ("file:/cache?size=1", "write file:folder"),
        ("file:/cache?ttl=1", "write file:folder"),
        ("file:/cache?maximum_bytes=", "maximum_bytes is ''; write a whole number"),
        ("file:/cache?maximum_bytes=0", "whole number"),
        ("file:/cache?maximum_bytes=1GB", "whole number"),
        ("file:/cache?maximum_bytes=1&maximum_bytes=2", "has an option twice"),
        ("file:cache", "write an absolute path"),
        ("redis://user:topsecret@host", "no credentials in it"),
        ("redis://host?ttl=1h", "ttl is '1h'; write a whole number"),
        ("redis://host?ttl=0", "whole number"),
        ("redis://host?size=1", "known: cleartext, prefix, tls, username.*write file:folder"),
        ("redis:host", "write file:folder"),
    ],
)
def test_a_url_that_cannot_be_read_is_refused(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=f"FRONTIER_CACHE_URL: .*{message}") as refusal:
        open_cache(url, root=None)
    assert "topsecret" not in str(refusal.value)
