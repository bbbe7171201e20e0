"""cong-van.docx: the letter of 05/4/2022 word for word, and the same for any campaign.

The layout is measured on the pages LibreOffice prints; tests/outputs/test_decree30.py has what
holds of every document.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from dankheo_sheets.campaign import Agency, Campaign
from dankheo_sheets.campaign.document_settings import Plan, Signer
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.outputs.word.form_table import WIDTHS
from dankheo_sheets.outputs.word.letter import letter
from tests.printed import Page, Printed, printed

SEED = """
Số: /SKHCN-HCTH
V/v đăng ký thực hiện mô hình,
điển hình “Dân vận khéo” năm 2022
Quảng Ngãi, ngày 05 tháng 4 năm 2022
Kính gửi: Các phòng, đơn vị thuộc Sở
Thực hiện Kế hoạch số 348/KH-SKHCN ngày 05/4/2022 của Sở Khoa học và Công nghệ về việc Thực hiện \
Quy chế dân chủ tại cơ sở và công tác dân vận chính quyền năm 2022; Giám đốc Sở Khoa học và Công \
nghệ yêu cầu các phòng, đơn vị thuộc Sở triển khai đăng ký thực hiện mô hình, điển hình “Dân vận \
khéo” năm 2022, cụ thể như sau:
1. Nội dung thực hiện
Căn cứ vào nhiệm vụ chính trị của các phòng, đơn vị thuộc Sở để lựa chọn nội dung đăng ký thực \
hiện mô hình, điển hình “Dân vận khéo” năm 2022 cho phù hợp, cần tập trung lựa chọn những vấn đề \
còn tồn tại, đặc thù để xây dựng mô hình, điển hình; thực hiện phương châm “Khéo vận động, khéo \
tổ chức, thực hiện” để vận động công chức, viên chức, người lao động gương mẫu thực hiện chủ \
trương của Đảng, chính sách pháp luật của nhà nước và thực hiện các cuộc vận động, các phong trào \
thi đua do Trung ương, tỉnh, ngành phát động; gương mẫu thực hiện chức trách nhiệm vụ được giao.
2. Quy mô, thời gian đăng ký thực hiện
a) Về quy mô:
Đăng ký tối thiểu mỗi phòng, đơn vị ít nhất 01 mô hình, điển hình (mô hình, điển hình có thể là \
tập thể, có thể là cá nhân) theo biểu mẫu đính kèm.
b) Về thời gian hoàn thành đăng ký mô hình:
Các phòng, đơn vị hoàn thành đăng ký mô hình, điển hình “Dân vận khéo” năm 2022 gửi văn bản về Sở \
(qua Phòng Hành chính - Tổng hợp) và gửi file mềm qua địa chỉ email: {email} trước ngày 12/4/2022 \
để tổng hợp, đăng ký với cơ quan có thẩm quyền.
Yêu cầu các phòng, đơn vị thuộc Sở khẩn trương triển khai thực hiện./.
Nơi nhận:
- Như trên;
- GD, các PGĐ Sở;
- Lưu: VT, HCTH.
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC
{signer}
PHÒNG/ĐƠN VỊ...
BIỂU MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG
(Kèm theo Công văn số: /SKHCN-HCTH ngày 05/4/2022 của Sở Khoa học và Công nghệ)
"""
"""The letter as it was sent, the form's quotes curly as the letter's. The campaign says otherwise
only where there are braces: a sample address and a sample name stand for the real ones."""
FORM = [
    ["LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "HÌNH THỨC", "HÌNH THỨC", "Địa chỉ",
     "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH (Nêu tóm tắt mô hình giải quyết vấn đề gì; tổ chức, cá "
     "nhân thực hiện; dự kiến kết quả mô hình đem lại)", "TRONG ĐÓ", "TRONG ĐÓ"],
    ["LĨNH VỰC/TÊN MÔ HÌNH, ĐIỂN HÌNH", "Mô hình tập thể", "Mô hình cá nhân", "Địa chỉ",
     "NỘI DUNG CỤ THỂ MÔ HÌNH, ĐIỂN HÌNH (Nêu tóm tắt mô hình giải quyết vấn đề gì; tổ chức, cá "
     "nhân thực hiện; dự kiến kết quả mô hình đem lại)", "Xây dựng mới", "Nhân rộng"],
    ["1", "2", "3", "4", "5", "6", "7"],
    *[[text, "", "", "", "", "", ""] for text in (
        "I. Lĩnh vực....", "1.....", "2.....", "II. Lĩnh vực....", "1.....", "2.....",
        "III. Lĩnh vực....", "1.....", "2.....",
    )],
]  # fmt: skip
LETTERHEAD = (
    "UBND TỈNH QUẢNG NGÃI", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
)  # fmt: skip
"""What the transcript lost (reference/form.md §2.1)."""


def plain(text: str) -> str:
    """Return a text as it is read: a blank is a blank, however wide."""
    return " ".join(text.split())


def changed(campaign: Campaign, **sections: Mapping[str, object]) -> Campaign:
    """Return the campaign with some keys of its sections changed."""
    return campaign.model_copy(
        update={
            name: getattr(campaign, name).model_copy(update=dict(keys))
            for name, keys in sections.items()
        }
    )


def texts(data: bytes) -> list[str]:
    """Return the text of each paragraph that has any, those of tables in their place."""
    document = docx.Document(io.BytesIO(data))
    found = (Paragraph(p, document).text for p in document.element.body.iter(qn("w:p")))
    return [" ".join(text.splitlines()) for text in found if text.strip()]


def words(campaign: Campaign) -> str:
    return "\n".join(plain(text) for text in texts(letter(campaign)))


# --- the words ---------------------------------------------------------------------------


def test_the_letter_of_2022_is_the_seed_word_for_word(campaign: Campaign) -> None:
    seed = SEED.format(email=campaign.agency.receiving_email, signer=campaign.signer.name)
    found = [plain(text) for text in texts(letter(campaign))]

    top, text = found[:4], found[4 : found.index(plain(seed.splitlines()[-1])) + 1]
    assert tuple(top) == LETTERHEAD
    assert text == [plain(line) for line in seed.split("\n") if line]


def test_the_form_of_2022_is_the_seeds_cell_by_cell(campaign: Campaign) -> None:
    table = docx.Document(io.BytesIO(letter(campaign))).tables[-1]

    assert [[plain(cell.text) for cell in row.cells] for row in table.rows] == FORM
    numbers, sections = table.rows[2], [table.rows[at] for at in (3, 6, 9)]
    for row in (numbers, *sections):
        assert all(run.italic for cell in row.cells for p in cell.paragraphs for run in p.runs)


def test_italics_and_bold_are_where_the_seed_has_them(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(letter(campaign)))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]

    assert [run.text for run in runs if run.italic] == [
        "theo biểu mẫu đính kèm.", "qua Phòng Hành chính - Tổng hợp",
    ]  # fmt: skip
    assert [run.text for run in runs if run.bold] == ["12/4/2022"]


def test_the_clerk_has_room_for_the_number_until_there_is_one(campaign: Campaign) -> None:
    assert "Số:          /SKHCN-HCTH" in texts(letter(campaign))
    for number, shown in (("512", "512"), ("5", "05")):
        numbered = words(changed(campaign, letter={"number": number}))
        assert f"Số: {shown}/SKHCN-HCTH" in numbered
        assert f"(Kèm theo Công văn số: {shown}/SKHCN-HCTH ngày 05/4/2022" in numbered


def test_another_campaign_has_its_own_words(campaign: Campaign) -> None:
    other = campaign.model_copy(
        update={
            "title": "Thi đua “Dân vận khéo” năm 2024",
            "year": 2024,
            "minimum_entries": 12,
        }
    )
    other = changed(
        other,
        agency={"name": "Sở Nội vụ", "short": "", "receiving_unit": "Văn phòng Sở"},
        plan={"number": "9/KH-SNV", "date": date(2024, 2, 1), "issuer": "Sở Nội vụ"},
        letter={
            "symbol": "SNV-VP", "date": date(2024, 12, 30), "addressees": ("Phòng A", "Chi cục B"),
            "recipients": (), "extra": ("Đoạn thêm.\nĐoạn nữa.",),
            "soft_copy": "ghi trên bảng tính",
        },
        deadline={"before": datetime.fromisoformat("2025-01-08T17:00:00+07:00")},
        signer={"authority": "", "position": "", "head": "Giám đốc"},
    )  # fmt: skip
    text = words(other)

    for part in (
        "Quảng Ngãi, ngày 30 tháng 12 năm 2024",
        "V/v thi đua “Dân vận khéo” năm 2024",
        "Kính gửi:\n- Phòng A;\n- Chi cục B.\n",
        "Thực hiện Kế hoạch số 9/KH-SNV ngày 01/02/2024 của Sở Nội vụ về việc",
        "Giám đốc Sở Nội vụ yêu cầu các phòng, đơn vị nêu trên triển khai thi đua",
        "ít nhất 12 mô hình, điển hình (",
        "gửi văn bản về Sở Nội vụ (qua Văn phòng Sở) và ghi trên bảng tính trước 17 giờ 00, "
        "ngày 08/01/2025 để tổng hợp",
        "\nĐoạn thêm.\nĐoạn nữa.\nYêu cầu các phòng",
        "Nơi nhận:\n- Như trên;\n- Lưu: VT, VP.\nGIÁM ĐỐC\n",
    ):
        assert part in text


def test_a_day_that_still_counts_and_no_minimum_are_said_so(campaign: Campaign) -> None:
    text = words(
        changed(campaign, deadline={"inclusive": True}).model_copy(update={"minimum_entries": 0})
    )

    assert "chậm nhất hết ngày 12/4/2022 để tổng hợp" in text
    assert "Mỗi phòng, đơn vị đăng ký mô hình, điển hình theo điều kiện thực tế (mô hình" in text


@pytest.mark.parametrize(
    ("signer", "lines"),
    [
        ({"authority": "", "position": "Giám đốc"}, "GIÁM ĐỐC"),
        ({"authority": "", "position": ""}, "GIÁM ĐỐC"),
        ({"authority": "Q."}, "Q. GIÁM ĐỐC"),
        ({"authority": "KT."}, "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"),
        ({"authority": "TL.", "position": "Chánh Văn phòng"}, "TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG"),
        ({"authority": "TUQ.", "position": "Trưởng phòng"}, "TUQ. GIÁM ĐỐC\nTRƯỞNG PHÒNG"),
        ({"authority": "TM.", "body": "Ban Giám đốc", "position": "Giám đốc"},
         "TM. BAN GIÁM ĐỐC\nGIÁM ĐỐC"),
        ({"authority": "TM.", "body": "Ban Giám đốc"},
         "TM. BAN GIÁM ĐỐC\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"),
        ({"authority": "TM. KT.", "body": "Ban Giám đốc"},
         "TM. BAN GIÁM ĐỐC\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"),
        ({"authority": "TM. Q.", "body": "Ban Giám đốc"}, "TM. BAN GIÁM ĐỐC\nQ. GIÁM ĐỐC"),
        ({"authority": "TL.", "unit_head": "Chánh Văn phòng", "position": "Phó Chánh Văn phòng"},
         "TL. GIÁM ĐỐC\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG"),
        ({"authority": "TUQ. KT.", "unit_head": "Chi cục trưởng", "position": "Phó Chi cục trưởng"},
         "TUQ. GIÁM ĐỐC\nKT. CHI CỤC TRƯỞNG\nPHÓ CHI CỤC TRƯỞNG"),
    ],
)  # fmt: skip
def test_who_signs_in_whose_right(campaign: Campaign, signer: dict[str, str], lines: str) -> None:
    found = texts(letter(changed(campaign, signer=signer)))
    foot = found[found.index("- Lưu: VT, HCTH.") + 1 :]

    assert "\n".join(foot).startswith(f"{lines}\n{campaign.signer.name}\n")


@pytest.mark.parametrize(
    ("name", "titled"),
    [
        ("TS. Nguyễn Văn Mẫu", "TS."), ("PGS.TS. Nguyễn Văn Mẫu", "PGS.TS."),
        ("ThS Nguyễn Văn Mẫu", "ThS"), ("Thạc sĩ Nguyễn Văn Mẫu", "Thạc sĩ"),
        ("Đại tá, TS. Nguyễn Văn Mẫu", "Đại tá, TS."), ("BS CKII. Nguyễn Văn Mẫu", "BS CKII."),
        ("NGƯT. Nguyễn Văn Mẫu", "NGƯT."), ("Nguyễn Văn Mẫu", ""), ("Đại Văn Mẫu", ""),
        ("Lê A", ""), ("Bs Nguyễn Văn Mẫu", "Bs"), ("Tsang A Dín", ""),
    ],
)  # fmt: skip
def test_a_title_of_learning_before_the_name_is_known(name: str, titled: str) -> None:
    """II.7.c: neither learning, degree nor honour before the name."""
    assert Signer(name=name).titled == titled


def test_the_letter_of_another_year_quotes_the_plan_inside_its_sentence(
    campaign: Campaign,
) -> None:
    text = words(campaign.model_copy(update={"year": 2023}))

    assert "của Sở Khoa học và Công nghệ về việc thực hiện Quy chế dân chủ" in text
    assert (
        "c) Về biểu mẫu điện tử:\nMỗi phòng, đơn vị nhận riêng một tệp biểu mẫu (.xlsx) mang mã "
        "của mình; ghi trực tiếp vào tệp, ghi x vào ô xác nhận khi đã hoàn thành, lưu và gửi lại "
        "chính tệp đó qua địa chỉ email: tong-hop@so-khcn.example.\nYêu cầu" in text
    )


def test_on_google_the_form_comes_back_by_itself(campaign: Campaign) -> None:
    text = words(campaign.model_copy(update={"year": 2023, "workspace": "google"}))

    assert "(qua Phòng Hành chính - Tổng hợp) và ghi vào biểu mẫu điện tử trước ngày" in text
    assert "nhận riêng một đường liên kết đến biểu mẫu điện tử của mình" in text
    assert "file mềm" not in text


def test_the_one_addressee_is_called_the_same_everywhere(campaign: Campaign) -> None:
    text = words(
        changed(
            campaign.model_copy(update={"year": 2023}),
            letter={"addressees": ("Các phòng, ban thuộc UBND xã",)},
        )
    )

    assert "Kính gửi: Các phòng, ban thuộc UBND xã\n" in text
    assert "yêu cầu các phòng, ban thuộc UBND xã triển khai" in text
    assert "\nYêu cầu các phòng, ban thuộc UBND xã khẩn trương" in text
    assert "các phòng, đơn vị thuộc" not in text


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        (1, ["I. Lĩnh vực....", "1.....", "2....."]),
        (3, ["I. Lĩnh vực....", "1.....", "2.....", "II. Lĩnh vực....", "1.....", "2.....",
             "III. Lĩnh vực....", "1.....", "2....."]),
        (15, ["I. Lĩnh vực....", "1.....", "2.....", "II. Lĩnh vực....", "1.....", "2.....",
              "III. Lĩnh vực....", "1.....", "2.....", "…"]),
    ],
)  # fmt: skip
def test_the_blank_form_has_as_many_sections_as_there_are_fields_at_most_three(
    campaign: Campaign, fields: int, rows: list[str]
) -> None:
    named = [{"name": f"Lĩnh vực {number}"} for number in range(fields)]
    data = campaign.model_dump(exclude_none=True) | {"year": 2023, "fields": named}

    document = docx.Document(io.BytesIO(letter(Campaign.model_validate(data))))

    assert [row.cells[0].text for row in document.tables[-1].rows][3:] == rows


@pytest.mark.parametrize(
    ("typed", "meant"), [("KT", "KT."), ("tm.kt", "TM. KT."), ("TM.  Q.", "TM. Q."), ("", "")]
)
def test_who_signs_may_be_typed_without_points(typed: str, meant: str) -> None:
    assert Signer.model_validate({"authority": typed}).authority == meant


def test_an_agency_with_none_above_it_stands_alone(campaign: Campaign) -> None:
    agency = campaign.agency.model_dump() | {"parent": ""}
    found = texts(letter(changed(campaign, agency=Agency.model_validate(agency).model_dump())))

    assert found[:2] == ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]


def test_quotes_of_the_keyboard_are_set_as_a_book_sets_them(campaign: Campaign) -> None:
    data = campaign.model_dump(exclude_none=True) | {"title": 'Đăng ký mô hình "Dân vận khéo"'}
    text = words(Campaign.model_validate(data))

    assert "V/v đăng ký mô hình “Dân vận khéo”" in text
    assert '"' not in text


def test_a_line_break_in_a_setting_is_a_blank() -> None:
    plan = Plan(number="1", date=date(2022, 4, 5), issuer="Sở", subject="Thực hiện\n  Quy chế\n")

    assert plan.subject == "Thực hiện Quy chế"


# --- what is refused ---------------------------------------------------------------------

LONG = "Rất dài " * 12


@pytest.mark.parametrize(
    ("section", "keys", "found"),
    [
        ("signer", {"name": ""}, "signer.name: thiếu họ tên người ký"),
        ("signer", {"name": " "}, "signer.name: thiếu họ tên người ký"),
        ("signer", {"position": ""},
         "signer.position: thiếu chức vụ người ký: cần khi ký KT."),
        ("signer", {"authority": ""},
         "signer.authority: để trống là Giám đốc ký; Phó Giám đốc ký thì cần KT., Q., TM., TL. "
         "hoặc TUQ."),
        ("signer", {"authority": "TM."}, "signer.body: thiếu tên tập thể: cần khi ký TM."),
        ("signer", {"authority": "TL. KT."},
         "signer.unit_head: thiếu chức vụ người đứng đầu đơn vị của người ký: cần khi ký TL. KT."),
        ("agency", {"place": LONG},
         f"agency.place: ghi “{LONG}”; dài quá: cần vừa một dòng cùng với ngày, tháng, năm"),
        ("letter", {"symbol": "S" * 30},
         f"letter.symbol: ghi “{'S' * 30}”; dài quá: cần vừa một dòng cùng với số"),
        ("letter", {"subject": LONG * 4},
         f"letter.subject: ghi “{LONG * 4}”; dài quá: cần vừa 5 dòng dưới số, ký hiệu"),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_long_is_named_by_its_key(
    campaign: Campaign, section: str, keys: dict[str, str], found: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        letter(changed(campaign, **{section: keys}))

    assert caught.value.mistakes == (f"campaign.toml: {found}",)


def test_every_mistake_is_told_at_once(campaign: Campaign) -> None:
    with pytest.raises(SettingsError) as caught:
        letter(changed(campaign, signer={"name": "", "position": ""}, agency={"place": LONG}))

    assert len(caught.value.mistakes) == 3


# --- the bytes ---------------------------------------------------------------------------


def test_the_same_campaign_makes_the_same_bytes(campaign: Campaign) -> None:
    assert letter(campaign) == letter(campaign.model_copy(deep=True))


def test_no_part_of_the_file_speaks_of_its_making(campaign: Campaign) -> None:
    properties = docx.Document(io.BytesIO(letter(campaign))).core_properties

    assert (properties.author, properties.comments) == ("Sở Khoa học và Công nghệ", "")
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.date() == campaign.letter.date


# --- the page ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paper(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Print the letter of 2022."""
    return printed(letter(campaign), "cong-van.docx", tmp_path_factory.mktemp("cong-van"))


@pytest.fixture
def page(paper: Printed) -> Page:
    """Return its first page."""
    return paper.pages[0]


def near(value: float, within: float = 0.3) -> object:
    """Return what equals `value` millimetres, near enough for a ruler."""
    return pytest.approx(value, abs=within)


@pytest.mark.office
def test_the_letter_is_one_page_and_the_form_one_across(paper: Printed) -> None:
    sizes = [(round(page.width), round(page.height)) for page in paper.pages]

    assert sizes == [(210, 297), (297, 210)]
    assert paper.families == {"LiberationSerif"}
    for page in paper.pages:  # no number on either first page
        assert min(line[0].baseline for line in page.lines) > 20


@pytest.mark.office
def test_every_part_stands_where_the_diagram_has_it(page: Page) -> None:
    """Ô 2, 3, 5b to the left at 64 mm, ô 1, 4, 7 to the right at 146.5, from paper's edge."""
    for text, middle, baseline in (
        ("UBND TỈNH QUẢNG NGÃI", 64, 24.0),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", 64, 28.8),
        ("V/v đăng ký thực hiện mô hình,", 64, 46.4),
        ("điển hình “Dân vận khéo” năm 2022", 64, 51.2),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 146.5, 24.0),
        ("Độc lập - Tự do - Hạnh phúc", 146.5, 29.2),
        ("Quảng Ngãi, ngày 05 tháng 4 năm 2022", 146.5, 39.3),
        ("Kính gửi: Các phòng, đơn vị thuộc Sở", 112.5, 67.6),
        ("KT. GIÁM ĐỐC", 146.5, 230.3),
        ("Nguyễn Văn Mẫu", 146.5, 267.3),
    ):
        word = page.find(text)
        assert (word.middle, word.baseline) == (near(middle), near(baseline, 0.5)), text


@pytest.mark.office
def test_number_and_subject_are_6_points_apart(page: Page) -> None:
    """From the bottom of the number's line to the top of the V/v's."""
    number, about = page.find("Số:"), page.find("V/v đăng ký")
    below, above = (1.15 - 0.933) * 13, 0.933 * 12
    gap = (about.baseline - number.baseline) * 72 / 25.4 - below - above

    assert gap == pytest.approx(6, abs=0.2)
    assert page.find("/SKHCN-HCTH").left - number.right > 11  # the clerk's room; mẫu 1.5: 11.5
    assert page.find("Quảng Ngãi, ngày 05").baseline == near(number.baseline, 0.05)


@pytest.mark.office
def test_the_two_lines_are_as_long_as_they_should_be(page: Page) -> None:
    agency, motto = page.rules
    name, words = page.find("SỞ KHOA HỌC VÀ CÔNG NGHỆ"), page.find("Độc lập - Tự do - Hạnh phúc")

    assert (motto.left, motto.right) == (near(words.left), near(words.right))
    assert 1 / 3 <= agency.wide / name.wide <= 1 / 2
    assert agency.middle == near(name.middle)


@pytest.mark.office
def test_the_form_fills_the_width_of_its_page_under_its_heading(paper: Printed) -> None:
    page = paper.pages[1]
    title = page.find("BIỂU MÔ HÌNH, ĐIỂN HÌNH “DÂN VẬN KHÉO” ĐĂNG KÝ XÂY DỰNG, NHÂN RỘNG")
    table = page.rules[1]

    assert page.find("PHÒNG/ĐƠN VỊ...").left == near(30)
    assert title.middle == near(156)
    assert page.find("(Kèm theo Công văn số:").baseline - title.baseline == near(5.3)
    assert (table.left, table.right) == (near(30), near(282))
    assert max(line[0].baseline for line in page.lines) < 190
    middles = [30 + sum(WIDTHS[:at]) + wide / 2 for at, wide in enumerate(WIDTHS)]
    for number, middle in zip("1234567", middles, strict=True):
        assert page.find(number).middle == near(middle, 0.6)
        assert page.type_of("7") == (11, False, True)


@pytest.mark.office
def test_a_longer_letter_numbers_its_second_page_and_signs_it_with_text(
    campaign: Campaign, tmp_path: Path
) -> None:
    extra = tuple(f"Đoạn thêm số {number} " + "lời văn dài " * 12 for number in range(1, 5))
    paper = printed(letter(changed(campaign, letter={"extra": extra})), "dai.docx", tmp_path)
    first, second, form = paper.pages
    numbers = [
        [line[0].text for line in page.lines if line[0].baseline < 19] for page in paper.pages
    ]

    assert numbers == [[], ["2"], []]
    assert second.find("2").middle == near(112.5)
    assert "Yêu cầu các phòng, đơn vị thuộc Sở" in second.text
    assert "Nguyễn Văn Mẫu" in second.text
    assert second.find("KT. GIÁM ĐỐC").baseline > 25
    assert "KT. GIÁM ĐỐC" not in first.text
    assert "PHÒNG/ĐƠN VỊ..." in form.text


@pytest.mark.office
@pytest.mark.parametrize("place", ["Thành phố Hồ Chí Minh", "Phường Trương Quang Trọng"])
def test_a_long_place_has_the_room_it_needs_on_its_line(
    campaign: Campaign, tmp_path: Path, place: str
) -> None:
    """In full, as II.4.a has it, whatever the date; the agency's name takes more lines."""
    long = changed(campaign, agency={"place": place}, letter={"date": date(2022, 12, 12)})
    page = printed(letter(long), "dai.docx", tmp_path).pages[0]

    dated = page.find(f"{place}, ngày 12 tháng 12 năm 2022")
    assert dated.right < 195.1
    assert dated.middle == near(page.find("Độc lập - Tự do - Hạnh phúc").middle)
    assert dated.left > max(page.find(text).right for text in ("/SKHCN-HCTH", "UBND TỈNH"))


@pytest.mark.office
@pytest.mark.parametrize("many", [2, 9, 16, 20])
def test_no_page_ends_with_a_heading(campaign: Campaign, tmp_path: Path, many: int) -> None:
    units = tuple(f"Phòng {number}" for number in range(many))
    paper = printed(letter(changed(campaign, letter={"addressees": units})), "n.docx", tmp_path)

    for page in paper.pages[:-1]:
        last = " ".join(word.text for word in page.lines[-1])
        assert not last.endswith(":"), last
        assert not last.startswith(("1. ", "2. ")), last


@pytest.mark.office
def test_a_long_title_breaks_between_words_that_belong_together(
    campaign: Campaign, tmp_path: Path
) -> None:
    body = "Ban Chỉ đạo xây dựng và thực hiện Quy chế dân chủ ở cơ sở tỉnh Quảng Ngãi"
    signer = {"authority": "TM.", "body": body, "head": "Trưởng ban", "position": ""}
    page = printed(letter(changed(campaign, signer=signer)), "tm.docx", tmp_path).pages[-2]

    titles = [line for line in page.lines if line[0].left > 98 and line[0].text.isupper()]
    assert [" ".join(word.text for word in line) for line in titles][-4:] == [
        "TM. BAN CHỈ ĐẠO XÂY DỰNG",
        "VÀ THỰC HIỆN QUY CHẾ DÂN CHỦ",
        "Ở CƠ SỞ TỈNH QUẢNG NGÃI",
        "TRƯỞNG BAN",
    ]


def test_the_form_begins_a_section_numbered_from_one(campaign: Campaign) -> None:
    document = docx.Document(io.BytesIO(letter(campaign)))
    _, appendix = document.sections

    numbering = appendix._sectPr.find(qn("w:pgNumType"))
    assert numbering is not None
    assert numbering.get(qn("w:start")) == "1"
    assert [s.different_first_page_header_footer for s in document.sections] == [True, True]
