import dataclasses
import operator
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from frontier_assets.errors import InvalidValueError, ModelNotFoundError, QueryError
from frontier_assets.registry import Registry
from frontier_assets.registry.tables import versions
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


@pytest.mark.feature("SRC-2")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_finds_what_looking_at_every_version_finds(
    registry: Registry, samples: Samples, seed: int
) -> None:
    populate(registry, samples, seed)
    everything = registry.versions.list("m")

    @settings(max_examples=80, deadline=None)
    @given(EXPRESSIONS, st.integers(1, 8), st.integers(0, 30))
    def check(query: Query, limit: int, offset: int) -> None:
        expected = [version for version in everything if query.fits(version)]
        assert registry.versions.list("m", where=query.text) == expected
        page = registry.versions.list("m", where=query.text, limit=limit, offset=offset)
        assert (page, page.total) == (expected[offset : offset + limit], len(expected))

    check()


@pytest.mark.parametrize("seed", [3])
def test_an_order_is_that_of_sorting_every_version(
    registry: Registry, samples: Samples, seed: int
) -> None:
    populate(registry, samples, seed)
    everything = registry.versions.list("m")
    keys: dict[str, Callable[[Version], Any]] = {
        "metrics.accuracy": reader("metrics", "accuracy"),
        "parameters.accuracy": lambda v: (
            found if kind(found := v.parameters.get("accuracy")) == "number" else None
        ),
        "number": lambda v: VersionNumber.parse(v.number),
        "created_at": operator.attrgetter("created_at"),
        "size_bytes": operator.attrgetter("size_bytes"),
    }

    def ordered(items: list[Version], terms: list[tuple[str, bool]]) -> list[Version]:
        # Stable sorts, the last key first; what is absent goes to the end either way.
        items = sorted(items, key=lambda v: v.id, reverse=terms[0][1])
        for name, descending in reversed(terms):
            has = [v for v in items if keys[name](v) is not None]
            has.sort(key=keys[name], reverse=descending)
            if descending:  # keep the order of equal ones
                groups: dict[Any, list[Version]] = {}
                for v in [v for v in items if keys[name](v) is not None]:
                    groups.setdefault(keys[name](v), []).append(v)
                has = [v for key in sorted(groups, reverse=True) for v in groups[key]]
            items = has + [v for v in items if keys[name](v) is None]
        return items

    terms = st.lists(
        st.tuples(st.sampled_from(sorted(keys)), st.booleans()),
        min_size=1,
        max_size=3,
        unique_by=lambda term: term[0],
    )

    @settings(max_examples=40, deadline=None)
    @given(terms, st.none() | st.integers(1, 8), st.integers(0, 30))
    def check(terms: list[tuple[str, bool]], limit: int | None, offset: int) -> None:
        text = ",".join(f"{'-' if down else ''}{name}" for name, down in terms)
        options: dict[str, Any] = {"order_by": text, "limit": limit, "offset": offset}
        page = registry.versions.list("m", where="number >= 1.0.0", **options)
        end = None if limit is None else offset + limit
        assert page == ordered([*everything], terms)[offset:end]
        assert page.total == len(everything)

    check()


@pytest.mark.feature("SRC-2")
@pytest.mark.parametrize(
    "value",
    ["' OR 1=1 --", "'; DROP TABLE versions; --", "%", "\\", "?", ":name", "${x}", 'a"b', "名前"],
)
def test_text_of_other_languages_is_only_text(
    registry: Registry, samples: Samples, value: str
) -> None:
    samples.register(registry, tags={value: value, "other": "y"})
    samples.register(registry, tags={"other": "z"})
    name = '"{}"'.format(value.replace('"', '""'))
    assert numbers_of(registry, f"tags.{name} = {quoted(value)}") == ["1.0.0"]
    assert numbers_of(registry, f"tags.other ~ {quoted(value)}") == []
    assert len(registry.versions.list("m")) == 2


@pytest.mark.feature("DB-11", "DB-26")
def test_metrics_are_found_by_the_split_they_were_measured_on(
    registry: Registry, samples: Samples, policy: object
) -> None:
    samples.register(registry, metrics={"accuracy": 0.99})
    samples.evaluate(registry, "1.0.0", metrics={"accuracy": 0.8})
    registry.annotations.log_metrics("m", "1.0.0", {"accuracy": 0.7}, split="test", actor="ann")
    assert numbers_of(registry, "metrics.accuracy = 0.99") == ["1.0.0"]
    assert numbers_of(registry, "metrics.holdout.accuracy = 0.8") == ["1.0.0"]
    assert numbers_of(registry, "metrics.test.accuracy = 0.7") == ["1.0.0"]
    samples.evaluate(registry, "1.0.0", metrics={"f1_macro": 0.6}, verdicts=[])
    assert numbers_of(registry, "metrics.holdout.f1_macro = 0.6") == ["1.0.0"]
    assert numbers_of(registry, "metrics.holdout.accuracy > 0") == []


def test_a_pre_release_stands_before_its_release(registry: Registry, samples: Samples) -> None:
    numbers = ["1.0.0", "1.1.0-wider.2", "1.1.0-wider.10", "1.1.0", "1.2.0"]
    for place, number in enumerate(numbers):
        samples.register(registry, f"9.0.{place}")
        with registry._database.write() as connection:
            parsed = VersionNumber.parse(number)
            columns = {"major": parsed.major, "minor": parsed.minor, "patch": parsed.patch}
            connection.execute(
                sa.update(versions)
                .where(versions.c.number == f"9.0.{place}")
                .values(number=number, branch=parsed.branch or "main", **columns)
            )
    assert numbers_of(registry, "number < 1.1.0", order_by="number") == numbers[:3]
    assert numbers_of(registry, "number > 1.1.0-wider.9") == numbers[2:]
    assert numbers_of(registry, "number = v1.1.0-wider.2") == ["1.1.0-wider.2"]
    assert numbers_of(registry, "sequence > 0", order_by="-number") == numbers[::-1]


def test_a_date_is_the_whole_day(registry: Registry, samples: Samples) -> None:
    samples.register(registry)
    moment = datetime.fromisoformat("2026-03-31T18:30:00+00:00")
    with registry._database.write() as connection:
        connection.execute(sa.update(versions).values(created_at=moment))
    true = ["= 2026-03-31", "<= 2026-03-31", ">= 2026-03-31", "> 2026-03-30", "< 2026-04-01"]
    true += ["= 2026-03-31T18:30", "= '2026-03-31T20:30:00+02:00'", "!= 2026-03-31T18:31"]
    false = ["!= 2026-03-31", "> 2026-03-31", "< 2026-03-31", "> 2026-03-31T18:30"]
    assert [text for text in true if not numbers_of(registry, f"created_at {text}")] == []
    assert [text for text in false if numbers_of(registry, f"created_at {text}")] == []


def test_the_framework_is_that_of_the_yaml_of_its_time(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry)
    registry.policies.record(samples.specification(), actor="ann")
    samples.register(registry)
    assert numbers_of(registry, "framework = 'pytorch'") == ["1.0.1"]
    assert numbers_of(registry, "framework != 'pytorch'") == []
    assert numbers_of(registry, "not framework = 'pytorch'") == ["1.0.0"]


def test_without_a_model_every_model_is_searched(registry: Registry, samples: Samples) -> None:
    registry.models.ensure("other", actor="ann")
    for model, accuracy in (("m", 0.2), ("other", 0.4), ("m", 0.3)):
        samples.register(registry, model=model, metrics={"accuracy": accuracy})
    found = registry.versions.list(None, order_by="-metrics.accuracy", limit=2)
    assert ([item.ref for item in found], found.total) == (["other@1.0.0", "m@1.0.1"], 3)
    assert [item.ref for item in registry.versions.list(None, where="metrics.accuracy < 0.4")] == [
        "m@1.0.0",
        "m@1.0.1",
    ]


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": 10_001}, {"limit": True}])
@pytest.mark.parametrize("more", [{}, {"offset": -1}])
def test_a_limit_out_of_range_is_refused(
    registry: Registry, options: dict[str, Any], more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError, match="Limit"):
        registry.versions.list("m", **options, **more)


def test_a_search_says_what_it_cannot_do(registry: Registry) -> None:
    with pytest.raises(InvalidValueError, match="Offset"):
        registry.versions.list("m", offset=-1)
    with pytest.raises(QueryError, match="column 1"):
        registry.versions.list("m", where="")
    with pytest.raises(ModelNotFoundError):
        registry.versions.list("x", where="sequence = 1")


@pytest.mark.feature("DB-24")
def test_a_page_of_a_long_list_reads_no_row_but_its_own(
    registry: Registry, samples: Samples
) -> None:
    for _ in range(12):
        samples.register(registry, metrics={"accuracy": 0.5}, tags={"team": "vision"})
    statements: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, text: str, values: Any, *_more: object) -> None:
        statements.append((text, values))

    engine = registry._database.engine
    sa.event.listen(engine, "before_cursor_execute", keep)
    page = registry.versions.list(
        "m", where="tags.team = 'vision'", order_by="-metrics.accuracy", limit=3
    )
    sa.event.remove(engine, "before_cursor_execute", keep)
    assert ([item.number for item in page], page.total) == (["1.0.11", "1.0.10", "1.0.9"], 12)
    whole = [text for text, _ in statements if "versions.signature" in text]
    assert len(whole) == 1
    assert "versions.id IN" in whole[0]


def test_an_order_by_a_metric_shows_those_that_lack_it_last_wherever_they_fit(
    registry: Registry, samples: Samples
) -> None:
    samples.register(registry, metrics={"accuracy": 0.9})
    samples.register(registry, metrics={"accuracy": 0.1}, tags={"team": "vision"})
    samples.register(registry, tags={"team": "vision"})
    found = {
        where: numbers_of(registry, where, order_by="-metrics.accuracy")
        for where in (
            "metrics.accuracy > 0.05",
            "metrics.accuracy > 0.05 and tags.team = 'vision'",
            "metrics.accuracy > 0.5 or metrics.accuracy < 0.2",
            "metrics.accuracy > 0.5 or tags.team = 'vision'",
            "not metrics.accuracy > 0.5",
        )
    }
    assert list(found.values()) == [
        ["1.0.0", "1.0.1"],
        ["1.0.1"],
        ["1.0.0", "1.0.1"],
        ["1.0.0", "1.0.1", "1.0.2"],
        ["1.0.1", "1.0.2"],
    ]
