"""bao-cao.docx, read back by python-docx."""

import io
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.word.report import report
from dankheo_sheets.register import Register
from tests.outputs.registers import entry, register_of


def drawn(register: Register) -> Document:
    return docx.Document(io.BytesIO(report(register)))


def table_texts(document: Document, number: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[number].rows]


@pytest.fixture
def register(campaign: Campaign) -> Register:
    return register_of(campaign, {
        "A": [entry(name="a1"), entry(name="a2", field="VH-XH", collective="", individual="x")],
        "B": [entry(name="b1", place="")],
    })  # fmt: skip


def test_the_prose_has_the_registers_figures(register: Register) -> None:
    texts = [paragraph.text for paragraph in drawn(register).paragraphs]

    assert texts[4] == (
        "Tính đến 10 giờ 00, ngày 08/4/2022, có 01/02 đơn vị đã gửi đăng ký, trong đó 01 đơn vị "
        "đúng hạn, 00 đơn vị muộn hạn; còn 01 đơn vị chưa hoàn thành. Tổng số 02 mô hình, điển "
        "hình: 01 tập thể, 01 cá nhân; 02 xây dựng mới, 00 nhân rộng."
    )


def test_the_tables_have_the_registers_figures(register: Register) -> None:
    document = drawn(register)

    assert table_texts(document, 1) == [
        ["Lĩnh vực", "Tổng số", "Tập thể", "Cá nhân", "Xây dựng mới", "Nhân rộng"],
        ["Kinh tế", "1", "1", "0", "1", "0"],
        ["Văn hoá - xã hội", "1", "0", "1", "1", "0"],
        ["Quốc phòng - an ninh", "0", "0", "0", "0", "0"],
        ["Xây dựng hệ thống chính trị", "0", "0", "0", "0", "0"],
        ["Tổng cộng", "2", "1", "1", "2", "0"],
    ]
    assert table_texts(document, 2)[1:] == [
        ["Phòng A", "2", "1", "1", "2", "0"],
        ["Phòng B", "0", "0", "0", "0", "0"],
        ["Tổng cộng", "2", "1", "1", "2", "0"],
    ]


def test_units_not_done_are_listed(register: Register) -> None:
    assert table_texts(drawn(register), 3) == [
        ["Đơn vị", "Trạng thái", "Ghi chú"],
        ["Phòng B", "Cần sửa", ""],
    ]


def test_nobody_missing_says_so(campaign: Campaign) -> None:
    document = drawn(register_of(campaign, {"A": [entry()]}))

    assert "Không có." in [paragraph.text for paragraph in document.paragraphs]


def test_the_register_table_has_the_forms_shape(register: Register) -> None:
    rows = table_texts(drawn(register), 4)

    assert rows[1][1:3] == ["Mô hình tập thể", "Mô hình cá nhân"]
    assert rows[2] == ["1", "2", "3", "4", "5", "6", "7", ""]
    assert rows[3] == ["I. Lĩnh vực kinh tế"] * 8
    assert rows[4][:4] == ["1. a1", "x", "", "Xã mẫu"]
    assert rows[-1] == ["Tổng cộng: 02", "1", "1", "", "", "2", "0", ""]


def test_header_rows_repeat_and_rows_do_not_split(register: Register) -> None:
    table = drawn(register).tables[4]

    repeated = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert repeated[:4] == [True, True, True, False]
    assert not any(repeated[3:])
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)


def test_pages_are_a4_and_the_register_is_landscape(register: Register) -> None:
    sizes = [
        (round((section.page_width or 0) / Mm(1)), round((section.page_height or 0) / Mm(1)))
        for section in drawn(register).sections
    ]

    assert sizes == [(210, 297), (297, 210)]


def test_typed_text_is_shown_as_typed(campaign: Campaign) -> None:
    """Line breaks kept, markup and fields inert, control characters gone, composed."""
    typed = "dòng 1\r\ndòng 2 <b>&amp; {{0}} @@units@@ \x07Tie\u0302\u0301ng " + "x" * 60
    document = drawn(register_of(campaign, {"A": [entry(content=typed)]}))

    shown = table_texts(document, -1)[4][4]

    assert shown == "dòng 1\ndòng 2 <b>&amp; {{0}} @@units@@ Tiếng " + "x" * 60


def test_three_thousand_rows_are_all_there_in_order(campaign: Campaign) -> None:
    rows = [entry(name=f"mô hình {number}") for number in range(3_000)]

    names = table_texts_fast(drawn(register_of(campaign, {"A": rows})))

    assert len(names) == 3_000
    assert all(int(a.split(".")[0]) + 1 == int(b.split(".")[0]) for a, b in pairwise(names))


def table_texts_fast(document: Document) -> list[str]:
    """Return the first cell of each entry of the register; python-docx's own way is quadratic."""
    rows = document.tables[-1]._tbl.tr_lst[4:-1]
    return ["".join(text.text or "" for text in row.tc_lst[0].iter(qn("w:t"))) for row in rows]


def test_the_same_register_is_the_same_file(register: Register) -> None:
    assert report(register) == report(register)
