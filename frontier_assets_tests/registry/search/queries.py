"""Versions with values of every kind, and queries that say what they mean in Python too."""

import dataclasses
import operator
import random
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from frontier_assets.registry import Registry
from frontier_assets.types import Stage, Version, VersionNumber
from frontier_assets_tests.registry.conftest import Samples

LONG = "x" * 100
TEXTS = ["vision", "nlp", "it's", "50%_", "é", "", f"{LONG}a", f"{LONG}b"]
NUMBERS = [-3.0, 0.0, 0.1, 0.9, 1.0]
NAMES = ["accuracy", "a b", 'q"t']
Predicate = Callable[[Version], bool]
Field = tuple[str, Callable[[Version], object]]


@dataclasses.dataclass(frozen=True)
class Query:
    """A text and what it means, told by Python alone."""

    text: str
    fits: Predicate


def numbers_of(registry: Registry, where: str, **options: Any) -> list[str]:
    return [item.number for item in registry.versions.list("m", where=where, **options)]


def populate(registry: Registry, samples: Samples, seed: int) -> None:
    """Register 24 versions, with values of every kind and many gaps."""
    chosen = random.Random(seed)
    for _ in range(24):
        parameters: dict[str, Any] = {
            name: chosen.choice([*NUMBERS, *TEXTS, True, False, None, [1, 2]])
            for name in chosen.sample(NAMES, k=2)
        }
        samples.register(
            registry,
            metrics={name: chosen.choice(NUMBERS) for name in chosen.sample(NAMES, k=2)},
            tags={name: chosen.choice(TEXTS) for name in chosen.sample(NAMES, k=2)},
            parameters={**parameters, "opt": {"name": chosen.choice(TEXTS)}},
            description=chosen.choice(TEXTS),
            digest=chosen.choice("ab") * 64,
        )
    for number in chosen.sample([item.number for item in registry.versions.list("m")], k=8):
        samples.move(registry, number, Stage.STAGING)


def quoted(text: str) -> str:
    return "'{}'".format(text.replace("'", "''"))


def name_of(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""')) if name != "accuracy" else name


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else repr(value)


def kind(value: object) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float) else type(value).__mro__[-2].__name__


SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def held(of: Field, sign: str, value: object) -> Query:
    """A comparison: what is not there, or of another type, is never true."""
    field, read = of

    def fits(version: Version) -> bool:
        found = read(version)
        return found is not None and kind(found) == kind(value) and SIGNS[sign](found, value)

    return Query(f"{field} {sign} {written(value)}", fits)


def one_of(of: Field, values: list[Any], no: str) -> Query:
    field, read = of

    def fits(version: Version) -> bool:
        found = read(version)
        same = [value for value in values if kind(value) == kind(found)]
        return bool(same) and (found in same) == (not no)

    return Query(f"{field} {no}in ({', '.join(map(written, values))})", fits)


def contains(of: Field, part: str) -> Query:
    field, read = of

    def fits(version: Version) -> bool:
        found = read(version)
        return isinstance(found, str) and part in found

    return Query(f"{field} ~ {quoted(part)}", fits)


def reader(attribute: str, name: str) -> Callable[[Version], object]:
    def read(version: Version) -> object:
        found = getattr(version, attribute).get(name)
        return "[1,2]" if found == [1, 2] else found  # a list is found by its JSON

    return read


def comparisons() -> st.SearchStrategy[Query]:
    names, texts, numbers = st.sampled_from(NAMES), st.sampled_from(TEXTS), st.sampled_from(NUMBERS)
    scalars = texts | numbers | st.booleans()
    order = st.sampled_from(sorted(SIGNS))
    equality = st.sampled_from(["=", "!="])
    no = st.sampled_from(["", "not "])
    parts = st.sampled_from(["i", "x", "%", "_", "'", "é"])

    def of(source: str) -> Callable[[str], Field]:
        return lambda name: (f"{source}.{name_of(name)}", reader(source, name))

    metrics, tags, parameters = (names.map(of(s)) for s in ("metrics", "tags", "parameters"))
    optimizer: Field = ("parameters.opt.name", lambda v: v.parameters["opt"]["name"])
    columns: list[Field] = [
        (name, operator.attrgetter(name)) for name in ("description", "digest", "branch")
    ]
    fields = st.sampled_from([optimizer, *columns])
    lists = st.lists(scalars, min_size=1, max_size=3)
    return st.one_of(
        st.builds(held, metrics, order, numbers),
        st.builds(held, parameters, order, numbers),
        st.builds(held, parameters, equality, scalars),
        st.builds(held, tags | fields, equality, texts),
        st.builds(contains, tags | parameters | fields, parts),
        st.builds(one_of, parameters, lists, no),
        st.builds(one_of, tags, st.lists(texts, min_size=1, max_size=3), no),
        st.builds(
            lambda s, v: held(("stage", lambda version: version.stage.value), s, v),
            equality,
            st.sampled_from(["development", "staging", "archived"]),
        ),
        st.builds(
            lambda s, v: Query(
                f"number {s} {v}",
                lambda item: SIGNS[s](VersionNumber.parse(item.number), VersionNumber.parse(v)),
            ),
            order,
            st.sampled_from(["0.0.9", "1.0.0", "1.3.1", "2.0.0", "1.3.0-wider.2"]),
        ),
    )


def both(word: str, first: Query, second: Query) -> Query:
    join = {"and": all, "or": any}[word]
    return Query(
        f"({first.text} {word} {second.text})",
        lambda version: join([first.fits(version), second.fits(version)]),
    )


EXPRESSIONS = st.recursive(
    comparisons(),
    lambda inner: (
        inner.map(lambda part: Query(f"not ({part.text})", lambda v: not part.fits(v)))
        | st.builds(both, st.sampled_from(["and", "or"]), inner, inner)
    ),
    max_leaves=6,
)
