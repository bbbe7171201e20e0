"""What is said of two versions of a document."""

import io
from collections.abc import Sequence

import docx
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.outputs.word.changes import changes
from dankheo_sheets.outputs.word.report import report
from tests.outputs.registers import entry, register_of


def document(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def of_names(campaign: Campaign, names: Sequence[str]) -> bytes:
    """Return a report of models of these names."""
    return report(register_of(campaign, {"A": [entry(name=name) for name in names]}))


def about(found: Sequence[str], start: str) -> list[str]:
    return [each for each in found if each.startswith(start)]


def test_a_paragraph_is_shown_with_the_words_around_what_differs() -> None:
    old = "Đề nghị các phòng, đơn vị gửi đăng ký trước ngày 12/4/2022 để tổng hợp, báo cáo Sở"

    assert changes(document(old), document(old.replace("12/4", "15/4"))) == [
        "Sửa: “… đăng ký trước ngày 12/4/2022 để tổng hợp, báo …” thành "
        "“… đăng ký trước ngày 15/4/2022 để tổng hợp, báo …”"
    ]


def test_what_is_new_does_not_hide_what_was_mended_beside_it() -> None:
    old = document("Mở đầu", "Đơn vị gửi biểu qua thư điện tử")
    new = document("Mở đầu", "Đoạn hoàn toàn khác", "Đơn vị gửi biểu qua bưu điện")

    assert changes(old, new) == [
        "Thêm: “Đoạn hoàn toàn khác”",
        "Sửa: “… vị gửi biểu qua thư điện tử” thành “… vị gửi biểu qua bưu điện”",
    ]


def test_a_row_is_known_by_its_name_and_not_by_its_number(campaign: Campaign) -> None:
    names = [f"mô hình {letter * 3}" for letter in "abcdefgh"]

    found = changes(of_names(campaign, names), of_names(campaign, names[1:]))

    assert len(about(found, "Bỏ: “mô hình aaa | x |  | ")) == 1
    assert about(found, "Thêm") == []
    assert about(found, "Dòng “mô hình") == []


def test_a_cell_is_shown_under_the_name_of_its_row(campaign: Campaign) -> None:
    def of(place: str) -> bytes:
        rows = [entry(name="mô hình a"), entry(name="mô hình b", place=place)]
        return report(register_of(campaign, {"A": rows}))

    found = changes(of("Thôn 1"), of("Thôn 2"))

    assert found == ["Dòng “mô hình b”: “Thôn 1” thành “Thôn 2”"]


def test_where_a_long_table_is_cut_is_no_change(campaign: Campaign) -> None:
    names = [f"mô hình {number}" for number in range(600)]

    found = changes(of_names(campaign, names), of_names(campaign, ["mới", *names]))

    assert len(about(found, "Thêm: “mới | x |  | ")) == 1
    assert about(found, "Thêm") == about(found, "Thêm: “mới")
    assert about(found, "Bỏ") == []


def test_a_version_that_cannot_be_read_is_said() -> None:
    assert changes(b"torn", document("a")) == ["Không đọc được bản trước, không so được."]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=8), st.lists(st.sampled_from("abcdefgh")))
def test_only_the_same_words_have_no_change(before: list[str], after: list[str]) -> None:
    said = changes(document(*before), document(*after))

    same = said == ["Chữ không đổi; chỉ cách trình bày hoặc thuộc tính của tệp."]
    assert same == (before == after)
