"""Boosted trees of XGBoost that tell tumours apart."""

from frontier_assets_tests.conversion.zoo.specimen import Specimen, fitted


def specimen() -> Specimen:
    from xgboost import XGBClassifier

    return fitted("xgboost", XGBClassifier(n_estimators=50, n_jobs=1, random_state=0))
