"""Keeping stores in order: recorded saves, collection of garbage, verification, usage."""
