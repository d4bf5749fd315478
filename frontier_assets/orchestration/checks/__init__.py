"""Asset checks: what a step decides about what it made."""
