"""bieu/<unit>.docx: read back by python-docx, and measured on the page LibreOffice prints."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.word.letter import letter
from dankheo_sheets.outputs.word.unit_form import UnitForms, head_of
from dankheo_sheets.registration import Cover, Entry, Standing, Status
from dankheo_sheets.roster import Unit
from tests.office import convert
from tests.outputs.registers import CONFIRMED, entry, register_of
from tests.printed import Page, Printed, printed

Drawn = Callable[..., bytes]


@pytest.fixture(scope="module")
def forms(campaign: Campaign) -> UnitForms:
    return UnitForms(campaign)


@pytest.fixture
def drawn(campaign: Campaign, forms: UnitForms) -> Drawn:
    """Draw the form of a unit with these entries."""

    def drawn(
        entries: Sequence[Entry] = (entry(),),
        cover: Cover = CONFIRMED,
        name: str = "Phòng Quản lý Khoa học",
        **changes: object,
    ) -> bytes:
        return forms.form(Unit("A", name), standing(campaign, entries, cover, **changes))

    return drawn


def standing(
    campaign: Campaign,
    entries: Sequence[Entry] = (entry(),),
    cover: Cover = CONFIRMED,
    **changes: object,
) -> Standing:
    found = register_of(campaign, {"A": entries}).standings["A"]
    registration = replace(found.registration, cover=cover)
    return replace(found, registration=registration, **changes)  # type: ignore[arg-type]


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def rows(data: bytes) -> list[list[str]]:
    """Return the texts of the rows below the header, down to the signature."""
    (table,) = opened(data).tables
    return [[cell.text for cell in row.cells] for row in table.rows][3:-1]


def mark(data: bytes) -> str:
    header = opened(data).sections[0].first_page_header
    return "".join(paragraph.text for paragraph in header.paragraphs)


# --- shape ------------------------------------------------------------------------------------


def test_the_header_is_that_of_the_form_the_letter_sends(campaign: Campaign, drawn: Drawn) -> None:
    """Cell for cell, merges and all; only its height is said (reference/form.md R12)."""

    def header(document: Document) -> list[list[tuple[str, str | None, int]]]:
        return [
            [(cell.xpath("string(.)"), cell.vMerge, cell.grid_span) for cell in row.tc_lst]
            for row in document.tables[-1]._tbl.tr_lst[:3]
        ]

    assert header(opened(drawn())) == header(opened(letter(campaign)))


def test_the_heading_names_unit_form_and_letter(drawn: Drawn) -> None:
    texts = [p.text for p in opened(drawn()).paragraphs if p.text]

    assert texts == [
        "PHÒNG QUẢN LÝ KHOA HỌC",
        "BIỂU MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG",
        "(Kèm theo Công văn số:      /SKHCN-HCTH ngày 05/4/2022 của Sở Khoa học và Công nghệ)",
    ]


def test_entries_stand_by_field_and_are_numbered_anew_in_each(drawn: Drawn) -> None:
    data = drawn([
        entry(name="an ninh", field="QP-AN", collective="", individual="X"),
        entry(name="kinh tế 1"),
        entry(name="khác", field="Nông thôn mới"),
        entry(name="kinh tế 2", new="", replicated="✓"),
    ])  # fmt: skip

    content = entry()["content"]
    assert rows(data) == [
        ["I. Lĩnh vực kinh tế"] * 7,
        ["1. kinh tế 1", "x", "", "Xã mẫu", content, "x", ""],
        ["2. kinh tế 2", "x", "", "Xã mẫu", content, "", "x"],
        ["II. Lĩnh vực quốc phòng - an ninh"] * 7,
        ["1. an ninh", "", "x", "Xã mẫu", content, "x", ""],
        ["III. Lĩnh vực nông thôn mới"] * 7,
        ["1. khác", "x", "", "Xã mẫu", content, "x", ""],
    ]


def test_what_is_unclear_stays_as_typed(drawn: Drawn) -> None:
    """Both or neither of a pair; no field; no name: a draft that shows it."""
    data = drawn([entry(name="", field="", individual="Bà Mẫu", new="")])

    assert rows(data) == [
        ["I. Lĩnh vực...."] * 7,
        ["1. ", "x", "Bà Mẫu", "Xã mẫu", entry()["content"], "", ""],
    ]
    assert mark(data) == "DỰ THẢO"


def test_a_unit_that_registers_nothing_says_why(drawn: Drawn) -> None:
    cover = replace(CONFIRMED, nil_reason="Đơn vị mới thành lập.")

    assert rows(drawn([], cover, findings=())) == [
        ["Không đăng ký mô hình, điển hình", "", "", "", "Lý do: Đơn vị mới thành lập.", "", ""]
    ]


def test_before_anything_is_written_it_is_the_blank_form(drawn: Drawn) -> None:
    assert [row[0] for row in rows(drawn([]))] == [
        "I. Lĩnh vực....", "1.....", "2.....", "II. Lĩnh vực....", "1.....", "2.....",
        "III. Lĩnh vực....", "1.....", "2.....",
    ]  # fmt: skip


# --- signature, draft ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Phòng Quản lý Khoa học", "Trưởng phòng"),
        ("Thanh tra Sở", "Chánh Thanh tra"),
        ("Văn phòng Sở", "Chánh Văn phòng"),
        ("CHI CỤC Tiêu chuẩn Đo lường Chất lượng", "Chi cục trưởng"),
        ("Trung tâm Ứng dụng", "Giám đốc"),
        ("Ban Quản lý dự án", "Trưởng ban"),
        ("Bảo tàng tỉnh", "Thủ trưởng đơn vị"),
        ("Ủy ban nhân dân xã Mẫu", "Thủ trưởng đơn vị"),
    ],
)
def test_the_head_is_called_by_the_kind_of_unit(name: str, head: str) -> None:
    assert head_of(Unit("A", name)) == head


def test_the_foot_has_room_for_day_and_signature(drawn: Drawn) -> None:
    foot = opened(drawn()).tables[0].rows[-1].cells[0]

    assert [" ".join(p.text.split()) for p in foot.paragraphs] == [
        "Quảng Ngãi, ngày tháng năm 2022", "TRƯỞNG PHÒNG", "(Ký, ghi rõ họ tên)", "",
    ]  # fmt: skip


def test_it_is_a_draft_while_findings_block_it_or_it_was_returned(drawn: Drawn) -> None:
    assert mark(drawn()) == ""
    assert mark(drawn([entry(content="ngắn")])) == ""  # a warning blocks nothing
    assert mark(drawn([entry(place="")])) == "DỰ THẢO"
    assert mark(drawn(status=Status.RETURNED)) == "DỰ THẢO"


# --- texts, bytes ------------------------------------------------------------------------------


def test_typed_text_is_shown_as_typed(drawn: Drawn) -> None:
    typed = "dòng 1\r\ndòng 2 <b>&amp; {{0}} {{UNIT}} \x07Tie\u0302\u0301ng\ud800"
    data = drawn([entry(content=typed)], name="Phòng {{HEAD}} <&> Kỹ\u0303")

    assert rows(data)[1][4] == "dòng 1\ndòng 2 <b>&amp; {{0}} {{UNIT}} Tiếng\ufffd"
    assert opened(data).paragraphs[0].text.startswith("PHÒNG {{HEAD}} <&> K")


def test_the_same_registration_is_the_same_file(campaign: Campaign, drawn: Drawn) -> None:
    again = UnitForms(campaign).form(Unit("A", "Phòng Quản lý Khoa học"), standing(campaign))

    assert drawn() == again
    assert drawn([entry(name="khác")]) != again


def test_the_year_is_that_of_the_last_day_on_which_it_may_be_signed(campaign: Campaign) -> None:
    deadline = campaign.deadline.model_copy(
        update={"before": date(2022, 12, 31), "inclusive": True}
    )
    forms = UnitForms(campaign.model_copy(update={"deadline": deadline}))

    document = opened(forms.form(Unit("A", "Phòng A"), standing(campaign)))

    assert "năm\u00a02022" in document.tables[0].rows[-1].cells[0].text


# --- on paper ------------------------------------------------------------------------------------


@pytest.fixture
def pages(drawn: Drawn, tmp_path: Path) -> Callable[..., list[Page]]:
    def pages(*arguments: object, name: str = "A.docx") -> list[Page]:
        return list(printed(drawn(*arguments), name, tmp_path).pages)

    return pages


@pytest.mark.office
def test_it_prints_on_one_landscape_page_between_the_margins(drawn: Drawn, tmp_path: Path) -> None:
    document = printed(drawn([entry(name=f"Mô hình {n}") for n in range(3)]), "A.docx", tmp_path)
    (page,) = document.pages

    assert (round(page.width), round(page.height)) == (297, 210)
    assert min(word.left for word in page.words) >= 29.9
    assert max(word.right for word in page.words) <= 282.1
    assert page.find("PHÒNG QUẢN LÝ").left == pytest.approx(30, abs=0.2)
    assert page.find("BIỂU MÔ HÌNH,").top > page.find("PHÒNG QUẢN LÝ").bottom
    place, head = page.find("Quảng Ngãi, ngày tháng năm 2022"), page.find("TRƯỞNG PHÒNG")
    assert place.bottom < head.top + 1
    assert head.middle == pytest.approx(282 - 97 / 2, abs=1)
    assert document.families <= {"LiberationSerif", "TimesNewRoman"}


@pytest.mark.office
@pytest.mark.parametrize("count", [4, 5, 6, 7, 8, 9, 16])
def test_the_signature_has_an_entry_on_its_page_and_the_header_is_whole(
    pages: Callable[..., list[Page]], count: int
) -> None:
    found = pages([entry(name=f"Mô hình {n}") for n in range(count)])

    assert f"{count}. Mô hình {count - 1} " in found[-1].text
    assert "(Ký, ghi rõ họ tên)" in found[-1].text
    for page in found:
        number = next(word for word in page.words if word.text == "5" and word.top > 20)
        assert page.find("đem lại)").bottom < number.top + 0.5


@pytest.mark.office
def test_the_signature_has_the_end_of_a_tall_last_entry_on_its_page(
    drawn: Drawn, tmp_path: Path
) -> None:
    """Entries of 9 to 60 lines, alone and after others: their last lines go along."""
    files = []
    for before in (0, 2):
        for size in range(9, 44, 2):
            rows = [entry(name=f"Mô hình {number}") for number in range(before)]
            last = entry(name="Cuối", content="Khéo vận động nhân dân hiến đất. " * size + "HẾT.")
            files.append(tmp_path / f"{before}-{size}.docx")
            files[-1].write_bytes(drawn([*rows, last]))

    for pdf in convert(files, "pdf", tmp_path / "printed"):
        *others, end = Printed(pdf).pages
        assert "HẾT." in end.text, pdf.stem
        assert "(Ký, ghi rõ họ tên)" in end.text, pdf.stem
        for page in others:
            assert "Khéo" in page.text or "Mô hình 1" in page.text, pdf.stem


@pytest.mark.office
def test_a_very_long_cell_goes_on_on_the_next_page(pages: Callable[..., list[Page]]) -> None:
    words = [f"chữ{number}" for number in range(700)]
    found = pages([entry(name="Trước"), entry(content=" ".join(words)), entry(name="Sau")])

    printed_words = [word.text for page in found for word in page.words]
    assert [word for word in printed_words if word.startswith("chữ")] == words
    assert "chữ0" in found[0].text


def test_rows_do_not_split_but_for_very_long_ones(drawn: Drawn) -> None:
    data = drawn([entry(), entry(name="dài", content="Nội dung dài. " * 100), entry(name="cuối")])
    (table,) = opened(data).tables

    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows]
    assert whole == [True, True, True, True, True, False, True, True]
