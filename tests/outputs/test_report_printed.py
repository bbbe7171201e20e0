"""bao-cao.docx on paper: measured on the pages LibreOffice prints."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dankheo_sheets.campaign import Campaign, FieldOfWork
from dankheo_sheets.campaign.document_settings import LastYear
from dankheo_sheets.outputs.word.report import report
from dankheo_sheets.registration import Entry
from tests.outputs.registers import entry, register_of
from tests.printed import Page, printed

pytestmark = pytest.mark.office

PORTRAIT, LANDSCAPE = (210, 297), (297, 210)
CLOSE = pytest.approx


def paper(page: Page) -> tuple[int, int]:
    return round(page.width), round(page.height)


def pages_of(campaign: Campaign, rows: Sequence[Entry], folder: Path, **keys: object) -> list[Page]:
    changed = campaign.model_copy(update={"report": campaign.report.model_copy(update=keys)})
    data = report(register_of(changed, {"A": rows}))
    return list(printed(data, "bao-cao.docx", folder).pages)


def appendix_of(pages: Sequence[Page]) -> list[Page]:
    return [page for page in pages if paper(page) == LANDSCAPE]


@pytest.fixture(scope="module")
def pages(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    """Return a report of forty entries, with everything in it."""
    rows = [entry(name=f"Mô hình {number}", content=f"{entry()['content']} Hết{number}.")
            for number in range(40)]  # fmt: skip
    return pages_of(
        campaign, rows, tmp_path_factory.mktemp("report"), last_year=LastYear(total=8), chart=True
    )


def test_the_text_is_portrait_and_the_register_landscape(pages: list[Page]) -> None:
    sizes = [paper(page) for page in pages]

    assert sizes[:2] == [PORTRAIT] * 2
    assert len(sizes) > 5
    assert set(sizes[2:]) == {LANDSCAPE}


def test_all_stands_between_the_margins(pages: list[Page]) -> None:
    """20, 20, 30 and 15 mm (I.3); only the number of the page is above, and the draft's mark."""
    for page in pages:
        text = [w for w in page.words if w.top > 19]
        assert min(word.left for word in text) >= 29.9
        assert max(word.right for word in text) <= page.width - 14.9
        assert max(word.bottom for word in text) <= page.height - 19


def test_pages_are_numbered_from_the_second_and_the_appendix_anew(pages: list[Page]) -> None:
    """In the middle of the top margin (I.7); each appendix from 1 (III.1.đ)."""
    above = [[word.text for word in page.words if word.bottom < 20] for page in pages]

    assert above == [["DỰ", "THẢO"], ["2"], [], *[[str(n)] for n in range(2, len(pages) - 1)]]
    for page in (pages[1], *pages[3:]):
        number = page.words[0]
        assert number.middle == CLOSE((30 + page.width - 15) / 2, abs=0.5)


def test_kind_and_subject_are_in_the_middle(pages: list[Page]) -> None:
    for words in ("BÁO CÁO", "Kết quả đăng ký thực hiện mô hình,"):
        assert pages[0].find(words).middle == CLOSE((30 + 195) / 2, abs=0.5)


def test_the_addressee_is_as_far_below_the_subject_as_the_text_below_the_addressee(
    pages: list[Page],
) -> None:
    """The diagram (IV.2) has them apart by the same; below, a line's letters are added."""
    page = pages[0]
    line = next(rule for rule in page.rules if rule.top > page.find("BÁO CÁO").bottom)
    addressee, text = page.find("Kính gửi:"), page.find("Thực hiện Kế hoạch")

    assert addressee.top - line.bottom == CLOSE(text.top - addressee.bottom, abs=1.5)


def test_a_short_table_is_not_torn(campaign: Campaign, tmp_path: Path) -> None:
    """Six units, whose table begins low on the first page."""
    codes = [chr(65 + number) for number in range(6)]
    register = register_of(campaign, {code: [entry()] for code in codes})

    pages = printed(report(register), "bao-cao.docx", tmp_path).pages

    (page,) = (page for page in pages if "2. Theo đơn vị" in page.text)
    for code in codes:
        assert page.find(f"Phòng {code}").left > 30
    assert page.text.count("Tổng cộng") == 1


def test_the_number_is_level_with_the_date(pages: list[Page]) -> None:
    number, place = pages[0].find("/BC-SKHCN"), pages[0].find("Quảng Ngãi, ngày")

    assert number.bottom == CLOSE(place.bottom, abs=0.5)


def test_recipients_are_level_with_the_signer(pages: list[Page]) -> None:
    left, right = pages[1].find("Nơi nhận:"), pages[1].find("KT. GIÁM ĐỐC")
    name = pages[1].find("Nguyễn Văn Mẫu")

    assert left.bottom == CLOSE(right.bottom, abs=0.6)
    assert left.left == CLOSE(30, abs=0.2)
    assert name.middle == CLOSE(right.middle, abs=0.3)
    assert name.top - right.bottom > 25


def test_no_heading_is_the_last_of_its_page(pages: list[Page]) -> None:
    text = " ".join(page.text for page in pages[:2])
    for heading in ("I. TÌNH", "II. KẾT", "1. Theo", "2. Theo", "3. So", "III. ĐƠN"):
        assert heading in text
    for page in pages[:2]:
        last = max(page.words, key=lambda word: (round(word.bottom), word.right))
        assert not last.text.isupper()


HEADER = (
    "LĨNH VỰC/TÊN", "HÌNH THỨC", "TRONG ĐÓ", "Địa chỉ", "NỘI DUNG CỤ THỂ", "Đơn vị đăng ký",
    "dự kiến kết quả mô hình đem lại)",
)  # fmt: skip


def test_the_header_is_whole_on_every_page_of_the_register(pages: list[Page]) -> None:
    """LibreOffice cut a repeated header that was higher than its own rows."""
    for page in appendix_of(pages):
        for words in HEADER:
            for word in words.split():
                assert word in page.text
        number = next(word for word in page.words if word.text == "5" and word.top > 20)
        assert page.find("đem lại)").bottom < number.top + 0.5


def test_no_row_is_split_between_pages(pages: list[Page]) -> None:
    whole = []
    for page in appendix_of(pages):
        ends = [n for n in range(40) if f"Hết{n}." in page.text]
        names = [n for n in range(40) if f" {n + 1}. Mô hình {n} " in page.text]
        assert names == ends
        whole += ends
    assert whole == list(range(40))


def test_the_totals_are_not_alone_on_their_page(campaign: Campaign, tmp_path: Path) -> None:
    """The last row goes with them, whatever the number of rows."""
    for count in (5, 6, 7):
        rows = [entry(name=f"Mô hình {number}") for number in range(count)]
        folder = tmp_path / str(count)
        folder.mkdir()
        (last,) = [p for p in pages_of(campaign, rows, folder) if f"Tổng cộng: {count}" in p.text]
        assert f"Mô hình {count - 1}" in last.text


def test_a_very_long_cell_goes_on_on_the_next_page(campaign: Campaign, tmp_path: Path) -> None:
    """5,000 characters: nothing is lost, and the page before is not left empty."""
    words = [f"chữ{number}" for number in range(700)]
    rows = [entry(name="Trước"), entry(name="Dài", content=" ".join(words)), entry(name="Sau")]
    appendix = appendix_of(pages_of(campaign, rows, tmp_path))

    found = [word.text for page in appendix for word in page.words]
    assert [word for word in found if word.startswith("chữ")] == words
    assert "chữ0" in appendix[0].text
    for page in appendix:
        assert max(word.bottom for word in page.words) <= page.height - 19


def test_all_is_set_in_the_one_type_face(campaign: Campaign, tmp_path: Path) -> None:
    """Times New Roman, which Liberation Serif stands in for; the chart's words too."""
    changed = campaign.model_copy(
        update={"report": campaign.report.model_copy(update={"chart": True})}
    )
    data = report(register_of(changed, {"A": [entry()]}))

    assert printed(data, "bao-cao.docx", tmp_path).families <= {"LiberationSerif", "TimesNewRoman"}


def test_two_thousand_entries_are_opened_and_printed_whole(
    campaign: Campaign, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """How long LibreOffice takes is told, not judged."""
    rows = [
        entry(name=f"Mô hình {n}", content=f"{entry()['content']} Hết{n}.") for n in range(2_000)
    ]
    data = report(register_of(campaign, {"A": rows}))

    start = time.monotonic()
    document = printed(data, "bao-cao.docx", tmp_path)
    record_testsuite_property(
        "libreoffice_seconds_of_2000_entries", round(time.monotonic() - start, 1)
    )

    appendix = appendix_of(document.pages)
    ends = [word.text for page in appendix for word in page.words if word.text.startswith("Hết")]
    assert ends == [f"Hết{n}." for n in range(2_000)]
    assert "Tổng cộng: 2.000" in appendix[-1].text
    assert all("TRONG ĐÓ" in page.text for page in appendix)
    assert [page.words[0].text for page in appendix[1:]] == [
        str(n) for n in range(2, len(appendix) + 1)
    ]


def test_hard_texts_are_printed_as_typed(campaign: Campaign, tmp_path: Path) -> None:
    """Decomposed letters composed, line breaks kept, control characters gone, markup inert."""
    typed = "Dòng một\r\nDòng hai\nTie\u0302\u0301ng Vie\u0323\u0302t\x00\x1b <b>&lt; =1+1 {{0}}"
    (page,) = appendix_of(pages_of(campaign, [entry(content=typed)], tmp_path))

    one, two = page.find("Dòng một"), page.find("Dòng hai")
    three = page.find("Tiếng Việt <b>&lt; =1+1 {{0}}")
    assert one.left == two.left == three.left
    assert two.top - one.top == CLOSE(three.top - two.top, abs=0.1)


def test_no_page_is_empty(campaign: Campaign, tmp_path: Path) -> None:
    """Where the signature, or the totals, end at the very foot of a page."""
    none = report(register_of(campaign, {code: [] for code in "ABCDEFGHIJKL"}))
    rows = [entry(content="\n".join(["dòng"] * count)) for count in (5, 5, 5, 4)]
    for data in (none, report(register_of(campaign, {"A": rows}))):
        for page in printed(data, "bao-cao.docx", tmp_path).pages:
            assert len(page.words) > 5


def test_a_chart_of_many_fields_names_them_all_and_stays_on_its_page(
    campaign: Campaign, tmp_path: Path
) -> None:
    names = [f"Xây dựng hệ thống chính trị lĩnh vực thứ {number}" for number in range(30)]
    rows = [entry(name=f"Mô hình {at}", field=name) for at, name in enumerate(names)]

    fields = tuple(FieldOfWork(name=name) for name in names)
    of_many = campaign.model_copy(update={"fields": fields})
    pages = pages_of(of_many, rows, tmp_path, chart=True)

    (page,) = (page for page in pages if "Số mô hình, điển hình theo lĩnh vực" in page.text)
    assert page.text.count("hệ thống") == 30
    assert max(word.bottom for word in page.words) <= 278
    assert page.find("Tập thể").bottom <= 278
