"""What the Đăng ký tab shows of the feedback: the deadline, the notice before the status."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from dankheo_sheets.form import layout, reader
from dankheo_sheets.form.feedback import write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import replace_parts
from dankheo_sheets.form.xlsx import Identity, Template
from dankheo_sheets.registration import EMPTY_COVER, Cover, Entry, Feedback
from tests.form.workbooks import (
    DONE,
    ENTRIES_PART,
    FEEDBACK_PART,
    UNIT,
    WORKBOOK_PART,
    edited,
    good,
    parts,
    patched,
    with_prefix,
    without_references,
    workbook,
)
from tests.office import convert

STATUS = f"A{layout.STATUS_ROW}"
FAULTS = f"J{layout.STATUS_ROW}"
GOOD = f"L{layout.STATUS_ROW - 1}"

PROVISIONED = "Hạn gửi: trước ngày 12/4/2022"
COMPLETE = "Đã hoàn thành: 1 mô hình, điển hình."
UNCONFIRMED = "Chưa ghi x vào ô “Đã hoàn thành đăng ký”."
EMPTY = (
    "Bắt đầu: ghi mỗi mô hình, điển hình một dòng, từ dòng 10; ghi người lập biểu, điện thoại; "
    "xong thì ghi x vào ô “Đã hoàn thành đăng ký”. Không đăng ký thì chỉ cần ghi lý do."
)
FEEDBACK = Feedback(
    "Đã nhận biểu, đúng hạn.",
    "trước ngày 16/4/2022",
    "01 mô hình",
    "17 giờ 00",
    "ab" * 32,
    notice="Gia hạn đến hết ngày 15/4/2022.",
)
UNTOLD = replace(FEEDBACK, deadline="trước ngày 12/4/2022", notice="")
"""Feedback after which both lines are as they were provisioned."""
MOVED = "Hạn gửi: trước ngày 16/4/2022"

Lines = tuple[str, str]

RETURNED, EXCLUDED = "Trả lại để sửa: thiếu địa chỉ.", "Không phải đăng ký: đã sáp nhập."


def lines(data: bytes, tab: str = layout.TAB_ENTRIES) -> Lines:
    """Return the two lines as a program shows them that does not calculate."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        rows = book.get_sheet_by_name(tab).to_python(skip_empty_area=False)
    return str(rows[layout.UNIT_ROW - 1][5]), str(rows[layout.STATUS_ROW - 1][0])


def done(form: Form) -> bytes:
    return workbook(form, good(), cover=DONE)


def test_a_reason_of_two_lines_can_be_read(form: Form) -> None:
    """No program makes a row higher for merged cells; what a unit writes there is a sentence."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(form)))[layout.TAB_ENTRIES]
    reason = next(field for field in form.cover if field.key == "nil_reason")

    assert sheet.row_dimensions[reason.row].height >= 2 * 15


# --- the results that are stored ------------------------------------------------------------------


def test_a_provisioned_workbook_shows_its_deadline_and_no_notice(form: Form) -> None:
    assert lines(workbook(form)) == (PROVISIONED, EMPTY)


def test_a_workbook_made_from_the_template_shows_the_deadline_of_its_unit(form: Form) -> None:
    identity = Identity("HCTH", "Phòng <A> & B", "trước ngày <12> & 13/4/2022")
    data = Template(form).fill(identity)
    assert lines(data) == ("Hạn gửi: trước ngày <12> & 13/4/2022", EMPTY)
    assert not [name for name, part in parts(data).items() if b"{{" in part]


@pytest.mark.parametrize(
    ("entries", "cover", "state"),
    [
        ((), EMPTY_COVER, EMPTY),
        ((good(),), DONE, COMPLETE),
        ((good(),), replace(DONE, confirmed=""), UNCONFIRMED),
        ((good(), good(11, place="")), DONE, "Còn 1 dòng cần sửa."),
    ],
    ids=["empty", "complete", "unconfirmed", "faulty"],
)
def test_the_notice_comes_before_what_the_status_line_said(
    form: Form, entries: tuple[Entry, ...], cover: Cover, state: str
) -> None:
    data = write_feedback(workbook(form, *entries, cover=cover), FEEDBACK)
    assert lines(data) == (MOVED, f"Gia hạn đến hết ngày 15/4/2022. {state}")


@pytest.mark.parametrize(
    ("entries", "cover", "state"),
    [
        ((), EMPTY_COVER, "Đơn vị chưa hoàn thành đăng ký."),
        ((good(),), DONE, COMPLETE),
        ((good(), good(11, place="")), DONE, "Đơn vị chưa hoàn thành đăng ký."),
    ],
    ids=["empty", "complete", "faulty"],
)
def test_a_locked_workbook_says_so_and_asks_for_nothing(
    form: Form, entries: tuple[Entry, ...], cover: Cover, state: str
) -> None:
    """A unit that opens it cannot write: "Bắt đầu: ghi mỗi mô hình …" would mock it."""
    locked = "Biểu đã khoá vì hết hạn trước ngày 12/4/2022."
    data = workbook(form, *entries, cover=cover)
    assert lines(write_feedback(data, replace(UNTOLD, notice=locked)))[1] == f"{locked} {state}"


def test_two_stored_results_change_and_no_other_byte_of_the_tab(form: Form) -> None:
    before = parts(done(form))
    after = parts(write_feedback(done(form), FEEDBACK))
    told = before[ENTRIES_PART].decode()
    for old, new in ((PROVISIONED, MOVED), (COMPLETE, f"{FEEDBACK.notice} {COMPLETE}")):
        assert told.count(f"<v>{old}</v>") == 1
        told = told.replace(f"<v>{old}</v>", f"<v>{new}</v>")
    assert after[ENTRIES_PART].decode() == told
    assert {name for name in before if after[name] != before[name]} == {ENTRIES_PART, FEEDBACK_PART}


def test_a_notice_that_is_withdrawn_leaves_no_trace(form: Form) -> None:
    data = write_feedback(write_feedback(done(form), FEEDBACK), UNTOLD)
    assert parts(data)[ENTRIES_PART] == parts(done(form))[ENTRIES_PART]


@pytest.mark.parametrize(
    ("notice", "shown"),
    [
        ("Trả lại: A & B <c> ]]> \"d\" 'e' &lt;", "Trả lại: A & B <c> ]]> \"d\" 'e' &lt;"),
        ("=1+1", "=1+1"),
        ("  hai  dấu   cách ", "hai dấu cách"),
        ("Trả lại\\1\x00 \ud800", "Trả lại\\1 \ufffd"),
        ("a\nb", "a\nb"),
    ],
)
def test_any_notice_is_shown_as_the_formula_would(form: Form, notice: str, shown: str) -> None:
    data = write_feedback(done(form), replace(FEEDBACK, notice=notice))
    assert lines(data) == (MOVED, f"{shown} {COMPLETE}")


# --- what units and their programs do -------------------------------------------------------------


def test_helpers_that_moved_are_found_by_the_formula(form: Form) -> None:
    """As a program writes the formula after rows and columns were put in."""
    xml = parts(workbook(form))[ENTRIES_PART].decode()
    xml = re.sub(rf"\b{FAULTS}\b", "AB14", re.sub(rf'(?<!r=")\b{GOOD}\b', "$AC$13", xml))
    xml = xml.replace(f'r="{GOOD}"', 'r="AC13"')
    data = write_feedback(replace_parts(workbook(form), {ENTRIES_PART: xml.encode()}), FEEDBACK)
    assert lines(data) == (MOVED, f"{FEEDBACK.notice} {EMPTY}")


def test_a_renamed_tab_shows_the_feedback(form: Form) -> None:
    made = patched(done(form), 'name="Đăng ký"', 'name="Biểu 1"', WORKBOOK_PART)
    data = write_feedback(made, FEEDBACK)
    assert lines(data, "Biểu 1") == (MOVED, f"{FEEDBACK.notice} {COMPLETE}")


def test_elements_with_a_namespace_prefix_show_the_feedback(form: Form) -> None:
    data = write_feedback(with_prefix(done(form), ENTRIES_PART), FEEDBACK)
    assert lines(data) == (MOVED, f"{FEEDBACK.notice} {COMPLETE}")


def test_formulas_written_in_character_references_show_the_feedback(form: Form) -> None:
    xml = parts(done(form))[ENTRIES_PART].decode().encode("ascii", "xmlcharrefreplace")
    data = write_feedback(replace_parts(done(form), {ENTRIES_PART: xml}), FEEDBACK)
    assert lines(data) == (MOVED, f"{FEEDBACK.notice} {COMPLETE}")


def test_bytes_that_are_no_text_stay(form: Form) -> None:
    xml = parts(done(form))[ENTRIES_PART] + b"<!--\xff\xfe-->"
    after = parts(write_feedback(replace_parts(done(form), {ENTRIES_PART: xml}), FEEDBACK))
    assert after[ENTRIES_PART].endswith(b"</worksheet><!--\xff\xfe-->")
    assert f"<v>{MOVED}</v>".encode() in after[ENTRIES_PART]


def test_without_references_the_status_line_waits_to_be_calculated(form: Form) -> None:
    data = write_feedback(without_references(done(form)), FEEDBACK)
    assert lines(data) == (MOVED, COMPLETE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"<v>{PROVISIONED}</v>", ""),
        (f"<v>{PROVISIONED}</v>", "<v/>"),
        ('t="str"><f>IFERROR("Hạn', '><f>IFERROR("Hạn'),
        ('t="str"><f>IFERROR("Hạn', 't="e"><f>IFERROR("Hạn'),
        ('IFERROR("Hạn gửi: "', 'IFERROR("Hạn chót: "'),
        ('<f>IFERROR("Hạn gửi: "&amp;\'Phản hồi\'!$B$5,"")</f>', ""),
        ("'Phản hồi'!$B$5", "#REF!"),
    ],
)
def test_a_formula_that_is_another_one_is_left_as_it_is(form: Form, old: str, new: str) -> None:
    made = patched(done(form), old, new)
    after = parts(write_feedback(made, replace(FEEDBACK, notice="")))
    if new == "<v/>":  # a text, and empty: so is the line of who has cleared the Phản hồi tab
        assert f"<v>{MOVED}</v>" in after[ENTRIES_PART].decode()
    else:
        assert after[ENTRIES_PART] == parts(made)[ENTRIES_PART]


def test_a_workbook_without_stored_results_is_left_to_be_calculated(form: Form) -> None:
    made = edited(done(form), bool)
    assert parts(write_feedback(made, FEEDBACK))[ENTRIES_PART] == parts(made)[ENTRIES_PART]


def test_a_tab_that_is_not_there_is_no_hindrance(form: Form) -> None:
    """A workbook that names a part it has not got: what there is is told."""
    made = patched(
        done(form), "worksheets/sheet2.xml", "worksheets/none.xml", "xl/_rels/workbook.xml.rels"
    )
    assert lines(write_feedback(made, FEEDBACK)) == (MOVED, f"{FEEDBACK.notice} {COMPLETE}")


def test_what_the_unit_wrote_reads_the_same(form: Form) -> None:
    data = write_feedback(done(form), FEEDBACK)
    assert reader.read(data, form, UNIT) == reader.read(done(form), form, UNIT)


# --- LibreOffice ----------------------------------------------------------------------------------


def opened(files: dict[str, bytes], folder: Path) -> dict[str, openpyxl.Workbook]:
    """Return each workbook as LibreOffice shows it."""
    folder.mkdir()
    paths = [folder / f"{name}.xlsx" for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    saved = convert(paths, "xlsx", folder / "office")
    return {path.stem: openpyxl.load_workbook(path, data_only=True) for path in saved}


def seen(book: openpyxl.Workbook) -> tuple[object, object]:
    sheet = book[layout.TAB_ENTRIES]
    return sheet[f"F{layout.UNIT_ROW}"].value, sheet[STATUS].value


@pytest.mark.office
def test_libreoffice_shows_the_feedback_whatever_program_saved_the_workbook(
    form: Form, office: Callable[[bytes, str], bytes], tmp_path: Path
) -> None:
    """It calculates nothing for which a result is stored, whatever the workbook asks for."""
    made = done(form)
    as_excel_saves = patched(made, ' fullCalcOnLoad="1"', "", WORKBOOK_PART)
    saved = {
        "provisioned": made,
        "excel": as_excel_saves,
        "libreoffice": office(made, "xlsx"),
        "openpyxl": edited(made, bool),
    }
    told = {name: write_feedback(data, FEEDBACK) for name, data in saved.items()}
    shown = {name: seen(book) for name, book in opened(told, tmp_path / "told").items()}
    assert shown == dict.fromkeys(saved, (MOVED, f"{FEEDBACK.notice} {COMPLETE}"))


def test_of_an_excluded_unit_the_status_line_says_nothing_more(form: Form) -> None:
    told = write_feedback(workbook(form), replace(FEEDBACK, notice=EXCLUDED))

    assert lines(told)[1] == EXCLUDED


@pytest.mark.office
def test_what_is_stored_is_what_libreoffice_calculates(form: Form, tmp_path: Path) -> None:
    made = {
        "empty": workbook(form),
        "complete": done(form),
        "faulty": workbook(form, good(), good(11, place=""), cover=DONE),
    }
    notices = (
        "",
        FEEDBACK.notice,
        RETURNED,
        EXCLUDED,
        "  hai  dấu   cách ",
        'a\nb & <c> "d"',
        "=1+1",
    )
    told = {
        f"{name}{at}": write_feedback(data, replace(FEEDBACK, notice=notice))
        for name, data in made.items()
        for at, notice in enumerate(notices)
    }
    asked = {name: edited(data, bool) for name, data in told.items()}  # no result is left there
    calculated = {name: seen(book) for name, book in opened(asked, tmp_path / "asked").items()}
    assert calculated == {name: lines(data) for name, data in told.items()}
    assert len(set(calculated.values())) == len(told) - 2  # the excluded ones say the same


@pytest.mark.office
def test_the_status_line_is_green_when_the_return_is_complete_and_only_then(
    form: Form, tmp_path: Path
) -> None:
    """Whatever the notice says; and a message has the same words in it."""
    made = {
        "complete": done(form),
        "extended": write_feedback(done(form), FEEDBACK),
        "empty": workbook(form),
        "unconfirmed": workbook(form, good(), cover=replace(DONE, confirmed="")),
        "faulty": write_feedback(workbook(form), replace(FEEDBACK, notice=COMPLETE)),
        "returned": write_feedback(done(form), replace(FEEDBACK, notice=RETURNED)),
        "excluded": write_feedback(done(form), replace(FEEDBACK, notice=EXCLUDED)),
    }

    def ask(book: openpyxl.Workbook) -> None:
        sheet = book[layout.TAB_ENTRIES]
        blocks = [b for b in sheet.conditional_formatting if STATUS in b.sqref]
        ((rule,),) = (block.rules for block in blocks)
        sheet["Z1"] = f"={rule.formula[0]}"

    books = opened({name: edited(data, ask) for name, data in made.items()}, tmp_path / "made")
    assert {name: book[layout.TAB_ENTRIES]["Z1"].value for name, book in books.items()} == {
        "complete": True, "extended": True, "empty": False, "unconfirmed": False,
        "faulty": False, "returned": False, "excluded": False,
    }  # fmt: skip


@pytest.mark.office
def test_without_the_feedback_tab_the_status_line_still_says_what_is_missing(
    form: Form, tmp_path: Path
) -> None:
    def delete(book: openpyxl.Workbook) -> None:
        del book[layout.TAB_FEEDBACK]

    made = edited(workbook(form), delete)
    as_excel_writes = made
    for key in ("notice", "deadline"):
        row = layout.FEEDBACK_ROWS[key]
        tab = layout.TAB_FEEDBACK.encode("ascii", "xmlcharrefreplace").decode()
        as_excel_writes = patched(as_excel_writes, f"'{tab}'!$B${row}", "#REF!")
    books = opened({"made": made, "excel": as_excel_writes}, tmp_path / "made")
    assert {name: seen(book)[1] for name, book in books.items()} == {"made": EMPTY, "excel": EMPTY}
    assert {seen(book)[0] or "" for book in books.values()} == {""}
