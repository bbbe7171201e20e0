"""The page as it is written: complete, escaped, self-contained, the same each time."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from dankheo_sheets.board import html as boards
from dankheo_sheets.board.figures import board_of
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.registration import Status
from dankheo_sheets.standing.status_words import WORDS
from tests.outputs.figures import Figures, board, country, figures_of, finding, office, unit
from tests.outputs.registers import entry, register_of


class Read(HTMLParser):
    """A page's elements, and its text as a reader sees it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def attributes(self, *names: str) -> list[str]:
        return [each[name] or "" for _, each in self.elements for name in names if name in each]

    def count(self, tag: str) -> int:
        return sum(tag == each for each, _ in self.elements)


def page(figures: Figures) -> bytes:
    return boards.page(board(figures))


def tiles(figures: Figures) -> list[tuple[str, str]]:
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page(figures).decode())


def plot(figures: Figures) -> tuple[str, list[tuple[str, str]], str]:
    """Return the line, the dates with their places, and the deadline's place."""
    html = page(figures).decode()
    (line,) = re.findall(r'<path class="line" d="(.*?)"', html)
    dates = re.findall(r'<text x="([\d.]+)%" y="224" dy="20" text-anchor="\w+">(.*?)<', html)
    (due,) = re.findall(r'<line class="due" x1="([\d.]+)%"', html)
    return line, [(day, at) for at, day in dates], due


def keys(figures: object) -> object:
    """Return the names of a tree's values: of a list, those of its first item."""
    if isinstance(figures, dict):
        return {name: keys(value) for name, value in figures.items()}
    return [keys(figures[0])] if isinstance(figures, list) and figures else None


def test_the_samples_have_the_shape_of_the_real_figures(campaign: Campaign) -> None:
    real = board_of(register_of(campaign, {"A": [entry(place="")]})).model_dump(mode="json")
    sample = figures_of([unit("A", "Phòng A", findings=[finding("Thiếu địa chỉ.", "E10")])])
    sample["by_unit"] = real["by_unit"]

    assert keys(sample) == keys({key: real[key] for key in real if key in sample})
    assert b"<td>A</td>" in page(real)


# --- what stands there -------------------------------------------------------------------


def test_the_figures_have_their_titles() -> None:
    units = [unit("A", "Phòng A"), unit("B", "Phòng B", "submitted-late"), unit("C", "C", "ready")]

    assert tiles(figures_of(units)) == [
        ("Phải gửi", "3"), ("Đã nhận", "2"), ("Đúng hạn", "1"), ("Muộn hạn", "1"),
        ("Còn thiếu", "1"), ("Tỷ lệ", "66,7%"), ("Mô hình được tính", "9"),
    ]  # fmt: skip


def test_excluded_units_are_a_figure_where_there_are_any() -> None:
    units = [unit("A", "Phòng A"), unit("B", "Phòng B", "excluded")]

    assert tiles(figures_of(units))[-3:-1] == [("Tỷ lệ", "100%"), ("Loại trừ", "1")]


def test_units_that_register_none_are_told_apart_from_those_received() -> None:
    units = [unit("A", "Phòng A"), unit("B", "Phòng B", "none-registered", nil_reason="Mới lập.")]
    html = page(figures_of(units)).decode()

    assert '<dt>Đã nhận</dt><dd>2</dd><dd class="among">trong đó 1 không đăng ký</dd>' in html
    assert "Phòng B Lý do: Mới lập. Không đăng ký" in Read(html.encode()).text
    tones = {status: WORDS[status].tone for status in Status}
    others = {tones[Status.SUBMITTED], tones[Status.UNTOUCHED]}
    assert tones[Status.NONE_REGISTERED] not in others
    assert "không đăng ký" not in page(figures_of(units[:1])).decode()


def test_thousands_are_grouped() -> None:
    assert tiles(country())[0] == ("Phải gửi", "2.989")


def test_the_head_says_what_whose_until_when_and_as_of_when() -> None:
    text = Read(page(office())).text

    for words in (
        "Sở Khoa học và Công nghệ", "Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022",
        "Đang nhận", "Tính đến 17 giờ 00, ngày 08/4/2022",
        "Hạn: trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)",
    ):  # fmt: skip
        assert words in text


def test_a_campaign_that_is_over_says_so_and_no_unit_repeats_it() -> None:
    text = Read(page(figures_of([unit("A", "Phòng A", closed=True)], final=True))).text

    assert "Đã khoá tất cả các biểu" in text
    assert "Đang nhận" not in text
    assert "đã khoá" not in text


def test_before_anything_was_read_the_page_says_so() -> None:
    units = [unit("A", "Phòng A", "untouched", changed_at="")]
    text = Read(page(figures_of(units, (), as_of="", by_field=[]))).text

    assert "Chưa đọc biểu nào" in text
    assert "Chưa đến ngày mở đợt." in text


def test_every_unit_is_a_row_with_everything_about_it() -> None:
    html = page(office()).decode()
    (body,) = re.findall(r'<table id="units">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    rows = {
        (cells := [Read(cell.encode()).text for cell in re.split(r"</t[dh]>", row)])[0]: cells[1:-1]
        for row in body.split("</tr>")[:-1]
    }

    assert " ".join(rows) == "TTra QLCN KHTC TDC TTUD VP HCTH QLKH TTTT BQL"
    assert rows["HCTH"] == [
        "Phòng Hành chính - Tổng hợp", "Đã gửi", "3 /3", "", "07/4/2022 09:00",
        "trước ngày 12/4/2022", "",
    ]  # fmt: skip
    assert rows["KHTC"] == [
        "Phòng Kế hoạch - Tài chính", "Đủ, chưa xác nhận", "1 /1", "", "08/4/2022 16:40",
        "đến 17 giờ 00, ngày 15/4/2022 gia hạn", "Nhắc đơn vị xác nhận đã hoàn thành",
    ]  # fmt: skip
    assert rows["TDC"] == [
        "Chi cục Tiêu chuẩn Đo lường Chất lượng 4 phải sửa, 1 nên xem "
        "Phải sửa, E10, E12, E14: Thiếu địa chỉ. "
        "Phải sửa, G12: Ghi “x” vào một trong hai cột “Xây dựng mới”, “Nhân rộng”. "
        "Nên xem, F10: Nội dung quá ngắn, nên nêu đủ ba ý.",
        "Cần sửa", "2 /5", "4", "07/4/2022 09:00", "trước ngày 12/4/2022", "Đề nghị đơn vị sửa",
    ]  # fmt: skip
    assert rows["TTUD"] == [
        "Trung tâm Ứng dụng và Dịch vụ Khoa học và Công nghệ "
        "Thư: hộp thư ttud@so-khcn.example không nhận được thư",
        "Chưa phát biểu mẫu", "0 /0", "", "", "trước ngày 12/4/2022", "Phát biểu mẫu cho đơn vị",
    ]  # fmt: skip
    assert rows["QLCN"][:2] == [
        "Phòng Quản lý Công nghệ và Chuyên ngành "
        "Trả lại: Kế hoạch chưa có chữ ký của Trưởng phòng.",
        "Trả lại, chờ sửa",
    ]  # fmt: skip
    assert rows["BQL"][:2] == [
        "Ban Quản lý Khu công nghệ cao Loại trừ: đã sáp nhập từ ngày 01/3/2022", "Loại trừ"
    ]  # fmt: skip
    assert rows["VP"][5] == "trước ngày 12/4/2022 đã khoá"


def test_a_finding_about_the_whole_names_no_cell() -> None:
    units = [unit("A", "Phòng A", "needs-fixing", findings=[finding("Cần ít nhất 01 mô hình.")])]

    assert "Phải sửa: Cần ít nhất 01 mô hình." in Read(page(figures_of(units))).text


def test_only_an_https_address_is_a_link() -> None:
    addresses = ("https://vi.example/1", "http://vi.example/2", "workbooks/A.xlsx", "",
                 "javascript:alert(1)")  # fmt: skip
    units = [unit(f"U{at}", "Phòng", url=url) for at, url in enumerate(addresses)]
    links = [
        href for href in Read(page(figures_of(units))).attributes("href")
        if not href.startswith(("#", "data:"))
    ]  # fmt: skip

    assert links == ["https://vi.example/1"]


def test_the_page_opens_with_what_is_to_be_done_notes_first() -> None:
    text = Read(page(office())).text

    assert (
        "(chậm nhất hết ngày 11/4/2022) Việc cần làm "
        "TDC: đơn vị đang mở tệp, phản hồi sẽ ghi ở lần chạy sau "
        "Nhắc đơn vị ghi biểu: TTra Chờ đơn vị sửa và gửi lại: QLCN "
        "Nhắc đơn vị xác nhận đã hoàn thành: KHTC Đề nghị đơn vị sửa: TDC "
        "Phát biểu mẫu cho đơn vị: TTUD Nhắc đơn vị ghi tiếp: VP "
    ) in text


def test_many_units_are_counted_and_many_notes_folded() -> None:
    units = [unit(f"U{at}", "Phòng", "untouched") for at in range(9)]
    text = Read(page(figures_of(units, notes=[f"ghi chú {at}" for at in range(20)]))).text

    assert "ghi chú 5 14 ghi chú khác ghi chú 6" in text
    assert "Nhắc đơn vị ghi biểu: 9 đơn vị" in text


def test_where_nothing_is_left_to_do_the_page_says_so() -> None:
    assert "Việc cần làm Không còn việc nào." in Read(page(figures_of([unit("A", "A")]))).text


def test_fields_have_their_figures_and_bars_against_the_largest() -> None:
    html = page(office()).decode()
    bars = re.findall(r'<rect class="(collective|individual)" x="(.*?)%" width="(.*?)%"', html)

    assert bars == [
        ("collective", "0", "80"), ("individual", "80", "20"),
        ("collective", "0", "20"), ("individual", "20", "40"),
        ("collective", "0", "20"),
    ]  # fmt: skip
    for row in ("Kinh tế 5 4 1 2 3", "Quốc phòng - an ninh 0 0 0 0 0", "Tổng cộng 9 6 3 5 4"):
        assert row in Read(page(office())).text


def test_every_status_has_a_colour_and_a_name() -> None:
    assert WORDS.keys() == set(Status)
    assert all(words.tone and words.name for words in WORDS.values())


# --- the line ----------------------------------------------------------------------------


def test_the_line_steps_by_day_and_the_deadline_is_where_it_falls() -> None:
    """Four units; days 05/4 to 08/4 of the seven before the deadline."""
    units = [unit(code, f"Phòng {code}") for code in "ABCD"]

    line, dates, due = plot(figures_of(units, (0, 1, 1, 2)))

    assert line == "M0 100V100H14.29V75H28.57V75H42.86V50H57.14"
    assert [day for day, _ in dates] == [
        "05/4", "06/4", "07/4", "08/4", "09/4", "10/4", "11/4",
    ]  # fmt: skip
    assert dates[0] == ("05/4", "7.14")
    assert due == "100"


def test_the_line_has_room_until_the_last_units_deadline() -> None:
    """Not of a unit that is asked no more."""
    units = [
        unit("A", "Phòng A"), unit("B", "Phòng B", "ready", deadline="2022-04-15T00:00:00+07:00"),
        unit("C", "Phòng C", "excluded", deadline="2022-04-30T00:00:00+07:00"),
    ]  # fmt: skip

    _, dates, due = plot(figures_of(units))

    assert [day for day, _ in dates] == ["05/4", "07/4", "09/4", "11/4", "13/4"]
    assert due == "70"


def test_dates_of_another_year_than_that_of_reading_have_theirs() -> None:
    units = [unit(code, f"Phòng {code}") for code in "AB"]

    _, dates, _ = plot(figures_of(units, as_of="2023-01-05T08:00:00+07:00"))

    assert [day for day, _ in dates] == ["05/4/2022", "07/4/2022", "09/4/2022", "11/4/2022"]


def test_after_the_deadline_the_line_goes_on() -> None:
    units = [unit(code, f"Phòng {code}") for code in "AB"]

    line, dates, due = plot(figures_of(units, [0] * 7 + [1, 1, 2]))

    assert line.endswith("V50H80V50H90V0H100")
    assert [day for day, _ in dates] == ["05/4", "07/4", "09/4", "11/4", "13/4"]
    assert due == "70"


def test_the_line_is_said_in_words_and_given_as_a_table() -> None:
    units = [unit(code, f"Phòng {code}") for code in "ABCD"]
    read = Read(page(figures_of(units, (0, 1, 1, 2, 2))))

    assert (
        "Số đơn vị đã nhận từ ngày 05/4/2022 đến hết ngày 09/4/2022: từ 0 lên 2 trong 4 đơn vị "
        "phải gửi. Hạn: trước ngày 12/4/2022."
    ) in read.attributes("aria-label")
    assert "Đã nhận 05/4/2022 0 06/4/2022 1 08/4/2022 2 09/4/2022 2" in read.text


# --- what was typed ----------------------------------------------------------------------

NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;{{ 7 * 7 }}"


def nasty() -> Figures:
    figures = figures_of(
        [
            unit(
                NASTY, NASTY, "needs-fixing", next_action=NASTY, returned=NASTY, excluded=NASTY,
                nil_reason=NASTY, mail_problem=NASTY, url=f"https://vi.example/{NASTY}",
                findings=[finding(NASTY, NASTY)],
            )
        ],
        notes=[NASTY], fingerprint=NASTY,
    )  # fmt: skip
    figures["campaign"] |= {"title": NASTY, "agency": NASTY}
    figures["by_field"][0]["field"] = NASTY
    return figures


def test_whatever_was_typed_is_text() -> None:
    ordinary, read = Read(page(office())), Read(page(nasty()))

    assert (read.count("script"), read.count("style"), read.count("img")) == (1, 1, 0)
    assert {tag for tag, _ in read.elements} <= {tag for tag, _ in ordinary.elements}
    assert not [name for _, each in read.elements for name in each if name.startswith("on")]
    assert read.text.count(NASTY) == 17
    assert f"https://vi.example/{NASTY}" in read.attributes("href")


def test_what_no_document_can_hold_is_left_out() -> None:
    text = Read(page(figures_of([unit("A", "Phòng\ud800 \x00A\r\nB")]))).text

    assert "Phòng\ufffd A B" in text


# --- by itself ---------------------------------------------------------------------------


def test_nothing_is_loaded_from_anywhere() -> None:
    for figures in (office(), nasty()):
        data = page(figures)
        read = Read(data)
        loads = read.attributes("src", "srcset", "poster", "data", "action", "background")
        loads += [each["href"] or "" for tag, each in read.elements if tag in ("link", "use")]
        assert [each for each in loads if not each.startswith("data:")] == []
        styles = re.findall(r"<style>(.*?)</style>", data.decode(), re.DOTALL)
        assert not re.search(r"url\(|@import", "".join(styles))
        assert "style" not in {name for _, each in read.elements for name in each}


def test_the_policy_lets_in_this_style_and_script_and_nothing_else() -> None:
    html = page(office()).decode()
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for tag in ("style", "script")
        for text in re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    ]

    assert Read(html.encode()).attributes("content")[0] == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_same_figures_make_the_same_bytes() -> None:
    assert page(office()) == page(office())


@pytest.mark.parametrize("count", [0, 1])
def test_a_roster_of_none_or_one_has_a_page(count: int) -> None:
    read = Read(page(country(count)))

    assert read.count("tr") == 9 + 6 + count


def test_all_communes_of_the_country_fit_in_three_megabytes() -> None:
    data = page(country())

    assert len(data) < 3_000_000
    assert data.count(b"<tr data-status=") == 3321
    assert data.count(b"<details>") == 664
