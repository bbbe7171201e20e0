"""What a unit may hand in, and what is read of it.

The cases are those of reference/measurements.md §4 and reference/practice.md §3.
"""

import ast
import io
import re
import sys
import time as clock
import unicodedata
import zipfile
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from dankheo_sheets.form import layout, opening, reader, rules
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import replace_parts, sheet_parts
from dankheo_sheets.form.reckoning import reckoned
from dankheo_sheets.registration import (
    EMPTY_COVER,
    CellRef,
    Cover,
    Registration,
    Scope,
    Severity,
)
from dankheo_sheets.vietnamese import INVISIBLE, clean, visible
from tests.form.workbooks import (
    DONE,
    ENTRIES_PART,
    FEEDBACK_PART,
    IDENTITY_PART,
    STRINGS_PART,
    UNIT,
    WORKBOOK_PART,
    Typed,
    added,
    edited,
    good,
    parts,
    password_protected_zip,
    patched,
    rearranged,
    strict,
    typed,
    with_cell,
    with_prefix,
    with_rows,
    without_references,
    workbook,
)
from tests.form_2022 import COLUMNS, entry

Office = Callable[[bytes, str], bytes]


def read(data: bytes, form: Form) -> Registration:
    return reader.read(data, form, UNIT)


def problems(registration: Registration) -> list[tuple[str, str, str, str]]:
    """Return (code, severity, cell, value) of what the reader met."""
    return [
        (found.code, found.severity.value, str(found.cell or ""), found.value)
        for found in registration.problems
    ]


def refusal(data: bytes, form: Form) -> str:
    """Return the code of the one finding on a file that cannot be used."""
    registration = read(data, form)
    (finding,) = registration.problems
    assert registration == Registration(UNIT, problems=(finding,))
    assert (finding.severity, finding.scope) == (Severity.BLOCK, Scope.FILE)
    assert not registration.readable
    return finding.code


# --- sound workbooks ------------------------------------------------------------------------


def test_an_untouched_workbook_is_empty_and_has_no_problems(form: Form) -> None:
    registration = read(workbook(form), form)
    assert registration.entries == ()
    assert registration.cover == EMPTY_COVER
    assert registration.problems == ()
    assert registration.readable


def test_every_cell_knows_its_place(form: Form) -> None:
    registration = read(workbook(form, good(), cover=DONE), form)
    tab = layout.TAB_ENTRIES
    assert registration == Registration(
        UNIT,
        (good(10),),
        DONE,
        tab,
        {
            "field": "A", "name": "B", "collective": "C", "individual": "D",
            "place": "E", "content": "F", "new": "G", "replicated": "H",
        },
        {
            "preparer": CellRef(tab, 5, "B"), "phone": CellRef(tab, 5, "E"),
            "nil_reason": CellRef(tab, 5, "G"), "number": CellRef(tab, 6, "B"),
            "date": CellRef(tab, 6, "E"), "confirmed": CellRef(tab, 6, "G"),
        },
    )  # fmt: skip


def test_a_workbook_saved_by_openpyxl_reads_the_same(form: Form) -> None:
    """It holds inline strings with numeric character references, and no shared strings."""
    made = workbook(form, good(), cover=DONE)
    saved = edited(made, lambda book: None)
    assert STRINGS_PART not in parts(saved)
    assert b"&#7879;" in parts(saved)[ENTRIES_PART]
    assert read(saved, form) == read(made, form)


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_reads_the_same(form: Form, office: Office) -> None:
    made = typed(
        workbook(form, good(), cover=DONE),
        {"B13": "Dòng sau hai dòng trống", "F13": "Đoạn một.\nĐoạn hai: “A & B <c>”", "C13": "=x"},
    )
    assert read(office(made, "xlsx"), form) == read(made, form)


@pytest.mark.office
def test_libreoffice_leaves_an_error_as_an_error(form: Form, office: Office) -> None:
    """An input cell holding =1/0, and one holding a formula that calculates."""
    made = edited(workbook(form, good()), _type_formulas)
    registration = read(office(made, "xlsx"), form)
    assert problems(registration) == [
        ("formula", "warn", "B10", "KHÉO"),
        ("error-value", "block", "E10", "#DIV/0!"),
    ]
    assert registration.entries == (good(name="KHÉO", place=""),)


def _type_formulas(book: openpyxl.Workbook) -> None:
    sheet = book[layout.TAB_ENTRIES]
    sheet["B10"].number_format = sheet["E10"].number_format = "General"
    sheet["B10"], sheet["E10"] = '=UPPER("khéo")', "=1/0"


@pytest.mark.office
def test_a_real_xls_is_asked_to_be_saved_anew(form: Form, office: Office) -> None:
    assert refusal(office(workbook(form, good()), "xls"), form) == "old-format"


def test_elements_with_a_namespace_prefix_are_read(form: Form) -> None:
    made = with_cell(workbook(form, good()), "D10", 't="e"', "<v>#N/A</v>")
    prefixed = with_prefix(made, ENTRIES_PART, STRINGS_PART, WORKBOOK_PART)
    assert b"<x:c r=" in parts(prefixed)[ENTRIES_PART]
    assert problems(read(prefixed, form)) == [("error-value", "block", "D10", "#N/A")]
    assert read(prefixed, form) == read(made, form)


def test_cells_without_references_are_found(form: Form) -> None:
    made = with_cell(workbook(form, good(), cover=DONE), "D10", 't="e"', "<v>#N/A</v>")
    bare = without_references(made)
    assert b" r=" not in parts(bare)[ENTRIES_PART].split(b"<sheetData>")[1]
    assert problems(read(bare, form)) == [("error-value", "block", "D10", "#N/A")]
    assert read(bare, form) == read(made, form)


def test_a_table_of_5000_rows_is_read(form: Form) -> None:
    """As after pasting a register of the whole province: each row is there, at its number."""
    rows = "".join(
        f'<row r="{row}"><c r="B{row}" t="inlineStr"><is><t>Mô hình {row}</t></is></c></row>'
        for row in range(form.last_row + 1, 5010)
    )
    registration = read(with_rows(workbook(form), rows), form)
    assert registration.problems == ()
    assert registration.entries == tuple(
        entry(row, name=f"Mô hình {row}") for row in range(form.last_row + 1, 5010)
    )


# --- what stands in a cell --------------------------------------------------------------------


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#NAME?", "#VALUE!", "#NUM!"])
@pytest.mark.parametrize("inside", ["<v>{}</v>", "<f>1/0</f><v>{}</v>"])
def test_an_error_cell_is_reported_and_not_taken_for_blank(
    form: Form, error: str, inside: str
) -> None:
    made = with_cell(workbook(form, good()), "D10", 's="8" t="e"', inside.format(error))
    registration = read(made, form)
    assert problems(registration) == [("error-value", "block", "D10", error)]
    assert registration.problems[0].scope is Scope.ENTRY
    assert registration.entries == (good(),)


def test_an_error_as_openpyxl_writes_it_is_reported(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        cell = book[layout.TAB_ENTRIES]["E10"]
        cell.value, cell.data_type = "#REF!", "e"

    registration = read(edited(workbook(form, good()), do), form)
    assert problems(registration) == [("error-value", "block", "E10", "#REF!")]


def test_an_error_in_an_otherwise_blank_row_makes_it_a_row(form: Form) -> None:
    made = with_cell(workbook(form, good()), "F39", 't="e"', "<v>#REF!</v>")
    registration = read(made, form)
    assert problems(registration) == [("error-value", "block", "F39", "#REF!")]
    assert registration.entries == (good(), entry(39))


def test_each_error_cell_is_reported_in_reading_order(form: Form) -> None:
    made = workbook(form, good())
    for reference in ("H12", "A12", "H10"):
        made = with_cell(made, reference, 't="e"', "<v>#N/A</v>")
    assert [str(found.cell) for found in read(made, form).problems] == ["H10", "A12", "H12"]


def test_an_error_in_the_cover_is_about_the_unit(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        cell = book[layout.TAB_ENTRIES]["E5"]
        cell.value, cell.data_type = "#NAME?", "e"

    registration = read(edited(workbook(form, good()), do), form)
    assert problems(registration) == [("error-value", "block", "E5", "#NAME?")]
    assert registration.problems[0].scope is Scope.UNIT
    assert registration.cover.phone == ""


def test_an_error_outside_the_input_cells_is_no_problem(form: Form) -> None:
    """The check column may have lost its helpers; what it shows is never read."""
    made = with_rows(workbook(form, good()), '<row r="45"><c r="I45" t="e"><v>#REF!</v></c></row>')
    assert read(made, form).problems == ()


def test_a_formula_gives_its_value_and_a_warning(form: Form) -> None:
    made = with_cell(workbook(form), "B10", 't="str"', '<f>UPPER("a")</f><v>A &amp; Ô</v>')
    registration = read(made, form)
    assert [problem[:3] for problem in problems(registration)] == [("formula", "warn", "B10")]
    assert registration.entries == (entry(10, name="A & Ô"),)


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("", "<f>A1</f>"),
        ("", "<f>A1</f><v/>"),
        ("", "<f>A1</f><v></v>"),
        ('t="str"', "<f>A1&gt;2</f><v></v>"),
        ("", '<f t="shared" si="0"/>'),
        ("", '<f t="shared" si="0"/><v></v>'),
    ],
)
def test_a_formula_without_a_value_is_reported_and_not_taken_for_blank(
    form: Form, attributes: str, inside: str
) -> None:
    registration = read(with_cell(workbook(form, good()), "B12", attributes, inside), form)
    assert problems(registration) == [("formula-empty", "block", "B12", "")]
    assert registration.entries == (good(), entry(12))


def test_a_shared_formula_gives_its_value(form: Form) -> None:
    made = with_cell(workbook(form), "B10", "", '<f t="shared" si="0"/><v>5</v>')
    made = with_cell(made, "E10", 't="inlineStr"', "<is><t>xã</t></is>")
    registration = read(made, form)
    assert problems(registration) == [
        ("formula", "warn", "B10", "5"), ("name-number", "block", "B10", "5"),
    ]  # fmt: skip
    assert registration.entries == (entry(10, name="5", place="xã"),)


def test_a_formula_typed_in_openpyxl_has_no_value_yet(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        book[layout.TAB_ENTRIES]["B10"] = "=B11"

    registration = read(edited(workbook(form), do), form)
    assert problems(registration) == [("formula-empty", "block", "B10", "")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (0, "0"),
        (-3, "-3"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (12345678901234, "12345678901234"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2022, 4, 8), "08/4/2022"),
        (datetime(2022, 1, 15, 8, 30), "15/01/2022 08:30"),  # noqa: DTZ001 - cells have no zone
        (time(8, 5), "08:05"),
        ("08/4/2022", "08/4/2022"),
        ("00123", "00123"),
        ("01", "01"),
        ("1e5", "1e5"),
        ("=1+1", "=1+1"),
        ("+84 255", "+84 255"),
        ("-", "-"),
        ("@x", "@x"),
        ("'x", "'x"),
        ("https://so-khcn.example", "https://so-khcn.example"),
        ("  giữ khoảng trắng  ", "  giữ khoảng trắng  "),
        ("Đoạn một\nĐoạn hai", "Đoạn một\nĐoạn hai"),
        ("A & B <c> “d”", "A & B <c> “d”"),
    ],
)
def test_a_value_reads_as_it_was_typed(form: Form, value: str | float, text: str) -> None:
    registration = read(typed(workbook(form), {"A10": "Kinh tế", "E10": value}), form)
    assert {problem.code for problem in registration.problems} <= {"place-number"}
    assert registration.entries == (entry(10, field="Kinh tế", place=text),)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("A_x0007_B", "AB"),
        ("A_x000D_&#10;B", "A\nB"),
        ("A&#13;&#10;B", "A\nB"),
        ("A_x000D_B", "A\nB"),
        ("A&#9;B", "A\tB"),
        ("ế &#x1F600; &amp;amp;", "ế 😀 &amp;"),
    ],
)
def test_what_no_document_can_hold_is_gone(form: Form, xml: str, text: str) -> None:
    """A control character would stop Word, CRLF break twice (reference/measurements.md §4.5)."""
    made = with_cell(workbook(form), "E10", 't="inlineStr"', f"<is><t>{xml}</t></is>")
    assert read(made, form).entries == (entry(10, place=text),)


def test_rich_text_is_read_without_its_fonts(form: Form) -> None:
    runs = "<is><r><rPr><b/></rPr><t>Dân vận</t></r><r><t xml:space='preserve'> khéo</t></r></is>"
    made = with_cell(workbook(form), "B10", 't="inlineStr"', runs)
    assert read(made, form).entries == (entry(10, name="Dân vận khéo"),)


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFC", "Văn hoá – Xã hội"),
        unicodedata.normalize("NFD", "Văn hoá – Xã hội"),
        "Kinh tê\u0301",
        "M« h×nh “C«ng së xanh - s¹ch - ®Ñp”",
        "Coâng sôû xanh",
        "kinh\u00a0tế \u200b",
    ],
)
def test_text_stays_as_typed_whatever_its_form(form: Form, text: str) -> None:
    """Composed, decomposed, Windows-1258 hat plus tone, TCVN3, VNI: only keys are folded."""
    assert read(typed(workbook(form), {"A10": text}), form).entries == (entry(10, field=text),)


def test_an_over_long_text_is_read_whole_with_a_warning(form: Form) -> None:
    long = "Khéo " * 8000
    inline = 't="inlineStr"'
    inside = f'<is><t xml:space="preserve">{long}</t></is>'
    registration = read(with_cell(workbook(form, good()), "F11", inline, inside), form)
    assert [problem[:3] for problem in problems(registration)] == [("too-long", "warn", "F11")]
    assert registration.entries == (good(), entry(11, content=long))


def test_the_longest_text_a_cell_can_hold_is_no_problem(form: Form) -> None:
    longest = "ế" * 32_767
    registration = read(typed(workbook(form), {"F10": longest}), form)
    assert registration.problems == ()
    assert registration.entries == (entry(10, content=longest),)


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        (900000001, "0900000001"),
        (905123456.0, "0905123456"),
        ("0900000001", "0900000001"),
        ("900000001", "0900000001"),
        (2553822001, "02553822001"),
        ("2553822001", "02553822001"),
        ("\u202a900000001\u202c", "0900000001"),
        ("\u202a0900 000 001\u202c", "\u202a0900 000 001\u202c"),
        (84900000001, "84900000001"),
        (2553822, "2553822"),
        ("0255.3822.001", "0255.3822.001"),
    ],
)
def test_a_phone_number_gets_its_lost_zero_back(form: Form, value: str | float, phone: str) -> None:
    """Only where nothing but its digits stands: that is what a number cell made of it."""
    assert read(typed(workbook(form), {"E5": value}), form).cover == Cover(phone=phone)


def test_a_date_cell_of_the_cover_reads_as_a_date(form: Form) -> None:
    made = typed(workbook(form), {"E6": date(2022, 4, 8), "B6": 12})
    assert read(made, form).cover == Cover(number="12", date="08/4/2022")


@pytest.mark.parametrize(
    "mark",
    ["x", "X", "х", "Х", "×", "✓", "✔", "☑", "√", "v", "V", "*", "+", "1", "01", "có", "Có",
     "x ", "TRUE", "01 tập thể", "Nguyễn Văn A", "02", "-", "–", "0", "không", "ko"],
)  # fmt: skip
def test_a_mark_is_kept_as_typed(form: Form, mark: str) -> None:
    """Whether it counts is for the rules to say."""
    registration = read(typed(workbook(form), {"A10": "Kinh tế", "C10": mark}), form)
    assert registration.entries == (entry(10, field="Kinh tế", collective=mark),)
    assert registration.problems == ()


# --- cells that show more than their value --------------------------------------------------------


def said(registration: Registration) -> list[tuple[str, str, str]]:
    """Return (code, cell, message) of what the reader met."""
    return [(f.code, str(f.cell), f.message) for f in registration.problems]


@pytest.mark.parametrize(
    ("value", "number_format", "text", "message"),
    [
        (
            date(2022, 5, 12), "d-mmm", "12/5/2022",
            "Ô chứa ngày 12/5/2022 vì bảng tính tự đổi thành ngày: ghi lại bằng chữ, thêm dấu ' "
            "ở đầu.",
        ),
        (
            time(8, 30), "h:mm", "08:30",
            "Ô chứa giờ 08:30 vì bảng tính tự đổi thành giờ: ghi lại bằng chữ, thêm dấu ' ở đầu.",
        ),
        (0.5, "0%", "50%", "Ô chỉ có số 50%: ghi lại bằng chữ."),
        (0.07, "0.00%", "7%", "Ô chỉ có số 7%: ghi lại bằng chữ."),
        (1.125, '0.0"%"', "112.5%", "Ô chỉ có số 112.5%: ghi lại bằng chữ."),
        (0.5, "General", "0.5", "Ô chỉ có số 0.5: ghi lại bằng chữ."),
        (12, "@", "12", "Ô chỉ có số 12: ghi lại bằng chữ."),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("cell", "key"), [("E10", "place"), ("F10", "content")])
def test_a_cell_that_became_a_number_is_told_so(
    form: Form, value: Typed, number_format: str, text: str, message: str, cell: str, key: str
) -> None:
    """And nothing else is said of it: not that it is missing."""

    def do(book: openpyxl.Workbook) -> None:
        typed_in = book[layout.TAB_ENTRIES][cell]
        typed_in.value, typed_in.number_format = value, number_format

    registration = read(edited(workbook(form, good(), cover=DONE), do), form)
    expected = good(place=text) if key == "place" else good(content=text)

    assert registration.entries == (expected,)
    assert said(registration) == [(f"{key}-number", cell, message)]
    assert [f.code for f in rules.check(registration, form)] == [f"{key}-number", "minimum"]


def test_a_row_with_a_date_is_checked_like_any_other(form: Form) -> None:
    made = typed(workbook(form, good(name=""), good(11), cover=DONE), {"E10": date(2022, 5, 12)})
    found = list(rules.check(read(made, form), form))
    assert [(f.code, str(f.cell)) for f in found] == [
        ("place-number", "E10"), ("name-required", "B10"),
    ]  # fmt: skip
    assert rules.check_text(found, form) == (
        "Thiếu tên mô hình. Địa chỉ chỉ có số, hãy ghi bằng chữ."
    )


def test_numbered_rows_are_still_unused(form: Form) -> None:
    assert read(typed(workbook(form), {"A10": 1, "B11": 2, "E12": date(2022, 5, 12)}), form) == (
        read(workbook(form), form)
    )


HIDDEN = "Dòng đang ẩn, vẫn được tính: bỏ ẩn để kiểm tra, hoặc xoá nếu không đăng ký."
STRUCK = "Dòng bị gạch ngang, vẫn được tính: bỏ gạch, hoặc xoá nội dung nếu không đăng ký."


@pytest.mark.parametrize(
    "attributes",
    ['hidden="1"', 'hidden="true"', "hidden='1'", 'ht="0" customHeight="1"', 'ht="0.0"'],
)
def test_a_hidden_row_counts_and_is_told(form: Form, attributes: str) -> None:
    """Hidden by hand, by a filter, or made so low that nobody sees it."""
    made = workbook(form, good(), good(11, name="Khác"), cover=DONE)
    hidden = patched(made, '<row r="11"', f'<row {attributes} r="11"')
    after = patched(made, '<row r="11"', f'<row r="11" {attributes}')
    for registration in (read(hidden, form), read(after, form)):
        assert [entry.row for entry in registration.entries] == [10, 11]
        assert said(registration) == [("hidden-row", "dòng 11", HIDDEN)]
        (finding,) = registration.problems
        assert (finding.severity, finding.scope) == (Severity.WARN, Scope.ENTRY)


def test_a_hidden_row_without_an_entry_is_nothing_to_tell(form: Form) -> None:
    made = workbook(form, good(), cover=DONE)
    for row in ('<row r="11"', '<row r="8"'):
        assert read(patched(made, row, f'{row} hidden="1"'), form).problems == ()
    assert read(patched(made, '<row r="10"', '<row r="10" hidden="0"'), form).problems == ()


def strike(book: openpyxl.Workbook, *cells: str) -> None:
    for cell in cells:
        font = copy(book[layout.TAB_ENTRIES][cell].font)
        font.strike = True
        book[layout.TAB_ENTRIES][cell].font = font


@pytest.mark.parametrize(
    ("cells", "told"),
    [("ABCDEFGH", True), ("B", True), ("ACEF", True), ("E", False), ("CG", False), ("D", False)],
)
def test_a_struck_out_row_counts_and_is_told(form: Form, cells: str, told: bool) -> None:
    made = workbook(form, good(), good(11, name="Khác"), cover=DONE)
    struck = edited(made, lambda book: strike(book, *(f"{cell}11" for cell in cells)))
    registration = read(struck, form)
    assert [entry.row for entry in registration.entries] == [10, 11]
    assert said(registration) == [("struck-row", "dòng 11", STRUCK)] * told


@pytest.mark.parametrize(
    ("block", "cell"),
    [("A10:A12", "A10"), ("E10:F10", "E10"), ("E11:E40", "E11"), ("H11:J11", "H11")],
)
def test_merged_cells_of_the_table_are_told(form: Form, block: str, cell: str) -> None:
    made = workbook(form, good(), good(11, name="Khác"), cover=DONE)
    merged = edited(made, lambda book: book[layout.TAB_ENTRIES].merge_cells(block))
    assert said(read(merged, form))[-1:] == [
        (
            "merged-cells", cell,
            f"Ô gộp {block}, chỉ ô đầu được tính: bỏ gộp, ghi đủ từng ô.",
        )
    ]  # fmt: skip


@pytest.mark.parametrize("block", ["I10:J11", "A20:H21", "B5:B6"])
def test_merged_cells_that_hold_no_entry_are_nothing_to_tell(form: Form, block: str) -> None:
    made = workbook(form, good(), cover=DONE)
    merged = edited(made, lambda book: book[layout.TAB_ENTRIES].merge_cells(block))
    assert read(merged, form).problems == ()


# --- strict Open XML ------------------------------------------------------------------------------


def test_strict_open_xml_reads_the_same(form: Form) -> None:
    """As Excel saves “Strict Open XML Spreadsheet”: the same names in other namespaces."""
    made = workbook(form, good(), cover=DONE)
    assert read(strict(made), form) == read(made, form)
    assert reader.identity_of(strict(made)) == reader.identity_of(made)


def test_dates_and_odd_cells_of_strict_open_xml_are_read(form: Form) -> None:
    made = workbook(form, good(place=""), cover=DONE)
    made = with_cell(made, "E10", 's="1" t="d"', "<v>2022-05-12</v>")
    made = with_cell(made, "E11", 't="e"', "<v>#N/A</v>")
    made = strict(patched(made, '<c r="E11"', '<c  r="E11"'))
    assert [(f.code, str(f.cell)) for f in read(made, form).problems] == [
        ("error-value", "E11"), ("place-number", "E10"),
    ]  # fmt: skip


# --- characters that show nothing -----------------------------------------------------------------

hidden_characters = st.sampled_from(INVISIBLE)


@settings(max_examples=40)
@given(data=st.data())
def test_what_shows_nothing_changes_nothing(form: Form, data: st.DataObject) -> None:
    """Anywhere in a header, a label, a mark, a choice or the hidden tab; kept as typed."""

    def sprinkled(text: str) -> str:
        at = data.draw(st.integers(0, len(text)))
        return text[:at] + data.draw(hidden_characters) + text[at:]

    small = Form(form.campaign.model_copy(update={"form_rows": 3}))
    made = workbook(small, good(), cover=DONE)
    cells = {"A8": "Lĩnh vực", "E7": "Địa chỉ", "F6": "Đã hoàn thành đăng ký (ghi x)"}
    answers = {"A10": "Kinh tế", "C10": "x", "G6": "x"}

    def sprinkle(book: openpyxl.Workbook) -> None:
        for at, text in (cells | answers).items():
            book[layout.TAB_ENTRIES][at].value = sprinkled(text)
        book[layout.TAB_IDENTITY]["B2"].value = sprinkled(UNIT)

    registration = read(edited(made, sprinkle), small)

    assert list(rules.check(registration, small)) == []
    (taken,) = registration.entries
    assert taken != good()
    assert visible(taken["field"]) == "Kinh tế"
    assert reckoned([taken], small)[0].values["holder"] == "tập thể"


# --- rows ---------------------------------------------------------------------------------------


def test_blank_rows_between_entries_keep_the_true_row_numbers(form: Form) -> None:
    made = typed(workbook(form), {"B10": "Một", "B13": "Hai", "B39": "Ba"})
    assert read(made, form).entries == (
        entry(10, name="Một"), entry(13, name="Hai"), entry(39, name="Ba"),
    )  # fmt: skip


def test_blank_rows_and_columns_before_the_form_keep_the_true_numbers(form: Form) -> None:
    """Counting must not start at the first cell with text (reference/measurements.md §4.4)."""

    def do(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1, 2)

    registration = read(rearranged(workbook(form, good(), cover=DONE), do), form)
    assert registration.entries == (good(13),)
    assert registration.cover == DONE
    assert (registration.columns["field"], registration.columns["replicated"]) == ("C", "J")
    assert registration.cover_cells["phone"] == CellRef(layout.TAB_ENTRIES, 8, "G")


def test_rows_below_the_prepared_ones_are_read(form: Form) -> None:
    made = typed(workbook(form), {"B40": "Dòng thứ ba mươi mốt", "B60": "Xa hơn"})
    assert read(made, form).entries == (
        entry(40, name="Dòng thứ ba mươi mốt"), entry(60, name="Xa hơn"),
    )  # fmt: skip


def test_a_row_inserted_above_keeps_its_true_number(form: Form) -> None:
    made = rearranged(workbook(form, good()), lambda sheet: sheet.insert_rows(10, 2))
    made = typed(made, {"B10": "Chen vào"})
    assert read(made, form).entries == (entry(10, name="Chen vào"), good(12))


@pytest.mark.parametrize("text", ["1.....", "1……", "2 .", ".....", "1/", "1)", "_____", "3"])
def test_a_placeholder_row_of_the_paper_form_is_no_entry(form: Form, text: str) -> None:
    made = typed(workbook(form), {"B10": text, "B11": "Mô hình thật"})
    assert read(made, form).entries == (entry(11, name="Mô hình thật"),)


@pytest.mark.parametrize("space", [" ", "   ", "\u00a0", "\u00a0 \u00a0", "\n", "\t", "\u200b"])
def test_a_row_of_spaces_is_no_entry(form: Form, space: str) -> None:
    values = {f"{letter}10": space for letter in "ABCDEFGH"}
    assert read(typed(workbook(form), values), form).entries == ()


def test_a_lone_mark_makes_a_row(form: Form) -> None:
    assert read(typed(workbook(form), {"H20": "x"}), form).entries == (entry(20, replicated="x"),)


def test_a_note_beside_the_table_makes_no_row(form: Form) -> None:
    made = typed(workbook(form, good()), {"L11": "ghi chú riêng", "R30": "nháp", "I12": "đã xem"})
    assert read(made, form).entries == (good(),)


def test_a_first_entry_of_numbers_is_not_taken_for_the_number_row(form: Form) -> None:
    made = typed(workbook(form), {"A10": "1", "C10": "2", "E10": "4", "F10": "5"})
    assert read(made, form).entries == (
        entry(10, field="1", collective="2", place="4", content="5"),
    )  # fmt: skip


# --- the form taken apart -------------------------------------------------------------------------


def test_an_inserted_column_moves_the_letters_and_nothing_else(form: Form) -> None:
    made = rearranged(workbook(form, good(), cover=DONE), lambda sheet: sheet.insert_cols(2))
    registration = read(made, form)
    assert registration.entries == (good(),)
    assert registration.cover == DONE
    assert "".join(registration.columns.values()) == "ACDEFGHI"
    assert str(registration.cell(good(), "name")) == "C10"


def test_moved_columns_are_found_by_their_headers(form: Form) -> None:
    def swap(sheet: Worksheet) -> None:
        for row in range(7, 40):
            for one, other in (("A", "F"), ("C", "D")):
                a, b = sheet[f"{one}{row}"], sheet[f"{other}{row}"]
                a.value, b.value = b.value, a.value

    registration = read(rearranged(workbook(form, good(), cover=DONE), swap), form)
    assert registration.entries == (good(),)
    assert registration.columns["field"] == "F"
    assert registration.columns["content"] == "A"
    assert registration.columns["collective"] == "D"


def test_header_rows_moved_down_are_found(form: Form) -> None:
    made = rearranged(workbook(form, good(), cover=DONE), lambda sheet: sheet.insert_rows(7, 4))
    registration = read(made, form)
    assert (registration.entries, registration.cover) == ((good(14),), DONE)


def test_deleted_title_rows_are_not_missed(form: Form) -> None:
    made = rearranged(workbook(form, good(), cover=DONE), lambda sheet: sheet.delete_rows(1, 4))
    registration = read(made, form)
    assert (registration.entries, registration.cover) == ((good(6),), DONE)
    assert registration.problems == ()


def test_a_deleted_number_row_is_not_missed(form: Form) -> None:
    made = rearranged(workbook(form, good()), lambda sheet: sheet.delete_rows(9))
    assert read(made, form).entries == (good(9),)


@pytest.mark.parametrize(
    ("cell", "header"),
    [
        ("A8", "LĨNH VỰC (chọn)"),
        ("B8", "Tên mô hình/điển hình"),
        ("B8", "tên điển hình"),
        ("C8", "Tập thể"),
        ("D8", unicodedata.normalize("NFD", "Mô hình cá nhân")),
        ("E7", "ĐỊA CHỈ thực hiện"),
        ("F7", "  Nội dung cụ thể "),
        ("F7", "Nô\u0323i dung"),
        ("G8", "XÂY DỰNG MỚI"),
        ("H8", "Nhân\u00a0rộng"),
    ],
)
def test_a_reworded_header_is_known(form: Form, cell: str, header: str) -> None:
    registration = read(typed(workbook(form, good()), {cell: header}), form)
    assert (registration.entries, registration.problems) == ((good(),), ())


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("A8", "Lĩnh vực"), ("B8", "Tên mô hình"), ("C8", "Mô hình tập thể"),
        ("D8", "Mô hình cá nhân"), ("E7", "Địa chỉ"), ("F7", "Nội dung"),
        ("G8", "Xây dựng mới"), ("H8", "Nhân rộng"),
    ],
)  # fmt: skip
def test_a_missing_column_is_named(form: Form, cell: str, name: str) -> None:
    made = typed(workbook(form, good()), {cell: "STT"})
    assert refusal(made, form) == "missing-column"
    assert read(made, form).problems[0].message == (
        f"Thiếu cột “{name}”: khôi phục hàng tiêu đề của mẫu."
    )


def test_a_repeated_column_is_refused_with_both_letters(form: Form) -> None:
    made = typed(workbook(form, good()), {"J8": "Xây dựng mới"})
    assert refusal(made, form) == "repeated-column"
    assert read(made, form).problems[0].message == (
        "Cột “Xây dựng mới” có hai lần (G và J): bỏ một cột."
    )


def test_a_workbook_without_the_table_is_refused(form: Form) -> None:
    made = rearranged(workbook(form, good()), lambda sheet: sheet.delete_rows(7, 3))
    assert refusal(made, form) == "no-table"


def test_a_renamed_tab_is_found_by_its_table(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        book[layout.TAB_ENTRIES].title = "Sheet1"

    registration = read(edited(workbook(form, good(), cover=DONE), do), form)
    assert (registration.entries, registration.cover) == ((good(),), DONE)
    assert (registration.tab, registration.problems) == ("Sheet1", ())


def test_extra_tabs_before_the_form_are_passed_over(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        book.create_sheet("Nháp", 0)["A1"] = "Lĩnh vực"
        book.create_sheet("Tính toán", 1)["B2"] = "=1/0"
        book.create_chartsheet("Biểu đồ", 0)
        book[layout.TAB_ENTRIES].title = "Đăng ký 2022"

    registration = read(edited(workbook(form, good()), do), form)
    assert (registration.entries, registration.problems) == ((good(),), ())


def copied(data: bytes, original: str, copy: str) -> bytes:
    """Return the workbook with a copy of its tab, and these names in the two."""

    def do(book: openpyxl.Workbook) -> None:
        other = book.copy_worksheet(book[layout.TAB_ENTRIES])
        other.title = "Đăng ký (2)"
        book[layout.TAB_ENTRIES]["B10"], other["B10"] = original or None, copy or None
        book.move_sheet(other, -5)

    return edited(data, do)


def test_of_two_filled_tabs_the_forms_own_is_read_and_the_other_is_reported(form: Form) -> None:
    registration = read(copied(workbook(form), "Bản chính", "Bản nháp"), form)

    assert [entry["name"] for entry in registration.entries] == ["Bản chính"]
    assert registration.tab == layout.TAB_ENTRIES
    assert [(f.code, f.severity, f.scope) for f in registration.problems] == [
        ("second-table", Severity.BLOCK, Scope.UNIT)
    ]
    assert "“Đăng ký (2)”" in registration.problems[0].message


def test_a_copy_filled_in_instead_of_the_form_is_read(form: Form) -> None:
    registration = read(copied(workbook(form), "", "Ghi ở bản sao"), form)

    assert [entry["name"] for entry in registration.entries] == ["Ghi ở bản sao"]
    assert (registration.tab, registration.problems) == ("Đăng ký (2)", ())


def test_an_empty_copy_of_the_form_is_passed_over(form: Form) -> None:
    registration = read(copied(workbook(form), "Bản chính", ""), form)

    assert [entry["name"] for entry in registration.entries] == ["Bản chính"]
    assert registration.problems == ()


def test_a_control_character_in_a_formulas_value_hides_nothing(form: Form) -> None:
    """Excel and calamine read such a tab; so do we, also where it must be looked at closely."""
    data = workbook(form, good(place="Xã ='"))
    damaged = patched(data, "<v>kinh tế</v>", "<v>kinh\x08 tế</v>")
    assert damaged != data

    registration = read(patched(damaged, '<c r="A10"', "<c  r='A10'"), form)

    assert registration.problems == ()
    assert [entry["place"] for entry in registration.entries] == ["Xã ='"]


def test_a_pasted_block_that_took_the_drop_downs_along_is_read(form: Form) -> None:
    """Near misses arrive as they are: a paste takes the checks (reference/measurements.md §4.7)."""

    def do(sheet: Worksheet) -> None:
        sheet.data_validations.dataValidation.clear()
        for letter, value in zip("ABC", ["kinh te ", "Mô hình dán", "X "], strict=True):
            cell = sheet[f"{letter}10"]
            cell.value, cell.style = value, "Normal"

    assert read(rearranged(workbook(form), do), form).entries == (
        entry(10, field="kinh te ", name="Mô hình dán", collective="X "),
    )  # fmt: skip


def test_an_external_link_gives_its_last_value_and_a_warning(form: Form) -> None:
    made = with_cell(workbook(form), "B10", 't="str"', "<f>[1]Sheet1!A1</f><v>Từ tệp khác</v>")
    registration = read(made, form)
    assert registration.entries == (entry(10, name="Từ tệp khác"),)
    assert [problem[:3] for problem in problems(registration)] == [("formula", "warn", "B10")]


# --- whose workbook ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("B1", "dan-van-kheo-2021", "wrong-campaign"),
        ("B2", "TTra", "wrong-unit"),
        ("B3", "0", "wrong-version"),
        ("B3", "", "wrong-version"),
    ],
)
def test_another_forms_workbook_is_refused(form: Form, cell: str, value: str, code: str) -> None:
    made = typed(workbook(form, good()), {cell: value}, layout.TAB_IDENTITY)
    assert refusal(made, form) == code


def test_last_years_workbook_of_another_unit_gives_one_finding(form: Form) -> None:
    made = typed(
        workbook(form, good(), unit="TTra"),
        {"B1": "dan-van-kheo-2021", "B3": "0"},
        layout.TAB_IDENTITY,
    )
    assert refusal(made, form) == "wrong-campaign"


def test_a_version_that_became_a_number_is_the_same_version(form: Form) -> None:
    made = typed(workbook(form, good()), {"B3": int("2")}, layout.TAB_IDENTITY)
    assert read(made, form).problems == ()


def test_a_missing_hidden_tab_is_told_and_the_table_read(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        del book[layout.TAB_IDENTITY]

    made = edited(workbook(form, good()), do)
    registration = read(made, form)
    assert registration.entries == (good(),)
    assert problems(registration) == [("no-identity", "warn", "", "")]
    assert reader.identity_of(made) is None


def test_the_version_covers_all_that_reading_depends_on() -> None:
    """Every module of the form's room that reader imports, and theirs; the values; the text."""
    room = (
        "dankheo_sheets.declaration.", "dankheo_sheets.form.", "dankheo_sheets.vietnamese",
        "dankheo_sheets.registration",
    )  # fmt: skip
    seen, wanted = set(), [reader]
    while wanted:
        module = wanted.pop()
        seen.add(module)
        tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
        names = [
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        ]
        imported = {sys.modules[name] for name in names if name in sys.modules}
        wanted += [m for m in imported if m.__name__.startswith(room) and m not in seen]
    assert set(reader.SOURCES) == seen


def test_a_workbook_says_whose_it_is(form: Form) -> None:
    assert reader.identity_of(workbook(form, unit="TTra")) == ("dan-van-kheo-2022", "TTra")


# --- files that are no workbook -----------------------------------------------------------------


@cache
def no_workbooks(made: bytes) -> dict[str, tuple[bytes, str]]:
    """Return what people send instead: situation → (file, code)."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    central = made.rindex(ENTRIES_PART.encode()) - 46
    return {
        "nothing": (b"", "empty-file"),
        "a CSV": ("Lĩnh vực;Tên\r\n".encode("utf-16"), "unreadable"),
        "a PDF": (b"%PDF-1.7\n", "unreadable"),
        "a Word file": (word.getvalue(), "not-xlsx"),
        "half an upload": (made[: len(made) // 2], "unreadable"),
        "all but the end": (made[:-30], "unreadable"),
        "a hole in the middle": (made[:9000] + bytes(200) + made[9200:], "unreadable"),
        "an unknown compression": (
            made[: central + 10] + b"\x63\x00" + made[central + 12 :], "unreadable",
        ),
        "a zip of the future": (
            made[: central + 6] + b"\xa8\x00" + made[central + 8 :], "unreadable",
        ),
        "an old .xls": (ole, "old-format"),
        "a password": (ole + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        "a zip password": (password_protected_zip(made), "encrypted"),
        "no workbook of many pages": (bytes(opening.MAX_BYTES + 1), "oversized"),
        "a zip bomb": (added(made, "xl/media/image1.bmp", bytes(101 * 2**20)), "oversized"),
    }  # fmt: skip


_SKETCH = b"PK\x01\x02" + bytes(42) + ENTRIES_PART.encode()


@pytest.mark.parametrize("situation", list(no_workbooks(_SKETCH)))
def test_a_file_that_is_no_workbook_is_one_clear_finding(form: Form, situation: str) -> None:
    data, code = no_workbooks(workbook(form, good()))[situation]
    assert refusal(data, form) == code


@pytest.mark.parametrize(
    "part", [WORKBOOK_PART, STRINGS_PART, ENTRIES_PART, "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize("content", [b"", b"<", b"<a/>", b"\x00\xff"])
def test_a_broken_part_is_one_clear_finding(form: Form, part: str, content: bytes) -> None:
    made = workbook(form, good())
    code = refusal(replace_parts(made, {part: content}), form)
    assert code in {"unreadable", "no-table"}


def zip_of(part: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, "<a/>")
    return file.getvalue()


INTO_FORM = "ghi nội dung vào tệp biểu đã phát"
AS_XLSX = "mở bằng Excel, lưu lại thành Excel Workbook (.xlsx)"
BROKEN_OFF = "Tệp bị hỏng (chép hay tải về dở dang): chép lại tệp, hoặc xin đơn vị gửi lại."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Tệp rỗng (0 byte): chép lại tệp biểu vào thư mục."),
        (bytes(900),
         "Tệp chỉ có byte 0, không còn nội dung: chép lại tệp, hoặc xin đơn vị gửi lại."),
        (b"%PDF-1.7\n", f"Đây là tệp PDF, không phải bảng tính: {INTO_FORM}."),
        (b"\r\n<!DOCTYPE html><table>",
         f"Đây là trang web hay tệp XML đặt tên .xlsx, không phải bảng tính: {AS_XLSX}."),
        (b"\xef\xbb\xbf<html>",
         f"Đây là trang web hay tệp XML đặt tên .xlsx, không phải bảng tính: {AS_XLSX}."),
        (b"PK\x03\x04 torn", BROKEN_OFF),
        ("Lĩnh vực;Tên\r\n".encode(),
         f"Không phải tệp Excel (.xlsx), dù mang tên ấy: {AS_XLSX}, hoặc {INTO_FORM}."),
        (b"\xff\xd8\xff\xe0", f"Đây là tệp ảnh, không phải bảng tính: {INTO_FORM}."),
        (OLE + "WordDocument".encode("utf-16-le"), f"Đây là tệp Word (.doc): {INTO_FORM}."),
        (OLE + "Workbook".encode("utf-16-le"),
         "Tệp .xls kiểu cũ: lưu lại thành Excel Workbook (.xlsx)."),
        (OLE + "EncryptedPackage".encode("utf-16-le"),
         "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại."),
        (zip_of("word/document.xml"),
         f"Đây là tệp Word (.docx), không phải bảng tính: {INTO_FORM}."),
        (zip_of("content.xml"), f"Tệp OpenDocument (.ods) của LibreOffice: {AS_XLSX}."),
        (zip_of("xl/workbook.bin"), f"Tệp Excel nhị phân (.xlsb): {AS_XLSX}."),
        (zip_of("bieu.xlsx"),
         "Đây là tệp nén (.zip), không phải bảng tính: giải nén, lấy tệp .xlsx bên trong."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_told_what_it_is(form: Form, data: bytes, says: str) -> None:
    assert [found.message for found in reader.read(data, form, "TTra").problems] == [says]


PICTURES = "bỏ hình ảnh"
EMPTY_ROWS = (
    "có rất nhiều dòng trống mang định dạng; chọn các dòng trống dưới bảng, xoá hẳn dòng "
    "(Delete, không phải xoá nội dung) rồi lưu lại, hoặc ghi vào tệp đã phát"
)


def formatted_rows(first: int, count: int) -> str:
    """Return rows as a person makes them who formats whole columns."""
    return "".join(
        f'<row r="{row}" s="1" customFormat="1">'
        + "".join(f'<c r="{column}{row}" s="1"/>' for column in "ABCDEFGH")
        + "</row>"
        for row in range(first, first + count)
    )


@pytest.mark.parametrize(
    ("part", "size", "remedy"),
    [
        ("xl/media/image1.png", 101, PICTURES),
        ("xl/worksheets/sheet9.xml", 101, EMPTY_ROWS),
        ("xl/embeddings/object1.bin", 101, "bỏ hình ảnh và các trang không thuộc biểu"),
    ],
)
def test_a_file_that_is_too_large_is_told_why(
    form: Form, part: str, size: int, remedy: str
) -> None:
    made = added(workbook(form, good()), part, bytes(size * 2**20))
    assert refusal(made, form) == "oversized"
    assert read(made, form).problems[0].message == f"Tệp giải nén quá lớn: {remedy}."


def test_a_zip_that_is_too_large_is_told_why(form: Form) -> None:
    out = io.BytesIO(workbook(form, good()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(11 * 2**20))
    (finding,) = read(out.getvalue(), form).problems
    assert finding.message == f"Tệp quá lớn (11 MB, tối đa 10 MB): {EMPTY_ROWS}."


def test_many_formatted_rows_weigh_nothing(form: Form) -> None:
    """Case 18: they needed 776 MB; what stands between, above and below them is read."""
    made = workbook(form, good(), cover=DONE)
    below = '<row r="9000"><c r="B9000" t="inlineStr"><is><t>Cuối</t></is></c></row>'
    heavy = with_rows(made, formatted_rows(200, 8000) + below + formatted_rows(9001, 20000))
    with zipfile.ZipFile(io.BytesIO(heavy)) as archive:
        assert archive.getinfo(ENTRIES_PART).file_size > opening.WHOLE_BYTES
        light = opening.without_empty_rows(heavy, archive)
    assert len(parts(light)[ENTRIES_PART]) < opening.WHOLE_BYTES
    assert read(heavy, form) == replace(
        read(made, form), entries=(good(), entry(9000, name="Cuối"))
    )


def test_rows_that_do_not_say_their_number_stay_where_they_are(form: Form) -> None:
    below = '<row><c t="inlineStr"><is><t>Cuối</t></is></c></row>'
    rows = re.sub(r' r="\w+"', "", formatted_rows(200, 9000)) + below
    last = read(with_rows(workbook(form), rows), form).entries[-1]
    assert last == entry(form.last_row + 9001, field="Cuối")


@settings(max_examples=30)
@given(
    gaps=st.lists(st.integers(0, 3000), min_size=1, max_size=4),
    closed=st.booleans(),
)
def test_light_or_heavy_the_same_is_read(form: Form, gaps: list[int], closed: bool) -> None:
    """Whatever stands between how many formatted rows, of either way of writing an empty one."""
    rows, at = "", 100
    names = []
    for gap in gaps:
        rows += formatted_rows(at, gap)
        at += gap
        rows += f'<row r="{at}"><c r="B{at}" t="inlineStr"><is><t>Mô hình {at}</t></is></c></row>'
        names.append(entry(at, name=f"Mô hình {at}"))
        at += 1
    if at > 9999:
        rows, names = "", []
    if closed:
        rows = rows.replace(' s="1"/>', ' s="1"></c>')
    made = with_rows(workbook(form), rows + formatted_rows(at, 9000))
    assert read(made, form).entries == tuple(names)
    assert read(made, form).problems == ()


def test_the_findings_tell_what_to_do(form: Form) -> None:
    files = no_workbooks(workbook(form))
    said = {code: read(data, form).problems[0].message for data, code in files.values()}
    assert said["empty-file"] == "Tệp rỗng (0 byte): chép lại tệp biểu vào thư mục."
    assert said["encrypted"] == "Tệp có mật khẩu: bỏ mật khẩu rồi lưu lại."
    assert said["old-format"] == "Tệp .xls kiểu cũ: lưu lại thành Excel Workbook (.xlsx)."


# --- cells far out --------------------------------------------------------------------------------


def far(cell: str, row: int = 1048576) -> str:
    return f'<row r="{row}">{cell}</row>'


STRAY = {
    "at the last row": ("A1048576", far('<c r="A1048576"><v>1</v></c>')),
    "at the last column": ("XFD40", far('<c r="XFD40"><v>1</v></c>', 40)),
    "at the first column beyond": ("IW40", far('<c r="IW40"><v>1</v></c>', 40)),
    "at the first row beyond": ("A10000", far('<c r="A10000"><v>1</v></c>', 10000)),
    "at the last cell": ("XFD1048576", far('<c r="XFD1048576"><v>1</v></c>')),
    "as text": ("B1048576", far('<c r="B1048576" t="inlineStr"><is><t>x</t></is></c>')),
    "as an error": ("B1048576", far('<c r="B1048576" t="e"><v>#N/A</v></c>')),
    "as a formula": ("B1048576", far('<c r="B1048576"><f>A1</f></c>')),
    "unnamed": ("A1048576", far("<c><v>1</v></c>")),
    "in single quotes": ("A1048576", "<row r='1048576'><c r='A1048576'><v>1</v></c></row>"),
    "in a nearer row": ("A1048576", far('<c r="A1048576"><v>1</v></c>', 40)),
    "before nearer rows": (
        "A20000", far('<c r="A20000"><v>1</v></c>', 20000) + far('<c r="A41"><v>1</v></c>', 41),
    ),
    "beyond all sheets": ("A99999999999", far('<c r="A99999999999"><v>1</v></c>', 40)),
    "in a column beyond all": ("ZZZZZZZZ40", far('<c r="ZZZZZZZZ40"><v>1</v></c>', 40)),
}  # fmt: skip


@pytest.mark.parametrize("situation", list(STRAY))
def test_a_stray_cell_far_out_is_one_clear_finding_at_once(form: Form, situation: str) -> None:
    """Reading it would take gigabytes, or end the process."""
    where, row = STRAY[situation]
    made = with_rows(workbook(form, good()), row)
    start = clock.process_time()
    registration = read(made, form)
    assert clock.process_time() - start < 1
    assert refusal(made, form) == "far-cell"
    assert registration.problems[0].message == (
        f"Trang “Đăng ký” có nội dung ở ô {where}, xa ngoài bảng: xoá ô đó."
    )


@pytest.mark.parametrize("cell", ["IV40", "A9999", "IV9999", "iv41"])
def test_the_last_cell_that_may_have_content(form: Form, cell: str) -> None:
    row = re.sub(r"\D", "", cell)
    made = with_rows(workbook(form, good()), far(f'<c r="{cell}"><v>1</v></c>', int(row)))
    assert read(made, form).problems == ()


def test_a_stray_cell_on_the_hidden_tab_is_one_clear_finding(form: Form) -> None:
    made = patched(
        workbook(form), "</sheetData>", f"{STRAY['at the last cell'][1]}</sheetData>",
        IDENTITY_PART,
    )  # fmt: skip
    assert refusal(made, form) == "far-cell"
    assert reader.identity_of(made) is None


@pytest.mark.parametrize(
    "row",
    [
        far(""),
        '<row r="1048576" s="1" customFormat="1"/>',
        far('<c r="A1048576" s="1"/>'),
        far('<c r="A1048576" s="1" t="n"></c>'),
        far('<c r="XFD1048576" s="1"/>'),
        far('<c r="XFD40" s="1"/>', 40),
    ],
)
def test_formats_alone_may_reach_the_last_cell(form: Form, row: str) -> None:
    made = workbook(form, good(), cover=DONE)
    assert read(with_rows(made, row), form) == read(made, form)


# --- properties -----------------------------------------------------------------------------------


# XlsxWriter writes U+FFFE and U+FFFF, which no keyboard has, as _xFFFE_ and _xFFFF_.
anything = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
texts = st.text(anything, max_size=60) | st.text(
    "_x0059AaFf\r\n\t\x07 =\u00a0\u0301ếđ<&>\"'", max_size=30
)


@settings(max_examples=40)
@given(name=texts, place=texts, content=texts, preparer=texts)
@example("_x0041_", "=1+1", "\r\n\r", "_x000D_")
@example(" ", "\x00", "\x7f\x1b", "{=1}")
@example("\x08", "='", "", "")
def test_what_is_written_is_what_is_read(
    form: Form, name: str, place: str, content: str, preparer: str
) -> None:
    """For any text typed into a cell: read(write(x)) == clean(x)."""
    written = entry(10, "Kinh tế", name, "x", "", place, content, "x", "")
    small = Form(form.campaign.model_copy(update={"form_rows": 5}))
    made = workbook.__wrapped__(small, written, cover=Cover(preparer=preparer))
    registration = read(made, form)
    assert registration.problems == ()
    assert registration.entries == (
        entry(10, **{key: clean(text) for key, text in written.texts.items()}),
    )
    assert registration.cover == Cover(preparer=clean(preparer))


@settings(max_examples=25)
@given(values=st.lists(texts.map(clean), min_size=8, max_size=8))
def test_what_a_person_types_is_what_is_read(form: Form, values: list[str]) -> None:
    """The same for text that openpyxl saves, into all columns of a row."""
    cells = {f"{letter}11": value for letter, value in zip("ABCDEFGH", values, strict=True)}
    made = typed(workbook(form), {"B10": "Dòng trên", **cells})
    registration = read(made, form)
    keys = COLUMNS
    typed_entry = entry(11, **dict(zip(keys, values, strict=True)))
    assert registration.entries[0] == entry(10, name="Dòng trên")
    assert registration.entries[1:] in ((typed_entry,), ())
    assert registration.problems == ()


def is_an_answer(registration: Registration) -> bool:
    """Tell whether a registration says what it read or why it could not."""
    return registration.unit == UNIT and bool(registration.tab) == registration.readable


@settings(max_examples=60)
@given(
    data=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
)
def test_any_bytes_are_an_answer_and_no_exception(form: Form, data: bytes, head: bytes) -> None:
    assert is_an_answer(read(head + data, form))
    assert reader.identity_of(head + data) is None


places = st.floats(0, 1, exclude_max=True)


@settings(max_examples=120)
@given(at=places, length=st.integers(0, 40), new=st.binary(max_size=8), directory=st.booleans())
def test_a_damaged_zip_is_an_answer_and_no_exception(
    form: Form, at: float, length: int, new: bytes, directory: bool
) -> None:
    made = workbook(form, good(), cover=DONE)
    first = made.index(b"PK\x01\x02") if directory else 0
    start = first + int(at * (len(made) - first))
    damaged = made[:start] + new + made[start + length :]
    assert is_an_answer(read(damaged, form))
    reader.identity_of(damaged)


scraps = st.sampled_from(
    [b"", b"<", b">", b'"', b"/>", b"&", b"&#0;", b"\x00", b"\xff", b"9999999", b"ZZZ", b"-1", b" "]
) | st.binary(max_size=6)


@settings(max_examples=120)
@given(
    part=st.sampled_from(
        [ENTRIES_PART, ENTRIES_PART, STRINGS_PART, WORKBOOK_PART, "xl/_rels/workbook.xml.rels",
         IDENTITY_PART, "xl/styles.xml"]
    ),
    at=places, length=st.integers(0, 30), new=scraps,
)  # fmt: skip
def test_a_damaged_part_is_an_answer_and_no_exception(
    form: Form, part: str, at: float, length: int, new: bytes
) -> None:
    made = workbook(form, good(), cover=DONE)
    xml = parts(made)[part]
    start = int(at * len(xml))
    damaged = replace_parts(made, {part: xml[:start] + new + xml[start + length :]})
    assert is_an_answer(read(damaged, form))
    reader.identity_of(damaged)


def test_the_parts_of_the_tabs_are_found(form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(form))) as archive:
        found = sheet_parts(archive)
    assert found[layout.TAB_ENTRIES] == ENTRIES_PART
    assert found[layout.TAB_FEEDBACK] == FEEDBACK_PART
    assert found[layout.TAB_IDENTITY] == IDENTITY_PART
