"""Metrics of a predictor on a data set, and what the gates make of them."""
