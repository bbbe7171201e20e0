"""Where lines and pages end, reckoned before LibreOffice prints them."""

import io
from pathlib import Path

import pytest
from docx.document import Document
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.outputs.word.columns import PADDING
from dankheo_sheets.outputs.word.decree30 import Part, paragraph, start
from dankheo_sheets.outputs.word.form_table import WIDTHS
from dankheo_sheets.outputs.word.grid import grid
from dankheo_sheets.outputs.word.metrics import wrapped
from dankheo_sheets.outputs.word.pagination import Pages
from tests.printed import printed

PAGES = Pages(WIDTHS, first=110, others=135, foot=50)
WORDS = st.lists(st.sampled_from(["khéo", "vận", "động", "nhân dân", "\n", "x" * 60]), max_size=80)


def row(content: str, name: str = "1. Mô hình") -> list[str]:
    return [name, "x", "", "Xã mẫu", content, "x", ""]


@given(WORDS, WORDS)
def test_cutting_a_row_loses_no_word_and_no_line_break(name: list[str], content: list[str]) -> None:
    texts = row(" ".join(content), " ".join(name))
    if PAGES.lines(texts) <= 3:
        return

    most, along = PAGES.cut(texts)

    for old, first, rest in zip(texts, most, along, strict=True):
        gap = old[len(first) : len(old.rstrip()) - len(rest)]
        assert old.rstrip() == first + gap + rest
        assert gap.strip() == ""
    assert PAGES.lines(along) <= 2


@given(WORDS)
def test_the_lines_of_a_text_are_the_text(words: list[str]) -> None:
    text = " ".join(words)

    assert "".join(wrapped(text, 12, 79)) == text


@pytest.mark.office
def test_lines_are_broken_where_libreoffice_breaks_them(tmp_path: Path) -> None:
    text = (
        "Đường liên thôn còn hẹp, người dân đi lại khó khăn nhất là vào mùa mưa; Ủy ban nhân dân "
        "xã, Mặt trận Tổ quốc và các đoàn thể vận động nhân dân tự nguyện hiến đất, góp ngày "
        "công; dự kiến mở rộng 1.250 m đường trong năm 2022, ước giảm 30% chi phí đi lại.\n"
        "https://rat-dai.example/" + "khong-co-cho-ngat" * 6 + " và phần còn lại."
    )
    document: Document = start("a", "b", __import__("datetime").date(2022, 4, 5))
    table = grid(document, (82,))
    cell = table.add_row().cells[0]  # type: ignore[no-untyped-call]
    paragraph(cell, Part.CELL, text)
    out = io.BytesIO()
    document.save(out)

    (page,) = printed(out.getvalue(), "a.docx", tmp_path).pages

    levels: dict[int, list[str]] = {}
    for word in page.words:
        levels.setdefault(round(word.baseline), []).append(word.text)
    found = [" ".join(words).replace(" ", "") for words in levels.values()]
    reckoned = [
        line.strip().replace(" ", "")
        for line in wrapped(text, Part.CELL.style.size, 82 - 2 * PADDING)
    ]
    assert found == reckoned


@pytest.mark.parametrize(("lines", "alone"), [(9, False), (20, True), (21, True), (26, False)])
def test_a_signature_that_would_fall_on_the_next_page_is_foreseen(lines: int, alone: bool) -> None:
    assert PAGES.ends_alone([["I. Lĩnh vực"], row("\n".join(["dòng"] * lines))]) is alone


@pytest.mark.parametrize(("lines", "short"), [(1, True), (6, True), (9, True), (11, False)])
def test_a_last_row_is_whole_where_it_has_room_with_the_signature(lines: int, short: bool) -> None:
    assert PAGES.is_short(row("\n".join(["dòng"] * lines))) is short


@given(WORDS)
def test_what_is_told_without_measuring_is_true(words: list[str]) -> None:
    texts = row(" ".join(words).replace("\n", " "))
    if PAGES.is_short(texts):
        assert PAGES.is_short(row("\n".join(["dòng"] * PAGES.lines(texts))))
