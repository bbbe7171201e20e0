"""What Python reckons and what the workbook reckons are the same, in LibreOffice itself."""

import io
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from dankheo_sheets.declaration import evaluation, expressions, formulas, typed
from dankheo_sheets.declaration.expressions import Type
from dankheo_sheets.declaration.sheet_text import DIGITS, DIGITS_LIST, sheet_key, sheet_key_formula
from dankheo_sheets.form.ooxml import replace_parts
from tests.form.workbooks import parts
from tests.office import convert

SHEET = "xl/worksheets/sheet1.xml"
ROWS = 400
"""Rows of one workbook: each with its own texts and its own expression."""

NUMBERS = [
    "", " ", "-", "…", "....", "0", "5", "-5", "−5", "- 5", "007", "1.5", "1,5", "1.234", "1 234",
    "1.234.567,8", "12.34", "1.2345", "1,234567", "1,2345678", "1.234.567", "1234.567", ",5", "5,",
    "1,2,3", "123456789012345", "1234567890123456", "12.345.678.901.234", "1.234.567.890.123,45",
    "..5", "5..", "1.23.456", "100 triệu", "1e5", "1/2", "12:30", "5%", "5 %", "%", "0,1", "0,2",
    "\u00a05", "3\u200b", "٣", "½", "+5", "(5)", "0,35", "999.999", "-1.234,5", "--5", "5-", "TRUE",
]  # fmt: skip
DAYS = [
    "", "-", "8/4/2022", "08/04/2022", "8-4-2022", "8.4.2022",
    "31/2/2022", "29/2/2024",
    "29/2/2023",
    "31/12/2199", "1/1/1901", "31/12/1900", "8/4/22", "2022-04-08", "8/4", "ngày 8/4/2022",
    "0/1/2022", "1/0/2022", "1/13/2022", "32/1/2022", "8/4/2022/", "/8/4/2022", "8//2022",
    "8 / 4 / 2022", "1/1/2022",
    "٣/4/2022", "001/4/2022", "8–4–2022",
]  # fmt: skip
TEXTS = ["", " ", "Kinh tế", "kinh  tế", "KINH TẾ", "Kinh tê", "a", "1", "\u200b", "Văn hoá–xã hội"]
MARKS = ["", "x"]
PHONES = [
    "", "0900000001", "0900 000 001", "0900.000.001", "(0255) 3822 001", "+84 900000001",
    "900000001",
    "0900000001; 0900000002", "+84900000001", "84900000001", "090000000", "02553822001", "không có",
    "०900000001", "0900-000-001", "......",
]  # fmt: skip
EMAILS = [
    "", "mau@so.example", "Mau@So.Example", "a@b.c", "a@bc", "@b.c", "a@@b.c", "a b@c.d", "a@.c",
    "a@b.", "a@b.c.d", "mau@so.example;hai@so.example", "a@b", "a@", "a", "a@.b.", "a@..", "a@...",
]  # fmt: skip
COLUMNS = {
    "a": Type.NUMBER, "b": Type.NUMBER, "c": Type.NUMBER, "p": Type.NUMBER,
    "d": Type.DATE, "e": Type.DATE, "t": Type.TEXT, "u": Type.TEXT, "m": Type.TRUTH,
    "phone": Type.TEXT, "email": Type.TEXT,
}  # fmt: skip
TYPED = {
    **dict.fromkeys("abcp", NUMBERS), **dict.fromkeys("de", DAYS), **dict.fromkeys("tu", TEXTS),
    "m": MARKS, "phone": PHONES, "email": EMAILS,
}  # fmt: skip
READ = {
    "a": typed.NUMBER, "b": typed.NUMBER, "c": typed.INTEGER, "p": typed.PERCENT,
    "d": typed.DAY, "e": typed.DAY, "phone": typed.PHONE, "email": typed.EMAIL,
}  # fmt: skip
LIKE = ["##.##.@", "#", "ĐK-###", "@@"]
LIKELY = ["12.34.a", "12.34.Đ", "1", "đk-123", "ĐK–123", "ab", "a1", "", "12.34.é", "ĐK-12٣"]


class Sheet:
    """A workbook whose every row has its inputs on the left, then its hidden cells."""

    def __init__(self) -> None:
        self.data = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.data)
        self.sheet = self.book.add_worksheet("T")
        self.text = self.book.add_format({"num_format": "@"})
        lists = self.book.add_worksheet("L")
        for at, digit in enumerate(DIGITS):
            lists.write_string(at, 0, digit)
        self.book.define_name(DIGITS_LIST, f"=L!$A$1:$A${len(DIGITS)}")

    def calculated(self, folder: Path) -> Sequence[Sequence[object]]:
        self.book.close()
        source = folder / "twins.xlsx"
        data = self.data.getvalue()
        uncalculated = parts(data)[SHEET].replace(b"</f><v>0</v>", b"</f>")
        source.write_bytes(replace_parts(data, {SHEET: uncalculated}))
        (saved,) = convert([source], "xlsx", folder / "out")
        return CalamineWorkbook.from_path(saved).get_sheet_by_index(0).to_python()


LETTERS = {key: xl_col_to_name(at) for at, key in enumerate(COLUMNS)}
VALUES = {key: xl_col_to_name(len(COLUMNS) + at) for at, key in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Twin:
    """One row: what stands in it, and what both made of it."""

    node: expressions.Node
    texts: dict[str, str]
    cells: Sequence[object]
    value: evaluation.Value


class Row:
    """See :class:`formulas.Places`."""

    def __init__(self, sheet: Sheet, row: int, texts: dict[str, str]) -> None:
        self.sheet, self.row, self.next = sheet, row, 2 * len(COLUMNS) + 2
        self.known: dict[str, str] = {}
        for at, (key, text) in enumerate(texts.items()):
            sheet.sheet.write_string(row - 1, at, text, sheet.text)
            raw = f"{LETTERS[key]}{row}"
            held = READ[key].formula(raw, self.hidden) if key in READ else sheet_key_formula(raw)
            assert len(held) < 8192
            sheet.sheet.write_formula(f"{VALUES[key]}{row}", f"={held}")

    def value(self, key: str) -> str:
        return f"{VALUES[key]}{self.row}"

    folded = value

    def marked(self, key: str) -> str:
        return f'{VALUES[key]}{self.row}="x"'

    def column(self, key: str) -> str:
        return f"{VALUES[key]}$1:{VALUES[key]}${ROWS}"

    def hidden(self, formula: str) -> str:
        assert len(formula) < 8192
        if formula not in self.known:
            self.known[formula] = f"{xl_col_to_name(self.next)}{self.row}"
            self.sheet.sheet.write_formula(self.known[formula], f"={formula}")
            self.next += 1
        return self.known[formula]


def value_of(key: str, text: str) -> evaluation.Value:
    """Return what an expression sees of a cell: a wrong one is empty."""
    if key in READ:
        value = READ[key].value(text)
        return None if isinstance(value, typed.Misfit) else value
    return sheet_key(text) == "x" if key == "m" else text


LEAVES = {
    Type.NUMBER: ["a", "b", "c", "p", "0", "100", "2.5", "sum(c)", "count(a)", "count(t)"],
    Type.DATE: ["d", "e", 'date("8/4/2022")'],
    Type.TEXT: ["t", "u", '"Kinh Tế"', '""', "“gì”"],
    Type.TRUTH: ["m", "empty(t)", "empty(a)", "empty(d)", "a <= b", "t = u", "d < e"],
}
BRANCHES = {
    Type.NUMBER: [
        "({N} + {N} - {N})", "({N} * {N})", "{N} / ({N})", "-a", "if({W}, {N}, {N})",
        "days({D}, {D})", "year({D})",
    ],
    Type.DATE: ["if({W}, {D}, {D})"],
    Type.TEXT: ["if({W}, {T}, {T})"],
    Type.TRUTH: [
        "({W} and {W} and {W})", "({W} or {W})", "not ({W})", "{N} = {N}", "{N} < {N}",
        "{N} >= {N}", "{N} != {N}", "{D} <= {D}", "{D} > {D}", "{D} = {D}", "{T} = {T}",
        "{T} != {T}", "empty({N})", "empty({D})", "empty({T})", "empty({W})",
    ],
}  # fmt: skip
OF = {"N": Type.NUMBER, "D": Type.DATE, "T": Type.TEXT, "W": Type.TRUTH}


def make(wanted: Type, pick: random.Random, depth: int) -> str:
    """Write an expression of a type at random."""
    if depth == 0 or pick.random() < 0.25:
        return pick.choice(LEAVES[wanted])
    branch = pick.choice(BRANCHES[wanted])
    return re.sub(r"\{(.)\}", lambda found: make(OF[found[1]], pick, depth - 1), branch)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> list[Twin]:
    """Of each row: its expression and texts, then both values of the columns and of it."""
    pick = random.Random(20221204)
    sheet = Sheet()
    rows = []
    for number in range(1, ROWS + 1):
        texts = {key: pick.choice(choices) for key, choices in TYPED.items()}
        for key, choices in TYPED.items():  # every text at least once
            if number <= len(choices):
                texts[key] = choices[number - 1]
        wanted = pick.choice([Type.NUMBER, Type.TRUTH, Type.DATE])
        node = expressions.parse(make(wanted, pick, 4), COLUMNS, wanted)
        row = Row(sheet, number, texts)
        written = formulas.formula(node, row)
        sheet.sheet.write_formula(f"{xl_col_to_name(2 * len(COLUMNS))}{number}", f"={written}")
        rows.append((node, texts))
    grid = sheet.calculated(tmp_path_factory.mktemp("twins"))
    values: list[evaluation.Row] = [
        {key: value_of(key, text) for key, text in texts.items()} for _, texts in rows
    ]
    return [
        Twin(node, texts, grid[at], evaluation.evaluate(node, values[at], values))
        for at, (node, texts) in enumerate(rows)
    ]


def shown(value: object) -> object:
    """Return what a sheet holds for a value."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)) / timedelta(days=1))
    return "" if value is None else value


def test_a_cell_is_read_the_same_in_both(twins: list[Twin]) -> None:
    different = []
    for twin in twins:
        for at, key in enumerate(COLUMNS):
            if key in READ:
                value = READ[key].value(twin.texts[key])
                wanted = "?" if isinstance(value, typed.Misfit) else shown(value)
                if twin.cells[len(COLUMNS) + at] != wanted:
                    different.append((key, twin.texts[key], wanted, twin.cells[len(COLUMNS) + at]))

    assert different[:5] == []


def test_an_expression_has_the_same_value_in_both(twins: list[Twin]) -> None:
    different = []
    for twin in twins:
        there, wanted = twin.cells[2 * len(COLUMNS)], shown(twin.value)
        same = there == wanted or (there == "?" and twin.value is None)
        if isinstance(there, float) and isinstance(wanted, float):
            same = abs(there - wanted) <= 1e-14 * max(abs(there), abs(wanted), 1)
        if not same:
            different.append((twin.node, twin.texts, wanted, there))

    assert different[:5] == []


def test_a_pattern_fits_the_same_texts_in_both(tmp_path: Path) -> None:
    sheet = Sheet()
    pairs = [(text, like) for text in LIKELY for like in LIKE]
    for at, (text, like) in enumerate(pairs):
        sheet.sheet.write_string(at, 0, text, sheet.text)
        sheet.sheet.write_formula(at, 1, f"={sheet_key_formula(f'A{at + 1}')}")
        sheet.sheet.write_formula(at, 2, f"={typed.like_formula(f'B{at + 1}', like)}")

    grid = sheet.calculated(tmp_path)

    fit = [pair for pair, cells in zip(pairs, grid, strict=True) if cells[2]]
    assert fit == [(text, like) for text, like in pairs if typed.is_like(text, like)]
    assert len(fit) > 5
