"""``make demo``: every model of the project from its training to production, by itself."""
