"""The roster: what Excel on a Vietnamese machine writes is read, what is wrong is named."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from dankheo_sheets.errors import SettingsError
from dankheo_sheets.roster import Unit, load_units, parse_until, protocol_order
from tests.test_vietnamese import nfd, windows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HEADER = "Mã,Tên đơn vị,Tên gọi khác,Loại,Thứ tự,Email,Người liên hệ,Gia hạn đến"
CODE = "cần mã 1 đến 32 ký tự gồm chữ, số, dấu - hoặc _, vì mã cũng là tên tệp"
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
        "MÃ ĐƠN VỊ,Đơn vị,Viết tắt,LOẠI,STT,E-mail,Đầu mối,gia hạn đến",
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


def test_units_come_in_protocol_order_then_by_the_alphabet(tmp_path: Path) -> None:
    content = "Mã,Tên,Thứ tự\nA,Ấp,\nB,Đội,\nC,Dân phòng,\nD,Xa,10\nE,Văn phòng,9\nF,Anh,9\n"

    assert [unit.code for unit in load(tmp_path, content)] == ["F", "E", "D", "A", "C", "B"]


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


def test_the_csv_is_taken_where_both_stand(tmp_path: Path) -> None:
    (tmp_path / "units.xlsx").write_bytes(b"")

    assert load(tmp_path, ROSTER) == UNITS


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
        "units.csv, dòng 1: cột “Tên” lặp lại “Tên đơn vị”",
        "units.csv, dòng 1: cột “Emial” không rõ; có phải “Email”?",
        "units.csv, dòng 1: cột “Số thứ tự” không rõ; có phải “Thứ tự”?",
        "units.csv, dòng 1: thiếu cột “Mã”",
    ]


def test_a_file_of_something_else_lacks_both_columns(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "\n\nHọ và tên,Năm sinh\nA,1990\n") == [
        "units.csv, dòng 3: thiếu cột “Mã”",
        "units.csv, dòng 3: thiếu cột “Tên đơn vị”",
    ]


# --- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "", "../x", "..", ".", "a/b", "a\\b", "C:", "a b", "a.b", "-a", "_a", "~a", "x" * 33,
        "con", "CON", "Nul", "aux", "prn", "com1", "LPT9", "COM¹", "lpt²", "a*", "a?",
        "*", "\u200bA", "🌾",
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
    assert mistakes(tmp_path, f'Mã,Tên,STT\nA,a,"{order}"\n') == [
        f"units.csv, dòng 2, cột STT: ghi “{order}”; cần số thứ tự, hoặc để trống"
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
    ],
)
def test_a_day_means_to_its_end_and_an_hour_is_that_hour(text: str, instant: str) -> None:
    assert parse_until(text, ZONE).isoformat() == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "mai", "15/4", "15/4/22", "31/2/2022", "4/15/2022", "24:00 15/4/2022",
        "17:60 15/4/2022", "17h 15/4/2022", "31/12/9999", "0/4/2022", "17:00",
        "17:00 15/4/2022 18:00", "20220415", "2022-04-15T17:00Z",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):
        parse_until(text, ZONE)
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
