"""Which runs are one piece of work that Dagster itself started again."""

import dagster as dg

# Set on what the daemon starts after a run failed; a person's re-execution has the parent alone.
_RETRY_TAG = "dagster/retry_number"
_PARENT_TAG = "dagster/parent_run_id"


def attempts_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    """Return the ids of ``run`` and of the failed runs that it retries, the first one first."""
    attempts = [run.run_id]
    earlier: dg.DagsterRun | None = run
    while earlier and _RETRY_TAG in earlier.tags and _PARENT_TAG in earlier.tags:
        attempts.insert(0, earlier.tags[_PARENT_TAG])
        earlier = instance.get_run_by_id(attempts[0])
    return attempts
