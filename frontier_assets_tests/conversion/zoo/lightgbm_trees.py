"""Boosted trees of LightGBM that tell tumours apart."""

from frontier_assets_tests.conversion.zoo.specimen import Specimen, fitted


def specimen() -> Specimen:
    from lightgbm import LGBMClassifier

    return fitted("lightgbm", LGBMClassifier(n_estimators=50, n_jobs=1, verbose=-1))
