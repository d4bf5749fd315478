"""Modules that are copied beside a new model's YAML; each trains at once, unedited.

They are code of this package so that they are linted, typed, tested and part of the wheel.
"""
