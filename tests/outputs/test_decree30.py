"""The layout of official documents, measured on the pages LibreOffice prints.

Where Nghị định 30/2020/NĐ-CP leaves freedom, its own specimens were printed the same way and
measured: their figures stand here as "mẫu 1.4" and "mẫu 1.5".
"""

import io
import zipfile
from datetime import date
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from dankheo_sheets.outputs.word import blocks
from dankheo_sheets.outputs.word.blocks import Letterhead, misfits
from dankheo_sheets.outputs.word.decree30 import (
    LANDSCAPE_WIDTH,
    Part,
    appendix,
    paragraph,
    start,
)
from dankheo_sheets.outputs.word.form_table import WIDTHS, form_table, patterns
from dankheo_sheets.outputs.word.metrics import break_lines, width
from dankheo_sheets.outputs.word.rows import Rows, save
from tests.printed import Page, Printed, printed

TEXT = (
    "Căn cứ vào nhiệm vụ chính trị của các phòng, đơn vị thuộc Sở để lựa chọn nội dung đăng ký "
    "cho phù hợp với điều kiện thực tế của từng phòng, từng đơn vị trong năm, để vận động công "
    "chức, viên chức, người lao động gương mẫu thực hiện nhiệm vụ được giao."
)
HEAD = Letterhead(
    "UBND tỉnh Quảng Ngãi", "Trung tâm Ứng dụng Tiến bộ Khoa học và Công nghệ", "TTr-SKHCN",
    "Quảng Ngãi", date(2022, 2, 5), "7",
)  # fmt: skip


def many_pages() -> tuple[Document, Rows]:
    """Draw a tờ trình of two pages, two appendices, and a unit's form across the page."""
    document, rows = start("Tờ trình", "Sở mẫu", date(2022, 2, 5)), Rows()
    blocks.letterhead(document, HEAD)
    blocks.kind_and_subject(document, "tờ trình", "Về việc đăng ký mô hình, điển hình")
    blocks.kinh_gui(document, ["Ban Dân vận Tỉnh ủy", "- Sở Nội vụ;"], typed=True)
    blocks.basis(document, ["Căn cứ Kế hoạch số 348/KH-SKHCN", "Theo đề nghị của Phòng mẫu;"])
    blocks.heading(document, "I. Kết quả")
    paragraph(document, Part.CLAUSE, "1. Về số lượng")
    for _ in range(10):
        paragraph(document, Part.BODY, TEXT)
    recipients = ("Như trên", "- Các phòng, đơn vị;", "Lưu: VT, HCTH.")
    blocks.signature(document, ("TM. Ban Giám đốc", "Giám đốc"), "Nguyễn Văn Mẫu", recipients)
    for number in (1, 2):
        appendix(document)
        paragraph(document, Part.APPENDIX, "Phụ lục")
        blocks.appendix_heading(document, "Biểu mẫu", "Tờ trình số: 07/TTr-SKHCN")
        for _ in range(20 if number == 1 else 1):
            paragraph(document, Part.BODY, TEXT)
    blocks.draft_mark(appendix(document))
    paragraph(document, Part.UNIT, "PHÒNG HÀNH CHÍNH - TỔNG HỢP")
    blocks.appendix_heading(document, "Biểu đăng ký", "Công văn")
    table = form_table(document)
    looks = patterns(table)
    entries = [looks["entry"].fill(each) for each in (
        (f"{item}. Mô hình {item}", "x", "", "Xã mẫu", TEXT, "", "x") for item in range(1, 12)
    )]  # fmt: skip
    rows.follow(table, [looks["field"].fill(["I. Lĩnh vực kinh tế"]), *entries])
    blocks.end(document)
    return document, rows


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Print it once."""
    return printed(save(*many_pages()), "to-trinh.docx", tmp_path_factory.mktemp("to-trinh"))


@pytest.fixture(scope="module")
def first(paper: Printed) -> Page:
    """Return its first page."""
    return paper.pages[0]


def near(value: float, within: float = 0.3) -> object:
    """Return what equals `value` millimetres, near enough for a ruler."""
    return pytest.approx(value, abs=within)


office = pytest.mark.office

# --- letterhead --------------------------------------------------------------------------


@office
def test_every_part_has_the_size_and_style_of_the_decree(paper: Printed) -> None:
    first, last = paper.pages[:2]
    for page, text, expected in (
        (first, "UBND TỈNH QUẢNG NGÃI", (12, False, False)),
        (first, "TRUNG TÂM ỨNG DỤNG", (12, True, False)),
        (first, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, True, False)),
        (first, "Độc lập - Tự do - Hạnh phúc", (13, True, False)),
        (first, "Số: 07/TTr-SKHCN", (13, False, False)),
        (first, "Quảng Ngãi, ngày 05 tháng 02 năm 2022", (13, False, True)),
        (first, "TỜ TRÌNH", (13, True, False)),
        (first, "Về việc đăng ký mô hình, điển hình", (13, True, False)),
        (first, "Kính gửi:", (13, False, False)),
        (first, "Căn cứ Kế hoạch số 348/KH-SKHCN;", (13, False, True)),
        (first, "I. KẾT QUẢ", (13, True, False)),
        (first, "1. Về số lượng", (13, True, False)),
        (first, TEXT[:40], (13, False, False)),
        (last, "TM. BAN GIÁM ĐỐC", (13, True, False)),
        (last, "Nguyễn Văn Mẫu", (13, True, False)),
        (last, "Nơi nhận:", (12, True, True)),
        (last, "- Lưu: VT, HCTH.", (11, False, False)),
        (paper.pages[2], "Phụ lục", (14, True, False)),
        (paper.pages[2], "BIỂU MẪU", (13, True, False)),
        (paper.pages[2], "(Kèm theo Tờ trình số: 07/TTr-SKHCN)", (13, False, True)),
    ):
        assert page.type_of(text) == expected, text
    assert paper.families == {"LiberationSerif"}


@office
def test_both_columns_of_the_letterhead_are_centred_and_begin_at_the_top(first: Page) -> None:
    """68 and 97 mm from the left margin of 30: middles at 64 and 146.5 mm."""
    for text in ("UBND TỈNH QUẢNG NGÃI", "TRUNG TÂM ỨNG DỤNG", "VÀ CÔNG NGHỆ", "Số: 07/TTr-SKHCN"):
        assert first.find(text).middle == near(64), text
    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Quảng Ngãi, ngày 05 tháng 02 năm 2022",
    ):
        assert first.find(text).middle == near(146.5), text
    top = first.find("UBND TỈNH QUẢNG NGÃI").baseline
    assert top == near(20 + 12 * 0.933 * 25.4 / 72)
    assert first.find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").baseline == near(top, 0.05)


@office
def test_number_and_date_stand_on_one_line_below_the_longer_column(first: Page) -> None:
    """10.5 mm below the agency's last line in mẫu 1.4, 10.6 in mẫu 1.5."""
    number = first.find("Số: 07/TTr-SKHCN")

    assert first.find("Quảng Ngãi, ngày 05 tháng 02").baseline == near(number.baseline, 0.05)
    assert number.baseline - first.find("VÀ CÔNG NGHỆ").baseline == near(10.5, 0.5)


@office
def test_lines_are_drawn_as_long_as_the_decree_wants_them(first: Page) -> None:
    """Below the motto as long as its text; below agency and subject 1/3 to 1/2; 4 mm below."""
    motto, agency, subject = first.rules
    text = first.find("Độc lập - Tự do - Hạnh phúc")
    name = first.find("TRUNG TÂM ỨNG DỤNG")
    about = first.find("Về việc đăng ký mô hình, điển hình")

    assert (motto.left, motto.right) == (near(text.left), near(text.right))
    assert motto.top - text.baseline == near(3.9, 0.4)  # mẫu 1.5: 4.1
    assert 1 / 3 <= agency.wide / name.wide <= 1 / 2
    assert agency.middle == near(name.middle)
    assert agency.top - first.find("VÀ CÔNG NGHỆ").baseline == near(3.9, 0.4)  # mẫu 1.5: 3.8
    assert 1 / 3 <= subject.wide / about.wide <= 1 / 2
    assert subject.middle == near(112.5)


@office
def test_kind_and_subject_are_centred_across_the_page(first: Page) -> None:
    """17 mm below the date in mẫu 1.4."""
    kind = first.find("TỜ TRÌNH")

    assert kind.middle == near(112.5)
    assert first.find("Về việc đăng ký mô hình, điển hình").middle == near(112.5)
    assert kind.baseline - first.find("Số: 07/TTr-SKHCN").baseline == near(17, 0.6)


@office
def test_more_addressees_stand_below_each_other_with_dashes_under_the_colon(first: Page) -> None:
    word = first.find("Kính gửi:")
    one, two = first.find("- Ban Dân vận Tỉnh ủy;"), first.find("- Sở Nội vụ.")
    colon = word.right - width(":", 13)

    assert (one.left, two.left) == (near(colon), near(colon))
    assert word.baseline < one.baseline < two.baseline
    assert first.find("Căn cứ").baseline - two.baseline > 10


# --- text --------------------------------------------------------------------------------


@office
def test_the_text_is_justified_between_the_margins_and_set_in_by_1_cm(paper: Printed) -> None:
    page = paper.pages[0]
    full = [line for line in page.lines if line[-1].right > 190 and line[0].baseline > 110]

    assert (page.width, page.height) == (near(210), near(297))
    assert len(full) >= 6
    assert all(line[-1].right == near(195) for line in full)
    assert {round(line[0].left) for line in full} == {30, 40}
    for page in paper.pages[:3]:
        assert min(line[0].left for line in page.lines) > 29.7
        assert max(line[-1].right for line in page.lines) < page.width - 14.7
        assert max(line[0].baseline for line in page.lines) < page.height - 20


@office
def test_lines_and_paragraphs_are_apart_as_the_decree_lets_them(first: Page) -> None:
    """Lines from single to 1.5; at least 6 pt more between paragraphs."""
    line = 13 * 1.15 * 25.4 / 72
    text = [each[0] for each in first.lines if each[0].baseline > first.find("1. Về").baseline + 1]
    opened = [at for at, word in enumerate(text) if word.left == near(40)]
    steps = [below.baseline - above.baseline for above, below in pairwise(text)]
    inside = [step for at, step in enumerate(steps, 1) if at not in opened]
    between = [step for at, step in enumerate(steps, 1) if at in opened]

    assert inside == [near(1.1 * line, 0.1)] * len(inside)
    assert between == [near(1.1 * line + 6 * 25.4 / 72, 0.1)] * len(between)
    assert len(inside) > len(between) > 3


# --- the foot ----------------------------------------------------------------------------


@office
def test_recipients_are_level_with_the_signers_title(paper: Printed) -> None:
    page = paper.pages[1]
    title, name = page.find("TM. BAN GIÁM ĐỐC"), page.find("Nguyễn Văn Mẫu")
    to = page.find("Nơi nhận:")

    assert to.baseline == near(title.baseline, 0.1)
    assert to.left == near(30)
    assert page.find("- Như trên;").left == near(30)
    assert page.find("- Các phòng, đơn vị;").left == near(30)
    for text in ("TM. BAN GIÁM ĐỐC", "GIÁM ĐỐC", "Nguyễn Văn Mẫu"):
        assert page.find(text).middle == near(146.5) or text == "GIÁM ĐỐC"
    assert 28 < name.baseline - title.baseline < 45  # room for signature and seal


@office
def test_the_signature_takes_some_text_along_to_its_page(paper: Printed) -> None:
    assert TEXT[:20] in paper.pages[1].text
    assert "TM. BAN GIÁM ĐỐC" in paper.pages[1].text


# --- page numbers, appendices ------------------------------------------------------------


@office
def test_page_numbers_are_in_the_top_margin_from_the_second_page_on(paper: Printed) -> None:
    """Each appendix is numbered apart; mẫu 1.5 has its number's baseline at 14.6 mm."""
    shown = []
    for page in paper.pages:
        above = [line for line in page.lines if line[0].baseline < 19 and line[0].text.isdigit()]
        shown.append(above[0][0].text if above else "")
        if above:
            number = above[0][0]
            assert number.middle == near(30 + (page.width - 45) / 2)
            assert number.baseline == near(14.4, 0.5)
            assert number.size == 13

    assert shown[:7] == ["", "2", "", "2", "", "", "2"]


@office
def test_an_appendix_has_its_number_title_and_document(paper: Printed) -> None:
    one, two = paper.pages[2], paper.pages[4]

    assert [one.find(text).middle for text in ("Phụ lục", "BIỂU MẪU")] == [near(156)] * 2
    assert two.find("Phụ lục").middle == near(156)
    assert one.rules[0].wide == near(16)  # mẫu 2.1: 15.7
    assert one.find("Phụ lục").baseline < 26


# --- a unit's form -----------------------------------------------------------------------


@office
def test_a_form_lies_across_the_page_with_its_unit_and_draft_mark(paper: Printed) -> None:
    page = paper.pages[5]
    mark = page.find("DỰ THẢO")
    box = [rule for rule in page.rules if rule.top < 20]

    assert (page.width, page.height) == (near(297), near(210))
    assert page.find("PHÒNG HÀNH CHÍNH - TỔNG HỢP").left == near(30)
    assert [rule.left < mark.left < mark.right < rule.right for rule in box] == [True, True]
    assert box[0].top < mark.baseline < box[1].top < 20
    assert "DỰ THẢO" not in paper.pages[6].text


@office
def test_the_forms_three_header_rows_repeat_whole_on_every_page(paper: Printed) -> None:
    first, second = paper.pages[5:7]
    for text in ("MÔ HÌNH, ĐIỂN HÌNH", "HÌNH THỨC", "Xây", "dự kiến kết quả mô hình đem lại)"):
        for page in (first, second):
            assert text in page.text
    for page in (first, second):
        numbers = next(line for line in page.lines if [w.text for w in line] == ["1"])[0].baseline
        last = page.find("dự kiến kết quả mô hình đem lại)").baseline
        between = [rule for rule in page.rules if last < rule.top < numbers]
        assert len(between) == 1  # the words are above the line, not cut by it
    assert "BIỂU ĐĂNG KÝ" not in second.text


# --- the file ----------------------------------------------------------------------------


def test_the_file_names_no_other_font_and_no_theme() -> None:
    data = save(*many_pages())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles = package.read("word/styles.xml").decode()
        names = package.namelist()
    document = docx.Document(io.BytesIO(data))
    fonts = list(document.styles.element.iter(qn("w:rFonts")))

    assert "Theme=" not in styles
    assert not [name for name in names if "theme" in name or "thumbnail" in name]
    for each in fonts:
        slots = {
            qn(f"w:{slot}"): "Times New Roman" for slot in ("ascii", "hAnsi", "eastAsia", "cs")
        }
        assert dict(each.attrib) == slots
    assert "w:u " not in styles
    assert document.core_properties.author == "Sở mẫu"


def test_nothing_is_underlined_and_everything_has_its_style() -> None:
    document, _ = many_pages()
    names = {str(part) for part in Part}

    assert not list(document.element.iter(qn("w:u")))
    for each in document.element.iter(qn("w:pStyle")):
        style = next(s for s in document.styles if s.style_id == each.get(qn("w:val")))
        assert style.name in names


def test_the_form_has_seven_columns_that_fill_the_page() -> None:
    document = start("", "", date(2022, 1, 1))
    table = form_table(document)

    assert (len(table.columns), sum(WIDTHS)) == (7, near(LANDSCAPE_WIDTH, 0.001))
    assert len(list(table._tbl.iter(qn("w:tblHeader")))) == 3


# --- what fits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Sở Khoa học và Công nghệ", ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"]),
        ("Chi cục Tiêu chuẩn Đo lường Chất lượng", ["CHI CỤC TIÊU CHUẨN", "ĐO LƯỜNG CHẤT LƯỢNG"]),
        ("Trường Đại học Phạm Văn Đồng", ["TRƯỜNG ĐẠI HỌC", "PHẠM VĂN ĐỒNG"]),
        ("Trung tâm Ứng dụng Tiến bộ Khoa học và Công nghệ",
         ["TRUNG TÂM ỨNG DỤNG", "TIẾN BỘ KHOA HỌC", "VÀ CÔNG NGHỆ"]),
        ("Văn phòng Ủy ban nhân dân tỉnh Quảng Ngãi",
         ["VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH", "QUẢNG NGÃI"]),
        ("TRUNGTÂMKHÔNGCÓKHOẢNGTRẮNGNÀOỞGIỮA", ["TRUNGTÂMKHÔNGCÓKHOẢNGTRẮNGNÀOỞGIỮA"]),
        ("Ban Chỉ đạo " + "Phát triển khoa học, công nghệ, đổi mới sáng tạo " * 2,
         ["BAN CHỈ ĐẠO", *["PHÁT TRIỂN KHOA HỌC,", "CÔNG NGHỆ,", "ĐỔI MỚI SÁNG TẠO"] * 2]),
    ],
)  # fmt: skip
def test_a_long_name_is_broken_between_its_groups_of_words(name: str, lines: list[str]) -> None:
    assert break_lines(name, 12, 68, bold=True, upper=True) == lines


def test_what_does_not_fit_is_told_by_its_field() -> None:
    long = "Rất " * 20

    assert list(misfits(HEAD)) == []
    head = Letterhead(long * 2, long * 2, "S" * 40, long, date(2022, 1, 1), about=long * 4)
    assert list(misfits(head)) == ["about", "symbol", "place"]


@pytest.mark.parametrize(
    ("number", "written"), [("", "Số:          /A"), ("7", "Số: 07/A"), ("512", "Số: 512/A")]
)
def test_numbers_below_10_get_a_zero_and_no_number_leaves_room(number: str, written: str) -> None:
    assert Letterhead("", "A", "A", "Q", date(2022, 1, 1), number).numbered == written


@pytest.mark.parametrize(
    ("text", "size", "bold", "italic", "millimetres"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False, 88.25),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False, 56.12),
        ("Quảng Ngãi, ngày 05 tháng 4 năm 2022", 13, False, True, 73.83),
        ("V/v đăng ký thực hiện mô hình,", 12, False, False, 53.9),
        ("ƯƠ ươ", 12, False, False, 11.93),
    ],
)
def test_widths_are_those_of_the_printed_page(
    text: str, size: float, bold: bool, italic: bool, millimetres: float
) -> None:
    assert width(text, size, bold=bold, italic=italic) == near(millimetres, 0.1)
