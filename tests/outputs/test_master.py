"""tong-hop.xlsx, read back as a person would see it."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from dankheo_sheets.board import html
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import ooxml
from dankheo_sheets.outputs import master_xlsx
from dankheo_sheets.outputs.sheet_pages import axis_step
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Status
from tests.form_2022 import TITLE
from tests.outputs.registers import entry, master_of, register_of


def drawn(register: Register) -> Workbook:
    data = master_xlsx.workbook(master_of(register))
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture
def register(campaign: Campaign) -> Register:
    individual = {"collective": "", "individual": "x"}
    return register_of(campaign, {
        "A": [entry(name="a1"), entry(name="a2", field="VH-XH", **individual)],
        "B": [
            entry(name="b1"), entry(name="b2", place=""), entry(name="b3", field="Nông thôn mới"),
        ],
        "C": [],
    })  # fmt: skip


def test_the_tabs_are_the_ones_a_coordinator_looks_for(register: Register) -> None:
    tabs = ["Tổng hợp", "Dữ liệu", "Tiến độ", "Cần sửa", "Thống kê", "Nhật ký"]

    assert drawn(register).sheetnames == tabs


def test_the_register_has_the_shape_of_the_form(register: Register) -> None:
    """Sections by field, items numbered from 1 in each, the seven columns and the unit."""
    sheet = drawn(register)["Tổng hợp"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7)]

    assert [(row[0], row[1], row[2], row[7]) for row in rows[1:]] == [
        ("I. Lĩnh vực kinh tế", None, None, None),
        ("1. a1", "x", None, "Phòng A"),
        ("2. b1", "x", None, "Phòng B"),
        ("II. Lĩnh vực văn hoá - xã hội", None, None, None),
        ("1. a2", None, "x", "Phòng A"),
        ("III. Lĩnh vực khác", None, None, None),
        ("1. b3", "x", None, "Phòng B"),
        ("Tổng cộng: 4", 3, 1, None),
    ]
    assert [cell.value for cell in sheet[7]] == ["1", "2", "3", "4", "5", "6", "7", None]


def test_the_header_is_merged_as_on_paper(register: Register) -> None:
    sheet = drawn(register)["Tổng hợp"]

    merged = {str(block) for block in sheet.merged_cells.ranges}
    assert {"A5:A6", "B5:C5", "D5:D6", "E5:E6", "F5:G5", "H5:H6"} <= merged
    assert (sheet["B5"].value, sheet["F5"].value) == ("HÌNH THỨC", "TRONG ĐÓ")
    assert [sheet[f"{c}6"].value for c in "BCFG"] == [
        "Mô hình tập thể", "Mô hình cá nhân", "Xây dựng mới", "Nhân rộng",
    ]  # fmt: skip


def test_every_tab_begins_with_its_title(register: Register) -> None:
    assert {sheet.title: (sheet["A1"].value, sheet["A2"].value) for sheet in drawn(register)} == {
        "Tổng hợp": (TITLE, register.campaign.title),
        "Dữ liệu": ("DỮ LIỆU ĐĂNG KÝ", "05 mô hình, điển hình đã ghi; 04 được tính"),
        "Tiến độ": (
            "TIẾN ĐỘ ĐĂNG KÝ",
            "Phải gửi 03; đã nhận 01; đúng hạn 01; muộn hạn 00; còn thiếu 02; tỷ lệ 33,3%",
        ),
        "Cần sửa": ("NỘI DUNG CẦN SỬA", "Phải sửa 02; nên xem 01"),
        "Thống kê": ("THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO LĨNH VỰC", register.campaign.title),
        "Nhật ký": ("NHẬT KÝ", register.campaign.title),
    }


LISTS = ("Dữ liệu", "Tiến độ", "Cần sửa", "Nhật ký")


@pytest.mark.parametrize("title", LISTS)
def test_a_lists_title_is_not_part_of_the_list(register: Register, title: str) -> None:
    """An empty row is between them: a pivot begins at the header, and so does the filter."""
    sheet = drawn(register)[title]

    assert [cell.value for cell in sheet[3]] == [None] * sheet.max_column
    assert None not in [cell.value for cell in sheet[4]]
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.freeze_panes == "D5"
    assert sheet.print_title_rows == "$4:$4"


@pytest.mark.parametrize("title", LISTS)
def test_no_cell_of_a_list_is_merged(register: Register, title: str) -> None:
    assert not drawn(register)[title].merged_cells.ranges


def test_the_data_tab_is_tidy_and_can_be_filtered(register: Register) -> None:
    sheet = drawn(register)["Dữ liệu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]

    assert sheet.auto_filter.ref == "A4:M9"
    assert [(row[0], row[4], row[9], row[11]) for row in rows[1:]] == [
        (1, "a1", "có", 10), (2, "b1", "có", 10), (3, "b2", "không", 11),
        (4, "a2", "có", 11), (5, "b3", "có", 12),
    ]  # fmt: skip


def test_what_was_typed_as_the_field_stays_beside_where_it_stands(register: Register) -> None:
    sheet = drawn(register)["Dữ liệu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]

    assert [(row[3], row[12]) for row in rows] == [
        ("Lĩnh vực", "Đơn vị ghi lĩnh vực"),
        ("Kinh tế", "Kinh tế"), ("Kinh tế", "Kinh tế"), ("Kinh tế", "Kinh tế"),
        ("Văn hoá - xã hội", "VH-XH"), ("Lĩnh vực khác", "Nông thôn mới"),
    ]  # fmt: skip


def test_the_board_has_every_unit_and_the_four_numbers(register: Register) -> None:
    sheet = drawn(register)["Tiến độ"]

    assert sheet["A2"].value == (
        "Phải gửi 03; đã nhận 01; đúng hạn 01; muộn hạn 00; còn thiếu 02; tỷ lệ 33,3%"
    )
    board = [[c.value for c in row][1:7] for row in sheet.iter_rows(min_row=5)]
    assert board == [
        ["A", "Phòng A", "Đã gửi", 2, 2, 0],
        ["B", "Phòng B", "Cần sửa", 3, 2, 1],
        ["C", "Phòng C", "Cần sửa", 0, 0, 1],
    ]


def test_the_findings_say_where_what_and_how(register: Register) -> None:
    sheet = drawn(register)["Cần sửa"]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert rows[0] == [1, "B", "Phòng B", "dòng 11", None, "Thiếu địa chỉ.", "Phải sửa"]


def test_the_statistics_are_numbers_with_native_charts(register: Register) -> None:
    sheet = drawn(register)["Thống kê"]
    rows = [[cell.value for cell in row][:6] for row in sheet.iter_rows()]

    assert ["Kinh tế", 2, 2, 0, 2, 0] in rows
    assert ["Phòng B", 2, 2, 0, 2, 0] in rows
    assert rows.count(["Tổng cộng", 4, 3, 1, 4, 0]) == 2


def charts_of(register: Register) -> list[tuple[str, int, int, list[str]]]:
    """Return each chart's title, its first and last row, and the colours of its series."""
    data = master_xlsx.workbook(master_of(register))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    drawing = "".join(xml for name, xml in parts.items() if name.startswith("xl/drawings/drawing"))
    rows = [int(row) + 1 for row in re.findall(r"<xdr:row>(\d+)<", drawing)]
    charts = [xml for name, xml in parts.items() if name.startswith("xl/charts/chart")]
    return [
        (
            "".join(re.findall("<a:t>(.*?)</a:t>", xml)), top, bottom,
            re.findall('<c:ser>.*?<a:srgbClr val="(.*?)"', xml),
        )
        for xml, top, bottom in zip(charts, rows[::2], rows[1::2], strict=True)
    ]  # fmt: skip


def test_charts_are_in_the_boards_colours_and_under_their_table(register: Register) -> None:
    style = Path(html.__file__).with_name("page.css").read_text("utf-8")
    found = re.search("--one: #(.*?); --two: #(.*?);", style)
    assert found
    one, two = (colour.upper() for colour in found.groups())
    charts = charts_of(register)
    rows = [cell.value for cell in drawn(register)["Thống kê"]["A"]]
    ends = [row for row, value in enumerate(rows, 1) if value == "Tổng cộng"]

    assert [(title, colours) for title, _, _, colours in charts] == [
        ("Hình thức theo lĩnh vực", [one, two]),
        ("Mới và nhân rộng theo lĩnh vực", [one, two]),
        ("Tổng số theo đơn vị", [one]),
    ]
    (_, *first, _), (_, *second, _), (_, *third, _) = charts
    unit_title = rows.index("THỐNG KÊ MÔ HÌNH, ĐIỂN HÌNH THEO ĐƠN VỊ") + 1
    assert [ends[0], *first, *second, unit_title, ends[1], *third] == sorted(
        {ends[0], *first, *second, unit_title, ends[1], *third}
    )


def test_where_nothing_counts_there_is_nothing_to_draw(campaign: Campaign) -> None:
    assert charts_of(register_of(campaign, {"A": [], "B": []})) == []


def test_what_nobody_wrote_is_said_in_words(campaign: Campaign) -> None:
    sheet = drawn(register_of(campaign, {"A": []}))["Dữ liệu"]

    assert sheet["A2"].value == "Chưa có mô hình, điển hình nào được ghi"


def test_a_unit_that_is_excluded_has_no_row_of_zeros(campaign: Campaign) -> None:
    both = register_of(campaign, {"A": [entry()], "B": []})
    excluded = replace(both.standings["B"], status=Status.EXCLUDED)
    register = replace(both, standings={**both.standings, "B": excluded})

    *_, by_unit, _ = master_of(register).tables

    assert [row[0] for row in by_unit.rows] == ["Phòng A", "Tổng cộng"]


@pytest.mark.parametrize(
    ("largest", "step"),
    [(0, 1), (1, 1), (8, 1), (9, 2), (16, 2), (17, 5), (40, 5), (41, 10), (100, 20), (9000, 2000)],
)
def test_an_axis_counts_as_people_do(largest: int, step: int) -> None:
    assert axis_step(largest) == step


def test_a_text_too_long_for_a_row_shows_its_beginning(campaign: Campaign) -> None:
    """Excel makes no row higher; from its middle a text would be cut at both ends."""
    book = drawn(register_of(campaign, {"A": [entry(content="Dân vận khéo. " * 300), entry()]}))

    for title, first, column in (("Tổng hợp", 9, "E"), ("Dữ liệu", 5, "H")):
        cells = [book[title][f"{column}{row}"] for row in (first, first + 1)]
        assert [cell.alignment.vertical for cell in cells] == ["top", "center"]


def test_more_units_than_a_page_can_show_have_no_chart_of_a_part_of_them(
    campaign: Campaign,
) -> None:
    units = {f"D{number}": [entry()] for number in range(master_xlsx.MAX_BARS + 1)}

    titles = [title for title, *_ in charts_of(register_of(campaign, units))]

    assert titles == ["Hình thức theo lĩnh vực", "Mới và nhân rộng theo lĩnh vực"]


@pytest.mark.parametrize("text", ["=1+1", "+84 905", "007", "-5", "@x", "{=1}", "http://x.example"])
def test_text_stays_text(campaign: Campaign, text: str) -> None:
    register = register_of(
        campaign, {"A": [entry(name="x", place=f"{text} Xã", content=text * 30)]}
    )

    cells = drawn(register)["Dữ liệu"][5]

    assert (cells[6].value, cells[6].data_type) == (f"{text} Xã", "s")
    assert cells[6].hyperlink is None


def test_a_text_longer_than_a_cell_is_cut_not_lost_entirely(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry(content="dài " * 10_000)]})

    assert len(drawn(register)["Dữ liệu"]["H5"].value) == ooxml.MAX_TEXT


def test_the_same_register_is_the_same_file(register: Register) -> None:
    master = master_of(register)

    assert master_xlsx.workbook(master) == master_xlsx.workbook(master)
