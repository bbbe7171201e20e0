"""What is understood of a list as an office keeps it, and the clean list made of it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dankheo_sheets.errors import SettingsError, UsageError
from dankheo_sheets.roster import Unit, load_units
from dankheo_sheets.steps.roster import Understood, clean_csv, understand, write
from tests.test_roster import LIST, book
from tests.test_vietnamese import LETTERS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def of(directory: Path, content: str, sheet: str = "") -> Understood:
    path = directory / "ds.csv"
    path.write_text(content, encoding="utf-8")
    return understand(path, sheet)


def test_rows_that_are_no_units_are_left_out_and_named(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "STT,Tên đơn vị,Người phụ trách\n"
        "I,CÁC PHÒNG,\n1,Phòng A,Nguyễn Mẫu\n2,Phòng B,\n"
        "II,CÁC ĐƠN VỊ TRỰC THUỘC,\n1,Chi cục C,\n,Tổ D,\n2,Trung tâm E,\n"
        ",Tổng số: 05 đơn vị,\n,,Người lập biểu\n,Nguyễn Thị Mẫu,\n",
    )

    assert [unit.name for unit in found.units] == [
        "Phòng A", "Phòng B", "Chi cục C", "Tổ D", "Trung tâm E",
    ]  # fmt: skip
    assert [unit.code for unit in found.units] == ["A", "B", "CCC", "TD", "TTE"]
    assert found.remarks == [
        "bỏ qua dòng 2 (I | CÁC PHÒNG): là tên nhóm, không phải đơn vị",
        "bỏ qua dòng 5 (II | CÁC ĐƠN VỊ TRỰC THUỘC): là tên nhóm, không phải đơn vị",
        "bỏ qua dòng 9 (Tổng số: 05 đơn vị): là dòng cộng",
        "bỏ qua dòng 10 (Người lập biểu): không có tên đơn vị",
        "bỏ qua dòng 11 (Nguyễn Thị Mẫu): ở dưới danh sách",
        "05 đơn vị chưa có địa chỉ thư: A, B, CCC, TD, TTE",
    ]


def test_a_row_with_an_address_is_a_unit_whatever_stands_in_it(tmp_path: Path) -> None:
    found = of(tmp_path, "TT,Đơn vị,Email\n1,Phòng A,\n2,,b@so.example\nx,Cộng,c@so.example\n")

    assert [unit.name for unit in found.units] == ["Phòng A", "Cộng"]
    assert found.mistakes == ["ds.csv, dòng 3, cột Đơn vị: ghi “”; cần tên đơn vị"]


def test_units_numbered_in_roman_throughout_are_units(tmp_path: Path) -> None:
    found = of(tmp_path, "TT,Đơn vị\nI,Phòng A\nII,Phòng B\n")

    assert [unit.name for unit in found.units] == ["Phòng A", "Phòng B"]


def test_codes_that_are_there_are_kept_and_the_others_proposed(tmp_path: Path) -> None:
    found = of(tmp_path, "Mã,Tên\nHC,Phòng Hoà Cường\n,Phòng Hành chính\n3-Apr,Tổ 3-4\n")

    assert [unit.code for unit in found.units] == ["HC", "HC2"]
    assert found.proposed == {"HC2"}
    assert [line.split(":")[0] for line in found.mistakes] == ["ds.csv, dòng 4, cột Mã"]


def test_what_a_person_should_look_at_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ds.xlsx"
    path.write_bytes(book({"2021": LIST, "2022": LIST}, hidden=["2021"]))
    workbook = openpyxl.load_workbook(path)
    workbook["2022"].row_dimensions[9].hidden = True
    workbook["2022"]["H6"] = "Emial"
    workbook["2022"]["I6"] = "Di động"
    workbook.save(path)

    found = understand(path)

    assert [unit.code for unit in found.units] == ["HC", "TTra"]
    assert found.remarks == [
        "ds.xlsx, trang “2022”, dòng 6: cột “Emial” không rõ; có phải “Email”?",
        "các cột “SĐT (Zalo)”, “Di động” được ghép thành Điện thoại",
        "trang đang ẩn, không đọc: “2021”",
        "dòng đang ẩn vẫn được tính: 9",
        "01 đơn vị chưa có địa chỉ thư: TTra",
    ]


def test_a_title_above_a_column_without_one_is_no_part_of_the_header(tmp_path: Path) -> None:
    found = of(tmp_path, ",,Email khi cần\nTT,Tên đơn vị,\n1,Phòng A,a@so.example\n")

    assert (found.table.header, list(found.table.titles)) == (2, ["TT", "Tên đơn vị", ""])


def test_one_of_several_lists_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "ds.xlsx"
    path.write_bytes(book({"2021": LIST, "2022": LIST[:8]}))

    with pytest.raises(SettingsError):
        understand(path)
    assert len(understand(path, "2022").units) == 1
    with pytest.raises(SettingsError) as caught:
        understand(path, "2023")
    assert caught.value.mistakes == ("ds.xlsx: không có trang “2023”; các trang: “2021”, “2022”",)


def test_nothing_of_a_clean_list_is_a_formula(tmp_path: Path) -> None:
    units = [Unit("A", "=1+1", contact="@ai", phone="+84 905 123 456", short_names=("-x", "'=y"))]

    lines = clean_csv(units).decode("utf-8-sig").splitlines()
    write(tmp_path / "units.xlsx", units)

    assert lines[1] == "A,'=1+1,'-x; '=y,,'@ai,'+84 905 123 456"
    (sheet,) = openpyxl.load_workbook(tmp_path / "units.xlsx").worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["B2"].value == "=1+1"
    assert load_units(tmp_path, ZONE) == tuple(units)


def test_only_a_list_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write(tmp_path / "units.docx", [])


TEXT = st.text(LETTERS + LETTERS.upper() + "0123456789-=+@'\",;()/&“”", max_size=8)
WORDS = st.builds(lambda a, b: f"{a} {b}".strip(), TEXT, TEXT | st.sampled_from("=+-@'"))
LISTS = st.lists(
    st.builds(
        Unit,
        code=st.integers(0, 10**6).map("M{}".format),
        name=WORDS.filter(bool),
        order=st.none() | st.integers(0, 99),
        emails=st.integers(0, 10**6).map(lambda n: (f"a{n}@so.example",)),
        contact=WORDS,
        phone=st.sampled_from(["", "0905 123 456", "+84 905", "02553822001; 1022", "-"]),
        extended_until=st.none()
        | st.datetimes(datetime(2022, 1, 2), datetime(2099, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.replace(second=0, microsecond=0, tzinfo=ZONE)
        ),
        access=st.sampled_from(["", "email", "link"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=(lambda u: u.code, lambda u: u.name.casefold(), lambda u: u.emails),
)


@pytest.mark.parametrize("name", ["units.csv", "units.xlsx"])
@settings(max_examples=30)
@given(units=LISTS)
def test_a_clean_list_reads_back_as_the_units_it_was_made_of(
    tmp_path_factory: pytest.TempPathFactory, name: str, units: list[Unit]
) -> None:
    directory = tmp_path_factory.mktemp("ds")

    write(directory / name, units)

    assert set(load_units(directory, ZONE)) == set(units)
