"""The form as a Google spreadsheet, over HTTP against the emulator, beside the same .xlsx."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from dankheo_sheets.form import layout, reader, xlsx
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import MAX_TEXT
from dankheo_sheets.form.xlsx import BLANKS, Identity
from dankheo_sheets.registration import Cover, Entry, Feedback, FeedbackLine
from dankheo_sheets.workspace.google import render
from dankheo_sheets.workspace.google.drawing.shapes import Json
from tests.emulated import google, user
from tests.form.workbooks import DONE, GOOD, edited, good
from tests.form_2022 import (
    CHECK_COLUMN,
    COLUMNS,
    COVER_CELLS,
    FIRST_ROW,
    LAST_COLUMN,
    letter,
)
from tests.google_emulator import Emulator
from tests.test_google_emulator.api import EVERYWHERE, UNIT, USER, XLSX, Api

__all__ = ["google", "user"]  # fixtures

IDENTITY = Identity("HCTH", "Phòng Hành chính - Tổng hợp", "trước ngày 12/4/2022")
TABS = ["Đăng ký", "Hướng dẫn", "Phản hồi", "_dankheo", "_danh_sach"]


@pytest.fixture
def template(user: Api, form: Form) -> str:
    """Draw the template, in one request, on a new spreadsheet."""
    made = user.new_sheet("Mẫu")
    user.batch(made, *render.new_spreadsheet(render.template_book(form), [USER]))
    return made


def copied(user: Api, file: str) -> str:
    return str(user.ok("POST", f"/drive/v3/files/{file}/copy", {"name": "Bản"}, **EVERYWHERE)["id"])


def seen(user: Api, file: str, fields: str) -> Any:
    return user.ok("GET", f"/v4/spreadsheets/{file}", fields=fields)


OF_CELLS = "rowData(values(userEnteredValue,userEnteredFormat,dataValidation,note))"
CELLS = f"sheets(data({OF_CELLS}))"
KEPT = (
    "properties(locale,timeZone),namedRanges,sheets(properties,merges,conditionalFormats,"
    f"protectedRanges,data(rowMetadata,columnMetadata,{OF_CELLS}))"
)


def exported(user: Api, file: str) -> bytes:
    answer = user.send("GET", f"/drive/v3/files/{file}/export", params={"mimeType": XLSX})
    assert answer.status_code == 200, answer.text
    return answer.content


def drawn_xlsx(form: Form) -> openpyxl.Workbook:
    """Return the same drawing, made by XlsxWriter."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        xlsx.draw(book, form, BLANKS, feedback_rows=render.FEEDBACK_LINES)
    return openpyxl.load_workbook(buffer)


@pytest.fixture
def google_book(user: Api, template: str) -> openpyxl.Workbook:
    """Return the template as Google exports it."""
    return openpyxl.load_workbook(io.BytesIO(exported(user, template)))


# --- the template is the form -------------------------------------------------------------


def test_the_exported_template_is_an_empty_form(user: Api, template: str, form: Form) -> None:
    registration = reader.read(exported(user, template), form, BLANKS.code)

    assert registration.problems == ()
    assert registration.entries == ()
    assert registration.cover == Cover()
    assert len(registration.columns) == len(COLUMNS)
    assert registration.cover_cells.keys() == set(COVER_CELLS)


def test_the_spreadsheet_speaks_vietnamese(user: Api, template: str) -> None:
    properties = seen(user, template, "properties(locale,timeZone)")["properties"]

    assert properties == {"locale": "vi_VN", "timeZone": "Asia/Ho_Chi_Minh"}


def test_the_tabs_are_those_of_the_workbook(user: Api, template: str) -> None:
    tabs = [sheet["properties"] for sheet in seen(user, template, "sheets(properties)")["sheets"]]

    assert [(tab["sheetId"], tab["title"], tab.get("hidden", False)) for tab in tabs] == [
        (number, title, title.startswith("_")) for number, title in enumerate(TABS, 1)
    ]
    assert [tab["gridProperties"].get("frozenRowCount", 0) for tab in tabs] == [
        9,
        0,
        layout.FEEDBACK_HEADER_ROW,
        0,
        0,
    ]
    assert [tab["gridProperties"].get("hideGridlines", False) for tab in tabs[:3]] == [True] * 3


def test_the_grids_have_no_cell_too_many(user: Api, template: str, form: Form) -> None:
    tabs = seen(user, template, "sheets(properties)")["sheets"]
    grids = [tab["properties"]["gridProperties"] for tab in tabs]

    assert [(grid["rowCount"], grid["columnCount"]) for grid in grids[::2]] == [
        (form.last_row, LAST_COLUMN + 1),
        (layout.FEEDBACK_HEADER_ROW + render.FEEDBACK_LINES, 4),
        (max(map(len, form.lists.values())), len(form.lists)),
    ]


@pytest.mark.parametrize("title", TABS)
def test_every_text_and_formula_is_that_of_the_workbook(
    google_book: openpyxl.Workbook, form: Form, title: str
) -> None:
    ours, theirs = drawn_xlsx(form)[title], google_book[title]

    def values(sheet: Worksheet) -> dict[str, object]:
        return {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value}

    assert values(theirs) == values(ours)
    assert len(values(ours)) > 5


@pytest.mark.parametrize("title", TABS)
def test_merges_sizes_and_hidden_parts_are_those_of_the_workbook(
    google_book: openpyxl.Workbook, form: Form, title: str
) -> None:
    ours, theirs = drawn_xlsx(form)[title], google_book[title]

    assert {str(m) for m in theirs.merged_cells.ranges} == {
        str(m) for m in ours.merged_cells.ranges
    }
    assert columns(theirs) == columns(ours)
    assert heights(theirs) == heights(ours)
    assert (theirs.sheet_state == "visible") == (ours.sheet_state == "visible")
    assert (theirs.freeze_panes or "A1") == (ours.freeze_panes or "A1")


def columns(sheet: Worksheet) -> dict[int, tuple[float, bool]]:
    """Return width and hidden of each column; a hidden one has no width worth comparing."""
    return {
        number: (0 if size.hidden else size.width, size.hidden)
        for size in sheet.column_dimensions.values()
        for number in range(size.min or 1, (size.max or 0) + 1)
    }


def heights(sheet: Worksheet) -> dict[int, int]:
    """Return the height of each sized row, in pixels."""
    return {
        number: round(size.height * 4 / 3)
        for number, size in sheet.row_dimensions.items()
        if size.height
    }


def test_the_names_are_those_of_the_workbook_and_one_for_each_blank(
    google_book: openpyxl.Workbook, form: Form
) -> None:
    names = {name: defined.attr_text for name, defined in google_book.defined_names.items()}
    blanks = {name: names.pop(name) for name in list(names) if name.startswith("dk_dien_")}

    ours = {name: d.attr_text for name, d in drawn_xlsx(form).defined_names.items()}
    assert names == ours
    assert names["dk_phan_hoi_dau"] == "'Phản hồi'!$B$3:$B$8"
    assert names["dk_phan_hoi_bang"] == "'Phản hồi'!$A$11:$D$210"
    assert blanks == {
        "dk_dien_1": "'Đăng ký'!$A$1",
        "dk_dien_2": "'Phản hồi'!$B$5",
        "dk_dien_3": "'_dankheo'!$B$2",
    }


def test_the_drop_downs_are_those_of_the_workbook(user: Api, template: str, form: Form) -> None:
    ours: dict[str, tuple[object, bool, str]] = {}
    for rule in drawn_xlsx(form)[layout.TAB_ENTRIES].data_validations.dataValidation:
        if rule.type == "list":
            for row in rule.cells.ranges:
                for place in row.cells:
                    at = f"{letter(place[1] - 1)}{place[0]}"
                    strict = rule.showErrorMessage and rule.errorStyle != "warning"
                    ours[at] = (rule.formula1, bool(strict), rule.prompt)

    lists = {
        "'_danh_sach'!$A$1:$A$4": "ds_chon_field",
        "x": '"x"',
    }
    theirs = {}
    for at, cell in cells_of(user, template, layout.TAB_ENTRIES).items():
        if "dataValidation" in cell:
            rule = cell["dataValidation"]
            (value,) = rule["condition"]["values"]
            source = lists[value["userEnteredValue"].removeprefix("=")]
            theirs[at] = (source, rule.get("strict", False), rule["inputMessage"])
    assert theirs == ours
    assert len(form.section_names) == 4


def cells_of(user: Api, file: str, tab: str) -> dict[str, Json]:
    got = user.ok("GET", f"/v4/spreadsheets/{file}", ranges=f"'{tab}'", fields=CELLS)
    rows = got["sheets"][0]["data"][0]["rowData"]
    return {
        f"{letter(column)}{row}": cell
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells.get("values", ()))
    }


@pytest.mark.parametrize("title", TABS[:3])
def test_every_format_is_that_of_the_workbook(
    user: Api, template: str, form: Form, title: str
) -> None:
    ours = drawn_xlsx(form)[title]
    for at, cell in cells_of(user, template, title).items():
        if not isinstance(ours[at], MergedCell):  # of which openpyxl knows no format
            drawn = google_format(cell.get("userEnteredFormat", {}))
            assert drawn == excel_format(ours[at]), at


def google_format(form: Json) -> dict[str, object]:
    text = form.get("textFormat", {})
    border = form.get("borders", {}).get("left", {})
    return {
        "font": (text.get("fontFamily"), text.get("fontSize")) if text else None,
        "bold": text.get("bold", False),
        "italic": text.get("italic", False),
        "colour": hexed(text.get("foregroundColorStyle")),
        "fill": hexed(form.get("backgroundColorStyle")),
        "align": form.get("horizontalAlignment", "").lower(),
        "middle": form.get("verticalAlignment") == "MIDDLE",
        "wrap": form.get("wrapStrategy") == "WRAP",
        "border": hexed(border.get("colorStyle")) if border else None,
        "pattern": form.get("numberFormat", {}).get("pattern", ""),
    }


def hexed(style: Json | None) -> str | None:
    if style is None:
        return None
    colour = style["rgbColor"]
    return "".join(f"{round(colour.get(part, 0) * 255):02X}" for part in ("red", "green", "blue"))


def excel_format(cell: Any) -> dict[str, object]:
    formatted = cell.has_style and cell.font.name == "Times New Roman"
    colour = cell.font.color
    side = cell.border.left
    return {
        "font": (cell.font.name, cell.font.size) if formatted else None,
        "bold": cell.font.bold,
        "italic": cell.font.italic,
        "colour": colour.rgb[2:] if colour is not None and colour.type == "rgb" else None,
        "fill": cell.fill.fgColor.rgb[2:] if cell.fill.patternType else None,
        "align": cell.alignment.horizontal or "",
        "middle": cell.alignment.vertical == "center",
        "wrap": bool(cell.alignment.wrap_text),
        "border": side.color.rgb[2:] if side and side.style else None,
        "pattern": "" if cell.number_format == "General" else cell.number_format,
    }


def test_the_colours_that_follow_the_checks_come_in_the_same_order(
    user: Api, template: str, form: Form
) -> None:
    ours = [
        (str(block.sqref), rule.formula[0], rule.priority)
        for block in drawn_xlsx(form)[layout.TAB_ENTRIES].conditional_formatting
        for rule in block.rules
    ]
    tab, *others = seen(user, template, "sheets(conditionalFormats)")["sheets"]

    theirs = [
        rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
        for rule in tab["conditionalFormats"]
    ]
    ordered = sorted(ours, key=lambda rule: rule[2])
    assert [text.replace(";", ",").removeprefix("=") for text in theirs] == [r[1] for r in ordered]
    assert [area(rule["ranges"][0]) for rule in tab["conditionalFormats"]] == [
        where for where, _, _ in ordered
    ]
    assert others == [{}, {}, {}, {}]


def area(grid: Json) -> str:
    first = f"{letter(grid.get('startColumnIndex', 0))}{grid.get('startRowIndex', 0) + 1}"
    return f"{first}:{letter(grid['endColumnIndex'] - 1)}{grid['endRowIndex']}"


def test_help_where_there_is_no_drop_down_is_a_note(user: Api, template: str) -> None:
    cells = cells_of(user, template, layout.TAB_ENTRIES)
    notes = {at: cell["note"] for at, cell in cells.items() if "note" in cell}

    assert notes.keys() == {"B5", "E5", "G5", "B6", "E6", "A9", "E9", "F9"}
    assert notes["B5"] == "Họ và tên người lập biểu."
    assert notes["A9"].startswith("Tên mô hình, điển hình: Ghi tên mô hình")


# --- protection -----------------------------------------------------------------------------


def test_all_but_the_input_cells_is_protected(user: Api, template: str, form: Form) -> None:
    tabs = seen(user, template, "sheets(protectedRanges)")["sheets"]
    guards = [guard for tab in tabs for guard in tab["protectedRanges"]]

    assert [guard["range"] for guard in guards] == [{"sheetId": n} for n in range(1, 6)]
    assert [guard["editors"] for guard in guards] == [{"users": [USER]}] * 5
    assert [guard["protectedRangeId"] for guard in guards] == [2001, 2002, 2003, 2004, 2005]
    assert [[area(grid) for grid in guard.get("unprotectedRanges", ())] for guard in guards] == [
        ["B5:B6", "E5:E6", "G5:I6", f"A10:H{form.last_row}"], [], [], [], [],
    ]  # fmt: skip


def test_a_unit_writes_into_the_input_cells_and_nowhere_else(
    google: Emulator, user: Api, template: str
) -> None:
    user.share(template, UNIT)
    unit = Api(google, UNIT)

    unit.write(template, "'Đăng ký'!A10:H10", [["Kinh tế", "Mô hình", "x", "", "Xã", "…", "x", ""]])
    unit.write(template, "'Đăng ký'!B5", [["Nguyễn Văn Mẫu"]])
    for cell in ("'Đăng ký'!I10", "'Đăng ký'!A1", "'Hướng dẫn'!B2", "'Phản hồi'!B3", "_dankheo!B2"):
        body = {"values": [["khác"]]}
        path = f"/v4/spreadsheets/{template}/values/{cell}"
        status, message = unit.message("PUT", path, body, valueInputOption="RAW")
        assert (status, "protected" in message) == (400, True)


# --- a unit's copy ----------------------------------------------------------------------------


def test_a_copy_keeps_everything(user: Api, template: str, form: Form) -> None:
    copy = copied(user, template)

    assert seen(user, copy, KEPT) == seen(user, template, KEPT)
    structure = seen(user, copy, render.STRUCTURE)
    assert render.mismatches(structure, render.template_book(form)) == []


def test_filling_in_writes_the_blanks_and_nothing_else(
    user: Api, template: str, form: Form
) -> None:
    copy = copied(user, template)
    before = openpyxl.load_workbook(io.BytesIO(exported(user, copy)))
    fill(user, copy, template, form, IDENTITY, "Biểu của Phòng HC")
    fill(user, copy, template, form, IDENTITY, "Biểu của Phòng HC")
    data = exported(user, copy)
    after = openpyxl.load_workbook(io.BytesIO(data))

    changed = {
        (tab, cell.coordinate): cell.value
        for tab in TABS
        for row in after[tab].iter_rows()
        for cell in row
        if cell.value != before[tab][cell.coordinate].value
    }
    assert changed == {
        ("Đăng ký", "A1"): "PHÒNG HÀNH CHÍNH - TỔNG HỢP",
        ("Phản hồi", "B5"): "trước ngày 12/4/2022",
        ("_dankheo", "B2"): "HCTH",
    }
    assert seen(user, copy, "properties(title)")["properties"] == {"title": "Biểu của Phòng HC"}
    assert reader.identity_of(data) == (form.campaign.id, "HCTH")
    assert reader.read(data, form, "HCTH").problems == ()


def fill(user: Api, file: str, template: str, form: Form, identity: Identity, title: str) -> None:
    where = render.where(seen(user, template, render.STRUCTURE))
    blanks = render.blanks(render.template_book(form))
    user.batch(file, *render.fill_in(blanks, where, identity, title))


def test_a_name_that_looks_like_a_formula_is_a_name(user: Api, template: str, form: Form) -> None:
    fill(user, template, template, form, replace(IDENTITY, name='=HYPERLINK("x")\x00'), "=1+1")

    cell = cells_of(user, template, layout.TAB_ENTRIES)["A1"]
    assert cell["userEnteredValue"] == {"stringValue": '=HYPERLINK("X")'}


def test_a_moved_blank_is_still_filled_in(user: Api, template: str, form: Form) -> None:
    user.batch(template, inserted(1, 0, 3))
    fill(user, template, template, form, IDENTITY, "Biểu")

    assert user.read(template, "'Đăng ký'!A4")["values"] == [["PHÒNG HÀNH CHÍNH - TỔNG HỢP"]]


def inserted(sheet_id: int, start: int, end: int) -> Json:
    area = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": start, "endIndex": end}
    return {"insertDimension": {"range": area}}


# --- the checks in the sheet ------------------------------------------------------------------

NASTY = (
    GOOD,
    good(11, collective="x", individual="x"),
    good(12, collective="", new=""),
    good(13, field="Nông thôn mới", name="Hàng rào hoa"),
    good(14, name="CÔNG SỞ  văn minh "),
    good(15, name="=1+1", place="'+84"),
    good(16, name="Ngắn", content="Ngắn; quá."),
    Entry(17),
    good(18, field="", name="Vườn rau", place="", content=""),
    good(19, name="Dấu khác", collective="-", individual="✓", new="Nguyễn Văn A"),
    good(20, field="Văn\u00a0hóa - xã hội", name="“Dân vận; số”", place='Ấp "3", 5'),
)


@pytest.mark.office
@pytest.mark.parametrize("cover", [DONE, Cover(nil_reason="Đang sắp xếp")], ids=["done", "nil"])
def test_the_checks_say_what_they_say_in_the_workbook(
    user: Api, template: str, form: Form, office: Callable[[bytes, str], bytes], cover: Cover
) -> None:
    """Kiểm tra and the status line of the same rows, both recalculated by LibreOffice."""
    rows = [[*entry.texts.values()] for entry in NASTY]
    user.write(template, f"'Đăng ký'!A{FIRST_ROW}:H{FIRST_ROW + len(rows) - 1}", rows)
    for key in COVER_CELLS:
        user.write(template, f"dk_{key}", [[getattr(cover, key)]])
    fill(user, template, template, form, IDENTITY, "Biểu")
    data = exported(user, template)
    ours = xlsx.render(form, IDENTITY, NASTY, cover)

    said, expected = (checks(office(edited(each, bool), "xlsx"), form) for each in (data, ours))
    assert said == expected
    assert said == checks(ours, form)
    assert len(set(said.values())) > 8
    assert reader.read(data, form, "HCTH").entries == reader.read(ours, form, "HCTH").entries


def checks(data: bytes, form: Form) -> Mapping[str, object]:
    """Return the texts of the Kiểm tra column and of the status line."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[layout.TAB_ENTRIES]
    column = letter(CHECK_COLUMN)
    places = [f"A{layout.STATUS_ROW}"]
    places += [f"{column}{row}" for row in range(FIRST_ROW, form.last_row + 1)]
    return {place: sheet[place].value or "" for place in places}


# --- feedback ---------------------------------------------------------------------------------


def feedback(lines: int) -> Feedback:
    return Feedback(
        "Còn lỗi phải sửa.", "trước ngày 12/4/2022", f"{lines} dòng", "10 giờ 00", "ab" * 32,
        tuple(
            FeedbackLine(f"B{n}", f"=1+{n}", f"Nội dung {n}.", "Phải sửa") for n in range(lines)
        ),
        notice="Gia hạn đến hết ngày 11/4/2022.",
    )  # fmt: skip


def give(user: Api, file: str, told: Feedback) -> Any:
    body = {"valueInputOption": "RAW", "data": render.feedback_values(told)}
    return user.ok("POST", f"/v4/spreadsheets/{file}/values:batchUpdate", body)


def table(user: Api, file: str) -> Sequence[Sequence[str]]:
    rows: Sequence[Sequence[str]] = user.read(file, "dk_phan_hoi_bang").get("values", [])
    return rows


@pytest.mark.parametrize("lines", [0, 1, 30, 200])
def test_feedback_is_written_line_by_line(user: Api, template: str, lines: int) -> None:
    give(user, template, feedback(lines))

    head = user.read(template, "'Phản hồi'!A3:B8")["values"]
    assert head == [
        ["Kết luận", "Còn lỗi phải sửa."],
        ["Thông báo", "Gia hạn đến hết ngày 11/4/2022."],
        ["Hạn của đơn vị", "trước ngày 12/4/2022"],
        ["Đã nhận", f"{lines} dòng"],
        ["Đọc lúc", "10 giờ 00"],
        ["Mã kiểm tra (SHA-256)", "ab" * 32],
    ]
    assert table(user, template) == [
        [f"B{n}", f"=1+{n}", f"Nội dung {n}.", "Phải sửa"] for n in range(lines)
    ]


def test_more_feedback_than_fits_says_how_much_more(user: Api, template: str) -> None:
    give(user, template, feedback(500))
    rows = table(user, template)

    assert len(rows) == 200
    assert rows[198][0] == "B198"
    assert rows[199] == [
        "", "", "Còn 301 nội dung nữa: cơ quan tổng hợp có đủ trong bảng tổng hợp.",
    ]  # fmt: skip


def test_shorter_feedback_leaves_nothing_of_a_longer_one(user: Api, template: str) -> None:
    give(user, template, feedback(1))
    once = seen(user, template, KEPT)
    give(user, template, feedback(500))
    give(user, template, feedback(1))

    assert seen(user, template, KEPT) == once


def test_feedback_changes_nothing_but_its_cells(user: Api, template: str) -> None:
    before = cells_of(user, template, layout.TAB_FEEDBACK)
    give(user, template, feedback(30))
    after = cells_of(user, template, layout.TAB_FEEDBACK)

    changed = {at for at in after if after[at] != before.get(at)}
    assert {int(at[1:]) for at in changed} == {*range(3, 9), *range(11, 41)}
    assert all(
        after[at].get("userEnteredFormat") == before[at].get("userEnteredFormat") for at in changed
    )


NOTICE, DEADLINE = (f"'Phản hồi'!$B${layout.FEEDBACK_ROWS[key]}" for key in ("notice", "deadline"))


def test_the_first_tab_reads_the_deadline_and_the_notice_from_the_feedback(
    user: Api, template: str
) -> None:
    """In the words of the spreadsheet's language: a semicolon between arguments."""
    cells = cells_of(user, template, layout.TAB_ENTRIES)

    deadline, status = (cells[at]["userEnteredValue"]["formulaValue"] for at in ("F1", "A4"))
    assert deadline == f'=IFERROR("Hạn gửi: "&{DEADLINE};"")'
    assert status.startswith(f'=TRIM(IFERROR({NOTICE};"")&" "&IF(')


@pytest.mark.office
def test_the_first_tab_shows_the_feedback(
    user: Api, template: str, form: Form, office: Callable[[bytes, str], bytes]
) -> None:
    """As LibreOffice calculates the spreadsheet that Google exports."""
    fill(user, template, template, form, IDENTITY, "Biểu")
    before = shown(user, template, office)
    give(user, template, replace(feedback(0), deadline="trước ngày 16/4/2022"))

    missing = (
        "Bắt đầu: ghi mỗi mô hình, điển hình một dòng, từ dòng 10; ghi người lập biểu, điện "
        "thoại; xong thì ghi x vào ô “Đã hoàn thành đăng ký”. Không đăng ký thì chỉ cần ghi lý do."
    )
    assert before == ("Hạn gửi: trước ngày 12/4/2022", missing)
    assert shown(user, template, office) == (
        "Hạn gửi: trước ngày 16/4/2022",
        f"Gia hạn đến hết ngày 11/4/2022. {missing}",
    )
    user.batch(template, {"deleteSheet": {"sheetId": 3}})
    assert shown(user, template, office) == ("", missing)


def shown(user: Api, file: str, office: Callable[[bytes, str], bytes]) -> tuple[object, object]:
    """Return the deadline's and the status line, calculated."""
    data = office(edited(exported(user, file), bool), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[layout.TAB_ENTRIES]
    return sheet["F1"].value or "", sheet["A4"].value


def test_feedback_is_clean_and_no_longer_than_a_cell() -> None:
    told = replace(
        feedback(0), headline="a\x00\r\nb", lines=(FeedbackLine("B1", "x" * 50_000, "", ""),)
    )
    head, lines = render.feedback_values(told)

    assert head["values"][0] == ["a\nb"]
    assert len(lines["values"][0][1]) == MAX_TEXT


# --- does a template still fit? -----------------------------------------------------------------


@pytest.fixture
def wrong(user: Api, template: str, form: Form) -> Callable[..., list[str]]:
    """Change the template, and return what no longer fits."""

    def change(*requests: Json) -> list[str]:
        if requests:
            user.batch(template, *requests)
        structure = seen(user, template, render.STRUCTURE)
        return render.mismatches(structure, render.template_book(form))

    return change


Wrong = Callable[..., list[str]]


def test_a_fresh_template_fits(wrong: Wrong) -> None:
    assert wrong() == []


def test_a_restyled_template_fits(wrong: Wrong) -> None:
    """Other colours, widths, texts, rows for a logo above, a tab of the coordinator's own."""
    red = {"userEnteredFormat": {"backgroundColorStyle": {"rgbColor": {"red": 1}}}}
    where = {"sheetId": 1, "startRowIndex": 0, "endRowIndex": 9}
    width = {"sheetId": 1, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}

    assert wrong(
        {"repeatCell": {"range": where, "cell": red, "fields": "userEnteredFormat"}},
        {
            "updateDimensionProperties": {
                "range": width, "properties": {"pixelSize": 300}, "fields": "pixelSize",
            }
        },
        inserted(1, 0, 3), inserted(1, 6, 7), inserted(3, 1, 2),
        {"addSheet": {"properties": {"title": "Ghi chú"}}},
    ) == []  # fmt: skip


def test_a_deleted_tab_does_not_fit(wrong: Wrong) -> None:
    assert wrong({"deleteSheet": {"sheetId": 3}}) == ["Mẫu không còn trang “Phản hồi”."]


def test_a_deleted_name_does_not_fit(wrong: Wrong) -> None:
    assert wrong({"deleteNamedRange": {"namedRangeId": "1001"}}) == [
        "Mẫu không còn vùng có tên “dk_preparer”."
    ]


def test_a_name_that_moved_to_another_tab_does_not_fit(wrong: Wrong) -> None:
    area = {"sheetId": 2, "endRowIndex": 1, "endColumnIndex": 1}
    assert wrong(
        {"deleteNamedRange": {"namedRangeId": "1001"}},
        {"addNamedRange": {"namedRange": {"name": "dk_preparer", "range": area}}},
    ) == ["Vùng “dk_preparer” của mẫu không còn ở trang “Đăng ký”."]


def test_rows_added_to_the_table_do_not_fit(wrong: Wrong, form: Form) -> None:
    """They would have no checks."""
    assert wrong(inserted(1, 12, 14)) == [
        f"Vùng “dk_bang” của mẫu rộng {form.rows + 2} × 8 ô, phải là {form.rows} × 8."
    ]


def test_a_tab_without_protection_does_not_fit(wrong: Wrong) -> None:
    assert wrong({"deleteProtectedRange": {"protectedRangeId": 2002}}) == [
        "Trang “Hướng dẫn” của mẫu không còn được bảo vệ."
    ]


def test_a_protection_that_only_warns_does_not_fit(wrong: Wrong) -> None:
    warning = {"range": {"sheetId": 2}, "warningOnly": True}
    assert wrong(
        {"deleteProtectedRange": {"protectedRangeId": 2002}},
        {"addProtectedRange": {"protectedRange": warning}},
    ) == ["Trang “Hướng dẫn” của mẫu không còn được bảo vệ."]


def test_locked_input_cells_and_open_blanks_do_not_fit(wrong: Wrong) -> None:
    top = {"sheetId": 1, "startRowIndex": 0, "endRowIndex": 1}
    guard = {
        "protectedRangeId": 2001,
        "unprotectedRanges": [{**top, "startColumnIndex": 0, "endColumnIndex": 1}],
    }
    assert wrong(
        {"updateProtectedRange": {"protectedRange": guard, "fields": "unprotectedRanges"}}
    ) == [
        *(f"Vùng “dk_{key}” của mẫu bị khoá: đơn vị không ghi được." for key in COVER_CELLS),
        "Vùng “dk_bang” của mẫu bị khoá: đơn vị không ghi được.",
        "Vùng “dk_dien_1” của mẫu không còn khoá: đơn vị sửa được.",
    ]


def test_a_tab_shown_or_hidden_does_not_fit(wrong: Wrong) -> None:
    shown = {"properties": {"sheetId": 4, "hidden": False}, "fields": "hidden"}
    hidden = {"properties": {"sheetId": 2, "hidden": True}, "fields": "hidden"}

    assert wrong({"updateSheetProperties": shown}, {"updateSheetProperties": hidden}) == [
        "Trang “Hướng dẫn” của mẫu đang ẩn: hãy cho hiện lại.",
        "Trang “_dankheo” của mẫu đang hiện: hãy ẩn đi.",
    ]


def test_a_new_spreadsheet_is_no_template(user: Api, form: Form) -> None:
    structure = seen(user, user.new_sheet("Trống"), render.STRUCTURE)

    assert render.mismatches(structure, render.template_book(form)) == [
        f"Mẫu không còn trang “{title}”." for title in TABS
    ]


def test_a_blank_spreadsheet_with_a_tab_of_another_id_becomes_the_form(
    user: Api, form: Form
) -> None:
    """Also where that id is one of ours."""
    blank = user.new_sheet("Trống")
    user.batch(
        blank,
        {"addSheet": {"properties": {"sheetId": 2, "title": "Trang tính1"}}},
        {"deleteSheet": {"sheetId": 0}},
    )
    book = render.template_book(form)
    user.batch(blank, *render.new_spreadsheet(book, [USER], only_tab=2), render.titled("Biểu"))
    got = seen(user, blank, f"properties(title),{render.STRUCTURE}")

    assert render.mismatches(got, book) == []
    assert got["properties"] == {"title": "Biểu"}
    assert [sheet["properties"]["sheetId"] for sheet in got["sheets"]] == [1, 3, 4, 5, 6]
