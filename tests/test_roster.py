"""The roster: what Excel on a Vietnamese machine writes is read, what is wrong is named."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from dankheo_sheets.errors import SettingsError
from dankheo_sheets.roster import Unit, load_units, protocol_order
from dankheo_sheets.roster.titles import TITLES, key_of, nearly
from dankheo_sheets.vietnamese import match_key
from dankheo_sheets.written_dates import first_instant_after
from tests.test_vietnamese import nfd, windows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HEADER = "Mã,Tên đơn vị,Tên gọi khác,Loại,Thứ tự,Email,Người liên hệ,Gia hạn đến"
CODE = "cần mã 1 đến 32 ký tự gồm chữ, số, dấu - hoặc _, vì mã cũng là tên tệp"
NO_CODE = "chạy dankheo roster với tệp này để xem mã đề nghị và lập danh sách có mã"
NO_HEADER = (
    "units.csv: không thấy hàng tiêu đề trong 15 hàng đầu; cần một hàng có cột “Mã” và cột "
    "“Tên đơn vị”"
)
CODE_PAGE = "tệp lưu sai bảng mã: mở lại tệp gốc trong Excel, lưu lại CSV UTF-8"
UNTIL = "cần ngày dạng 15/4/2022 (hết ngày đó) hoặc 17:00 15/4/2022"

ROSTER = f"""{HEADER}
HCTH,Phòng Hành chính - Tổng hợp,VP; Văn phòng,phòng,1,hcth@so.example; vp@so.example,Nguyễn Mẫu,
TĐC,Chi cục Đo lường,,đơn vị,2,,,15/4/2022
"""
UNITS = (
    Unit(
        code="HCTH",
        name="Phòng Hành chính - Tổng hợp",
        short_names=("VP", "Văn phòng"),
        kind="phòng",
        order=1,
        emails=("hcth@so.example", "vp@so.example"),
        contact="Nguyễn Mẫu",
    ),
    Unit(
        code="TĐC",
        name="Chi cục Đo lường",
        kind="đơn vị",
        order=2,
        extended_until=datetime(2022, 4, 16, tzinfo=ZONE),
    ),
)


Typed = str | float | date | time | None


def load(directory: Path, content: str | bytes, name: str = "units.csv") -> tuple[Unit, ...]:
    data = content.encode() if isinstance(content, str) else content
    (directory / name).write_bytes(data)
    return load_units(directory, ZONE)


def mistakes(directory: Path, content: str | bytes, name: str = "units.csv") -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(directory, content, name)
    return list(caught.value.mistakes)


def xlsx(rows: Sequence[Sequence[Typed]]) -> bytes:
    """Return a workbook with the rows as a person types them; text stays text."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


# --- what is accepted --------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        ROSTER.encode(),
        ROSTER.encode("utf-8-sig"),
        ROSTER.encode("utf-16"),
        windows(ROSTER).encode("cp1258"),
        nfd(ROSTER).encode(),
        ROSTER.replace("\n", "\r\n").encode("utf-8-sig"),
        ROSTER.replace("\n", "\r").encode(),
        ROSTER.replace(";", "|").replace(",", ";").replace("|", ",").encode("utf-8-sig"),
        ROSTER.replace(",", "\t").encode("utf-16"),
        ROSTER.replace("\n", ",,,\n").encode(),
        ("\n,,,\n" + ROSTER + ",,,,,,,\n\n").encode(),
        ROSTER.rstrip("\n").encode(),
        ROSTER.replace("HCTH,", "HCTH ,", 1).replace("Nguyễn Mẫu", '"Nguyễn Mẫu"').encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "cp1258", "nfd", "crlf", "cr", "semicolons", "tabs",
         "empty-last-columns", "empty-rows", "no-last-newline", "spaces-and-quotes"],
)  # fmt: skip
def test_a_roster_is_read_however_excel_saved_it(tmp_path: Path, content: bytes) -> None:
    assert load(tmp_path, content) == UNITS


@pytest.mark.parametrize(
    "header",
    [
        "code,name,short names,kind,order,emails,contact,extended until",
        "MÃ ĐƠN VỊ,Đơn vị,Viết tắt,LOẠI,order,E-mail,Đầu mối,gia hạn đến",
        'Ký hiệu,"Phòng, đơn vị",Tên tắt,Loại hình,THỨ TỰ,Hộp thư (mới),Họ và tên,Gia hạn đến',
        "Mã:,Tên,Tên viết tắt,Loại,Thứ  tự,Thư điện tử,Người liên hệ,Gia hạn đến",
        nfd(HEADER),
    ],
)
def test_columns_go_by_any_of_their_titles(tmp_path: Path, header: str) -> None:
    assert load(tmp_path, ROSTER.replace(HEADER, header)) == UNITS


def test_columns_may_stand_in_any_order_and_others_are_left_alone(tmp_path: Path) -> None:
    content = "Ghi chú,Tên đơn vị,,Mã\nmẫu,Thanh tra Sở,,TTra\n"

    assert load(tmp_path, content) == (Unit("TTra", "Thanh tra Sở"),)


def test_a_quoted_newline_leaves_the_name_on_one_line(tmp_path: Path) -> None:
    content = (
        'Mã,Tên đơn vị,Email\r\nQLKH,"Phòng Quản lý\r\nKhoa học","a@so.example\r\nb@so.example"\r\n'
    )

    assert load(tmp_path, content) == (
        Unit("QLKH", "Phòng Quản lý Khoa học", emails=("a@so.example", "b@so.example")),
    )


def test_what_no_document_can_hold_is_not_taken_over_from_word(tmp_path: Path) -> None:
    assert load(tmp_path, "Mã,Tên\nA,Phòng\xa0A \x0b\n") == (Unit("A", "Phòng A"),)


def test_a_value_given_twice_counts_once(tmp_path: Path) -> None:
    (unit,) = load(tmp_path, "Mã,Tên,Email,Viết tắt\nA,a,x@y.vn;x@y.vn,VP;VP;\n")

    assert unit.emails == ("x@y.vn",)
    assert unit.short_names == ("VP",)


def test_the_lists_own_order_is_the_offices_and_numbering_is_no_order(tmp_path: Path) -> None:
    content = "STT,Mã,Tên\n3,V,Văn phòng\n1,T,Thanh tra\n2,A,Ấp\n"

    assert [unit.code for unit in load(tmp_path, content)] == ["V", "T", "A"]


def test_units_with_an_order_come_first_and_the_others_as_listed(tmp_path: Path) -> None:
    content = "Mã,Tên,Thứ tự\nA,Ấp,\nB,Đội,\nC,Dân phòng,\nD,Xa,10\nE,Văn phòng,9\nF,Anh,9\n"

    assert [unit.code for unit in load(tmp_path, content)] == ["E", "F", "D", "A", "B", "C"]


def test_protocol_order_puts_zero_before_one_and_none_last() -> None:
    units = [Unit("A", "a"), Unit("B", "b", order=1), Unit("C", "c", order=0)]

    assert [unit.code for unit in sorted(units, key=protocol_order)] == ["C", "B", "A"]


@pytest.mark.parametrize("code", ["A", "7", "007", "TĐC", "Ấp-1", "so_khcn", "x" * 32, "com10"])
def test_codes_that_can_be_file_names_are_kept_as_typed(tmp_path: Path, code: str) -> None:
    assert [unit.code for unit in load(tmp_path, f"Mã,Tên\n{nfd(code)},a\n")] == [code]


# --- .xlsx -------------------------------------------------------------------------------


def test_an_xlsx_roster_with_typed_cells_reads_like_the_csv(tmp_path: Path) -> None:
    five, midnight = datetime(2022, 4, 15, 17, tzinfo=ZONE), datetime(2022, 4, 16, tzinfo=ZONE)
    two = "b@so.example\nc@so.example"
    rows: list[list[Typed]] = [
        [*HEADER.split(",")],
        ["007", "Phòng A", None, "phòng", 1.0, "a@so.example", None, date(2022, 4, 15)],
        [8, nfd("Phòng Bình"), "VP; Văn phòng", None, 2, None, 123, five.replace(tzinfo=None)],
        [1.0, "Phòng C", None, None, "3", None, None, "17:00 15/4/2022"],
        ["TĐC", "Chi cục\nĐo lường ", None, None, None, two, None, "15/4/2022"],
    ]  # fmt: skip

    assert load(tmp_path, xlsx(rows), "units.xlsx") == (
        Unit("007", "Phòng A", (), "phòng", 1, ("a@so.example",), "", "", midnight),
        Unit("8", "Phòng Bình", ("VP", "Văn phòng"), "", 2, (), "123", "", five),
        Unit("1", "Phòng C", (), "", 3, (), "", "", five),
        Unit("TĐC", "Chi cục Đo lường", emails=("b@so.example", "c@so.example"),
             extended_until=midnight),
    )  # fmt: skip


def test_rows_of_an_xlsx_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    rows: list[list[Typed]] = [
        [],
        [],
        ["Mã", "Tên", "Gia hạn đến"],
        [],
        ["A", "a\nb", None],
        [],
        ["B", 7.5, time(17)],
    ]

    assert mistakes(tmp_path, xlsx(rows), "units.xlsx") == [
        f"units.xlsx, dòng 7, cột Gia hạn đến: ghi “17:00:00”; {UNTIL}"
    ]


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_xlsx_is_refused(tmp_path: Path, data: bytes) -> None:
    assert mistakes(tmp_path, data, "units.xlsx") == ["units.xlsx: không mở được như một tệp .xlsx"]


def test_an_empty_xlsx_has_no_units(tmp_path: Path) -> None:
    assert mistakes(tmp_path, xlsx([]), "units.xlsx") == ["units.xlsx: không có đơn vị nào"]


def test_two_rosters_are_refused_for_nobody_knows_which_is_right(tmp_path: Path) -> None:
    (tmp_path / "units.xlsx").write_bytes(xlsx([["Mã", "Tên"], ["A", "a"]]))

    assert mistakes(tmp_path, ROSTER) == [
        f"{tmp_path}: có cả units.csv và units.xlsx, không rõ danh sách nào đúng; giữ một tệp, dời "
        "tệp kia ra ngoài thư mục"
    ]


# --- files that are no roster ------------------------------------------------------------


def test_a_missing_roster_is_named_with_both_its_possible_names(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_units(tmp_path, ZONE)

    assert caught.value.mistakes == (
        f"{tmp_path / 'units.csv'}: không có tệp này (hoặc units.xlsx)",
    )


def test_a_folder_in_place_of_the_roster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "units.csv").mkdir()

    with pytest.raises(SettingsError) as caught:
        load_units(tmp_path, ZONE)

    assert caught.value.mistakes == (
        f"{tmp_path / 'units.csv'}: không đọc được; xem lại quyền mở tệp",
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b"\n\n", b";;;\r\n;;;\r\n", HEADER.encode(), b"M\xc3\xa3,name\n,,\n"],
)
def test_a_roster_without_units_is_refused(tmp_path: Path, content: bytes) -> None:
    assert mistakes(tmp_path, content) == ["units.csv: không có đơn vị nào"]


def test_a_quote_never_closed_does_not_swallow_units(tmp_path: Path) -> None:
    content = 'Mã,Tên\nA,a\n\nB,"Phòng B\nC,Phòng C\n'

    assert mistakes(tmp_path, content) == [
        "units.csv, dòng 4: không phải tệp .csv, hoặc dấu ngoặc kép đặt sai chỗ"
    ]


def test_a_binary_file_is_refused_in_one_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, b"\xffA,B\n" + b"x" * 140_000) == [
        "units.csv, dòng 2: không phải tệp .csv, hoặc dấu ngoặc kép đặt sai chỗ"
    ]


# --- columns -----------------------------------------------------------------------------


def test_misspelt_doubled_and_missing_columns_are_all_named(tmp_path: Path) -> None:
    content = "Mả số đơn vị,Tên đơn vị,Tên,Emial,Số thứ tự,Ghi chú\nA,a,b,x@y.vn,1,\n"

    assert mistakes(tmp_path, content) == [
        "units.csv, dòng 1: cột “Mả số đơn vị” không rõ; có phải “Mã”?",
        "units.csv, dòng 1: cột “Emial” không rõ; có phải “Email”?",
        f"units.csv, dòng 1: thiếu cột “Mã”; {NO_CODE}",
        "units.csv, dòng 1: cột “Tên” lặp lại “Tên đơn vị”",
    ]


def test_a_file_of_something_else_lacks_both_columns(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "\n\nHọ và tên,Năm sinh\nA,1990\n") == [
        "units.csv, dòng 3: thiếu cột “Mã”",
        "units.csv, dòng 3: thiếu cột “Tên đơn vị”",
    ]


@pytest.mark.parametrize("above", [0, 20])
def test_a_file_without_a_header_near_its_top_is_no_list(tmp_path: Path, above: int) -> None:
    header = "Mã,Tên đơn vị" if above else "Năm sinh,Quê quán"

    assert mistakes(tmp_path, f"{'ghi chú,' * 2}\n" * above + f"{header}\n1990,Sơn Tịnh\n") == [
        NO_HEADER
    ]


def test_a_header_misspelt_throughout_is_a_header_still(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "Danh sách,\nMã số đv,Têm đơn vị\nA,a\n") == [
        "units.csv, dòng 2: cột “Mã số đv” không rõ; có phải “Mã”?",
        "units.csv, dòng 2: cột “Têm đơn vị” không rõ; có phải “Tên đơn vị”?",
        "units.csv, dòng 2: thiếu cột “Mã”",
        "units.csv, dòng 2: thiếu cột “Tên đơn vị”",
    ]


def test_a_list_without_codes_is_refused_with_the_way_to_get_some(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "STT,Tên đơn vị,Email\n1,Phòng A,a@so.example\n") == [
        f"units.csv, dòng 1: thiếu cột “Mã”; {NO_CODE}"
    ]


# --- lists as an office keeps them --------------------------------------------------------

LIST: list[list[Typed]] = [
    ["UBND TỈNH QUẢNG NGÃI", None, None, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
    [],
    ["DANH SÁCH CÁC PHÒNG, ĐƠN VỊ THUỘC SỞ"],
    ["STT", "Tên phòng, đơn vị", "Mã", "Đầu mối", None, None, "Ghi chú"],
    [None, None, None, "Họ và tên", "SĐT (Zalo)", "Hộp thư", None],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    [1, "Phòng Hành chính", "HC", "Nguyễn Mẫu", 905123456, "hc@so.example", "mẫu"],
    [2, "Thanh tra Sở", "TTra", "Trần Mẫu", "0255.3822001", None, None],
]
LISTED = (
    Unit("HC", "Phòng Hành chính", emails=("hc@so.example",), contact="Nguyễn Mẫu",
         phone="0905123456"),
    Unit("TTra", "Thanh tra Sở", contact="Trần Mẫu", phone="0255.3822001"),
)  # fmt: skip


def book(sheets: Mapping[str, Sequence[Sequence[Typed]]], hidden: Sequence[str] = ()) -> bytes:
    """Return a workbook of several sheets, of which some are hidden."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        if rows is LIST:
            for merged in ("D1:G1", "A4:G4", "A5:A6", "B5:B6", "C5:C6", "D5:F5", "G5:G6"):
                sheet.merge_cells(merged)
    workbook.active = next(n for n, name in enumerate(sheets) if name not in hidden)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def test_the_header_is_found_below_letterhead_and_title_in_two_merged_rows(tmp_path: Path) -> None:
    assert load(tmp_path, book({"DS": LIST}), "units.xlsx") == LISTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("said", ["", "sep={}\r\n", '"sep={}"\r\n'])
def test_the_same_list_saved_as_csv(tmp_path: Path, delimiter: str, said: str) -> None:
    rows = io.StringIO()
    csv.writer(rows, delimiter=delimiter).writerows(LIST)
    content = f"\ufeff{said.format(delimiter)}{rows.getvalue()}"

    assert load(tmp_path, content) == LISTED


def test_rows_below_a_sep_line_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "sep=;\nMã;Tên\nA;\n") == [
        "units.csv, dòng 2, cột Tên: ghi “”; cần tên đơn vị"
    ]


def test_a_hidden_sheet_is_not_read_and_one_without_a_header_neither(tmp_path: Path) -> None:
    old = [["Mã", "Tên đơn vị"], ["CU", "Phòng cũ đã giải thể"]]
    guide = [["Hướng dẫn ghi danh sách"], ["Đơn vị:", "ghi tên đầy đủ"]]

    data = book({"2021": old, "Hướng dẫn": guide, "2022": LIST}, hidden=["2021"])

    assert load(tmp_path, data, "units.xlsx") == LISTED


def test_two_sheets_with_a_list_are_refused(tmp_path: Path) -> None:
    data = book({"2021": LIST, "Bìa": [], "2022": LIST})

    assert mistakes(tmp_path, data, "units.xlsx") == [
        "units.xlsx: các trang “2021” và “2022” đều có danh sách đơn vị; ẩn hoặc xoá trang không "
        "dùng"
    ]


def test_a_list_that_is_hidden_is_named(tmp_path: Path) -> None:
    assert mistakes(tmp_path, book({"Bìa": [], "DS": LIST}, ["DS"]), "units.xlsx") == [
        "units.xlsx: không có đơn vị nào; trang đang ẩn không được đọc: “DS”"
    ]


def test_the_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    data = book({"Bìa": [], "DS": [["Mã", "Tên"], ["A", None]]})

    assert mistakes(tmp_path, data, "units.xlsx") == [
        "units.xlsx, trang “DS”, dòng 2, cột Tên: ghi “”; cần tên đơn vị"
    ]


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("name", "Tên đơn vị"), ("name", "ĐƠN VỊ"), ("name", "Phòng/đơn vị"),
        ("name", "Tên phòng, đơn vị"), ("name", "Cơ quan, đơn vị"), ("name", "Tên xã, phường"),
        ("contact", "Họ và tên"), ("contact", "Người phụ trách"), ("contact", "Đầu mối"),
        ("contact", "Cán bộ đầu mối"), ("contact", "Người liên hệ"),
        ("contact", "Họ và tên\ncán bộ phụ trách"), ("contact", "Công chức theo dõi"),
        ("emails", "Địa chỉ email"), ("emails", "Hộp thư"), ("emails", "Thư điện tử"),
        ("emails", "E-mail"), ("emails", "Email (nếu có)"), ("emails", "Địa chỉ thư điện tử"),
        ("phone", "SĐT"), ("phone", "Di động"), ("phone", "Điện thoại liên hệ"),
        ("phone", "Số ĐT"), ("phone", "Số điện thoại"), ("phone", "ĐT di động"),
        ("phone", "Điện thoại cơ quan"), ("phone", "Số điện thoại/Zalo"),
        ("number", "STT"), ("number", "TT"), ("number", "Số TT"), ("number", "Số thứ tự"),
        ("order", "Thứ tự"), ("code", "Mã đơn vị"), ("code", "Ký hiệu"),
        (None, "Ghi chú"), (None, "Địa chỉ"), (None, "Chức vụ"), (None, "Lãnh đạo"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_the_words_offices_use(key: str | None, title: str) -> None:
    assert key_of(title) == key
    assert key_of(nfd(title.upper())) == key
    if key is None:
        assert nearly(title) is None


def test_every_title_is_of_one_column_only() -> None:
    keys = Counter(
        folded for titles in TITLES.values() for folded in {match_key(title) for title in titles}
    )

    assert [title for title, times in keys.items() if times > 1] == []


def test_addresses_and_numbers_in_several_columns_are_all_taken(tmp_path: Path) -> None:
    content = "Mã,Tên,Email,Hộp thư,Di động,Điện thoại bàn\nA,a,x@y.vn,z@y.vn,0905123456,\n"

    (unit,) = load(tmp_path, content)

    assert (unit.emails, unit.phone) == (("x@y.vn", "z@y.vn"), "0905123456")


# --- what a spreadsheet made of it ----------------------------------------------------------


def odd(xml_of: Mapping[str, str]) -> bytes:
    """Return a list of two units in which cells stand as other XML, by reference."""
    data = xlsx([
        ["Mã", "Tên đơn vị", "Email", "Gia hạn đến", "Ghi chú"],
        ["A", "Phòng A", "a@so.example", "20/4/2022", "x"],
        ["B", "Phòng B", "b@so.example", "20/4/2022", "x"],
    ])  # fmt: skip
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            xml = old.read(part).decode()
            for reference, cell in xml_of.items():
                if part == "xl/worksheets/sheet1.xml":
                    xml, times = re.subn(rf'<c r="{reference}".*?</c>', cell, xml)
                    assert times == 1
            new.writestr(part, xml)
    return changed.getvalue()


def test_errors_and_formulas_without_a_value_are_refused_by_row_and_column(tmp_path: Path) -> None:
    data = odd(
        {
            "C2": '<c r="C2" t="e"><f>VLOOKUP(A2,x,2,0)</f><v>#N/A</v></c>',
            "B3": '<c r="B3" t="e"><v>#REF!</v></c>',
            "D3": '<c r="D3"><f>DATE(2022,4,20)</f></c>',
            "E3": '<c r="E3" t="e"><v>#NAME?</v></c>',
        }
    )

    assert mistakes(tmp_path, data, "units.xlsx") == [
        "units.xlsx, dòng 2, cột Email: ô báo lỗi #N/A, không có giá trị; ghi lại bằng chữ",
        "units.xlsx, dòng 3, cột Tên đơn vị: ô báo lỗi #REF!, không có giá trị; ghi lại bằng chữ",
        "units.xlsx, dòng 3, cột Gia hạn đến: ô là công thức chưa có giá trị; mở tệp bằng Excel "
        "rồi lưu lại, hoặc ghi lại bằng chữ",
    ]


def test_a_formula_with_its_value_is_that_value_and_one_of_no_text_is_blank(tmp_path: Path) -> None:
    data = odd(
        {
            "B2": '<c r="B2" t="str"><f>"Phòng "&amp;"C"</f><v>Phòng C</v></c>',
            "C2": '<c r="C2" t="str"><f>IF(1=1,"","x")</f><v></v></c>',
        }
    )

    assert load(tmp_path, data, "units.xlsx")[0] == Unit(
        "A", "Phòng C", extended_until=datetime(2022, 4, 21, tzinfo=ZONE)
    )


def test_an_error_saved_into_a_csv_is_one_still(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "Mã,Tên,Email\nA,a,#N/A\n") == [
        "units.csv, dòng 2, cột Email: ô báo lỗi #N/A, không có giá trị; ghi lại bằng chữ"
    ]


@pytest.mark.parametrize(
    ("file", "content", "shown"),
    [
        ("units.xlsx", xlsx([["Mã", "Tên"], [date(2026, 4, 3), "Tổ 3-4"]]), "03/4/2026"),
        ("units.csv", "Mã,Tên\n3-Apr,Tổ 3-4\n".encode(), "3-Apr"),
        ("units.csv", "Mã,Tên\n03-04-2026,Tổ 3-4\n".encode(), "03-04-2026"),
        ("units.csv", "Mã,Tên\n03-Thg4-26,Tổ 3-4\n".encode(), "03-Thg4-26"),
    ],
)
def test_a_code_that_became_a_day_is_refused(
    tmp_path: Path, file: str, content: bytes, shown: str
) -> None:
    assert mistakes(tmp_path, content, file) == [
        f"{file}, dòng 2, cột Mã: ghi “{shown}”; Excel đã đổi điều gõ vào thành ngày: định dạng ô "
        "là Văn bản (Text) rồi gõ lại"
    ]


def ansi(text: str) -> bytes:
    """Return `text` as an English Windows saves it: what its code page lacks is a "?"."""
    return text.encode("cp1252", errors="replace")


def test_a_file_saved_in_a_wrong_code_page_is_refused_as_that(tmp_path: Path) -> None:
    content = "code,name,emails\nHC,Phòng Hành chính,a@so.example\nB,Chi cục Đo lường,\nC,Sở,\n"

    assert mistakes(tmp_path, ansi(content)) == [
        f"units.csv, dòng 2, cột name: ghi “Pḥng Hành chính”; {CODE_PAGE}",
        f"units.csv, dòng 3, cột name: ghi “Chi c?c ?o l??ng”; {CODE_PAGE}",
    ]


def test_a_wrong_code_page_in_the_header_is_not_called_a_missing_column(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ansi("Mã,Tên đơn vị,Email\nHC,Phòng,\n")) == [
        f"units.csv, dòng 1, cột 2: ghi “Tên ??n v?”; {CODE_PAGE}"
    ]


def test_utf_8_read_as_something_else_is_a_wrong_code_page(tmp_path: Path) -> None:
    content = "name,code\nPhòng Hành chính,HC\n".encode().decode("cp1252")

    assert mistakes(tmp_path, content) == [
        f"units.csv, dòng 2, cột name: ghi “PhÃ²ng HÃ\xa0nh chÃnh”; {CODE_PAGE}"
    ]


def test_of_many_broken_cells_the_first_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    content = "code,name\n" + "".join(f"A{n},Ph?ng\n" for n in range(10))

    assert mistakes(tmp_path, content) == [
        *[f"units.csv, dòng {n}, cột name: ghi “Ph?ng”; {CODE_PAGE}" for n in (2, 3, 4)],
        "units.csv: 7 ô khác cũng vậy",
    ]


def test_characters_nobody_sees_are_dropped_before_anything_is_compared(tmp_path: Path) -> None:
    content = (
        "\u200bMã,Tên đơn vị\ufeff,Email,Cách mở biểu\n"
        "HC\u200b,Phòng\u00ad A\u2060,\u202aa@so.example\u202c,link\u200e\n"
    )

    assert load(tmp_path, content) == (
        Unit("HC", "Phòng A", emails=("a@so.example",), access="link"),
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (905123456, "0905123456"), (2553822001, "02553822001"), ("905123456", "0905123456"),
        ("905 123 456", "0905 123 456"), ("0905 123 456", "0905 123 456"),
        ("905123456; 2553822001", "0905123456; 02553822001"),
        ("905123456/0255 3822 001", "0905123456/0255 3822 001"),
        ("905123456 - 912345678", "0905123456 - 0912345678"),
        ("+84 905 123 456", "+84 905 123 456"),
        ("1022", "1022"), ("máy lẻ 12", "máy lẻ 12"), ("", ""),
    ],
)  # fmt: skip
def test_a_phone_number_gets_the_zero_back_that_a_number_cell_has_lost(
    tmp_path: Path, typed: Typed, kept: str
) -> None:
    (unit,) = load(tmp_path, xlsx([["Mã", "Tên", "SĐT"], ["A", "a", typed]]), "units.xlsx")

    assert unit.phone == kept


def test_a_cell_far_outside_the_list_is_refused_before_it_takes_the_memory(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx([["Mã", "Tên"], ["A", "a"]])))
    workbook.worksheets[0]["XFD1048576"] = "x"
    saved = io.BytesIO()
    workbook.save(saved)

    assert mistakes(tmp_path, saved.getvalue(), "units.xlsx") == [
        "units.xlsx, trang “Sheet”: ô XFD1048576 ở xa ngoài bảng; xoá ô đó"
    ]


@pytest.mark.parametrize("name", ["units.csv.txt", "units.xlsx.xlsx", "Units.CSV.csv"])
def test_a_roster_whose_name_windows_hides_is_recognised(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")

    with pytest.raises(SettingsError) as caught:
        load_units(tmp_path, ZONE)

    (mistake,) = caught.value.mistakes
    assert f"chỉ có {name}; Windows giấu đuôi tên tệp" in mistake


# --- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "", "../x", "..", ".", "a/b", "a\\b", "C:", "a b", "a.b", "-a", "_a", "~a", "x" * 33,
        "con", "CON", "Nul", "aux", "prn", "com1", "LPT9", "COM¹", "lpt²", "a*", "a?",
        "*", "🌾",
    ],
)  # fmt: skip
def test_a_code_that_cannot_be_a_file_name_is_refused(tmp_path: Path, code: str) -> None:
    data = xlsx([["Mã", "Tên"], [code, "Phòng A"]])

    assert mistakes(tmp_path, data, "units.xlsx") == [
        f"units.xlsx, dòng 2, cột Mã: ghi “{code}”; {CODE}"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "hcth", "hcth@", "@so.vn", "hcth@so", "a b@so.vn", "a@so..vn", "a@so.vn.", "a@@so.vn",
        "hành@so.vn", "hcth@sở.vn", "mailto:a@so.vn", "A <a@so.vn>", "a..b@so.vn", ".a@so.vn",
        "a.@so.vn", "không có", "0913 000 000",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused(tmp_path: Path, address: str) -> None:
    assert mistakes(tmp_path, f"Mã,Tên,Email\nA,a,ok@so.vn; {address}\n") == [
        f"units.csv, dòng 2, cột Email: ghi “ok@so.vn; {address}”; "
        f"“{address}” không phải địa chỉ thư điện tử"
    ]


@pytest.mark.parametrize(
    "address", ["a@so.vn", "A.B+c@so-khcn.quangngai.gov.vn", "so_khcn@x.example", "1@2.vn"]
)
def test_a_good_address_is_taken_as_typed(tmp_path: Path, address: str) -> None:
    assert load(tmp_path, f"Mã,Tên,Email\nA,a,{address}\n")[0].emails == (address,)


@pytest.mark.parametrize("order", ["một", "1.5", "-1", "I", "1,5", "²"])
def test_an_order_that_is_no_count_is_refused(tmp_path: Path, order: str) -> None:
    assert mistakes(tmp_path, f'Mã,Tên,Thứ tự\nA,a,"{order}"\n') == [
        f"units.csv, dòng 2, cột Thứ tự: ghi “{order}”; cần số thứ tự, hoặc để trống"
    ]


def test_every_mistake_of_every_row_is_listed_at_once(tmp_path: Path) -> None:
    content = f"""{HEADER}
../x,,,,một,sai,,mai

HCTH,"Phòng
A",,,,a@so.vn,,
hcth,Phòng B,,,x,A@SO.VN; sai,,
QLKH,phòng a,,,,,,31/2/2022
"""

    assert mistakes(tmp_path, content) == [
        f"units.csv, dòng 2, cột Mã: ghi “../x”; {CODE}",
        "units.csv, dòng 2, cột Tên đơn vị: ghi “”; cần tên đơn vị",
        "units.csv, dòng 2, cột Thứ tự: ghi “một”; cần số thứ tự, hoặc để trống",
        "units.csv, dòng 2, cột Email: ghi “sai”; “sai” không phải địa chỉ thư điện tử",
        f"units.csv, dòng 2, cột Gia hạn đến: ghi “mai”; {UNTIL}",
        "units.csv, dòng 5, cột Thứ tự: ghi “x”; cần số thứ tự, hoặc để trống",
        "units.csv, dòng 5, cột Email: ghi “A@SO.VN; sai”; “sai” không phải địa chỉ thư điện tử",
        f"units.csv, dòng 6, cột Gia hạn đến: ghi “31/2/2022”; {UNTIL}",
        "units.csv, dòng 5: mã “hcth” đã dùng ở dòng 4",
        "units.csv, dòng 6: tên “phòng a” đã dùng ở dòng 4",
        "units.csv, dòng 5: địa chỉ thư “A@SO.VN” đã dùng ở dòng 4",
    ]


def test_one_code_for_two_units_is_refused_whatever_its_case_and_form(tmp_path: Path) -> None:
    content = f"Mã,Tên\nTĐC,a\n\nUB,c\n{nfd('tđc')},b\nấp,d\n{nfd('ẤP')},e\n"

    assert mistakes(tmp_path, content) == [
        "units.csv, dòng 5: mã “tđc” đã dùng ở dòng 2",
        "units.csv, dòng 7: mã “ẤP” đã dùng ở dòng 6",
    ]


def test_one_address_for_two_units_is_refused(tmp_path: Path) -> None:
    content = "Mã,Tên,Email\nA,a,x@so.vn;y@so.vn\nB,b,Y@so.vn\nC,c,\nD,d,\n"

    assert mistakes(tmp_path, content) == [
        "units.csv, dòng 3: địa chỉ thư “Y@so.vn” đã dùng ở dòng 2"
    ]


def test_empty_codes_and_names_are_not_called_repeated(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "Mã,Tên,Email\n,,a@so.vn\n,,b@so.vn\n") == [
        f"units.csv, dòng 2, cột Mã: ghi “”; {CODE}",
        "units.csv, dòng 2, cột Tên: ghi “”; cần tên đơn vị",
        f"units.csv, dòng 3, cột Mã: ghi “”; {CODE}",
        "units.csv, dòng 3, cột Tên: ghi “”; cần tên đơn vị",
    ]


# --- extensions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("15/4/2022", "2022-04-16T00:00:00+07:00"),
        ("15/04/2022", "2022-04-16T00:00:00+07:00"),
        ("15-4-2022", "2022-04-16T00:00:00+07:00"),
        ("15.4.2022", "2022-04-16T00:00:00+07:00"),
        ("2022-04-15", "2022-04-16T00:00:00+07:00"),
        ("31/12/2022", "2023-01-01T00:00:00+07:00"),
        ("28/2/2024", "2024-02-29T00:00:00+07:00"),
        ("17:00 15/4/2022", "2022-04-15T17:00:00+07:00"),
        ("15/4/2022 17:00", "2022-04-15T17:00:00+07:00"),
        ("15/4/2022 7:30:00", "2022-04-15T07:30:00+07:00"),
        ("2022-04-15T17:00", "2022-04-15T17:00:00+07:00"),
        ("2022-04-15 00:00", "2022-04-15T00:00:00+07:00"),
        ("  15/4/2022  ", "2022-04-16T00:00:00+07:00"),
        ("hết ngày 15/4/2022", "2022-04-16T00:00:00+07:00"),
        ("24:00 15/4/2022", "2022-04-16T00:00:00+07:00"),
        ("trước ngày 15/4/2022", "2022-04-15T00:00:00+07:00"),
        ("17h 15/4/2022", "2022-04-15T17:00:00+07:00"),
        ("17 giờ 00, ngày 15/4/2022", "2022-04-15T17:00:00+07:00"),
    ],
)
def test_a_day_means_to_its_end_and_an_hour_is_that_hour(text: str, instant: str) -> None:
    assert first_instant_after(text, ZONE).isoformat() == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "mai", "15/4", "15/4/22", "31/2/2022", "4/15/2022", "24:30 15/4/2022",
        "17:60 15/4/2022", "5 giờ chiều 15/4/2022", "đến ngày 15/4/2022", "31/12/9999",
        "0/4/2022", "17:00", "17:00 15/4/2022 18:00", "20220415", "2022-04-15T17:00Z",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):
        first_instant_after(text, ZONE)
    if text:
        assert mistakes(tmp_path, f"Mã,Tên,Gia hạn đến\nA,a,{text}\n") == [
            f"units.csv, dòng 2, cột Gia hạn đến: ghi “{text}”; {UNTIL}"
        ]


# --- how a unit gets at its Google sheet ---------------------------------------------------


@pytest.mark.parametrize(
    ("written", "access"),
    [
        ("", ""),
        ("email", "email"),
        ("Thư điện tử", "email"),
        ("LIÊN KẾT", "link"),
        ("link", "link"),
    ],
)
def test_a_unit_may_have_a_way_of_its_own_to_its_sheet(
    tmp_path: Path, written: str, access: str
) -> None:
    (unit,) = load(tmp_path, f"Mã,Tên đơn vị,Cách mở biểu\nA,Phòng A,{written}\n")

    assert unit.access == access


def test_another_way_is_a_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "Mã,Tên đơn vị,Cách mở biểu\nA,Phòng A,zalo\n") == [
        "units.csv, dòng 2, cột Cách mở biểu: ghi “zalo”; cần “email” hoặc “liên kết”, "
        "hoặc để trống"
    ]
