"""A random forest of scikit-learn that tells tumours apart."""

from frontier_assets_tests.conversion.zoo.specimen import Specimen, fitted


def specimen() -> Specimen:
    from sklearn.ensemble import RandomForestClassifier

    return fitted("sklearn", RandomForestClassifier(n_estimators=50, n_jobs=1, random_state=0))
