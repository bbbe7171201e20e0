"""The Phản hồi tab is written, and of the rest only what two formulas show of it."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from dankheo_sheets.form import layout, reader
from dankheo_sheets.form.feedback import PREPARED_ROWS, FeedbackImpossible, write_feedback
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import replace_parts
from dankheo_sheets.registration import Feedback, FeedbackLine
from dankheo_sheets.vietnamese import clean
from tests.form.workbooks import (
    DONE,
    ENTRIES_PART,
    FEEDBACK_PART,
    STRINGS_PART,
    UNIT,
    WORKBOOK_PART,
    added,
    edited,
    good,
    parts,
    patched,
    strict,
    with_cell,
    with_prefix,
    without_references,
    workbook,
)

Office = Callable[[bytes, str], bytes]

FIRST = layout.FEEDBACK_HEADER_ROW + 1
"""The first row of the table."""

LINES = (
    FeedbackLine("B10", "", "Thiếu tên mô hình.", "Phải sửa"),
    FeedbackLine("F12, F13", "Ngắn", "Nội dung quá ngắn, nên nêu đủ ba ý.", "Nên xem"),
)
FEEDBACK = Feedback(
    headline="Còn 1 nội dung phải sửa.",
    deadline="trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)",
    received="02 mô hình",
    read_at="17 giờ 00, ngày 08/4/2022",
    checksum="0123456789abcdef" * 4,
    lines=LINES,
    notice="Gia hạn đến hết ngày 11/4/2022.",
)
Grid = list[list[str]]


def lines(count: int) -> tuple[FeedbackLine, ...]:
    return tuple(
        FeedbackLine(f"B{10 + at}", f"ghi {at}", f"Nội dung {at}.", "Phải sửa")
        for at in range(count)
    )


def grid(feedback: Feedback) -> Grid:
    """Return what the tab shows with `feedback`, without trailing blank rows."""
    table = [[line.cell, line.typed, line.message, line.level] for line in feedback.lines]
    return [
        ["PHẢN HỒI CỦA CƠ QUAN TỔNG HỢP", "", "", ""],
        ["", "", "", ""],
        ["Kết luận", feedback.headline, "", ""],
        ["Thông báo", feedback.notice, "", ""],
        ["Hạn của đơn vị", feedback.deadline, "", ""],
        ["Đã nhận", feedback.received, "", ""],
        ["Đọc lúc", feedback.read_at, "", ""],
        ["Mã kiểm tra (SHA-256)", feedback.checksum, "", ""],
        ["", "", "", ""],
        ["Ô", "Đơn vị đã ghi", "Nội dung cần xử lý", "Mức"],
        *table,
    ]


def shown(rows: Grid) -> Grid:
    """Return the rows up to the last that shows something."""
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    return rows


def by_openpyxl(data: bytes) -> Grid:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[layout.TAB_FEEDBACK]
    rows = sheet.iter_rows(max_col=4, values_only=True)
    return shown([[str(value or "") for value in row] for row in rows])


def by_calamine(data: bytes) -> Grid:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        rows = book.get_sheet_by_name(layout.TAB_FEEDBACK).to_python(skip_empty_area=False)
    return shown([[str(value) for value in row] for row in rows])


def styles(data: bytes, row: int) -> list[str | None]:
    """Return the style numbers of a row of the tab."""
    found = etree.fromstring(parts(data)[FEEDBACK_PART]).iterfind(
        f"{{*}}sheetData/{{*}}row[@r='{row}']/{{*}}c"
    )
    return [cell.get("s") for cell in found]


# --- what is written ------------------------------------------------------------------------------


def test_the_texts_are_exact_for_both_readers(form: Form) -> None:
    data = write_feedback(workbook(form, good(), cover=DONE), FEEDBACK)
    assert by_openpyxl(data) == grid(FEEDBACK)
    assert by_calamine(data) == grid(FEEDBACK)


def test_every_other_part_is_the_same_bytes_in_the_same_order(form: Form) -> None:
    made = workbook(form, good(), cover=DONE)
    feedback = replace(FEEDBACK, deadline="trước ngày 12/4/2022", notice="")  # as provisioned
    before, after = parts(made), parts(write_feedback(made, feedback))
    assert list(after) == list(before)
    assert [name for name in before if after[name] != before[name]] == [FEEDBACK_PART]


def test_pictures_and_parts_of_other_programs_stay(form: Form) -> None:
    made = added(workbook(form), "xl/media/image1.png", bytes(range(256)))
    made = added(made, "customXml/item1.xml", b"<a>\r\n</a>")
    after = parts(write_feedback(made, FEEDBACK))
    assert after["xl/media/image1.png"] == bytes(range(256))
    assert after["customXml/item1.xml"] == b"<a>\r\n</a>"


def test_of_the_tab_only_the_cells_change(form: Form) -> None:
    """Widths, protection, print set-up and merges are the same XML."""
    made = workbook(form)
    before = parts(made)[FEEDBACK_PART].split(b"</sheetData>")
    after = parts(write_feedback(made, FEEDBACK))[FEEDBACK_PART].split(b"</sheetData>")
    assert after[1] == before[1]
    assert b"<sheetProtection" in after[1]
    head = before[0].split(b"<sheetData>")[0].split(b"?>\n")[1]
    assert head in after[0]


def test_what_the_unit_wrote_reads_the_same_after(form: Form) -> None:
    made = workbook(form, good(), cover=DONE)
    after = write_feedback(made, FEEDBACK)
    assert reader.read(after, form, UNIT) == reader.read(made, form, UNIT)
    assert reader.identity_of(after) == reader.identity_of(made)


def test_strict_open_xml_stays_strict(form: Form) -> None:
    """No element of the other namespace, which Excel would call a damaged file."""
    made = workbook(form, good(), cover=DONE)
    written = write_feedback(strict(made), FEEDBACK)
    assert by_calamine(written) == grid(FEEDBACK)
    assert written == strict(write_feedback(made, FEEDBACK))
    assert reader.read(written, form, UNIT) == reader.read(made, form, UNIT)


def test_the_same_feedback_twice_changes_nothing(form: Form) -> None:
    once = write_feedback(workbook(form, good()), FEEDBACK)
    assert parts(write_feedback(once, FEEDBACK)) == parts(once)


def test_no_lines_leave_the_table_empty(form: Form) -> None:
    feedback = replace(FEEDBACK, headline="Đã hoàn thành.", lines=())
    data = write_feedback(workbook(form), feedback)
    assert by_openpyxl(data) == grid(feedback)
    assert by_calamine(data) == grid(feedback)


@pytest.mark.parametrize("more", [0, 1, 60])
def test_more_lines_than_prepared_rows_are_all_there_and_look_the_same(
    form: Form, more: int
) -> None:
    feedback = replace(FEEDBACK, lines=lines(PREPARED_ROWS + more))
    data = write_feedback(workbook(form), feedback)
    assert by_openpyxl(data) == grid(feedback)
    assert by_calamine(data) == grid(feedback)
    first, last = FIRST, FIRST - 1 + PREPARED_ROWS + more
    assert styles(data, last) == styles(data, first)
    assert len(styles(data, last)) == 4
    assert None not in styles(data, last)


@pytest.mark.parametrize("fewer", [0, 1, 29, 39])
def test_fewer_lines_later_clear_the_old_ones(form: Form, fewer: int) -> None:
    many = write_feedback(workbook(form), replace(FEEDBACK, lines=lines(40)))
    feedback = replace(FEEDBACK, lines=lines(fewer))
    data = write_feedback(many, feedback)
    assert by_openpyxl(data) == grid(feedback)
    assert by_calamine(data) == grid(feedback)


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://x","y")', "{=1}", "+84", "-1", "@x", "'x", "#REF!", "00123",
     "  giữ  ", "A & B <c> ]]> \"d\"", "một\nhai", "Kinh tê\u0301", "ế😀", "TRUE"],
)  # fmt: skip
def test_text_stays_text(form: Form, text: str) -> None:
    """What a unit typed comes back as it was, and is never run."""
    feedback = replace(FEEDBACK, lines=(replace(LINES[0], typed=text),))
    data = write_feedback(workbook(form), feedback)
    assert by_calamine(data) == grid(feedback)
    cell = openpyxl.load_workbook(io.BytesIO(data))[layout.TAB_FEEDBACK][f"B{FIRST}"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert b"<f>" not in parts(data)[FEEDBACK_PART]


def test_a_formula_left_in_the_tab_is_gone(form: Form) -> None:
    made = with_cell(workbook(form), f"B{FIRST}", 't="str"', "<f>A1</f><v>1</v>", FEEDBACK_PART)
    data = write_feedback(made, FEEDBACK)
    assert by_calamine(data) == grid(FEEDBACK)
    assert b"<f>" not in parts(data)[FEEDBACK_PART]


def test_a_text_longer_than_a_cell_is_cut(form: Form) -> None:
    long = "Khéo " * 8000
    feedback = replace(FEEDBACK, lines=(replace(LINES[0], typed=long),))
    data = write_feedback(workbook(form), feedback)
    assert by_calamine(data)[FIRST - 1][1] == long[:32_767]


def test_a_row_is_as_high_as_its_longest_text(form: Form) -> None:
    line = FeedbackLine("B10", "một\nhai\nba", "a" * 61, "Phải sửa")
    data = write_feedback(workbook(form), replace(FEEDBACK, lines=(line, LINES[0])))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[layout.TAB_FEEDBACK]
    assert [sheet.row_dimensions[FIRST + at].height for at in (0, 1)] == [45, 15]


@pytest.mark.parametrize(("length", "height"), [(0, 15), (114, 15), (115, 30), (250, 45)])
def test_a_notice_is_never_cut(form: Form, length: int, height: int) -> None:
    data = write_feedback(workbook(form), replace(FEEDBACK, notice="a" * length))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[layout.TAB_FEEDBACK]
    assert sheet.row_dimensions[layout.FEEDBACK_ROWS["notice"]].height == height


texts = st.text(max_size=40)


@settings(max_examples=50)
@given(values=st.lists(st.tuples(texts, texts, texts, texts), max_size=4), headline=texts)
def test_any_text_is_written_as_it_is(
    form: Form, values: list[tuple[str, str, str, str]], headline: str
) -> None:
    feedback = replace(
        FEEDBACK, headline=headline, lines=tuple(FeedbackLine(*value) for value in values)
    )
    data = write_feedback(workbook(form), feedback)
    cells = etree.fromstring(parts(data)[FEEDBACK_PART]).iterfind(".//{*}c")
    written = {cell.get("r"): cell.findtext(".//{*}t") or "" for cell in cells}
    assert written["B3"] == clean(headline)
    for row, value in enumerate(values, FIRST):
        assert [written[f"{letter}{row}"] for letter in "ABCD"] == [clean(text) for text in value]


# --- whatever program saved the file --------------------------------------------------------------


def test_a_workbook_saved_by_openpyxl_takes_feedback(form: Form) -> None:
    made = edited(workbook(form, good()), lambda book: None)
    assert STRINGS_PART not in parts(made)
    for feedback in (replace(FEEDBACK, lines=lines(50)), FEEDBACK):
        made = write_feedback(made, feedback)
        assert by_openpyxl(made) == grid(feedback)
        assert by_calamine(made) == grid(feedback)


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_takes_feedback(form: Form, office: Office) -> None:
    made = office(workbook(form, good(), cover=DONE), "xlsx")
    data = write_feedback(made, FEEDBACK)
    assert by_openpyxl(data) == grid(FEEDBACK)
    assert by_calamine(data) == grid(FEEDBACK)
    before, after = parts(made), parts(data)
    assert {name for name in before if after[name] != before[name]} == {ENTRIES_PART, FEEDBACK_PART}
    assert reader.read(data, form, UNIT) == reader.read(made, form, UNIT)


@pytest.mark.office
def test_libreoffice_opens_a_workbook_with_feedback(form: Form, office: Office) -> None:
    """And saves the same texts: nothing needed repair."""
    feedback = replace(FEEDBACK, lines=(*lines(50), replace(LINES[0], typed="=1+1")))
    data = office(write_feedback(workbook(form, good()), feedback), "xlsx")
    assert by_openpyxl(data) == grid(feedback)


def test_elements_with_a_namespace_prefix_take_feedback(form: Form) -> None:
    made = with_prefix(workbook(form), FEEDBACK_PART, WORKBOOK_PART)
    data = write_feedback(made, FEEDBACK)
    assert by_openpyxl(data) == grid(FEEDBACK)
    assert by_calamine(data) == grid(FEEDBACK)


def test_cells_without_references_take_feedback(form: Form) -> None:
    """Rows follow each other from 1 on there; the blank rows between are written out."""
    made = workbook(form)
    for row in (2, FIRST - 2):
        after = f'<row r="{row + 1}"'
        made = patched(made, after, f'<row r="{row}"></row>{after}', FEEDBACK_PART)
    data = write_feedback(without_references(made, FEEDBACK_PART), FEEDBACK)
    assert by_openpyxl(data) == grid(FEEDBACK)
    assert by_calamine(data) == grid(FEEDBACK)


def test_emptied_rows_take_feedback(form: Form) -> None:
    """A unit deleted every row of the tab: the values come back, the labels do not."""
    made = workbook(form)
    xml = parts(made)[FEEDBACK_PART]
    start, end = xml.index(b"<sheetData>") + 11, xml.index(b"</sheetData>")
    data = write_feedback(replace_parts(made, {FEEDBACK_PART: xml[:start] + xml[end:]}), FEEDBACK)
    rows = grid(FEEDBACK)
    for row in range(FIRST - 1):
        value = rows[row][1] if row + 1 in layout.FEEDBACK_ROWS.values() else ""
        rows[row] = ["", value, "", ""]
    assert by_openpyxl(data) == rows
    assert by_calamine(data) == rows


# --- where it cannot be written -------------------------------------------------------------------


def test_without_the_tab_it_is_impossible(form: Form) -> None:
    def do(book: openpyxl.Workbook) -> None:
        del book[layout.TAB_FEEDBACK]

    with pytest.raises(FeedbackImpossible):
        write_feedback(edited(workbook(form, good()), do), FEEDBACK)


def test_in_a_renamed_tab_it_is_impossible(form: Form) -> None:
    """Another tab may be the unit's own: nothing is written over."""

    def do(book: openpyxl.Workbook) -> None:
        book[layout.TAB_FEEDBACK].title = "Sheet3"

    with pytest.raises(FeedbackImpossible):
        write_feedback(edited(workbook(form, good()), do), FEEDBACK)


@pytest.mark.parametrize("data", [b"", b"PK", b"\xd0\xcf\x11\xe0" * 200, b"a;b\r\n"])
def test_in_what_is_no_workbook_it_is_impossible(data: bytes) -> None:
    with pytest.raises(FeedbackImpossible):
        write_feedback(data, FEEDBACK)


@pytest.mark.parametrize("content", [b"", b"<", b"<worksheet/>", b"\x00"])
def test_in_a_broken_tab_it_is_impossible(form: Form, content: bytes) -> None:
    with pytest.raises(FeedbackImpossible):
        write_feedback(replace_parts(workbook(form), {FEEDBACK_PART: content}), FEEDBACK)


@settings(max_examples=100)
@given(at=st.floats(0, 1, exclude_max=True), length=st.integers(0, 40), new=st.binary(max_size=8))
def test_a_damaged_zip_takes_feedback_or_says_that_it_cannot(
    form: Form, at: float, length: int, new: bytes
) -> None:
    made = workbook(form, good())
    start = int(at * len(made))
    try:
        data = write_feedback(made[:start] + new + made[start + length :], FEEDBACK)
    except FeedbackImpossible:
        return
    assert FEEDBACK.headline in parts(data)[FEEDBACK_PART].decode()
