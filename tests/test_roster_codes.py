"""Codes for units that have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.roster import CODE
from dankheo_sheets.roster.codes import RESERVED, propose

NAMES = st.lists(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            ["Phòng", "Ban", "Mỹ An", "Một", "Công Ông Nam", "Nông Ươm Lê", "và", "2", "KH&CN", "Đ"]
        ),
        max_size=6,
    ).map(" ".join),
    max_size=30,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Phòng Hành chính - Tổng hợp", "HCTH"),
        ("PHÒNG HÀNH CHÍNH - TỔNG HỢP", "HCTH"),
        ("Thanh tra Sở", "TTS"),
        ("Văn phòng", "VP"),
        ("Chi cục Tiêu chuẩn Đo lường Chất lượng", "CCTCDLCL"),
        ("Trung tâm Ứng dụng và Dịch vụ KH&CN", "TTUDDVKHCN"),
        ("Xã Ba Vì (mới)", "XBV"),
        ("Tổ 3", "T3"),
        ("Phòng", "P"),
        ("12", "DV12"),
        ("Вода", "DV"),
        ("", "DV"),
    ],
)
def test_a_code_is_the_initials_of_the_name(name: str, code: str) -> None:
    assert propose([name]) == [code]


def test_names_that_clash_get_a_number() -> None:
    assert propose(["Phòng A", "Phòng Á", "Phòng Ả"], taken=["a2"]) == ["A", "A3", "A4"]


def test_digits_of_another_script_are_no_part_of_a_code() -> None:
    assert propose(["Phòng \N{SORA SOMPENG DIGIT ZERO}", "Tổ ٣", "Tổ 3"]) == ["P", "T", "T3"]


def test_what_windows_or_excel_takes_for_something_else_is_no_code() -> None:
    assert propose(["Công Ông Nam", "Một Ánh Rừng", "Một Ảnh Rừng"]) == ["CON2", "MAR", "MARX2"]


@given(NAMES, st.lists(st.text("ABCDEHP2", min_size=1, max_size=4)))
def test_codes_are_unique_usable_and_stay_when_units_are_added(
    names: list[str], taken: list[str]
) -> None:
    codes = propose(names, taken)

    folded = [code.casefold() for code in codes]
    assert len(set(folded)) == len(names)
    assert not {code.casefold() for code in taken} & set(folded)
    assert all(CODE.fullmatch(code) and code.isascii() for code in codes)
    assert not set(folded) & RESERVED
    for length in range(len(names)):
        assert propose(names[:length], taken) == codes[:length]
