import dagster as dg
import pytest

from frontier_assets.errors import InvalidValueError, RegistryUnavailableError
from frontier_assets.orchestration.failures import translated


def test_a_refusal_is_one_failure_that_is_not_tried_again() -> None:
    with pytest.raises(dg.Failure, match="Stage 'x' is not valid") as failed, translated():
        raise InvalidValueError("Stage", "x", "another")
    assert failed.value.allow_retries is False


def test_what_may_pass_by_itself_is_tried_again() -> None:
    error = RegistryUnavailableError.__new__(RegistryUnavailableError)
    with pytest.raises(dg.RetryRequested) as retry, translated():
        raise error
    assert retry.value.max_retries == 3


def test_other_errors_keep_their_traceback() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError
