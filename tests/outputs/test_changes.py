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

    assert found == ["Dòng “mô hình b”: Địa chỉ “Thôn 1” thành “Thôn 2”"]


def test_a_mark_that_moved_is_told_with_its_columns(campaign: Campaign) -> None:
    def of(**marks: str) -> bytes:
        return report(register_of(campaign, {"A": [entry(name="mô hình a", **marks)]}))

    found = changes(of(), of(collective="", individual="x"))

    assert found[-2:] == [
        "Dòng “mô hình a”: Mô hình tập thể bỏ “x”; Mô hình cá nhân thêm “x”",
        "Dòng “Tổng cộng: 1”: Mô hình tập thể “1” thành “0”; Mô hình cá nhân “0” thành “1”",
    ]
    assert "Dòng “Kinh tế”: Tập thể “1” thành “0”; Cá nhân “0” thành “1”" in found


def test_rows_are_paired_by_their_names_wherever_they_are(campaign: Campaign) -> None:
    def of(*models: tuple[str, str]) -> bytes:
        rows = [entry(name=name, place=place, content="Nội dung") for name, place in models]
        return report(register_of(campaign, {"A": rows}))

    old = of(("Vườn rau sạch", "Xã A"), ("Tổ tự quản", "Xã B"), ("Thu gom rác", "Xã C"))
    new = of(("Camera an ninh", "Xã D"), ("Vườn rau sạch", "Xã E"), ("Tổ tự quản", "Xã F"),
             ("Thu gom rác", "Xã G"))  # fmt: skip

    rows = [each for each in changes(old, new) if "Tổng" not in each and "Kinh tế" not in each]

    assert rows[-4:] == [
        "Thêm: “Camera an ninh | x |  | Xã D | Nội dung | x |  | Phòng A”",
        "Dòng “Vườn rau sạch”: Địa chỉ “Xã A” thành “Xã E”",
        "Dòng “Tổ tự quản”: Địa chỉ “Xã B” thành “Xã F”",
        "Dòng “Thu gom rác”: Địa chỉ “Xã C” thành “Xã G”",
    ]


def test_a_damaged_document_is_said_to_be_so_however_it_is_damaged() -> None:
    whole = document(*"abcdefgh")
    at = whole.index(b"word/document.xml") + 60
    for place in range(at, at + 400, 7):
        changes(whole[:place] + b"\0\0\0\0" + whole[place + 4 :], document("a"))
    assert changes(whole[:-100], document("a")) == ["Không đọc được bản trước, không so được."]


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
