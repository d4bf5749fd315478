import pytest

from frontier_assets.errors import QueryError
from frontier_assets.registry.search.grammar import (
    MAXIMUM_COMPARISONS,
    MAXIMUM_DEPTH,
    MAXIMUM_LENGTH,
    MAXIMUM_VALUES,
    And,
    Comparison,
    Expression,
    Not,
    Or,
    parse_where,
)
from frontier_assets.registry.search.ordering import MAXIMUM_TERMS, parse_order


def shown(expression: Expression) -> str:
    """Write a tree with every pair of brackets."""
    match expression:
        case Comparison(field, operator, values):
            return f"{field.source}{list(field.key)} {operator} {list(values)}"
        case Not(part):
            return f"not ({shown(part)})"
        case And(parts):
            return " & ".join(f"({shown(part)})" for part in parts)
        case Or(parts):
            return " | ".join(f"({shown(part)})" for part in parts)


def refusal(text: str) -> QueryError:
    with pytest.raises(QueryError) as refused:
        parse_where(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("metrics.accuracy >= .9", "metrics['', 'accuracy'] >= [0.9]"),
        ("metrics.holdout.f1 < -1e-3", "metrics['holdout', 'f1'] < [-0.001]"),
        ("tags.\"a b\" = 'it''s'", "tags['a b'] = [\"it's\"]"),
        ('tags."say ""hi""" != \'\'', "tags['say \"hi\"'] != ['']"),
        ("tags.team.lead ~ 'ann'", "tags['team.lead'] ~ ['ann']"),
        ("parameters.opt.amsgrad = true", "parameters['opt.amsgrad'] = [True]"),
        ("parameters.x in (1, 'a', false)", "parameters['x'] in [1.0, 'a', False]"),
        (
            "stage NOT  IN (staging,'production')",
            "column['stage'] not in ['staging', 'production']",
        ),
        ("status = trained", "column['build_status'] = ['trained']"),
        ("not not sequence=1", "not (not (column['sequence'] = [1.0]))"),
        (
            "sequence=1 or sequence=2 and not sequence=3",
            (
                "(column['sequence'] = [1.0]) | ((column['sequence'] = [2.0]) & "
                "(not (column['sequence'] = [3.0])))"
            ),
        ),
        (
            "(sequence=1 or sequence=2)and(sequence=3)",
            (
                "((column['sequence'] = [1.0]) | (column['sequence'] = [2.0])) & "
                "(column['sequence'] = [3.0])"
            ),
        ),
    ],
)
def test_the_grammar_reads(text: str, tree: str) -> None:
    assert shown(parse_where(text)) == tree


@pytest.mark.feature("SRC-2")
@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "expected a field, found the end"),
        ("  ", 3, "expected a field, found the end"),
        ("accuracy > 1", 1, "unknown field 'accuracy'; the fields are metrics.NAME, "),
        ("metrics = 1", 1, "unknown field 'metrics'"),
        ("metrics.a.b.c = 1", 1, "unknown field 'metrics.a.b.c'"),
        ("metrics.a/b = 1", 10, "expected one of = != < <= > >= ~ in, not in, found /"),
        ("metrics. a = 1", 10, "expected a name, in double quotes unless"),
        ('tags."" = 1', 6, "expected a name"),
        ("metrics.a >=", 13, "expected a number for metrics.a, found the end"),
        ("metrics.a >= 'x'", 14, "expected a number for metrics.a, found 'x'"),
        ("metrics.a >= nan", 14, "expected a number"),
        ("metrics.a >= 1e999", 14, "expected a number"),
        ("metrics.a ~ 'x'", 11, "metrics.a is compared by one of: = != < <= > >= in not in"),
        ("tags.a < 'x'", 8, "tags.a is compared by one of: = != ~ in not in"),
        ("tags.a = vision", 10, "expected a text in single quotes for tags.a, found vision"),
        ("tags.a = 'x", 10, "expected a text in single quotes for tags.a, found 'x"),
        ("tags.a ~ ''", 10, "expected a text in single quotes that is not empty"),
        ("parameters.a < 'x'", 16, "expected a number for parameters.a, found 'x'"),
        ("stage = prod", 9, "expected one of development, staging, production, archived"),
        ("number > one", 10, "expected a version such as 1.2.0"),
        ("created_at > 2026", 14, "expected a date or a time such as 2026-03-31"),
        ("created_at > 2026-02-30", 14, "expected a date or a time"),
        ("created_at > 9999-12-31", 14, "expected a date or a time"),
        ("sequence = 1 sequence = 2", 14, "expected 'and', 'or' or the end, found sequence"),
        ("sequence = 1 and", 17, "expected a field, found the end"),
        ("(sequence = 1", 14, "expected ')', found the end"),
        ("sequence = 1)", 13, "expected 'and', 'or' or the end, found )"),
        ("sequence in 1", 13, "expected '(', found 1"),
        ("sequence in ()", 14, "expected a number"),
        ("'; DROP TABLE versions; --", 1, "expected a field"),
    ],
)
def test_what_is_wrong_is_shown_at_its_column(text: str, column: int, problem: str) -> None:
    error = refusal(text)
    assert error.column == column
    assert error.problem.startswith(problem)
    first, line, caret = str(error).splitlines()
    assert first == f"where: column {column}: {error.problem}"
    assert (line, caret) == (f"  {text}", " " * (column + 1) + "^")


def test_the_caret_stays_near_in_a_long_text() -> None:
    text = "sequence = 1 or " * 20 + "\x07nonsense"
    _, line, caret = str(refusal(text)).splitlines()
    assert line[caret.index("^") :] == "?nonsense"
    assert len(line) < 130


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "not " * 5000 + "sequence = 1",
        " or ".join(["sequence = 1"] * (MAXIMUM_COMPARISONS + 1)),
        f"sequence in ({', '.join(['1'] * (MAXIMUM_VALUES + 1))})",
        f"tags.a = '{'x' * MAXIMUM_LENGTH}'",
    ],
)
def test_what_is_too_large_is_refused(text: str) -> None:
    assert "expected at most" in refusal(text).problem


def test_what_is_as_large_as_may_be_is_read() -> None:
    nested = "(" * MAXIMUM_DEPTH + "sequence = 1" + ")" * MAXIMUM_DEPTH
    assert shown(parse_where(nested)) == "column['sequence'] = [1.0]"
    many = parse_where(" and ".join(["sequence = 1"] * MAXIMUM_COMPARISONS))
    assert isinstance(many, And)
    assert len(many.parts) == MAXIMUM_COMPARISONS


def test_an_order_is_fields_with_a_sign() -> None:
    found = [(term.field.name, term.descending) for term in parse_order("-metrics.a , number")]
    assert found == [("metrics.a", True), ("number", False)]


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "expected a field"),
        ("number,", 8, "expected a field"),
        ("number desc", 8, "expected a comma or the end, found desc"),
        ("-tags.a", 2, "tags.a has no order"),
        (",".join(["number"] * (MAXIMUM_TERMS + 1)), 36, "expected at most 5 fields"),
    ],
)
def test_a_wrong_order_is_shown_at_its_column(text: str, column: int, problem: str) -> None:
    with pytest.raises(QueryError, match=r"^order_by: column") as refused:
        parse_order(text)
    assert (refused.value.column, refused.value.problem[: len(problem)]) == (column, problem)
