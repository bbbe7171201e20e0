"""The page in a browser: how it looks, sorts, filters and prints, opened from the disk."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

from dankheo_sheets.board.html import page
from tests.browser import chromium
from tests.office import needs
from tests.outputs.figures import (
    STATUSES,
    Figures,
    board,
    country,
    figures_of,
    finding,
    office,
    unit,
)
from tests.outputs.test_page_text import nasty

pytestmark = pytest.mark.browser

A4_MM = (210, 297)

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Open the page of some figures; at the end nothing was asked of anywhere, nothing failed."""
    file = tmp_path / "tien-do.html"
    asked: list[str] = []
    complaints: list[str] = []

    def request(each: Request) -> None:
        if not each.url.startswith("data:"):
            asked.append(each.url)

    def console(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def error(each: Error) -> None:
        complaints.append(each.message)

    contexts = []

    def opened(figures: Figures, width: int = 1280, **options: Any) -> Page:
        file.write_bytes(page(board(figures)))
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", request)
        tab.on("console", console)
        tab.on("pageerror", error)
        tab.goto(file.as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert set(asked) == {file.as_uri()}


def codes(tab: Page) -> list[str]:
    """Return the codes of the rows shown, from the top."""
    found: list[str] = tab.evaluate(
        "Array.from(document.querySelectorAll('#units tbody tr'))"
        ".filter((row) => row.getClientRects().length)"
        ".map((row) => row.cells[0].textContent)"
    )
    return found


def head(tab: Page, title: str) -> Any:
    return tab.locator("#units thead th").filter(has_text=re.compile(f"^{title}$"))


ORDER = "TTra QLCN KHTC TDC TTUD VP HCTH QLKH TTTT BQL"
"""The units of the office: those that are not done, then the others, each as in the roster."""

# --- opening it --------------------------------------------------------------------------


def test_it_opens_from_the_disk_and_asks_for_nothing(show: Show) -> None:
    tab = show(office())

    assert tab.title() == (
        "Tiến độ: Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022"
    )  # fmt: skip
    assert codes(tab) == ORDER.split()
    assert tab.evaluate("getComputedStyle(document.querySelector('.tiles')).display") == "grid"


def test_what_was_typed_runs_nothing(show: Show) -> None:
    tab = show(nasty())

    assert tab.locator("img").count() == 0
    assert tab.locator("script").count() == 1
    assert tab.locator("#units tbody a").inner_text() == nasty()["units"][0]["name"]


def test_without_javascript_everything_is_there_but_sorting_and_filtering(show: Show) -> None:
    tab = show(office(), java_script_enabled=False)

    assert tab.locator("#units tbody tr").count() == 10
    assert tab.locator("#units tbody tr").first.inner_text().split("\n")[0] == "TTra"
    assert tab.locator("#controls").is_hidden()
    assert tab.locator("#units button").count() == 0
    details = tab.locator("#units details").first
    details.locator("summary").click()
    assert "Phải sửa, E10, E12, E14: Thiếu địa chỉ." in details.inner_text()


# --- sorting -----------------------------------------------------------------------------


def mixed() -> Figures:
    return figures_of([
        unit("T10", "Đức Phổ", "ready", entries=9, counted=2, findings=[finding("a")] * 2,
             changed_at="2022-04-08T01:00:00+00:00"),
        unit("T2", "Ân Hảo", "untouched", changed_at="", entries=0, counted=0,
             deadline="2022-04-15T17:00:00+07:00"),
        unit("Đ1", "An Bình", "submitted", entries=10, counted=10,
             changed_at="2022-04-08T07:30:00+07:00", deadline="2022-04-11T00:00:00+07:00"),
        unit("A1", "Ấn Nghĩa", "submitted", entries=1000, counted=1000,
             findings=[finding("a")] * 10, changed_at="2021-12-31T09:00:00+07:00"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("title", "ascending", "descending"),
    [
        ("Mã", "A1 Đ1 T2 T10", "T10 T2 Đ1 A1"),
        ("Đơn vị", "Đ1 T2 A1 T10", "T10 A1 T2 Đ1"),
        ("Trạng thái", "T2 T10 Đ1 A1", "Đ1 A1 T10 T2"),
        ("Được tính", "T2 T10 Đ1 A1", "A1 Đ1 T10 T2"),
        ("Phải sửa", "T2 Đ1 T10 A1", "A1 T10 T2 Đ1"),
        ("Sửa lần cuối", "A1 Đ1 T10 T2", "T10 Đ1 A1 T2"),
        ("Hạn", "Đ1 T10 A1 T2", "T2 T10 A1 Đ1"),
        ("Việc tiếp theo", "T2 T10 Đ1 A1", "T10 T2 Đ1 A1"),
    ],
)
def test_each_column_sorts_both_ways_and_back(
    show: Show, title: str, ascending: str, descending: str
) -> None:
    """Numbers as numbers, dates as dates, words in Vietnamese order (Đ before T, T2 before T10).

    Equal ones stay in the roster's order, what is empty stays last.
    """
    tab = show(mixed())
    heading = head(tab, title)
    button = heading.get_by_role("button")
    assert heading.get_attribute("aria-sort") == "none"

    for direction, order in (
        ("ascending", ascending), ("descending", descending), ("none", "T10 T2 Đ1 A1"),
    ):  # fmt: skip
        button.click()
        assert heading.get_attribute("aria-sort") == direction
        assert codes(tab) == order.split()


def test_only_the_sorted_column_says_it_is(show: Show) -> None:
    tab = show(mixed())
    for title in ("Mã", "Hạn"):
        head(tab, title).get_by_role("button").click()

    assert [
        heading.get_attribute("aria-sort") for heading in tab.locator("#units thead th").all()
    ] == ["none"] * 6 + ["ascending", "none"]


def test_names_stand_in_vietnamese_order(show: Show) -> None:
    """Letters first, then tones: reference/vietnamese.md §3."""
    ordered = [
        "An", "ăn", "Ăn Mày", "Ẩn", "Ẫn", "Ấn", "Ận", "Ân Thi", "Ba Tơ", "Dương", "Đảng",
        "Đức Phổ", "Em", "Ê Đê", "Oanh", "Ô Môn", "Ơ Đu", "Thánh Gióng", "Thạnh Hoá", "Thành phố",
        "Thảnh Thơi", "Thanh tra", "Uông", "Ưng", "Ứng", "Ỷ La", "Yên",
    ]  # fmt: skip
    names = ordered[1::2] + ordered[::-2]
    tab = show(figures_of([unit(f"U{at}", name) for at, name in enumerate(names)]))

    head(tab, "Đơn vị").get_by_role("button").click()

    assert tab.locator("#units tbody th b").all_inner_texts() == ordered


def test_sorting_keeps_what_is_filtered(show: Show) -> None:
    tab = show(mixed())
    tab.get_by_label("Chỉ đơn vị chưa xong").check()

    head(tab, "Mã").get_by_role("button").click()

    assert codes(tab) == ["T2", "T10"]


# --- filtering ---------------------------------------------------------------------------


FOUND = {
    "thanh tra": "TTra", "THANH TRA": "TTra", "Thanh tra": "TTra", "Tha\u0300nh tra": "TTra",
    "quản lý": "QLCN QLKH BQL", "quan ly": "QLCN QLKH BQL", "qlkh": "QLKH",
    "đảng uỷ": "VP", "dang uy": "VP", "ĐẢNG": "VP", "Ðảng": "VP", "dich vu": "TTUD",
    "  hop   tong ": "HCTH", "hành chính - tổng": "HCTH", "Thiếu địa chỉ": "", "không có": "",
    "": ORDER,
}  # fmt: skip
"""What is typed, and the codes of the units it finds: by code or name, in any order of words."""


def test_text_is_found_with_accents_or_without(show: Show) -> None:
    tab = show(office())
    found = {}
    for typed in FOUND:
        tab.get_by_label("Tìm").fill(typed)
        found[typed] = " ".join(codes(tab))
        assert tab.locator("#empty").is_visible() is (FOUND[typed] == "")

    assert found == FOUND


def test_a_status_is_chosen_by_its_name(show: Show) -> None:
    tab = show(office())
    found = {}
    for status in STATUSES:
        tab.get_by_label("Trạng thái").select_option(status)
        found[status] = codes(tab)

    assert found == {
        status: [each["unit"] for each in office()["units"] if each["status"] == status]
        for status in STATUSES
    }


def test_only_statuses_that_occur_can_be_chosen_with_their_number(show: Show) -> None:
    tab = show(mixed())

    assert tab.get_by_label("Trạng thái").locator("option").all_inner_texts() == [
        "Tất cả (4)", "Chưa ghi (1)", "Đủ, chưa xác nhận (1)", "Đã gửi (2)",
    ]  # fmt: skip


def test_those_not_done_are_neither_received_nor_excluded(show: Show) -> None:
    tab = show(office())

    tab.get_by_label("Chỉ đơn vị chưa xong").check()

    assert codes(tab) == ["TTra", "QLCN", "KHTC", "TDC", "TTUD", "VP"]


def test_filters_add_up_and_are_taken_back_together(show: Show) -> None:
    tab = show(office())
    shown = tab.get_by_role("status")
    assert shown.inner_text() == "Hiện cả 10 đơn vị."

    tab.get_by_label("Tìm").fill("trung tam")
    assert shown.inner_text() == "Hiện 2 trong 10 đơn vị."
    tab.get_by_label("Chỉ đơn vị chưa xong").check()
    assert shown.inner_text() == "Hiện 1 trong 10 đơn vị."
    assert codes(tab) == ["TTUD"]
    tab.get_by_role("button", name="Bỏ lọc").click()

    shown.filter(has_text="Hiện cả 10 đơn vị.").wait_for()
    assert len(codes(tab)) == 10
    assert tab.get_by_label("Tìm").input_value() == ""


def test_enter_in_the_search_leaves_the_page_where_it_is(show: Show) -> None:
    tab = show(office())
    tab.get_by_label("Tìm").fill("thanh tra")

    tab.keyboard.press("Enter")

    assert codes(tab) == ["TTra"]


def test_all_communes_of_the_country_are_filtered_and_sorted(show: Show) -> None:
    tab = show(country())

    tab.get_by_label("Tìm").fill("duc pho")
    head(tab, "Đơn vị").get_by_role("button").click()
    head(tab, "Đơn vị").get_by_role("button").click()

    assert tab.get_by_role("status").inner_text() == "Hiện 415 trong 3.321 đơn vị."
    assert codes(tab)[:2] == ["X03313", "X03305"]


# --- for everyone ------------------------------------------------------------------------

CONTRASTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length === 3) return colour;
      if (colour[3] > 0) throw new Error("half transparent: " + each.tagName);
    }
    throw new Error("no background");
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    found.push([walker.currentNode.data.trim(), ratio(parts(ink), behind(element))]);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (!/[\\p{L}\\p{S}]/u.test(style.content) || style.content === "none"
        || style.content === "normal" || !element.getClientRects().length) continue;
      found.push([style.content, ratio(parts(style.color), behind(element))]);
    }
  }
  const input = document.getElementById("text");
  const hint = getComputedStyle(input, "::placeholder").color;
  found.push(["placeholder", ratio(parts(hint), behind(input))]);
  return found;
}"""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_contrast_enough(show: Show, scheme: str, width: int) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1, in both schemes, findings opened, one heading sorted."""
    tab = show(office(), width, color_scheme=scheme, reduced_motion="reduce")
    for summary in tab.locator("summary").all():
        summary.click()
    head(tab, "Mã").get_by_role("button").click()
    tab.mouse.move(0, 0)

    contrasts = tab.evaluate(CONTRASTS)

    assert len(contrasts) > 150
    assert [each for each in contrasts if each[1] < 4.5] == []


def test_dark_is_dark_and_light_is_light(show: Show) -> None:
    colours = [
        show(office(), color_scheme=scheme).evaluate("getComputedStyle(document.body).color")
        for scheme in ("light", "dark")
    ]

    assert colours == ["rgb(28, 31, 36)", "rgb(233, 232, 228)"]


def test_the_keyboard_does_everything(show: Show) -> None:
    tab = show(office())

    def focused() -> str:
        return str(tab.evaluate("document.activeElement.id || document.activeElement.innerText"))

    def press(*keys: str) -> None:
        for key in keys:
            tab.keyboard.press(key)

    press("Tab")
    assert focused() == "Đến bảng đơn vị"
    press("Enter")
    assert focused() == "don-vi"
    press("Tab")
    assert focused() == "text"
    tab.keyboard.type("do luong")
    assert codes(tab) == ["TDC"]
    press("Tab", "Tab", "Space")
    assert tab.get_by_label("Chỉ đơn vị chưa xong").is_checked()
    press("Tab", "Enter")
    tab.get_by_role("status").filter(has_text="Hiện cả 10 đơn vị.").wait_for()
    press("Tab", "Tab", "Enter")
    assert head(tab, "Đơn vị").get_attribute("aria-sort") == "ascending"
    assert codes(tab)[0] == "BQL"
    tab.locator("#units details").first.locator("summary").focus()
    press("Enter")
    assert tab.locator("#units details[open]").count() == 1


def test_what_has_the_focus_is_outlined(show: Show) -> None:
    tab = show(office())
    outlines = set()
    for _ in range(tab.locator("a, summary, input, select, button").count()):
        tab.keyboard.press("Tab")
        outlines.add(tab.evaluate(
            "(({outlineStyle, outlineWidth}) => outlineStyle + ' ' + outlineWidth)"
            "(getComputedStyle(document.activeElement))"
        ))  # fmt: skip

    assert outlines == {"solid 3px"}


@pytest.mark.parametrize("width", [1280, 360])
def test_a_screen_reader_finds_headings_tables_and_pictures_in_words(
    show: Show, width: int
) -> None:
    """Also where each unit is a card: its row stays a row."""
    tab = show(office(), width)

    assert tab.evaluate("document.documentElement.lang") == "vi"
    assert tab.get_by_role("heading", level=1).count() == 1
    assert tab.get_by_role("heading", level=2).all_inner_texts() == [
        "Việc cần làm", "Số liệu chung", "Đơn vị đã nhận theo ngày",
        "Mô hình, điển hình theo lĩnh vực", "Các đơn vị",
    ]  # fmt: skip
    units = tab.get_by_role("table", name="Mỗi đơn vị: trạng thái")
    assert units.get_by_role("row").count() == 11
    assert units.get_by_role("columnheader").count() == 8
    assert units.get_by_role("rowheader").count() == 10
    assert tab.get_by_role("img", name="Số đơn vị đã nhận từ ngày 05/4/2022").count() == 1
    assert tab.get_by_role("search").get_by_role("searchbox", name="Tìm").count() == 1
    assert tab.evaluate("document.querySelectorAll('table:not(:has(caption))').length") == 0
    assert tab.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    assert tab.evaluate(
        "document.querySelectorAll('svg:not(svg svg):not([aria-label]):not([aria-hidden])').length"
    ) == 0  # fmt: skip
    identifiers = tab.evaluate("Array.from(document.querySelectorAll('[id]'), (e) => e.id)")
    assert len(identifiers) == len(set(identifiers))


def test_motion_is_only_for_those_who_want_it(show: Show) -> None:
    moving = "getComputedStyle(document.querySelector('summary')).transitionDuration"

    assert show(office(), reduced_motion="no-preference").evaluate(moving) == "0.12s"
    assert show(office(), reduced_motion="reduce").evaluate(moving) == "0s"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_last_number_of_the_line_stands_clear_of_the_deadline(show: Show, width: int) -> None:
    """Also where every unit is received, and the line ends under the words of the deadline."""
    tab = show(figures_of([unit(code, f"Phòng {code}") for code in "ABC"], [3] * 7), width)

    last, due = (tab.locator(f".chart text.{name}").bounding_box() for name in ("last", "due"))

    assert last and due
    apart_below = last["y"] >= due["y"] + due["height"] - 1
    apart_left = last["x"] >= due["x"] + due["width"] or last["x"] + last["width"] <= due["x"]
    assert apart_below or apart_left


# --- a phone -----------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [320, 360, 768, 1000])
def test_the_page_never_scrolls_sideways(show: Show, width: int, script: bool) -> None:
    long = unit("RATDAI" * 6, "Tênrấtdài" * 20, "needs-fixing",
                findings=[finding("Nộidungdài" * 30, "E10")] * 3)  # fmt: skip
    figures = office()
    figures["units"].append(long)
    tab = show(figures, width, java_script_enabled=script)

    # Playwright evaluates also where the page's own script may not run.
    assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_each_unit_is_a_card_and_its_figures_say_what_they_are(show: Show) -> None:
    tab = show(office(), 360)
    row = tab.locator("#units tbody tr").nth(3)

    assert row.evaluate("(row) => row.getBoundingClientRect().width") == 328
    labels = row.evaluate(
        "(row) => Array.from(row.cells, (cell) => getComputedStyle(cell, '::before').content)"
    )
    assert labels == [
        "none", "none", "none", '"Được tính: "', '"Phải sửa: "', '"Sửa lần cuối: "', '"Hạn: "',
        '"Việc tiếp theo: "',
    ]  # fmt: skip
    head(tab, "Mã").get_by_role("button").click()
    assert codes(tab)[0] == "BQL"


# --- paper -------------------------------------------------------------------------------


def printed(tab: Page, file: Path) -> list[str]:
    """Print the page as its style says; return the text of each sheet of A4."""
    needs("pdfinfo", "pdftotext")
    tab.pdf(path=file, prefer_css_page_size=True)
    info = subprocess.run(
        ["pdfinfo", "-l", "-1", str(file)], capture_output=True, text=True, check=True
    ).stdout
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", info)
    for size in sizes:
        for points, millimetres in zip(size, A4_MM, strict=True):
            assert float(points) / 72 * 25.4 == pytest.approx(millimetres, abs=1)
    return [
        subprocess.run(
            ["pdftotext", "-layout", "-f", str(number), "-l", str(number), str(file), "-"],
            capture_output=True, text=True, check=True,
        ).stdout
        for number in range(1, len(sizes) + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_it_prints_on_a4_with_its_header_on_every_page(
    show: Show, tmp_path: Path, script: bool
) -> None:
    tab = show(country(90), java_script_enabled=script)

    pages = printed(tab, tmp_path / "tien-do.pdf")

    assert len(pages) > 3
    for text in pages[:-1]:
        assert re.search(r"Mã +Đơn vị +Trạng thái", text)
    assert "Bỏ lọc" not in "".join(pages)
    assert "Đến bảng đơn vị" not in "".join(pages)
    assert sorted(re.findall(r"\bX\d{5}\b", "".join(pages))) == [f"X{n:05d}" for n in range(90)]


def test_paper_has_the_findings_that_the_screen_folds_away(show: Show, tmp_path: Path) -> None:
    text = " ".join(" ".join(printed(show(office()), tmp_path / "tien-do.pdf")).split())

    for words in ("Phải sửa, E10, E12, E14: Thiếu địa", "Phải sửa, G12:", "gia hạn"):
        assert words in text
    assert "Hiện cả" not in text


def test_what_is_filtered_is_printed_and_said(show: Show, tmp_path: Path) -> None:
    tab = show(office())
    tab.get_by_label("Tìm").fill("thanh tra")

    text = "".join(printed(tab, tmp_path / "tien-do.pdf"))

    assert "Hiện 1 trong 10 đơn vị." in text
    assert "Thanh tra Sở" in text
    assert "Đảng uỷ" not in text


def test_paper_is_black_on_white_whatever_the_screen(show: Show) -> None:
    tab = show(office(), color_scheme="dark")
    tab.emulate_media(media="print", color_scheme="dark")

    inks = tab.evaluate(
        "Array.from(document.querySelectorAll('body, body *')).filter((e) => e.innerText)"
        ".map((e) => getComputedStyle(e).color)"
    )

    assert set(inks) == {"rgb(0, 0, 0)"}
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_on_paper_no_text_is_cut_and_no_row_broken(show: Show) -> None:
    """At the width of A4 within its margins: 186 mm."""
    figures = office()
    figures["units"].append(unit("RATDAI" * 6, "Tênrấtdài" * 20))
    tab = show(figures, 703)
    tab.emulate_media(media="print")

    cut = tab.evaluate(
        "Array.from(document.querySelectorAll('th, td, dt, dd, p, h1, h2, li'))"
        ".filter((e) => !e.classList.contains('unseen') && e.scrollWidth > e.clientWidth + 1)"
        ".map((e) => e.innerText)"
    )

    assert cut == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 703
    breaks = "(rows) => rows.map((row) => getComputedStyle(row).breakInside)"
    assert set(tab.locator("tr").evaluate_all(breaks)) == {"avoid"}
