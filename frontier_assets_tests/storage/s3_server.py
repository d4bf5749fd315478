"""An S3 server that is not our code: moto, with a bucket."""

import contextlib
import dataclasses
import json
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from frontier_assets_tests.servers import LOOPBACK, listens, require, running

BUCKET = "models"
# What moto accepts; the second one never leaves the process.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "secret-of-the-tests"}
REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/deployment"
# What moto answers before it checks who asks: the bucket, then those of `_add_account`.
_UNCHECKED = 6
_ANYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
}


@dataclasses.dataclass(frozen=True)
class Account:
    """The one account that a strict server knows; nothing else knows its keys."""

    endpoint: str
    key_id: str
    secret: str = dataclasses.field(repr=False)


def without_credentials(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    """Let nothing be known of who asks but what the file ``config`` says, if it is written."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config.with_name("none")))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))


@contextlib.contextmanager
def s3_running(port: int, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server on ``port``, in memory, and yield its endpoint."""
    if not (find_spec("moto") and find_spec("flask")):
        require("s3", "moto[server] is not installed")
    endpoint = f"http://{LOOPBACK}:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
    with running(command, listens(port), environment=environment):
        request = urllib.request.Request(f"{endpoint}/{BUCKET}", b"", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        yield endpoint


@contextlib.contextmanager
def strict_s3_running(port: int) -> Iterator[Account]:
    """Run a server that answers only requests signed by its account, or by `ROLE`."""
    with s3_running(port, {"INITIAL_NO_AUTH_ACTION_COUNT": str(_UNCHECKED)}) as endpoint:
        yield _add_account(endpoint)


def _add_account(endpoint: str) -> Account:
    import boto3

    iam = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
    )
    may_do_anything = {"PolicyName": "all", "PolicyDocument": json.dumps(_ANYTHING)}
    iam.create_role(RoleName="deployment", AssumeRolePolicyDocument=json.dumps(_ANYBODY))
    iam.put_role_policy(RoleName="deployment", **may_do_anything)
    iam.create_user(UserName="team")
    iam.put_user_policy(UserName="team", **may_do_anything)
    key = iam.create_access_key(UserName="team")["AccessKey"]
    return Account(endpoint, key["AccessKeyId"], key["SecretAccessKey"])
