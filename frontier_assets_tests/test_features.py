"""The rows of the feature inventory that have a test, read from the markers of the test tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
MARKER = "pytest.mark.feature"
AREAS = "ABT API CKP CNV DB DEP DOC EVA FRM LIF MON OBS PRO REG SEC SRC STO SYS TRN TST UI VER"
ROW = re.compile(rf"({'|'.join(AREAS.split())})-[1-9][0-9]?")
SHOWN = (
    "FRM-1 FRM-2 FRM-3 FRM-4 FRM-5 UI-1 UI-3 TRN-1 TRN-3 TRN-7 TRN-9 API-7 SEC-11 STO-12 STO-13 "
    "STO-14 STO-17 STO-22 STO-24 STO-25 STO-27 CKP-1 CKP-2 CKP-3 CKP-4 CKP-5 CKP-6 CKP-7 VER-22 "
    "STO-1 STO-2 STO-3 STO-4 STO-5 STO-6 STO-7 STO-8 STO-9 STO-10 STO-11 STO-15 STO-16 STO-18 "
    "STO-19 STO-20 STO-21 STO-23 STO-28 "
    "VER-15 VER-16 PRO-1 PRO-2 PRO-3 PRO-5 PRO-7 "
    "VER-1 VER-2 VER-3 VER-4 VER-5 VER-6 VER-7 VER-8 VER-13 VER-14 VER-18 VER-19 VER-20 VER-21 "
    "DB-12 DB-13 DB-14 "
    "SRC-1 SRC-2 SRC-4 SRC-5 VER-10 VER-11 VER-23 DB-7 DB-8 DB-10 DB-11 DB-24 DB-26 "
    "DB-3 DB-19 DB-20 DB-21 DB-22 DB-23 DB-24 DB-25 "
    "VER-9 VER-17 SEC-4 SEC-10 DB-15 PRO-4 "
    "VER-12 VER-24 VER-25 VER-26 DB-1 DB-2 DB-4 DB-5 DB-6 DB-9 DB-16 DB-17 DB-18 LIF-8 API-1 "
    "EVA-1 EVA-2 EVA-3 EVA-4 EVA-5 EVA-6 EVA-7 EVA-8 EVA-9 EVA-10 EVA-11 EVA-12 EVA-13 EVA-14 "
    "CNV-1 CNV-2 CNV-3 CNV-4 CNV-5 CNV-6 CNV-7 CNV-8 CNV-9 CNV-10 CNV-11 CNV-12 SRC-3 MON-12 "
    "ABT-1 ABT-2 ABT-3 ABT-4 ABT-5 ABT-6 ABT-7 ABT-8 ABT-9 ABT-10 ABT-11 ABT-12 ABT-13 ABT-14 "
    "ABT-15 ABT-16 ABT-17 ABT-18 ABT-19 ABT-20 "
    "DOC-1 DOC-2 DOC-3 DOC-4 DOC-5 DOC-6 DOC-7 DOC-8"
)


def marked_rows(source: str) -> Iterator[str]:
    """Yield the arguments of every feature marker; one that is no literal is an error."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == MARKER:
            yield from (ast.literal_eval(argument) for argument in node.args)


def rows_by_file() -> dict[str, list[str]]:
    return {
        str(path.relative_to(TESTS)): list(marked_rows(path.read_text(encoding="utf-8")))
        for path in TESTS.rglob("test_*.py")
    }


def test_markers_of_functions_classes_and_modules_are_read() -> None:
    source = (
        "import pytest\n"
        "pytestmark = pytest.mark.feature('DB-1')\n"
        "@pytest.mark.slow\n"
        "@pytest.mark.feature('UI-1', 'UI-2')\n"
        "def test_a() -> None: ...\n"
        "class TestB:\n"
        "    @pytest.mark.feature('API-7')\n"
        "    def test_c(self) -> None: ...\n"
    )
    assert sorted(marked_rows(source)) == ["API-7", "DB-1", "UI-1", "UI-2"]


def test_every_row_that_is_delivered_has_a_test() -> None:
    found = {row for rows in rows_by_file().values() for row in rows}
    assert sorted(set(SHOWN.split()) - found) == []


def test_no_marker_names_what_is_no_row() -> None:
    wrong = {
        path: [row for row in rows if not ROW.fullmatch(row)]
        for path, rows in rows_by_file().items()
    }
    assert {path: rows for path, rows in wrong.items() if rows} == {}
