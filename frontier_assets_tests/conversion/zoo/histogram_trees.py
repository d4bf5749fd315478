"""Boosted trees of scikit-learn's histogram kind that tell tumours apart."""

from frontier_assets_tests.conversion.zoo.specimen import Specimen, fitted


def specimen() -> Specimen:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return fitted("sklearn", HistGradientBoostingClassifier(max_iter=50, random_state=0))
