"""How a table's columns share its width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.outputs.word.columns import PADDING, Need, shares
from dankheo_sheets.outputs.word.decree30 import Part
from dankheo_sheets.outputs.word.metrics import wrapped

TITLES = st.lists(
    st.sampled_from(["Đơn vị", "Mô hình tập thể", "TT", "Xây dựng mới", "Địa chỉ"]),
    min_size=1, max_size=2,
)  # fmt: skip
NEEDS = st.lists(
    st.builds(Need, TITLES, st.lists(st.integers(0, 2000), max_size=5)), min_size=1, max_size=12
)


@given(NEEDS)
def test_columns_fill_the_width_whatever_stands_in_them(needs: list[Need]) -> None:
    widths = shares(252, needs)

    assert sum(widths) == pytest.approx(252)
    assert min(widths) > 0


def test_the_longer_texts_have_the_wider_column() -> None:
    short, long = shares(165, [Need(["Địa chỉ"], [20, 30]), Need(["Nội dung"], [300, 400])])

    assert long > 2 * short


def test_beside_a_very_long_text_no_word_of_a_short_one_is_torn() -> None:
    """“Thôn” and “Nước” have come out as “Thô/n”, “Nướ/c”, beside contents of 2,500 letters."""
    place, content = shares(252, [Need(["Địa chỉ"], [28] * 9), Need(["Nội dung"], [2500] * 9)])

    assert wrapped(
        "Thôn Nghiêng, phường Trường Chinh", Part.CELL.style.size, place - 2 * PADDING
    ) == [
        "Thôn ", "Nghiêng, ", "phường ", "Trường ", "Chinh",
    ]  # fmt: skip
    assert content > 200


def test_a_column_of_marks_is_as_narrow_as_its_title() -> None:
    mark, _ = shares(252, [Need(["Xã"], [1]), Need(["Nội dung"], [300])])

    assert mark < 12


def test_rows_alike_make_columns_alike() -> None:
    first, second = shares(100, [Need(["A"], [50] * 9), Need(["B"], [50] * 9)])

    assert first == pytest.approx(second)
