"""The ``frontier`` command: one file per group of commands, all thin over `Workspace`.

Loading it loads neither Dagster nor SQLAlchemy nor a framework; each command imports what it needs.
"""


def main() -> None:
    """Run ``frontier`` with the arguments of the process, and exit."""
    from frontier_assets.cli import process  # noqa: PLC0415 - `make demo` needs none of it

    process.run()
