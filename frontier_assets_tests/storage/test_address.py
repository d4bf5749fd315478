import pytest

from frontier_assets.errors import InvalidValueError
from frontier_assets.storage.address import Address, parse_address


def parsed(location: str) -> Address:
    return parse_address(
        "s", location, form="s://host/path", options=["prefix"], credentials="log in"
    )


def test_the_parts_of_a_url_give_the_url_again() -> None:
    address = parsed("//host:80/a/b/?prefix=x/y%26z")
    assert (address.host, address.path) == ("host:80", "a/b")
    assert address.options == {"prefix": "x/y&z"}
    assert parsed(address.url.removeprefix("s:")) == address


@pytest.mark.parametrize(
    "location", ["//ann:secret@host", "//:sec/ret@host", "//host?prefix=http://ann:secret@host"]
)
def test_a_credential_is_refused_and_not_shown(location: str) -> None:
    with pytest.raises(InvalidValueError, match="no credentials in it; log in") as caught:
        parsed(location)
    assert "sec" not in str(caught.value)


@pytest.mark.feature("STO-9")
def test_an_unknown_option_is_named_without_its_value() -> None:
    with pytest.raises(InvalidValueError, match=r"'password'.*known: prefix; log in") as caught:
        parsed("//host?password=secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("location", ["host", "", "//", "///path", "//host#part", "//host?prefix="])
def test_another_form_is_refused(location: str) -> None:
    with pytest.raises(InvalidValueError, match="expected s://host/path"):
        parsed(location)
