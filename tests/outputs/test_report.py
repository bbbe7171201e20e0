"""bao-cao.docx, read back by python-docx."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Cell

from dankheo_sheets.campaign import Campaign, FieldOfWork
from dankheo_sheets.campaign.document_settings import LastYear, Signer
from dankheo_sheets.outputs.word.report import report, unready
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Cover, Status, Terms
from dankheo_sheets.standing.status_words import WORDS
from tests.outputs.figures import board, figures_of
from tests.outputs.registers import entry, register_of

BLANK = "\u00a0" * 6


def drawn(register: Register) -> Document:
    return docx.Document(io.BytesIO(report(register)))


def texts(register: Register) -> list[str]:
    return [paragraph.text for paragraph in drawn(register).paragraphs if paragraph.text]


def said(cell: _Cell) -> str:
    """Return a cell's text, whichever of its spaces may break."""
    return cell.text.replace("\u00a0", " ")


def table(document: Document, title: str) -> list[list[str]]:
    """Return the texts of the first table with a column of this title."""
    for each in document.tables:
        if title in [said(cell) for cell in each.rows[0].cells]:
            return [[said(cell) for cell in row.cells] for row in each.rows]
    raise AssertionError(f"no table has a column {title}")


def with_report(register: Register, **keys: object) -> Register:
    campaign = register.campaign
    changed = campaign.report.model_copy(update=keys)
    return replace(register, campaign=campaign.model_copy(update={"report": changed}))


def with_campaign(register: Register, **keys: object) -> Register:
    return replace(register, campaign=register.campaign.model_copy(update=keys))


def with_standings(register: Register, **changes: Mapping[str, Any]) -> Register:
    standings = dict(register.standings)
    for code, keys in changes.items():
        standings[code] = replace(standings[code], **keys)
    return replace(register, standings=standings)


def closed(register: Register) -> Register:
    return with_standings(register, **{unit.code: {"closed": True} for unit in register.units})


def mark(register: Register) -> str:
    """Return what stands in the top margin of the first page."""
    header = drawn(register).sections[0].first_page_header
    return "".join(paragraph.text for paragraph in header.paragraphs)


@pytest.fixture
def register(campaign: Campaign) -> Register:
    return register_of(campaign, {
        "A": [entry(name="a1"), entry(name="a2", field="VH-XH", collective="", individual="x")],
        "B": [entry(name="b1", place="")],
    })  # fmt: skip


# --- words ------------------------------------------------------------------------------------


def test_a_report_reads_from_basis_to_end(register: Register) -> None:
    assert texts(register)[:17] == [
        "BÁO CÁO",
        "Kết quả đăng ký thực hiện mô hình,",
        "điển hình “Dân vận khéo” năm 2022",
        "Kính gửi: Ban Dân vận Tỉnh ủy",
        "Thực hiện Kế hoạch số 348/KH-SKHCN ngày 05/4/2022 của Sở Khoa học và Công nghệ về việc "
        "Thực hiện Quy chế dân chủ tại cơ sở và công tác dân vận chính quyền năm 2022, Sở Khoa "
        "học và Công nghệ báo cáo kết quả đăng ký thực hiện mô hình, điển hình “Dân vận khéo” "
        "năm 2022 như sau:",
        "I. TÌNH HÌNH ĐĂNG KÝ",
        f"Sở Khoa học và Công nghệ đã ban hành Công văn số {BLANK}/SKHCN-HCTH ngày "
        "05/4/2022 về việc đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022; yêu cầu "
        "mỗi phòng, đơn vị đăng ký ít nhất 01 mô hình, điển hình, trước ngày 12/4/2022.",
        "Tính đến 10 giờ 00, ngày 08/4/2022, có 01/02 đơn vị đã gửi đăng ký (đạt 50%), đúng hạn; "
        "còn 01 đơn vị chưa hoàn thành.",
        "II. KẾT QUẢ ĐĂNG KÝ",
        "Tổng số 02 mô hình, điển hình: 01 tập thể, 01 cá nhân; 02 xây dựng mới (chi tiết tại Phụ "
        "lục).",
        "1. Theo lĩnh vực",
        "2. Theo đơn vị",
        "III. ĐƠN VỊ CHƯA HOÀN THÀNH, ĐƠN VỊ CẦN LƯU Ý",
        "1. Đơn vị chưa hoàn thành",
        "2. Đơn vị cần lưu ý",
        "Không có đơn vị nào.",
        "Trên đây là kết quả đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022, Sở "
        "Khoa học và Công nghệ báo cáo Ban Dân vận Tỉnh ủy./.",
    ]


def test_a_proposal_has_its_grounds_and_asks(register: Register) -> None:
    found = texts(with_report(register, kind="tờ trình"))

    assert found[:2] == ["TỜ TRÌNH", "Về việc đăng ký thực hiện mô hình,"]
    assert found[4:7] == [
        "Căn cứ Kế hoạch số 348/KH-SKHCN ngày 05/4/2022 của Sở Khoa học và Công nghệ về việc Thực "
        "hiện Quy chế dân chủ tại cơ sở và công tác dân vận chính quyền năm 2022;",
        "Căn cứ kết quả đăng ký của các phòng, đơn vị thuộc Sở.",
        "Sở Khoa học và Công nghệ kính trình Ban Dân vận Tỉnh ủy kết quả đăng ký thực hiện mô "
        "hình, điển hình “Dân vận khéo” năm 2022 của các phòng, đơn vị thuộc Sở, cụ thể như sau:",
    ]
    assert "Sở Khoa học và Công nghệ kính trình Ban Dân vận Tỉnh ủy xem xét, quyết định./." in found


def test_fields_that_are_not_in_the_list_are_named(campaign: Campaign) -> None:
    individual = {"collective": "", "individual": "x"}
    register = register_of(campaign, {
        "A": [entry(name="a", field="Nông thôn mới"), entry(name="b", field="nông thôn mới")],
        "B": [entry(name="c", field="Kinh tế số", **individual), entry(name="d")],
    })  # fmt: skip

    assert (
        "Các lĩnh vực đơn vị ghi ngoài danh sách được xếp vào “Lĩnh vực khác”: Nông thôn mới "
        "(02); Kinh tế số (01)."
    ) in texts(register)
    assert [row[1:] for row in table(drawn(register), "Lĩnh vực")[5:]] == [
        ["Lĩnh vực khác", "3", "2", "1", "3", "0"], ["Tổng cộng", "4", "3", "1", "4", "0"],
    ]  # fmt: skip


def test_counts_are_written_as_in_administrative_prose(campaign: Campaign) -> None:
    individual = {"collective": "", "individual": "x"}
    register = register_of(campaign, {
        "A": [entry(name=f"a{n}") for n in range(39)],
        "B": [entry(name=f"b{n}", **individual) for n in range(8)],
    })  # fmt: skip

    assert (
        "Tổng số 47 mô hình, điển hình: 39 tập thể, 08 cá nhân; 47 xây dựng mới (chi tiết tại Phụ "
        "lục)."
    ) in texts(register)


def test_head_and_appendix_name_the_same_document(register: Register) -> None:
    """Blank where the clerk and the signer will write (III.1.c)."""
    blank = drawn(register)
    given = drawn(with_report(register, number="7", date=date(2022, 4, 15)))

    def said(document: Document) -> list[str]:
        cells = document.tables[0].rows[1].cells
        attached = next(p.text for p in document.paragraphs if p.text.startswith("(Kèm theo"))
        return [" ".join(text.split()) for text in (cells[0].text, cells[1].text, attached)]

    assert said(blank) == [
        "Số: /BC-SKHCN",
        "Quảng Ngãi, ngày tháng năm 2022",
        "(Kèm theo Báo cáo số /BC-SKHCN ngày tháng năm 2022 của Sở Khoa học và Công nghệ)",
    ]
    assert said(given) == [
        "Số: 07/BC-SKHCN",
        "Quảng Ngãi, ngày 15 tháng 4 năm 2022",
        "(Kèm theo Báo cáo số 07/BC-SKHCN ngày 15 tháng 4 năm 2022 của Sở Khoa học và Công nghệ)",
    ]


def test_recipients_end_with_the_file(register: Register) -> None:
    def foot(register: Register) -> str:
        tables = drawn(register).tables
        cells = next(cells for t in tables if "Nơi nhận" in (cells := t.rows[0].cells)[0].text)
        return str(cells[0].text)

    assert foot(register) == "Nơi nhận:\n- Như trên;\n- Lưu: VT, HCTH."
    mine = ("Như trên", "Lưu: VT, TH")
    assert foot(with_report(register, recipients=mine)) == "Nơi nhận:\n- Như trên;\n- Lưu: VT, TH."


# --- tables -----------------------------------------------------------------------------------


def test_the_tables_have_the_registers_figures(register: Register) -> None:
    document = drawn(register)

    assert table(document, "Lĩnh vực") == [
        ["TT", "Lĩnh vực", "Tổng số", "Tập thể", "Cá nhân", "Xây dựng mới", "Nhân rộng"],
        ["1", "Kinh tế", "1", "1", "0", "1", "0"],
        ["2", "Văn hoá - xã hội", "1", "0", "1", "1", "0"],
        ["3", "Quốc phòng - an ninh", "0", "0", "0", "0", "0"],
        ["4", "Xây dựng hệ thống chính trị", "0", "0", "0", "0", "0"],
        ["", "Tổng cộng", "2", "1", "1", "2", "0"],
    ]
    assert table(document, "Đơn vị")[1:] == [
        ["1", "Phòng A", "2", "1", "1", "2", "0"],
        ["2", "Phòng B", "0", "0", "0", "0", "0"],
        ["", "Tổng cộng", "2", "1", "1", "2", "0"],
    ]


def test_units_that_are_not_simply_done_are_told_with_their_reasons(campaign: Campaign) -> None:
    late = datetime.fromisoformat("2022-04-12T07:45:00+07:00")
    register = register_of(campaign, {code: [entry(name=code)] for code in "ABCDEFGH"})
    snapshot = register.standings["B"].snapshot
    assert snapshot
    register = with_standings(
        register,
        B={
            "status": Status.SUBMITTED_LATE, "late": True,
            "snapshot": replace(snapshot, modified_at=late),
        },
        C={"status": Status.UNTOUCHED, "registration": replace(
            register.standings["C"].registration, entries=())},
        D={"status": Status.EXCLUDED, "terms": Terms(excluded="đang sắp xếp lại tổ chức")},
        E={"status": Status.RETURNED, "terms": Terms(
            returned_at=late, return_reason="nội dung chưa rõ")},
        F={"terms": Terms(extended=True), "deadline": late},
        G={"status": Status.NONE_REGISTERED, "registration": replace(
            register.standings["G"].registration, entries=(),
            cover=Cover(nil_reason="đơn vị mới thành lập"))},
        H={"status": Status.DRAFTING},
    )  # fmt: skip

    unfinished, noteworthy = (
        [[said(cell) for cell in row.cells] for row in each.rows]
        for each in drawn(register).tables
        if "Lý do, ghi chú" in said(each.rows[0].cells[-1])
    )
    counted = "đã tổng hợp 01 mô hình, điển hình"
    assert unfinished == [
        ["TT", "Đơn vị", "Lý do, ghi chú"],
        ["1", "Phòng C", "Chưa gửi nội dung nào"],
        ["2", "Phòng E", f"Đề nghị bổ sung: nội dung chưa rõ; {counted}"],
        ["3", "Phòng H", f"Đang hoàn thiện; {counted}"],
    ]
    assert noteworthy == [
        ["TT", "Đơn vị", "Tình trạng", "Lý do, ghi chú"],
        ["1", "Phòng B", "Đã gửi, muộn hạn", "Gửi lúc 07 giờ 45 phút, ngày 12/4/2022"],
        ["2", "Phòng D", "Không phải đăng ký", "Đang sắp xếp lại tổ chức"],
        ["3", "Phòng F", "Đã gửi", "Được gia hạn đến 07 giờ 45 phút, ngày 12/4/2022"],
        ["4", "Phòng G", "Không đăng ký", "Đơn vị mới thành lập"],
    ]
    received = next(text for text in texts(register) if text.startswith("Tính đến"))
    assert received.endswith(
        "Trong số đã gửi, 01 đơn vị không đăng ký, có nêu lý do. Không tính 01 đơn vị không phải "
        "đăng ký."
    )
    assert "Phòng D" not in [row[1] for row in table(drawn(register), "Tổng số")]


@pytest.mark.parametrize(
    ("late", "told"),
    [
        ("", "có 02/02 đơn vị đã gửi đăng ký (đạt 100%), đều đúng hạn."),
        ("AB", "có 02/02 đơn vị đã gửi đăng ký (đạt 100%), đều muộn hạn."),
        ("B", "có 02/02 đơn vị đã gửi đăng ký (đạt 100%), trong đó 01 đơn vị đúng hạn, 01 đơn vị "
         "muộn hạn."),
    ],
)  # fmt: skip
def test_nothing_is_said_of_nobody(campaign: Campaign, late: str, told: str) -> None:
    register = register_of(campaign, {"A": [entry()], "B": [entry(name="b")]})
    register = with_standings(register, **{code: {"late": True} for code in late})

    assert f"Tính đến 10 giờ 00, ngày 08/4/2022, {told}" in texts(register)


def test_a_date_of_a_remark_is_not_torn_from_its_word(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry()]})
    due = datetime.fromisoformat("2022-04-16T00:00:00+07:00")
    register = with_standings(register, A={"terms": Terms(extended=True), "deadline": due})

    (row,) = drawn(register).tables[-3].rows[1:]

    assert row.cells[-1].text == "Được gia hạn đến hết ngày\u00a015/4/2022"


def test_what_was_read_at_midnight_is_told_by_the_day_before(campaign: Campaign) -> None:
    """Nobody says “00 giờ 00, ngày 12/4/2022” of a campaign that ended with 11/4/2022."""
    register = register_of(campaign, {"A": [entry()]})
    snapshot = register.standings["A"].snapshot
    assert snapshot
    midnight = datetime.fromisoformat("2022-04-12T00:00:00+07:00")
    register = with_standings(register, A={"snapshot": replace(snapshot, read_at=midnight)})

    (told,) = [text for text in texts(register) if text.startswith("Tính đến")]

    assert told.startswith("Tính đến hết ngày 11/4/2022, có 01/01 đơn vị đã gửi đăng ký")
    assert board(figures_of([], as_of=midnight.isoformat())).until == "Tính đến hết ngày 11/4/2022"


def test_no_word_of_the_program_comes_before_the_authority(campaign: Campaign) -> None:
    register = register_of(campaign, {status: [entry(name=status)] for status in Status})
    register = with_standings(register, **{status: {"status": status} for status in Status})
    document = drawn(register)

    told = "\n".join([*texts(register), *(said(c) for t in document.tables for c in t._cells)])

    for inside in (*(WORDS[s].name for s in Status if s not in TOLD), "được tính", "phải sửa"):
        assert inside.casefold() not in told.casefold()


TOLD = {Status.SUBMITTED, Status.SUBMITTED_LATE, Status.NONE_REGISTERED}
"""What an authority is told in the program's own words."""


def test_nobody_missing_says_so(campaign: Campaign) -> None:
    assert "Tất cả các đơn vị đã hoàn thành đăng ký đúng hạn." in texts(
        register_of(campaign, {"A": [entry()]})
    )


def test_last_years_figures_are_compared_where_they_are_given(register: Register) -> None:
    before = LastYear(total=1, collective=2, replicated=0)
    compared = with_report(register, last_year=before)

    assert "3. So với năm 2021" not in texts(register)
    assert "So với năm 2021 (01 mô hình, điển hình), tăng 01 mô hình, điển hình (100%)." in texts(
        compared
    )
    assert table(drawn(compared), "Chỉ tiêu") == [
        ["Chỉ tiêu", "Năm 2021", "Năm 2022", "Tăng (+), giảm (−)"],
        ["Tổng số", "1", "2", "+1"],
        ["Tập thể", "2", "1", "−1"],
        ["Nhân rộng", "0", "0", "0"],
    ]


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (0, "Năm 2021 không có mô hình, điển hình nào; năm 2022 tăng 02 mô hình, điển hình."),
        (2, "Số đăng ký bằng năm 2021 (02 mô hình, điển hình)."),
        (3, "So với năm 2021 (03 mô hình, điển hình), giảm 01 mô hình, điển hình (33,3%)."),
    ],
)  # fmt: skip
def test_the_change_on_last_year_is_said(register: Register, total: int, said: str) -> None:
    assert said in texts(with_report(register, last_year=LastYear(total=total)))


def test_nothing_in_both_years_is_said_without_zeros(campaign: Campaign) -> None:
    register = with_report(register_of(campaign, {"A": []}), last_year=LastYear(total=0))

    assert "Năm 2021 cũng không có mô hình, điển hình nào." in texts(register)


def test_a_chart_by_field_is_drawn_on_request(register: Register) -> None:
    with zipfile.ZipFile(io.BytesIO(report(register))) as plain:
        assert not [name for name in plain.namelist() if "chart" in name]
    with zipfile.ZipFile(io.BytesIO(report(with_report(register, chart=True)))) as package:
        chart = package.read("word/charts/chart1.xml").decode()

    assert "Số mô hình, điển hình theo lĩnh vực" in texts(with_report(register, chart=True))
    assert "Số mô hình, điển hình theo lĩnh vực" not in texts(register)
    assert chart.count("<c:ser>") == 2
    for name in ("Kinh tế", "Văn hoá - xã hội", "Tập thể", "Cá nhân"):
        assert f"<c:v>{name}</c:v>" in chart


def test_the_letter_is_cited_as_it_was_written(register: Register) -> None:
    """Its number with a zero below 10 (II.3.c), its deadline in its own words."""
    campaign = register.campaign
    deadline = campaign.deadline.model_copy(update={"inclusive": True})
    letter = campaign.letter.model_copy(update={"number": "5"})

    said = " ".join(texts(with_campaign(register, deadline=deadline, letter=letter)))

    assert "đã ban hành Công văn số 05/SKHCN-HCTH ngày 05/4/2022 về việc" in said
    assert "mô hình, điển hình, chậm nhất hết ngày 12/4/2022." in said


# --- the register -----------------------------------------------------------------------------


def register_table(document: Document) -> list[list[str]]:
    return [[said(cell) for cell in row.cells] for row in document.tables[-1].rows]


def test_the_register_has_the_forms_shape_and_the_units(register: Register) -> None:
    rows = register_table(drawn(register))

    assert [text.replace("\n", " ") for text in rows[0]] == [
        "LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "HÌNH THỨC", "HÌNH THỨC", "Địa chỉ",
        "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH (Nêu tóm tắt mô hình giải quyết vấn đề gì; tổ chức, "
        "cá nhân thực hiện; dự kiến kết quả mô hình đem lại)",
        "TRONG ĐÓ", "TRONG ĐÓ", "Đơn vị đăng ký",
    ]  # fmt: skip
    assert [text.replace("\n", " ") for text in rows[1][1:3] + rows[1][5:7]] == [
        "Mô hình tập thể", "Mô hình cá nhân", "Xây dựng mới", "Nhân rộng",
    ]  # fmt: skip
    assert rows[2] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert rows[3] == ["I. Lĩnh vực kinh tế"] * 8
    assert rows[4] == ["1. a1", "x", "", "Xã mẫu", entry()["content"], "x", "", "Phòng A"]
    assert rows[5] == ["II. Lĩnh vực văn hoá - xã hội"] * 8
    assert rows[6][:4] == ["1. a2", "", "x", "Xã mẫu"]
    assert rows[-1] == ["Tổng cộng: 2", "1", "1", "", "", "2", "0", ""]


def test_without_their_column_units_stand_before_the_address(campaign: Campaign) -> None:
    register = register_of(campaign, {
        "A": [entry(name="a1"), entry(name="a2", place="phòng A, tầng 2")]
    })  # fmt: skip
    rows = register_table(drawn(with_report(register, unit_column=False)))

    assert rows[2] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [row[3] for row in rows[4:6]] == ["Phòng A\nXã mẫu", "phòng A, tầng 2"]
    assert rows[-1] == ["Tổng cộng: 2", "2", "0", "", "", "2", "0"]


def test_without_their_column_an_address_has_room_for_its_unit(campaign: Campaign) -> None:
    """A unit's name and an address in one narrow cell have made rows twice as high as needed."""
    where = {
        "place": "Tổ dân phố số 5, phường Nghĩa Lộ",
        "content": "Nhiều hộ chưa phân loại. " * 14,
    }
    register = register_of(campaign, {"A": [entry(name=f"Mô hình {n}", **where) for n in range(4)]})
    name = "Trung tâm Ứng dụng Tiến bộ Khoa học và Công nghệ"
    register = replace(register, units=[replace(unit, name=name) for unit in register.units])

    wide = [
        drawn(with_report(register, unit_column=units)).tables[-1].columns[3].width
        for units in (False, True)
    ]

    assert wide[0] > 1.4 * wide[1]


def test_where_nothing_was_registered_there_is_neither_table_nor_chart_nor_appendix(
    campaign: Campaign,
) -> None:
    register = with_report(register_of(campaign, {"A": [], "B": []}), chart=True)
    register = with_standings(register, A={"status": Status.UNTOUCHED}, B={"status": Status.LOST})
    document = drawn(register)

    found = texts(register)
    assert "Đến nay chưa có mô hình, điển hình nào được đăng ký." in found
    assert (
        "Tính đến 10 giờ 00, ngày 08/4/2022, chưa có đơn vị nào trong 02 đơn vị gửi đăng ký."
        in (found)
    )
    assert not [text for text in found if "00" in text.replace("10 giờ 00", "")]
    assert [len(each.columns) for each in document.tables] == [2, 3, 2]
    assert len(document.sections) == 1
    assert not list(document.element.iter(qn("w:drawing")))


def test_header_rows_repeat_and_only_very_long_rows_split(campaign: Campaign) -> None:
    long = entry(name="dài", content="Nội dung dài. " * 150)
    lines = entry(name="nhiều dòng", content="dòng\n" * 20)
    register = register_of(campaign, {"A": [entry(name="a"), long, lines, entry(name="b")]})
    rows = drawn(register).tables[-1].rows

    def has(tag: str) -> list[bool]:
        return [row._tr.find(f".//{qn(tag)}") is not None for row in rows]

    assert has("w:tblHeader") == [True] * 3 + [False] * 6
    assert has("w:cantSplit") == [True] * 5 + [False] * 2 + [True] * 2
    # The heading of a field goes with its first row, the last row with the totals.
    assert has("w:keepNext")[3:] == [True, False, False, False, True, True]


def test_pages_are_a4_and_the_register_is_landscape(register: Register) -> None:
    sizes = [
        (round((section.page_width or 0) / Mm(1)), round((section.page_height or 0) / Mm(1)))
        for section in drawn(register).sections
    ]

    assert sizes == [(210, 297), (297, 210)]


# --- what was typed ---------------------------------------------------------------------------


def test_typed_text_is_shown_as_typed(campaign: Campaign) -> None:
    """Line breaks kept, markup and fields inert, control characters gone, composed."""
    typed = "dòng 1\r\ndòng 2\tcột <b>&amp; {{0}} @@units@@ \x07Tie\u0302\u0301ng " + "x" * 60
    name = "@@units@@ {{0}}"
    listed = campaign.model_copy(update={"fields": (FieldOfWork(name=name),)})
    document = drawn(register_of(listed, {"A": [entry(content=typed, field=name)]}))

    shown = register_table(document)[4][4]

    assert shown == "dòng 1\ndòng 2\tcột <b>&amp; {{0}} @@units@@ Tiếng " + "x" * 60
    assert register_table(document)[3][0] == f"I. Lĩnh vực {name}"
    unlisted = texts(register_of(campaign, {"A": [entry(field=name)]}))
    assert [text for text in unlisted if text.endswith(f"“Lĩnh vực khác”: {name} (01).")]


def test_three_thousand_rows_are_all_there_in_order(campaign: Campaign) -> None:
    rows = [entry(name=f"mô hình {number}") for number in range(3_000)]

    pieces = first_cells(drawn(register_of(campaign, {"A": rows})))

    assert [cell for piece in pieces for cell in piece[3:]] == [
        "I. Lĩnh vực kinh tế",
        *(f"{number + 1}. mô hình {number}" for number in range(3_000)),
        "Tổng cộng: 3.000",
    ]


def test_a_long_register_is_in_pieces_each_with_the_header(campaign: Campaign) -> None:
    """No piece ends with the heading of a field, and the last one is no mere rest."""
    for count in (498, 499, 500, 501):
        culture = {"field": "Văn hoá - xã hội"}
        rows = [entry(name=f"a{n}") for n in range(count)]
        rows += [entry(name=f"b{n}", **culture) for n in range(600)]
        pieces = first_cells(drawn(register_of(campaign, {"A": rows})))

        assert len({tuple(piece[:3]) for piece in pieces}) == 1
        sizes = [len(piece[3:]) for piece in pieces]
        assert sum(sizes) == count + 603
        assert all(500 <= size <= 502 for size in sizes[:-1])
        assert 50 <= sizes[-1] < 603
        assert not any(piece[-1].startswith("II.") for piece in pieces)


def test_a_register_little_longer_than_a_piece_is_one(campaign: Campaign) -> None:
    rows = [entry(name=f"a{n}") for n in range(290)]

    assert len(first_cells(drawn(register_of(campaign, {"A": rows})))) == 1


def first_cells(document: Document) -> list[list[str]]:
    """Return the first cells of the register's pieces; python-docx's own way is quadratic."""
    return [
        ["".join(text.text or "" for text in row.tc_lst[0].iter(qn("w:t"))) for row in tbl.tr_lst]
        for tbl in (table._tbl for table in document.tables)
        if len(tbl.tblGrid.gridCol_lst) == 8
    ]


def test_the_same_register_is_the_same_file(register: Register) -> None:
    assert report(register) == report(replace(register))


# --- drafts -----------------------------------------------------------------------------------


def test_what_is_final_and_signed_has_no_mark(register: Register) -> None:
    assert unready(register.campaign) == []
    assert mark(closed(register)) == ""


def test_while_units_may_still_write_it_is_a_draft(register: Register) -> None:
    assert mark(register) == "DỰ THẢO"


def test_without_a_signer_it_is_a_draft_with_room_for_one(register: Register) -> None:
    register = closed(with_campaign(register, signer=Signer(authority="KT.")))
    foot = next(t for t in drawn(register).tables if "Nơi nhận" in t.rows[0].cells[0].text)

    assert mark(register) == "DỰ THẢO"
    assert [p.text for p in foot.rows[0].cells[1].paragraphs] == ["KT. GIÁM ĐỐC", "", ""]
    assert unready(register.campaign) == [
        "campaign.toml: signer.name: thiếu họ tên người ký",
        "campaign.toml: signer.position: thiếu chức vụ người ký: cần khi ký KT.",
    ]


def test_what_does_not_fit_is_a_draft_that_names_its_key(register: Register) -> None:
    place = "Thành phố có một cái tên dài đến mức không còn chỗ nào cho ngày tháng năm"
    register = closed(with_report(register, place=place))

    assert mark(register) == "DỰ THẢO"
    assert unready(register.campaign) == [
        f"campaign.toml: report.place: ghi “{place}”; dài quá: cần vừa một dòng cùng với ngày, "
        "tháng, năm"
    ]


# --- for readers that are no eyes ---------------------------------------------------------------


def test_headings_are_words_own_with_their_levels(register: Register) -> None:
    """Word's navigation pane and readers of accessible PDF see the structure."""
    document = drawn(register)

    found = []
    for each in document.paragraphs:
        style = document.styles[each.style.name] if each.style and each.style.name else None
        level = style.element.find(f".//{qn('w:outlineLvl')}") if style is not None else None
        if level is not None:
            found.append((each.text, level.get(qn("w:val"))))
    assert found == [
        ("I. TÌNH HÌNH ĐĂNG KÝ", "0"), ("II. KẾT QUẢ ĐĂNG KÝ", "0"),
        ("1. Theo lĩnh vực", "1"), ("2. Theo đơn vị", "1"),
        ("III. ĐƠN VỊ CHƯA HOÀN THÀNH, ĐƠN VỊ CẦN LƯU Ý", "0"),
        ("1. Đơn vị chưa hoàn thành", "1"), ("2. Đơn vị cần lưu ý", "1"),
        ("Phụ lục", "0"),
        ("BIỂU TỔNG HỢP MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG", "0"),
    ]  # fmt: skip
    assert document.styles["Heading 1"].element.find(qn("w:name")).get(qn("w:val")) == "heading 1"


def test_nothing_in_the_file_names_the_program_another_was_made_with(register: Register) -> None:
    with zipfile.ZipFile(io.BytesIO(report(register))) as package:
        texts = {name: package.read(name).decode(errors="replace") for name in package.namelist()}

    assert "docProps/app.xml" not in texts
    for name, text in texts.items():
        for other in ("Macintosh", "python-docx", "Microsoft Word", "LibreOffice"):
            assert other not in text, name
    assert "<dc:language>vi-VN</dc:language>" in texts["docProps/core.xml"]


def test_no_cell_of_a_header_has_a_break_of_its_own(register: Register) -> None:
    """Reflow and search work in Word; no-break spaces keep together what is one word."""
    for table in drawn(with_report(register, last_year=LastYear(total=1))).tables:
        for row in table.rows:
            if row._tr.find(f".//{qn('w:tblHeader')}") is not None:
                assert not list(row._tr.iter(qn("w:br")))


def test_units_stand_in_the_register_by_their_short_names(campaign: Campaign) -> None:
    register = register_of(campaign, {"A": [entry()], "B": [entry(name="b")]})
    first, second = register.units
    shortly = replace(register, units=[replace(first, short_names=("P. A", "A")), second])

    rows = register_table(drawn(shortly))

    assert [row[-1] for row in rows[4:6]] == ["P. A", "Phòng B"]
    assert table(drawn(shortly), "Đơn vị")[1][1] == "Phòng A"
