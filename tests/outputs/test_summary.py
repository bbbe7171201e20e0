"""The board as Markdown, read with a real parser of it."""

import pytest
from markdown_it import MarkdownIt

from dankheo_sheets.board import markdown as markdowns
from dankheo_sheets.board.markdown import text
from tests.outputs.figures import Figures, board, country, figures_of, finding, office, unit

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def summary(figures: Figures) -> str:
    return markdowns.summary(board(figures))


def rows(markdown: str) -> list[list[str]]:
    """Return the cells of every row of the tables, as a reader sees them."""
    found: list[list[str]] = []
    for token in PARSER.parse(markdown):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline" and token.level >= 4 and found:
            children = token.children or []
            found[-1].append("".join(child.content for child in children))
    return found


def test_the_figures_are_one_line() -> None:
    assert summary(office()).splitlines()[:3] == [
        "## Đăng ký thực hiện mô hình, điển hình “Dân vận khéo” năm 2022",
        "",
        "Tính đến 17 giờ 00, ngày 08/4/2022: phải gửi **9**; "
        "đã nhận **3** (trong đó 1 không đăng ký); đúng hạn **2**; muộn hạn **1**; "
        "còn thiếu **6**; tỷ lệ **33,3%**; loại trừ **1**; mô hình được tính **9**.",
    ]


def test_every_unit_is_a_row() -> None:
    table = rows(summary(office()))

    assert len(table) == 11
    assert table[0] == [
        "Mã", "Đơn vị", "Trạng thái", "Được tính", "Phải sửa", "Sửa lần cuối", "Việc tiếp theo",
    ]  # fmt: skip
    assert table[1] == ["TTra", "Thanh tra Sở", "Chưa ghi", "0", "", "", "Nhắc đơn vị ghi biểu"]
    assert table[4] == [
        "TDC", "Chi cục Tiêu chuẩn Đo lường Chất lượng", "Cần sửa", "2", "4", "07/4/2022 09:00",
        "Đề nghị đơn vị sửa",
    ]  # fmt: skip


def test_reasons_and_mail_problems_stand_under_the_name() -> None:
    names = {row[0]: row[1] for row in rows(summary(office()))}

    assert names["QLCN"] == (
        "Phòng Quản lý Công nghệ và Chuyên ngành<br>"
        "Trả lại: Kế hoạch chưa có chữ ký của Trưởng phòng."
    )
    assert names["BQL"] == (
        "Ban Quản lý Khu công nghệ cao<br>Loại trừ: đã sáp nhập từ ngày 01/3/2022"
    )


def test_what_is_to_be_done_stands_before_the_table() -> None:
    """As GitHub reads it: a list, an empty line, the table."""
    lines = summary(office()).splitlines()

    assert lines[4:7] == [
        "### Việc cần làm", "",
        "- TDC&#58; đơn vị đang mở tệp, phản hồi sẽ ghi ở lần chạy sau",
    ]  # fmt: skip
    assert lines[7] == "- Nhắc đơn vị ghi biểu&#58; TTra"
    assert (lines[13], lines[14][:6]) == ("", "| Mã |")
    assert "Việc cần làm" not in summary(figures_of([unit("A", "Phòng A")]))


TYPED = (
    "a|b", "`mã`", "<script>alert(1)</script>", "<!--", "[tên](https://vi.example)", "**đậm**",
    "_nghiêng_", "~~gạch~~", "https://vi.example", "www.vi.example", "@moi-nguoi", "#12", "\\|",
    "&lt;b&gt;", "$x$", ":smile:", "![](x)", "<https://vi.example>", "\\", "- một", "1. một", "---",
    "+ một", "> một", "===", "# một",
)  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_what_was_typed_is_shown_as_typed(typed: str) -> None:
    units = [unit("A", typed, "needs-fixing", returned=typed, findings=[finding(typed)])]

    table = rows(summary(figures_of(units)))

    assert [row[:3] for row in table[1:]] == [["A", f"{typed}<br>Trả lại: {typed}", "Cần sửa"]]
    kinds = [token.type for token in PARSER.parse(f"{text(typed)}\n")]
    assert kinds == ["paragraph_open", "inline", "paragraph_close"]
    (inline,) = (token for token in PARSER.parse(text(typed)) if token.type == "inline")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}


def test_what_github_makes_links_of_is_broken_up() -> None:
    assert text("https://vi.example www.vi.example @moi-nguoi") == (
        "https&#58;//vi.example www&#46;vi.example &#64;moi-nguoi"
    )


def test_a_name_on_two_lines_stays_in_its_cell() -> None:
    table = rows(summary(figures_of([unit("A", "Phòng\r\nA\u2028B\x00\ud800")])))

    assert [row[1] for row in table[1:]] == ["Phòng A B\ufffd"]


def test_three_hundred_units_are_all_shown() -> None:
    assert len(rows(summary(country(300)))) == 301


def test_beyond_that_only_those_that_are_not_done() -> None:
    markdown = summary(country(310))

    assert len(rows(markdown)) == 1 + 6 * 31
    assert "\n\n124 đơn vị đã xong không ghi ở đây, xem trang Tiến độ.\n" in markdown


def test_what_does_not_fit_is_counted() -> None:
    units = [unit(f"X{n}", "Uỷ ban nhân dân xã " * 20, "untouched") for n in range(3321)]
    notes = [f"X{n}: hộp thư không nhận được thư" for n in range(9999)]

    markdown = summary(figures_of(units, notes=notes))

    shown = len(rows(markdown)) - 1
    assert 1000 < shown < 3321
    assert f"\n\n… và {3321 - shown:,} đơn vị khác, xem trang Tiến độ.\n".replace(",", ".", 1) in (
        markdown
    )
    assert " ghi chú khác.\n- Nhắc đơn vị ghi biểu&#58; 3.321 đơn vị\n\n| Mã |" in markdown
    assert len(markdown.encode()) < markdowns.MAX_BYTES
