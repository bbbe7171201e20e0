"""Campaigns as different as offices are (:mod:`tests.outputs.gallery`), measured on every page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.word.letter import letter
from dankheo_sheets.outputs.word.report import report
from dankheo_sheets.outputs.word.unit_form import UnitForms
from tests.office import convert, needs
from tests.outputs.gallery import Case, cases
from tests.printed import Page, Printed

pytestmark = pytest.mark.office

Documents = Mapping[tuple[str, str], Sequence[Page]]
"""By the campaign's name, and letter, report or form."""
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
"""Millimetres of the margins (I.3)."""


def _drawn(case: Case) -> dict[str, bytes]:
    register = case.register()
    forms, (first, *_) = UnitForms(case.campaign), case.units
    return {
        "letter": letter(case.campaign),
        "report": report(register),
        "form": forms.form(first, register.standings[first.code]),
    }


@pytest.fixture(scope="module")
def documents(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Return the pages of all of them, printed at once."""
    needs("soffice", "pdftotext", "pdftocairo")
    folder = tmp_path_factory.mktemp("campaigns")
    named: dict[tuple[str, str], Path] = {}
    for case in cases(campaign):
        for kind, data in _drawn(case).items():
            named[case.name, kind] = folder / f"{case.name}.{kind}.docx"
            named[case.name, kind].write_bytes(data)
    printed = convert(list(named.values()), "pdf", folder / "pdf")
    return {name: Printed(pdf).pages for name, pdf in zip(named, printed, strict=True)}


def test_all_stands_between_the_margins(documents: Documents) -> None:
    for name, pages in documents.items():
        for number, page in enumerate(pages, 1):
            words = [word for word in page.words if word.top > TOP - 1]
            where = f"{name}, {number}"
            assert min(word.left for word in words) >= LEFT - 0.2, where
            assert max(word.right for word in words) <= page.width - RIGHT + 0.2, where
            assert max(word.bottom for word in words) <= page.height - BOTTOM + 1, where


def _bottom(page: Page) -> float:
    return max(word.bottom for word in page.words)


def _header_bottom(page: Page) -> float:
    """Return where the form's repeated header ends; the top margin where there is none."""
    numbers = Counter(round(w.bottom) for w in page.words if w.text in set("1234567"))
    return next((bottom for bottom, many in numbers.items() if many == 7), TOP)


def _first_block(page: Page) -> float:
    """Return how high is what the page begins with and does not tear.

    A row, or the last one with its heading and who signs, a form's signature by hand with it.
    """
    top = _header_bottom(page)
    below = [rule.top for rule in page.rules if rule.top > top + 3]
    signed = next((w for w in page.words if w.text in {"Nơi", "(Ký,"}), None)
    if signed and signed.text == "Nơi" and not [each for each in below if each < signed.top - 35]:
        return _bottom(page) - top
    if signed and signed.text == "(Ký," and len({round(each) for each in below}) <= 2:
        return _bottom(page) + 24 - top
    return (below[0] if below else _bottom(page)) - top


def test_no_page_is_more_than_a_quarter_blank(documents: Documents) -> None:
    """But the last of a section, and one whose rest the next row, or who signs, has no room in."""
    for name, pages in documents.items():
        for number, (page, after) in enumerate(pairwise(pages), 1):
            blank = page.height - BOTTOM - _bottom(page)
            same = page.width == after.width
            if same and blank > (page.height - TOP - BOTTOM) / 4:
                assert _first_block(after) > blank - 6, f"{name}, {number}: {blank:.0f} mm"


def test_kinh_gui_keeps_its_place_however_long_an_addressee_is(documents: Documents) -> None:
    for (name, kind), pages in documents.items():
        if kind != "form":
            left = pages[0].find("Kính gửi:").left
            assert LEFT + 10 - 0.2 <= left <= LEFT + 60, (name, kind)


def test_a_date_is_never_broken(documents: Documents) -> None:
    for (name, kind), pages in documents.items():
        if kind == "form":
            (signed,) = (word for page in pages for word in page.words if word.text == "(Ký,")
            above = [w for w in pages[-1].words if signed.top - 20 < w.top < signed.top]
            dated = [round(w.baseline) for w in above if w.text in {"ngày", "tháng", "năm"}]
            assert len(dated) == 3, name
            assert len(set(dated)) == 1, name


def test_nobody_signs_a_page_of_a_form_without_a_row(documents: Documents) -> None:
    for (name, kind), pages in documents.items():
        if kind == "form":
            (page,) = (page for page in pages if any(w.text == "(Ký," for w in page.words))
            day = max(word.top for word in page.words if word.text == "ngày")
            rows = [w for w in page.words if _header_bottom(page) < w.top < day - 7]
            assert rows, name


def test_the_last_row_of_a_form_is_whole(documents: Documents) -> None:
    """Its last lines have stood below a border of their own, or on the next page, without name."""
    for (name, kind), pages in documents.items():
        if kind == "form" and name not in {"commune-nothing", "none-of-thirty", "long-contents"}:
            day = max(word.top for word in pages[-1].words if word.text == "ngày")
            rules = sorted({round(rule.top) for rule in pages[-1].rules if rule.top < day})
            bottom, top = rules[-1], rules[-2]
            row = [word for word in pages[-1].words if top < word.top < bottom]
            number = min(row, key=lambda word: (word.left > LEFT + 5, word.top))
            assert re.fullmatch(r"\d+\.", number.text), name


def test_a_form_of_two_entries_is_one_page(documents: Documents) -> None:
    assert len(documents["head-two", "form"]) == 1


REGISTER_PAGES = 136
"""Of the same 400 entries, when the columns' widths were numbers (measured at c20fbb0)."""


def test_the_register_of_four_hundred_takes_three_fifths_of_the_pages_it_took(
    documents: Documents,
) -> None:
    pages = documents["four-hundred", "report"]

    assert len(pages) <= 0.6 * REGISTER_PAGES


def test_header_cells_have_three_lines_at_the_most(documents: Documents) -> None:
    """On the paper form, whose widths are those of any campaign, and in the register."""
    for name in ("seed", "four-hundred", "fifteen-fields"):
        for kind in ("form", "report"):
            page = documents[name, kind][-2 if kind == "report" else 0]
            above = [word for word in page.words if TOP - 1 < word.top < _header_bottom(page)]
            title = [word for word in above if word.text in {"Xây", "dựng", "mới"}]
            assert 2 <= len({round(word.baseline) for word in title}) <= 3, (name, kind)
