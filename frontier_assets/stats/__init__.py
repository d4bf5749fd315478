"""Numbers to numbers: metrics and comparisons. Nothing here knows a framework or a store."""
