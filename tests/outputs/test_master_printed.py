"""The master on paper, as LibreOffice prints it: large enough to read, nothing out of its cell."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.journal import Event
from dankheo_sheets.outputs.master_xlsx import workbook
from dankheo_sheets.register import Register
from tests.outputs.registers import GOOD, entry, master_of, register_of
from tests.printed import Page, Printed, printed

pytestmark = pytest.mark.office

LEAST = 8
"""Points: what is smaller is not read."""
MARGIN = 15
"""Millimetres below the table."""
ADDRESS = "https://www.so-khcn.example/van-ban/" + "dan-van-kheo-2022-" * 2 + "x" * 40 + ".html"
MAIL = "mot.dia.chi.thu.dien.tu." * 2 + "@so-khcn.example"
PLACE = "Thôn Đồng Bằng Thượng, xã Nghĩa Hành Minh, tỉnh Quảng Ngãi (giáp xã Ba Tơ)"

Print = Callable[..., Printed]


@pytest.fixture
def paper(tmp_path: Path) -> Print:
    """Print the master of a register."""

    def of(register: Register, journal: tuple[Event, ...] = ()) -> Printed:
        data = workbook(master_of(register, journal))
        return printed(data, "tong-hop.xlsx", tmp_path)

    return of


@pytest.fixture
def large(campaign: Campaign) -> Register:
    """Return 60 entries with long texts, of 15 fields and 30 units with long names and codes."""
    names = [f"Lĩnh vực số {number} với tên dài hơn một dòng của bảng" for number in range(15)]
    field = type(campaign.fields[0])
    wide = campaign.model_copy(update={"fields": tuple(field(name=name) for name in names)})
    return register_of(
        wide,
        {
            f"DON-VI-{number}": [
                entry(field=names[(2 * number + at) % 15], content=GOOD["content"] * 4, place=PLACE)
                for at in range(2)
            ]
            for number in range(30)
        },
    )


def titles(printed: Printed) -> dict[str, Page]:
    """Return the page on which each tab begins."""
    found = {}
    for words in (
        "BIỂU MÔ HÌNH", "DỮ LIỆU", "TIẾN ĐỘ", "NỘI DUNG CẦN SỬA", "THEO LĨNH VỰC", "THEO ĐƠN VỊ",
        "NHẬT KÝ",
    ):  # fmt: skip
        found[words] = next(page for page in printed.pages if words in page.text)
    return found


def sizes(page: Page) -> set[float]:
    """Return the sizes of its words; those in the lower margin are the page's number."""
    return {word.size for word in page.words if word.top < page.height - MARGIN}


@pytest.mark.parametrize("units", [0, 3])
def test_every_tab_can_be_read_on_paper(paper: Print, campaign: Campaign, units: int) -> None:
    register = register_of(campaign, {f"D{n}": [entry()] * n for n in range(units)} or {"A": []})

    pages = paper(register).pages

    assert min(size for page in pages for size in sizes(page)) >= LEAST


def test_a_large_campaign_can_be_read_on_paper(paper: Print, large: Register) -> None:
    """Statistics are upright, all else is on its side."""
    result = paper(large)

    assert min(size for page in result.pages for size in sizes(page)) >= LEAST
    upright = {words for words, page in titles(result).items() if page.height > page.width}
    assert upright == {"THEO LĨNH VỰC", "THEO ĐƠN VỊ"}


def test_no_chart_is_cut_by_the_end_of_a_page(paper: Print, large: Register) -> None:
    """Its title and its last bar are on one page: what is cut off still is in the file, outside."""
    pages = paper(large).pages
    for title, last in (
        ("Hình thức theo lĩnh vực", "14"), ("Mới và nhân rộng theo lĩnh vực", "14"),
        ("Tổng số theo đơn vị", "DON-VI-29"),
    ):  # fmt: skip
        whole = [
            page for page in pages if title in page.text
            for word in page.words if word.text == last
            and page.find(title).bottom < word.top < page.height - MARGIN
        ]  # fmt: skip
        assert whole, title


def test_long_addresses_stay_in_their_cell(paper: Print, campaign: Campaign) -> None:
    """Each is whole between the two lines of its row, left of where the next column begins."""
    addresses = (ADDRESS, MAIL, PLACE)
    register = register_of(campaign, {"A": [entry(place=each) for each in addresses]})
    result = paper(register)

    for tab in ("BIỂU MÔ HÌNH", "DỮ LIỆU"):
        page = titles(result)[tab]
        first = next(word for word in page.words if word.text.startswith("https"))
        right = page.find("Đất").left
        column = [
            word for word in page.words
            if first.left - 1 < word.left < right and first.top <= word.top < page.height - MARGIN
        ]  # fmt: skip
        found = []
        for above, below in pairwise(page.rules):
            cell = [word for word in column if above.top < word.top and word.bottom < below.top + 1]
            lines = sorted(cell, key=lambda word: (round(word.top), word.left))
            found.append("".join(word.text for word in lines))
        assert [text for text in found if text] == [each.replace(" ", "") for each in addresses]
        assert max(word.right for word in column) < right
