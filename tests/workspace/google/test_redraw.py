"""The master as a Google spreadsheet: drawn, drawn again, drawn over what people did to it."""

import io
import json
from collections import Counter
from typing import Any

import openpyxl
import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.master_xlsx import COLOURS, workbook
from dankheo_sheets.register import Register
from dankheo_sheets.workspace.google import redraw
from dankheo_sheets.workspace.google.drawing.canvas import Book
from dankheo_sheets.workspace.google.drawing.shapes import Json
from dankheo_sheets.workspace.google.redraw import MASTER_FIELDS, MAX_BYTES, Step
from tests.emulated import google, user
from tests.outputs.registers import GOOD, entry, master_of, register_of
from tests.test_google_emulator.api import XLSX, Api

__all__ = ["google", "user"]  # fixtures

TABS = ["Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê", "Nhật ký"]
INDIVIDUAL = {"collective": "", "individual": "x"}


@pytest.fixture
def register(campaign: Campaign) -> Register:
    return register_of(campaign, {
        "A": [entry(name="a1"), entry(name="a2", field="VH-XH", **INDIVIDUAL)],
        "B": [
            entry(name="=b1"), entry(name="b2", place=""), entry(name="b3", field="Nông thôn mới"),
        ],
        "C": [],
    })  # fmt: skip


@pytest.fixture
def smaller(campaign: Campaign) -> Register:
    return register_of(campaign, {"A": [entry(name="a1")]})


@pytest.fixture
def sheet(user: Api) -> str:
    return user.new_sheet("Bảng tổng hợp")


def seen(user: Api, sheet: str, fields: str = MASTER_FIELDS) -> Any:
    return user.ok("GET", f"/v4/spreadsheets/{sheet}", fields=fields)


def everything(user: Api, sheet: str) -> Any:
    return seen(user, sheet, "properties,sheets,namedRanges")


def steps_for(register: Register, existing: Json) -> list[Step]:
    book = Book()
    rows = master_of(register).draw(book)
    return list(redraw.redraw(book, rows, existing))


def draw(user: Api, sheet: str, register: Register) -> list[Step]:
    """Draw the master over what there is; return what was sent."""
    steps = steps_for(register, seen(user, sheet))
    for step in steps:
        send(user, sheet, step)
    return steps


def send(user: Api, sheet: str, step: Step) -> None:
    if step.values:
        body = {"valueInputOption": "RAW", "data": step.values}
        user.ok("POST", f"/v4/spreadsheets/{sheet}/values:batchUpdate", body)
    else:
        user.batch(sheet, *step.requests)


def exported(user: Api, sheet: str) -> openpyxl.Workbook:
    answer = user.send("GET", f"/drive/v3/files/{sheet}/export", params={"mimeType": XLSX})
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def contents(book: openpyxl.Workbook) -> dict[str, dict[str, object]]:
    return {
        tab.title: {c.coordinate: c.value for row in tab.iter_rows() for c in row if c.value}
        for tab in book
    }


# --- a new master ---------------------------------------------------------------------------


def test_a_new_master_says_what_the_workbook_says(
    user: Api, sheet: str, register: Register
) -> None:
    draw(user, sheet, register)
    data = workbook(master_of(register))
    ours = openpyxl.load_workbook(io.BytesIO(data))
    theirs = exported(user, sheet)

    assert theirs.sheetnames == TABS
    assert contents(theirs) == contents(ours)
    for title in TABS:
        merged = {str(block) for block in theirs[title].merged_cells.ranges}
        assert merged == {str(block) for block in ours[title].merged_cells.ranges}


def test_numbers_are_numbers_and_text_is_text(user: Api, sheet: str, register: Register) -> None:
    draw(user, sheet, register)
    shown = user.read(sheet, "'Dữ liệu'!A6:L6", valueRenderOption="UNFORMATTED_VALUE")["values"]
    formulas = user.read(sheet, "'Tổng hợp'!A10", valueRenderOption="FORMULA")["values"]

    assert (shown[0][0], shown[0][4], shown[0][11]) == (2, "=b1", 10)
    assert formulas == [["2. =b1"]]


def test_tabs_have_fixed_ids_and_exact_grids(user: Api, sheet: str, register: Register) -> None:
    draw(user, sheet, register)
    tabs = [tab["properties"] for tab in seen(user, sheet, "sheets(properties)")["sheets"]]

    assert [(tab["sheetId"], tab["title"]) for tab in tabs] == [*enumerate(TABS, 1)]
    grids = [tab["gridProperties"] for tab in tabs]
    assert [(grid["rowCount"], grid["columnCount"]) for grid in grids[:4]] == [
        (15, 8), (9, 13), (7, 12), (7, 7),
    ]  # fmt: skip
    assert [(g.get("frozenRowCount"), g.get("frozenColumnCount")) for g in grids] == [
        (7, None), (4, 3), (4, 3), (4, 3), (None, None), (4, 3),
    ]  # fmt: skip


def test_lists_can_be_filtered(user: Api, sheet: str, register: Register) -> None:
    draw(user, sheet, register)
    tabs = {tab["properties"]["title"]: tab for tab in seen(user, sheet)["sheets"]}
    filters = {
        title: tab["basicFilter"]["range"] for title, tab in tabs.items() if "basicFilter" in tab
    }

    assert {
        title: (area["startRowIndex"], area["endRowIndex"], area["endColumnIndex"])
        for title, area in filters.items()
    } == {"Dữ liệu": (3, 9, 13), "Tiến độ": (3, 7, 12), "Cần sửa": (3, 7, 7),
        "Nhật ký": (3, 5, 6),
    }  # fmt: skip


def test_sections_and_totals_look_as_in_the_workbook(
    user: Api, sheet: str, register: Register
) -> None:
    draw(user, sheet, register)
    fields = "sheets(data(rowData(values(userEnteredFormat))))"
    got = user.ok("GET", f"/v4/spreadsheets/{sheet}", ranges="'Tổng hợp'!A8:H15", fields=fields)
    forms = [
        [cell["userEnteredFormat"] for cell in row["values"]]
        for row in got["sheets"][0]["data"][0]["rowData"]
    ]

    section, item, total = forms[0], forms[1], forms[-1]
    assert [form["textFormat"].get("italic", False) for form in section] == [True] * 8
    assert {"backgroundColorStyle" in form for form in section} == {True}
    assert [form.get("horizontalAlignment") == "CENTER" for form in item] == [
        column in (1, 2, 5, 6) for column in range(8)
    ]
    assert {form["textFormat"].get("bold", False) for form in item} == {False}
    assert {form["textFormat"].get("bold", False) for form in total} == {True}
    assert {len(form["borders"]) for row in forms for form in row} == {4}


def test_the_charts_are_native_bars_of_the_tabs_own_cells(
    user: Api, sheet: str, register: Register
) -> None:
    draw(user, sheet, register)
    charts = seen(user, sheet, "sheets(charts)")["sheets"][4]["charts"]
    grid = seen(user, sheet, "sheets(properties)")["sheets"][4]["properties"]["gridProperties"]

    assert [(chart["chartId"], chart["spec"]["title"]) for chart in charts] == [
        (3001, "Hình thức theo lĩnh vực"),
        (3002, "Mới và nhân rộng theo lĩnh vực"),
        (3003, "Tổng số theo đơn vị"),
    ]
    bars = charts[0]["spec"]["basicChart"]
    assert (bars["chartType"], bars["stackedType"], bars["headerCount"]) == ("BAR", "STACKED", 1)
    assert bars["legendPosition"] == "BOTTOM_LEGEND"
    assert charts[2]["spec"]["basicChart"]["legendPosition"] == "NO_LEGEND"
    assert [[colour_of(each) for each in chart["spec"]["basicChart"]["series"]]
            for chart in charts] == [[*COLOURS], [*COLOURS], [COLOURS[0]]]  # fmt: skip
    sources = [bars["domains"][0]["domain"], *(series["series"] for series in bars["series"])]
    read = [values(user, sheet, source["sourceRange"]["sources"][0]) for source in sources]
    assert [column[0] for column in read] == ["Lĩnh vực", "Tập thể", "Cá nhân"]
    assert len({len(column) for column in read}) == 1
    assert "Tổng cộng" not in read[0]
    for chart in charts:
        place = chart["position"]["overlayPosition"]
        cell = place["anchorCell"]
        assert cell.get("rowIndex", 0) + place["heightPixels"] / 21 <= grid["rowCount"]
        assert cell["columnIndex"] + place["widthPixels"] / 100 <= grid["columnCount"]


def colour_of(series: Json) -> str:
    parts = series["colorStyle"]["rgbColor"]
    return "#" + "".join(f"{int(255 * parts[n]):02X}" for n in ("red", "green", "blue"))


def values(user: Api, sheet: str, grid: Json) -> list[str]:
    letter = "ABCDEF"[grid.get("startColumnIndex", 0)]
    where = f"'Thống kê'!{letter}{grid['startRowIndex'] + 1}:{letter}{grid['endRowIndex']}"
    return [row[0] for row in user.read(sheet, where)["values"]]


def test_a_register_of_nothing_is_drawn(user: Api, sheet: str, campaign: Campaign) -> None:
    register = register_of(campaign, {"A": []})
    draw(user, sheet, register)
    tabs = {tab["properties"]["title"]: tab for tab in everything(user, sheet)["sheets"]}

    assert list(tabs) == TABS
    assert tabs["Dữ liệu"]["properties"]["gridProperties"]["rowCount"] == 5
    assert tabs["Dữ liệu"]["basicFilter"]["range"]["endRowIndex"] == 5


# --- once more ------------------------------------------------------------------------------


def test_twice_is_the_same_as_once(user: Api, sheet: str, register: Register) -> None:
    draw(user, sheet, register)
    once = everything(user, sheet)
    draw(user, sheet, register)

    assert everything(user, sheet) == once


def test_each_request_may_be_sent_twice_once_the_master_exists(
    user: Api, sheet: str, register: Register
) -> None:
    first = draw(user, sheet, register)
    once = everything(user, sheet)
    again = steps_for(register, seen(user, sheet))
    for step in again:
        send(user, sheet, step)
        send(user, sheet, step)

    assert [step.again for step in first] == [False, True]
    assert [step.again for step in again] == [True, True]
    assert everything(user, sheet) == once


def test_a_smaller_register_leaves_nothing_of_a_larger_one(
    user: Api, sheet: str, register: Register, smaller: Register
) -> None:
    other = user.new_sheet("Bảng tổng hợp")
    draw(user, other, smaller)
    draw(user, sheet, register)
    draw(user, sheet, smaller)

    assert seen(user, sheet, "sheets") == seen(user, other, "sheets")


def test_a_larger_register_has_room_after_a_smaller_one(
    user: Api, sheet: str, register: Register, smaller: Register
) -> None:
    draw(user, sheet, smaller)
    draw(user, sheet, register)
    other = user.new_sheet("Bảng tổng hợp")
    draw(user, other, register)

    assert seen(user, sheet, "sheets") == seen(user, other, "sheets")


# --- what people did -------------------------------------------------------------------------


def resized(sheet_id: int, dimension: str, **properties: object) -> Json:
    return {
        "updateDimensionProperties": {
            "range": {
                "sheetId": sheet_id, "dimension": dimension, "startIndex": 1, "endIndex": 3,
            },
            "properties": properties,
            "fields": ",".join(properties),
        }
    }  # fmt: skip


def test_our_tabs_become_ours_again(user: Api, sheet: str, register: Register) -> None:
    """Merged, coloured, filtered, hidden, resized, renamed, moved, deleted: all is mended."""
    draw(user, sheet, register)
    once = everything(user, sheet)
    cells = {"sheetId": 2, "startRowIndex": 1, "endRowIndex": 4, "endColumnIndex": 2}
    list_rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]}}
    blank = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    red = {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "Xem lại"}
    user.batch(
        sheet,
        {"mergeCells": {"range": cells, "mergeType": "MERGE_ALL"}},
        {"repeatCell": {"range": {"sheetId": 1}, "cell": red, "fields": "userEnteredFormat,note"}},
        {"setDataValidation": {"range": cells, "rule": list_rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [cells], "booleanRule": blank}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [cells], "booleanRule": blank}}},
        resized(2, "ROWS", pixelSize=200),
        resized(2, "COLUMNS", pixelSize=20),
        resized(3, "COLUMNS", hiddenByUser=True),
        {"appendDimension": {"sheetId": 2, "dimension": "ROWS", "length": 50}},
        {"appendDimension": {"sheetId": 2, "dimension": "COLUMNS", "length": 5}},
        {"deleteEmbeddedObject": {"objectId": 3002}},
        {"updateSheetProperties": {"properties": {"sheetId": 3, "title": "Cũ"}, "fields": "title"}},
        {"clearBasicFilter": {"sheetId": 3}},
        {"deleteSheet": {"sheetId": 4}},
    )
    user.write(sheet, "'Dữ liệu'!Q50", [["ghi thêm"]])
    draw(user, sheet, register)

    assert everything(user, sheet) == once


def test_a_tab_and_a_chart_of_a_persons_own_stay(user: Api, sheet: str, register: Register) -> None:
    draw(user, sheet, register)
    own = {"sheetId": 77, "title": "Sổ tay"}
    chart = {
        "chartId": 99,
        "spec": {"title": "Của tôi", "basicChart": {"chartType": "COLUMN"}},
        "position": {"overlayPosition": {"anchorCell": {"sheetId": 5}}},
    }
    user.batch(sheet, {"addSheet": {"properties": own}}, {"addChart": {"chart": chart}})
    user.write(sheet, "'Sổ tay'!A1:A2", [["việc"], ["='Dữ liệu'!E5"]], "USER_ENTERED")
    draw(user, sheet, register)

    assert user.read(sheet, "'Sổ tay'!A1:A2")["values"] == [["việc"], ["a1"]]
    assert [tab["properties"]["title"] for tab in seen(user, sheet)["sheets"]] == [*TABS, "Sổ tay"]
    charts = seen(user, sheet)["sheets"][4]["charts"]
    assert sorted(each["chartId"] for each in charts) == [99, 3001, 3002, 3003]


def test_a_persons_tab_with_a_title_of_ours_is_renamed_not_overwritten(
    user: Api, sheet: str, register: Register
) -> None:
    draw(user, sheet, register)
    user.batch(
        sheet,
        {"deleteSheet": {"sheetId": 2}},
        {"addSheet": {"properties": {"sheetId": 78, "title": "dữ liệu"}}},
        {"addSheet": {"properties": {"sheetId": 79, "title": "Dữ liệu (1)"}}},
    )
    user.write(sheet, "'dữ liệu'!A1", [["của tôi"]])
    draw(user, sheet, register)

    titles = {
        t["properties"]["sheetId"]: t["properties"]["title"] for t in seen(user, sheet)["sheets"]
    }
    assert titles == {**dict(enumerate(TABS, 1)), 78: "dữ liệu (2)", 79: "Dữ liệu (1)"}
    assert user.read(sheet, "'dữ liệu (2)'!A1")["values"] == [["của tôi"]]


def test_tabs_with_swapped_titles_get_their_own_again(
    user: Api, sheet: str, register: Register
) -> None:
    draw(user, sheet, register)
    once = everything(user, sheet)
    for number, title in ((2, "tạm"), (3, "Dữ liệu"), (2, "Tiến độ")):
        renamed = {"properties": {"sheetId": number, "title": title}, "fields": "title"}
        user.batch(sheet, {"updateSheetProperties": renamed})
    draw(user, sheet, register)

    assert everything(user, sheet) == once


def test_the_one_tab_of_a_persons_spreadsheet_stays(
    user: Api, sheet: str, register: Register
) -> None:
    """Only the empty first tab of a new spreadsheet goes."""
    renamed = {"properties": {"sheetId": 0, "title": "Của tôi"}, "fields": "title"}
    user.batch(sheet, {"updateSheetProperties": renamed})
    draw(user, sheet, register)

    titles = [tab["properties"]["title"] for tab in seen(user, sheet)["sheets"]]
    assert titles == [*TABS, "Của tôi"]


# --- few requests -----------------------------------------------------------------------------


@pytest.fixture
def large(campaign: Campaign) -> Register:
    """2,000 entries of 40 units, each of 250 letters and more."""
    return register_of(
        campaign,
        {
            f"D{unit:02d}": [
                entry(name=f"Mô hình {number} của đơn vị {unit}", content=GOOD["content"] * 3)
                for number in range(50)
            ]
            for unit in range(40)
        },
    )


def test_two_thousand_rows_take_four_requests_at_most(
    user: Api, sheet: str, large: Register
) -> None:
    steps = draw(user, sheet, large)

    assert 1 + len(steps) <= 4  # with the one that asks what exists
    assert exported(user, sheet)["Dữ liệu"].max_row == 2004


def test_no_request_is_larger_than_google_recommends(large: Register) -> None:
    steps = steps_for(large, {"sheets": []})

    sizes = [len(json.dumps([step.requests, step.values])) for step in steps]
    assert max(sizes) <= MAX_BYTES + 1000
    assert len(sizes) > 2


def test_the_long_rows_are_written_once_each_and_in_order(large: Register) -> None:
    book = Book()
    rows = master_of(large).draw(book)
    expected = [
        [cell if cell is not None else "" for cell in cells]
        for lines in rows
        for _, _, cells in lines.rows
    ]
    steps = list(redraw.redraw(book, rows, {"sheets": []}))

    sent = [row for step in steps for block in step.values for row in block["values"]]
    assert sent == expected
    ranges = [block["range"] for step in steps for block in step.values]
    assert len(ranges) == len(set(ranges))


def test_formats_are_blocks_not_cells(large: Register) -> None:
    first, *_ = steps_for(large, {"sheets": []})
    kinds = Counter(next(iter(request)) for request in first.requests)

    assert kinds["repeatCell"] < 100
    assert len(first.requests) < 200
