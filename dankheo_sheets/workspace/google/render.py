"""The form as a Google spreadsheet: the template, a unit's copy of it, feedback into that copy.

Pure: a drawing in, the requests of one batchUpdate out, or the ranges of one values request.
The form is drawn by :func:`dankheo_sheets.form.xlsx.draw`, as the .xlsx is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from dankheo_sheets import vietnamese
from dankheo_sheets.form import xlsx
from dankheo_sheets.form.feedback import HEAD_NAME, TABLE_NAME
from dankheo_sheets.form.layout import FEEDBACK_HEADER, FEEDBACK_ROWS, Form
from dankheo_sheets.form.ooxml import MAX_TEXT
from dankheo_sheets.form.xlsx import BLANKS, Identity
from dankheo_sheets.registration import Feedback
from dankheo_sheets.workspace.google.drawing import cells
from dankheo_sheets.workspace.google.drawing.canvas import Book, Sheet
from dankheo_sheets.workspace.google.drawing.rules import in_vietnamese
from dankheo_sheets.workspace.google.drawing.shapes import Area, Json, of_grid

FEEDBACK_LINES = 200
"""Lines of feedback a unit's spreadsheet has room for."""

_BLANK_NAME = "dk_dien_"
_FIRST_NAME_ID, _FIRST_PROTECTION_ID = 1001, 2001
_PROTECTION = "Đơn vị chỉ ghi vào các ô nền vàng của trang Đăng ký."


@dataclass(frozen=True)
class Blank:
    """One cell of the template that differs from unit to unit."""

    name: str
    """Of the range that is this cell, wherever a person moves it."""
    text: str
    """With {{code}}, {{name}}, {{NAME}} or {{deadline}} in it."""


def template_book(form: Form) -> Book:
    """Return the form drawn with blanks for a unit's identity, each blank cell named."""
    book = Book()
    xlsx.draw(book, form, BLANKS, feedback_rows=FEEDBACK_LINES)
    blank = (
        (sheet.title, Area(row, column, row + 1, column + 1))
        for sheet in book.sheets
        for (row, column), cell in sorted(sheet.cells.items())
        if isinstance(cell.value, str) and "{{" in cell.value
    )
    book.names |= {f"{_BLANK_NAME}{number}": where for number, where in enumerate(blank, 1)}
    return book


def blanks(book: Book) -> tuple[Blank, ...]:
    """Return the blanks of :func:`template_book`, in the order of the drawing."""
    return tuple(
        Blank(name, str(book[tab].cells[where.top, where.left].value))
        for name, (tab, where) in book.names.items()
        if name.startswith(_BLANK_NAME)
    )


def new_spreadsheet(book: Book, editors: Sequence[str], only_tab: int = 0) -> list[Json]:
    """Return the requests that draw `book` on a blank spreadsheet, for one batchUpdate.

    Its only tab, of the id `only_tab`, goes; tabs, names and protections get fixed ids. Only
    `editors`, and whoever sends this, may then change a protected cell: without the list
    everybody might (reference/google.md §4).
    """
    numbers = (number for number in count(1) if number != only_tab)
    ids = {sheet.title: number for sheet, number in zip(book.sheets, numbers, strict=False)}
    requests = [in_vietnamese()]
    for title, number in ids.items():
        requests.append({"addSheet": {"properties": cells.properties(book[title], number)}})
    requests.append({"deleteSheet": {"sheetId": only_tab}})
    # Names before the formulas that use them.
    for number, (name, (tab, area)) in enumerate(book.names.items(), _FIRST_NAME_ID):
        named = {"namedRangeId": str(number), "name": name, "range": area.grid(ids[tab])}
        requests.append({"addNamedRange": {"namedRange": named}})
    for title, number in ids.items():
        requests += cells.draw(book, book[title], number)
    for number, sheet in enumerate(book.sheets, _FIRST_PROTECTION_ID):
        if sheet.protected:
            sheet_id = ids[sheet.title]
            protection = {
                "protectedRangeId": number,
                "range": {"sheetId": sheet_id},
                "description": _PROTECTION,
                "editors": {"users": list(editors)},
                "unprotectedRanges": [area.grid(sheet_id) for area in cells.open_cells(sheet)],
            }
            requests.append({"addProtectedRange": {"protectedRange": protection}})
    return requests


def titled(title: str) -> Json:
    """Return the request that gives a spreadsheet its title."""
    wanted = {"title": vietnamese.clean(title)}
    return {"updateSpreadsheetProperties": {"properties": wanted, "fields": "title"}}


# --- a unit's copy ----------------------------------------------------------------------


def where(spreadsheet: Json) -> dict[str, Json]:
    """Return each named range of a spreadsheet and the GridRange it is now."""
    return {named["name"]: named.get("range", {}) for named in spreadsheet.get("namedRanges", ())}


def fill_in(
    blanks: Sequence[Blank], where: Mapping[str, Json], identity: Identity, title: str
) -> list[Json]:
    """Return the requests that make a copy of the template one unit's, for one batchUpdate.

    They set the spreadsheet's title and write the blanks as text, and are the same done twice.
    `where` is :func:`where` of the template, or of the copy: a copy has the same ids. Raises
    `KeyError` for a blank that is nowhere (see :func:`mismatches`).
    """
    requests = [titled(title)]
    for blank in blanks:
        text = blank.text
        for old, new in xlsx.replacements(identity):
            text = text.replace(old, new)
        grid = where[blank.name]
        start = {
            "sheetId": grid.get("sheetId", 0),
            "rowIndex": grid.get("startRowIndex", 0),
            "columnIndex": grid.get("startColumnIndex", 0),
        }
        rows = [{"values": [{"userEnteredValue": {"stringValue": text[:MAX_TEXT]}}]}]
        change = {"start": start, "rows": rows, "fields": "userEnteredValue"}
        requests.append({"updateCells": change})
    return requests


def feedback_values(feedback: Feedback) -> list[Json]:
    """Return the ranges to write, RAW, with one values:batchUpdate, to show `feedback`.

    All lines of the table are written, so nothing of an older feedback stays. Where there are
    more than fit, the last line says how many.
    """
    head = [[_text(getattr(feedback, key))] for key in FEEDBACK_ROWS]
    lines = [
        [_text(text) for text in (line.cell, line.typed, line.message, line.level)]
        for line in feedback.lines
    ]
    if len(lines) > FEEDBACK_LINES:
        more = len(lines) - FEEDBACK_LINES + 1
        lines[FEEDBACK_LINES - 1 :] = [["", "", _MORE.format(count=vietnamese.count(more)), ""]]
    empty = [""] * len(FEEDBACK_HEADER)
    lines += [empty] * (FEEDBACK_LINES - len(lines))
    return [{"range": HEAD_NAME, "values": head}, {"range": TABLE_NAME, "values": lines}]


_MORE = "Còn {count} nội dung nữa: cơ quan tổng hợp có đủ trong bảng tổng hợp."


def _text(text: str) -> str:
    return vietnamese.clean(text)[:MAX_TEXT]


# --- does a template still fit? -----------------------------------------------------------

STRUCTURE = (
    "sheets(properties(sheetId,title,hidden),"
    "protectedRanges(range,unprotectedRanges,warningOnly)),namedRanges"
)
"""What :func:`mismatches` and :func:`where` need of spreadsheets.get."""


def mismatches(spreadsheet: Json, book: Book) -> list[str]:
    """Return what of a template no longer fits the form, in sentences for the coordinator.

    `spreadsheet` is as spreadsheets.get answers :data:`STRUCTURE`. Fonts, colours, widths,
    pictures, texts and rows put in above do not matter. Who may edit protected cells is not
    looked at: in a copy it is whoever copies (reference/google.md §4).
    """
    tabs = {sheet["properties"]["title"]: sheet for sheet in spreadsheet.get("sheets", ())}
    named = where(spreadsheet)
    found = [each for sheet in book.sheets for each in _of_tab(tabs.get(sheet.title), sheet)]
    found += [
        _of_name(name, area, named.get(name), tabs[tab], book[tab])
        for name, (tab, area) in book.names.items()
        if tab in tabs
    ]
    return list(filter(None, found))


def _of_tab(tab: Json | None, sheet: Sheet) -> Iterator[str]:
    if tab is None:
        yield f"Mẫu không còn trang “{sheet.title}”."
        return
    if bool(tab["properties"].get("hidden")) != sheet.hidden:
        state, wish = ("hiện", "ẩn đi") if sheet.hidden else ("ẩn", "cho hiện lại")
        yield f"Trang “{sheet.title}” của mẫu đang {state}: hãy {wish}."
    if sheet.protected and _open_areas(tab) is None:
        yield f"Trang “{sheet.title}” của mẫu không còn được bảo vệ."


def _of_name(name: str, area: Area, grid: Json | None, tab: Json, sheet: Sheet) -> str:
    if grid is None:
        return f"Mẫu không còn vùng có tên “{name}”."
    now = of_grid(grid)
    if grid.get("sheetId", 0) != tab["properties"].get("sheetId", 0) or now is None:
        return f"Vùng “{name}” của mẫu không còn ở trang “{sheet.title}”."
    if _shape(now) != _shape(area):
        return f"Vùng “{name}” của mẫu rộng {_shape(now)} ô, phải là {_shape(area)}."
    open_areas = _open_areas(tab)
    if open_areas is None:
        return ""
    there = {place for block in open_areas for place in block.cells()}
    is_input = any((area.top, area.left) in block.cells() for block in cells.open_cells(sheet))
    if is_input and not there.issuperset(now.cells()):
        return f"Vùng “{name}” của mẫu bị khoá: đơn vị không ghi được."
    if not is_input and not there.isdisjoint(now.cells()):
        return f"Vùng “{name}” của mẫu không còn khoá: đơn vị sửa được."
    return ""


def _shape(area: Area) -> str:
    return f"{area.bottom - area.top} × {area.right - area.left}"


def _open_areas(tab: Json) -> list[Area] | None:
    """Return what the protection of a whole tab leaves open; None where there is none."""
    for protection in tab.get("protectedRanges", ()):
        whole = protection.get("range", {}).keys() <= {"sheetId"}
        if whole and not protection.get("warningOnly"):
            grids = map(of_grid, protection.get("unprotectedRanges", ()))
            return [area for area in grids if area is not None]
    return None
