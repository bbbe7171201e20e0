"""form.toml: what may be declared, and that every mistake is told with its key."""

from pathlib import Path

import pytest

from dankheo_sheets.declaration import bundled, derived
from dankheo_sheets.declaration.load import load
from dankheo_sheets.declaration.model import Declaration, outline
from dankheo_sheets.errors import SettingsError

SMALL = """
id = "mau"
version = "1"
title = "BIỂU MẪU"
[[column]]
key = "ten"
number = "1"
header = "Tên"
kind = "text"
[[column]]
key = "tong"
number = "2=3+4"
header = ["Số", "Tổng"]
kind = "computed"
[[column]]
key = "nam"
number = "3"
header = ["Số", "Nam"]
kind = "integer"
[[column]]
key = "nu"
number = "4"
header = ["Số", "Nữ"]
kind = "integer"
"""


def mistakes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "form.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except SettingsError as error:
        return list(error.mistakes)
    return []


@pytest.mark.parametrize("name", bundled.brought_along())
def test_the_forms_we_bring_along_are_whole(name: str) -> None:
    declaration = bundled.brought(name)

    assert isinstance(declaration, Declaration)
    assert declaration.id == name


def test_a_small_form_needs_little(tmp_path: Path) -> None:
    assert mistakes(tmp_path, SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "text"', 'kind = "chu"', "column “ten”.kind: ghi “chu”; cần một trong: 'text'"),
        ('kind = "text"', 'kind = "text"\nwidht = 9',
         "column “ten”.widht: ghi “9”; không có mục này"),
        ('key = "nam"', 'key = "Năm"', "column “Năm”.key: ghi “Năm”; cần"),
        ('key = "nam"', 'key = "nu"', "key: “nu” dùng 2 lần; mỗi cột, nhóm một key riêng"),
        ('key = "nam"', 'key = "sum"', "key: “sum” là từ riêng của chương trình; đặt tên khác"),
        ('number = "3"', "", "column “nam”.number: thiếu số cột, các cột khác đều có"),
        ('number = "4"', 'number = "1"', "column “nu”.number: số “1” đã là của cột “ten”"),
        ("2=3+4", "2=3+5", "column “tong”.number: công thức in nhắc cột 5, biểu không có cột số 5"),
        ("2=3+4", "2=3+2", "column “tong”.formula: tính vòng quanh: tong → tong"),
        ("2=3+4", "2", "column “tong”.formula: cột tính sẵn cần công thức"),
        ('["Số", "Nam"]', '"Nam"',
         "column “nu”.header: nhóm “Số” bị tách rời; đặt các cột liền nhau"),
        ('["Số", "Nam"]', '["Số", "Nữ"]', "column “nu”.header: tiêu đề “Nữ” đã có ở cột khác"),
        ('["Số", "Nam"]', '["Số", "Tổng", "x"]',
         "column “nam”.header: “Tổng” vừa là cột vừa là nhóm cột"),
        ('kind = "text"', 'kind = "choice"', "column “ten”.choices: cần các giá trị để chọn"),
        ('kind = "text"', 'kind = "text"\nbounds = { minimum = 1 }',
         "column “ten”.bounds: chỉ dùng cho cột số"),
        ('kind = "text"', 'kind = "text"\nwithin = "nam"',
         "column “ten”.within: cần key của một cột số"),
        ('title = "BIỂU MẪU"', 'title = "BIỂU MẪU"\ngather = "sum"',
         'gather: với rows.kind = "free" cần "list"'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SMALL
    found = mistakes(tmp_path, SMALL.replace(old, new, 1))
    assert [line for line in found if line.startswith(f"form.toml: {told}")], found


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            '[[rule]]\ncode = "r-1"\ncolumn = "nam"\nexpect = "nam <= tuoi"\nmessage = "m"\n'
            'sentence = "s"',
            "rule “r-1”.expect: “nam <= tuoi”: không có cột “tuoi”",
        ),
        (
            '[[rule]]\ncode = "r-1"\ncolumn = "x"\nexpect = "1 < 2"\nmessage = "m"\nsentence = "s"',
            "rule “r-1”.column: không có cột “x”",
        ),
        (
            '[[statistic]]\ntitle = "S"\nmeasure = "sum"\ncolumn = "ten"\nby = "unit"',
            "statistic “S”.column: “ten” không phải một cột số",
        ),
        (
            '[[group]]\nkey = "g"\nlabel = "G"\nmarks = { nam = "nam", nu = "nữ" }',
            "group “g”.marks: “nam” không phải một cột kind = \"mark\"",
        ),
        ('[rows]\nkind = "lines"', 'rows.lines: cần, và chỉ cần, khi rows.kind = "lines"'),
        ('[rows]\nkind = "sections"\nsection = "ten"',
         'rows.section: cần key của một cột kind = "choice"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_told(tmp_path: Path, more: str, told: str) -> None:
    found = mistakes(tmp_path, f"{SMALL}{more}\n")
    assert [line for line in found if line.startswith(f"form.toml: {told}")], found


def test_a_personal_column_is_in_no_statistic(tmp_path: Path) -> None:
    text = SMALL.replace('kind = "integer"', 'kind = "integer"\npersonal = true', 1)
    statistic = '[[statistic]]\ntitle = "S"\nmeasure = "sum"\ncolumn = "nam"\nby = "unit"\n'

    assert mistakes(tmp_path, text + statistic) == [
        "form.toml: statistic “S”: “nam” là dữ liệu cá nhân, không đưa vào thống kê"
    ]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("2=3+4", "2=3+9").replace('["Số", "Nam"]', '"Nam"')

    assert len(mistakes(tmp_path, text)) == 2


def test_printed_lines_are_an_outline() -> None:
    lines = outline("I | Đào tạo =\n  1 | Chuyên môn =\n    - Đại học\n    - Thạc sỹ\n  2 | Khác")

    assert [(line.id, line.code, line.label, line.level, line.summed) for line in lines] == [
        ("I", "I", "Đào tạo", 0, True),
        ("I.1", "1", "Chuyên môn", 1, True),
        ("I.1.1", "", "- Đại học", 2, False),
        ("I.1.2", "", "- Thạc sỹ", 2, False),
        ("I.2", "2", "Khác", 1, False),
    ]


@pytest.mark.parametrize("text", ["  a", "a\n   b", "a\n\nb", "a\n    b"])
def test_an_outline_is_indented_two_blanks_a_level(text: str) -> None:
    with pytest.raises(ValueError, match=r"dòng [12]"):
        outline(text)


def test_computed_columns_come_after_what_they_look_at(tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    more = '[[column]]\nkey = "ty_le"\nnumber = "5(=3*100/2)"\nheader = "Tỷ lệ"\nkind = "computed"'
    path.write_text(SMALL + more, encoding="utf-8")

    assert list(derived.computed(load(path))) == ["tong", "ty_le"]
