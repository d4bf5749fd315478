"""Loading a data set for use: what the YAML does not allow is refused."""

from frontier_assets import entrypoints
from frontier_assets.dataset import Dataset
from frontier_assets.datasets.rules import rules_of
from frontier_assets.errors import EntrypointError
from frontier_assets.specification import DatasetSource


def load(source: DatasetSource, *, training: DatasetSource | None = None) -> Dataset:
    """Call the data set's function and return what it made, if the YAML allows it.

    ``training`` is the training set, when ``source`` is about to judge a model: rows of it are
    refused then, in whichever run and on whichever machine the judging happens. That loads the
    training set as it is now, once more; ``leakage: allowed`` spares it.

    Raises:
        EntrypointError: the function failed, or the data break a rule; it names the function, the
            column, the first row and the value.
    """
    dataset = entrypoints.load_dataset(source.entrypoint)
    for rule in rules_of(source, training=training):
        found = rule.find(dataset) if rule.refuses else []
        if found:
            others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise EntrypointError(source.entrypoint, f"{found[0].sentence}{others}; {rule.remedy}")
    return dataset
