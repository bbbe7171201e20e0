"""When each rule speaks and, mostly, when it stays silent; the texts a unit sees."""

import unicodedata
from collections.abc import Sequence

import pytest

from dankheo_sheets.form import rules, unit_rules
from dankheo_sheets.form.checks import ERROR_VALUE, ERROR_VALUE_MESSAGE, RowCheck
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.reckoning import reckoned
from dankheo_sheets.registration import (
    CellRef,
    Cover,
    Entry,
    Finding,
    Registration,
    Scope,
    Severity,
)
from tests.form.workbooks import CONTENT, DONE, good
from tests.form_2022 import entry

TAB = "Đăng ký"
COLUMNS = dict(
    zip(
        ["field", "name", "collective", "individual", "place", "content", "new", "replicated"],
        "ABCDEFGH",
        strict=True,
    )
)
COVER_CELLS = {
    key: CellRef(TAB, int(cell[1:]), cell[0])
    for key, cell in {
        "preparer": "B5", "phone": "E5", "nil_reason": "G5",
        "number": "B6", "date": "E6", "confirmed": "G6",
    }.items()
}  # fmt: skip
COLLECTIVE, INDIVIDUAL, NEW, REPLICATED = "tập thể", "cá nhân", "xây dựng mới", "nhân rộng"
CONTENT_MINIMUM = 60


def check(
    form: Form, *entries: Entry, cover: Cover = DONE, problems: Sequence[Finding] = ()
) -> list[Finding]:
    registration = Registration("HCTH", entries, cover, TAB, COLUMNS, COVER_CELLS, tuple(problems))
    return list(rules.check(registration, form))


def found(form: Form, *entries: Entry, cover: Cover = DONE) -> list[tuple[str, str]]:
    """Return (code, cell) of every finding."""
    return [(f.code, str(f.cell or "")) for f in check(form, *entries, cover=cover)]


def row(form: Form, **changed: str) -> list[tuple[str, str]]:
    """Return what is found on row 10, beside a good row; the unit's own findings left out."""
    return found(form, good(10, **changed), good(11, name="Dòng đạt khác"))


# --- one row ------------------------------------------------------------------------------------


def test_a_good_return_has_no_findings(form: Form) -> None:
    assert found(form, good()) == []


@pytest.mark.parametrize("key", ["name", "place", "content"])
@pytest.mark.parametrize(
    "text",
    ["", " ", "\u00a0", ".....", "…", "-", "–", "?", "\u200b", "“”", "•", "\uf0b7 ", "\u3000"],
)
def test_a_text_without_a_word_is_missing(form: Form, key: str, text: str) -> None:
    column = COLUMNS[key]
    assert row(form, **{key: text}) == [(f"{key}-required", f"{column}10")]


@pytest.mark.parametrize("key", ["name", "place", "content"])
@pytest.mark.parametrize("text", ["1.....", "1……", "12/4", "123", "50%", "0,5", "(1)", "1 –"])
def test_digits_without_a_word_are_told_to_be_that(form: Form, key: str, text: str) -> None:
    """A person who sees 12/5 in a cell would not believe that it is missing."""
    column = COLUMNS[key]
    assert row(form, **{key: text}) == [(f"{key}-number", f"{column}10")]


@pytest.mark.parametrize("key", ["name", "place"])
@pytest.mark.parametrize(
    "text",
    [
        "A", "ế", "đ", "1. Một", "Tổ 3", " x ", "=A1", "+84 giờ", "#N/A", "Ð", "П",
        "M« h×nh", unicodedata.normalize("NFD", "Ố"), "12a", "Công sở “xanh”",
        "ភូមិ", "ꨌꩌ", "บ้าน", "村", "قرية", "১২", "٣", "😀", "\u0301",
    ],
)  # fmt: skip
def test_a_text_with_a_word_is_enough(form: Form, key: str, text: str) -> None:
    assert row(form, **{key: text}) == []


@pytest.mark.parametrize("field", ["", " ", "\u00a0", ".", "…"])
def test_a_field_without_a_word_is_missing(form: Form, field: str) -> None:
    assert row(form, field=field) == [("field-required", "A10")]


@pytest.mark.parametrize("field", ["1.", "1"])
def test_a_field_of_digits_is_told_to_be_that(form: Form, field: str) -> None:
    assert row(form, field=field) == [("field-number", "A10")]


@pytest.mark.parametrize(
    "field",
    ["Nông thôn mới", "Kinh tế, Văn hoá", "Kinh", "kinhte", "Kinh tế.", "Kinh tế xã hội",
     "I. Kinh tế"],
)  # fmt: skip
def test_a_field_outside_the_list_is_remarked(form: Form, field: str) -> None:
    assert row(form, field=field) == [("field-listed", "A10")]


@pytest.mark.parametrize(
    "field",
    [
        "Kinh tế", "KINH TẾ", "kinh tế ", "  Kinh  tế", "Kinh\u00a0tế", "kinh te", "Kinh tế\n",
        "Phát triển kinh tế", "Lĩnh vực Kinh tế", "lĩnh vực kinh tế",
        "Văn hoá - xã hội", "Văn hóa - xã hội", "VĂN HÓA – XÃ HỘI", "Van hoa - xa hoi", "VH-XH",
        "vhxh", "Văn hoá, xã hội", "Quốc phòng — an ninh", "QP-AN", "qpan",
        "Xây dựng hệ thống chính trị", "XD HTCT", "Hệ thống chính trị",
        unicodedata.normalize("NFD", "Văn hoá - xã hội"), "Kinh tê\u0301", "\ufeffKinh tế",
        "Kinh tế\u202a", "Kinh\u2060 tế", "\u200eKinh\u00ad tế",
    ],
)  # fmt: skip
def test_a_field_is_known_however_it_is_spelt(form: Form, field: str) -> None:
    assert row(form, field=field) == []


MARKED = [
    "x", "X", "х", "Х", "×", "✓", "✔", "☑", "√", "v", "V", "*", "+", "1", "01", "có", "Có", "CÓ",
    "x ", " x", "\u00a0x", "TRUE", "true", "x\n", unicodedata.normalize("NFD", "có"), "co",
    "ｘ", "Ｘ", "x.", "X.", "(x)", "[X]", "✔\ufe0f", "☒", "✗", "✘", "✅", "\uf0fc", "\uf0fe",
    "x\u200e", "\u202ax\u202c", "\u2060✓",
]  # fmt: skip
UNMARKED = [
    "", " ", "\u00a0", "-", "–", "—", "0", "không", "Không", "KHÔNG", "ko", "khong", "FALSE",
    unicodedata.normalize("NFD", "không"), "☐", "□", "\uf0a8", "[ ]", "\u200b", "0\u200f",
]  # fmt: skip
OTHER_TEXT = ["01 tập thể", "Nguyễn Văn A", "02", "2", "xx", "duy trì", "?", ".", "y", "ü"]

PAIRS = [("collective", "individual", "holder"), ("new", "replicated", "origin")]


@pytest.mark.parametrize(("first", "second", "code"), PAIRS)
@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("unmarked", ["", "-", "không"])
def test_one_mark_is_right_in_either_cell(
    form: Form, first: str, second: str, code: str, mark: str, unmarked: str
) -> None:
    assert row(form, **{first: mark, second: unmarked}) == []
    assert row(form, **{first: unmarked, second: mark}) == []


@pytest.mark.parametrize(("first", "second", "code"), PAIRS)
@pytest.mark.parametrize("unmarked", UNMARKED)
def test_what_says_no_is_no_mark(
    form: Form, first: str, second: str, code: str, unmarked: str
) -> None:
    assert row(form, **{first: "x", second: unmarked}) == []
    assert row(form, **{first: unmarked, second: ""}) == [(f"{code}-one", f"{COLUMNS[first]}10")]


@pytest.mark.parametrize(("first", "second", "code"), PAIRS)
@pytest.mark.parametrize("mark", ["x", "V", "Nguyễn Văn A", "02"])
def test_both_marks_are_one_too_many(
    form: Form, first: str, second: str, code: str, mark: str
) -> None:
    expected = [(f"{code}-one", f"{COLUMNS[first]}10")]
    assert row(form, **{first: "x", second: mark}) == expected
    assert row(form, **{first: mark, second: "x"}) == expected


@pytest.mark.parametrize(("first", "second", "code"), PAIRS)
@pytest.mark.parametrize("text", OTHER_TEXT)
def test_other_text_counts_as_the_mark_with_a_remark_where_it_stands(
    form: Form, first: str, second: str, code: str, text: str
) -> None:
    """A name or a count in one cell, nothing in the other (reference/form.md §4)."""
    for marked, unmarked in ((first, second), (second, first)):
        said = row(form, **{marked: text, unmarked: ""})
        assert said == [(f"{code}-mark", f"{COLUMNS[marked]}10")]


@pytest.mark.parametrize(
    ("entry", "holder", "origin"),
    [
        (good(), COLLECTIVE, NEW),
        (good(collective="", individual="x"), INDIVIDUAL, NEW),
        (good(collective="-", individual="Nguyễn Văn A"), INDIVIDUAL, NEW),
        (good(collective="01 tập thể"), COLLECTIVE, NEW),
        (good(collective="✓", individual="không"), COLLECTIVE, NEW),
        (good(new="\u00a0", replicated="v"), COLLECTIVE, REPLICATED),
        (good(new="0", replicated="duy trì"), COLLECTIVE, REPLICATED),
    ],
)
def test_holder_and_origin_follow_the_marks(
    form: Form, entry: Entry, holder: str, origin: str
) -> None:
    (row,) = reckoned([entry], form)

    assert (row.values["holder"], row.values["origin"]) == (holder, origin)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ngắn", [("content-points", "F10")]),
        ("a" * (CONTENT_MINIMUM - 1), [("content-points", "F10")]),
        ("  " + "a" * (CONTENT_MINIMUM - 1) + "  ", [("content-points", "F10")]),
        ("a" + " " * CONTENT_MINIMUM + "b", [("content-points", "F10")]),
        ("a" * CONTENT_MINIMUM, []),
        ("ế" * CONTENT_MINIMUM, []),
        ("Ý một.\nÝ hai.\nÝ ba.\n" * 3, []),
        ("a" + "😀" * 30, []),
        (CONTENT, []),
        (CONTENT * 20, []),
    ],
)
def test_a_short_content_is_remarked(
    form: Form, content: str, expected: list[tuple[str, str]]
) -> None:
    """Counted as the sheet's LEN counts: trimmed, in UTF-16 code units."""
    assert row(form, content=content) == expected


def test_every_rule_of_a_row_speaks_at_once_blocking_ones_first(form: Form) -> None:
    faulty = entry(10, field="Nông thôn mới", content="Ngắn", new="duy trì")
    assert found(form, faulty, good(11)) == [
        ("name-required", "B10"),
        ("holder-one", "C10"),
        ("place-required", "E10"),
        ("field-listed", "A10"),
        ("origin-mark", "G10"),
        ("content-points", "F10"),
    ]


def test_a_finding_carries_what_was_typed(form: Form) -> None:
    (finding,) = check(form, good(collective="", individual="Nguyễn Văn A"))
    assert finding == Finding(
        "holder-mark", Severity.WARN, Scope.ENTRY, "Ô tập thể, cá nhân chỉ ghi x.",
        CellRef(TAB, 10, "D"), "Nguyễn Văn A",
    )  # fmt: skip


# --- the same row twice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Công sở văn minh", "Phòng Hành chính"),
        ("CÔNG SỞ VĂN MINH", "phòng hành chính"),
        (" Công  sở văn minh ", "Phòng\u00a0Hành chính"),
        ("Công sở văn minh\n", "Phòng Hành chính\u200b"),
    ],
)
def test_the_same_name_and_place_are_a_duplicate(form: Form, name: str, place: str) -> None:
    """The lower row is the one to mend, each time anew."""
    again = good(12, name=name, place=place)
    assert found(form, good(10), again, good(15)) == [("duplicate", "B12"), ("duplicate", "B15")]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Công sở văn minh", "Thanh tra Sở"),
        ("Công sở văn minh 2", "Phòng Hành chính"),
        ("Cong so van minh", "Phong Hanh chinh"),
        ("Công sở", "văn minh Phòng Hành chính"),
        ("Công sở văn minh|Phòng", "Hành chính"),
        (unicodedata.normalize("NFD", "Công sở văn minh"), "Phòng Hành chính"),
    ],
)
def test_another_name_or_place_is_no_duplicate(form: Form, name: str, place: str) -> None:
    assert found(form, good(10), good(12, name=name, place=place)) == []


def test_rows_without_a_name_are_no_duplicates(form: Form) -> None:
    first, second = good(10, name="1....."), good(11, name="1.....")
    assert found(form, first, second, good(12)) == [
        ("name-number", "B10"), ("name-number", "B11"),
    ]  # fmt: skip


# --- unused rows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        entry(10),
        entry(10, name="1....."),
        entry(10, name="1……", place="…", content="....."),
        entry(10, field="1.", name="2 ."),
        entry(10, "\u00a0", " ", "\n", "\t", "\u200b", "  ", "\u00a0 ", " "),
        entry(10, name="12/4"),
    ],
)
def test_a_row_without_words_and_marks_is_unused(form: Form, entry: Entry) -> None:
    assert form.is_blank(entry)


@pytest.mark.parametrize(
    "entry",
    [
        entry(10, name="A"),
        entry(10, field="Kinh tế"),
        entry(10, place="Tổ 3"),
        entry(10, content="ế"),
        entry(10, collective="x"),
        entry(10, individual="-"),
        entry(10, new="0"),
        entry(10, replicated="."),
        entry(10, name="ភូមិ"),
        entry(10, content="村"),
    ],
)
def test_a_row_with_a_word_or_a_mark_is_used(form: Form, entry: Entry) -> None:
    assert not form.is_blank(entry)


# --- the return as a whole -----------------------------------------------------------------------

REASON = "Đơn vị đang sắp xếp lại"
WHO = {"preparer": "Nguyễn Văn Mẫu", "phone": "0900000001"}


@pytest.mark.parametrize(
    ("entries", "cover", "expected"),
    [
        ([good()], DONE, []),
        ([good(), good(11, name="Khác")], DONE, []),
        ([good()], Cover(**WHO, confirmed="X "), []),
        ([good()], Cover(**WHO, confirmed="✓"), []),
        ([good()], Cover(**WHO, confirmed="có", number="12/HCTH", date="08/4/2022"), []),
        ([good()], Cover(**WHO, confirmed="x", nil_reason="…"), []),
        ([], Cover(**WHO, nil_reason=REASON), []),
        ([], Cover(**WHO, nil_reason=REASON, confirmed="x"), []),
        ([good(), good(11, name="")], DONE, [("name-required", "B11")]),
        ([good()], Cover(**WHO), [("confirmation", "G6")]),
        ([good()], Cover(**WHO, confirmed="-"), [("confirmation", "G6")]),
        ([good()], Cover(**WHO, confirmed="không"), [("confirmation", "G6")]),
        ([good()], Cover(**WHO, confirmed="đã xong"), [("confirmation", "G6")]),
        ([good()], Cover(phone="1", confirmed="x"), [("preparer-required", "B5")]),
        (
            [good()], Cover(preparer="0900", phone="1", confirmed="x"),
            [("preparer-required", "B5")],
        ),
        ([good()], Cover(preparer="Mẫu", confirmed="x"), [("phone-required", "E5")]),
        (
            [good()], Cover(preparer="Mẫu", phone="\u00a0", confirmed="x"),
            [("phone-required", "E5")],
        ),
        (
            [good()], Cover(**WHO, nil_reason=REASON, confirmed="x"),
            [("nil-with-entries", "G5")],
        ),
        (
            [good()], Cover(**WHO, nil_reason=REASON),
            [("nil-with-entries", "G5"), ("confirmation", "G6")],
        ),
        ([], DONE, [("nil-needs-reason", "G5")]),
        ([], Cover(**WHO, nil_reason="…", confirmed="x"), [("nil-needs-reason", "G5")]),
        ([], Cover(**WHO), [("minimum", ""), ("confirmation", "G6")]),
        ([], Cover(nil_reason=REASON), [("preparer-required", "B5"), ("phone-required", "E5")]),
        (
            [], Cover(),
            [("minimum", ""), ("preparer-required", "B5"), ("phone-required", "E5"),
             ("confirmation", "G6")],
        ),
        ([good(name="")], DONE, [("name-required", "B10"), ("minimum", "")]),
        (
            [good(name="")], Cover(**WHO, nil_reason=REASON),
            [("name-required", "B10"), ("nil-with-entries", "G5"), ("minimum", ""),
             ("confirmation", "G6")],
        ),
    ],
)  # fmt: skip
def test_the_return_as_a_whole(
    form: Form, entries: list[Entry], cover: Cover, expected: list[tuple[str, str]]
) -> None:
    assert found(form, *entries, cover=cover) == expected


@pytest.mark.parametrize(
    ("minimum", "good_rows", "said"),
    [
        (0, 0, []),
        (1, 1, []),
        (2, 2, []),
        (2, 1, ["Cần ít nhất 02 mô hình đạt."]),
        (12, 11, ["Cần ít nhất 12 mô hình đạt."]),
    ],
)
def test_the_minimum_is_the_campaigns(
    form: Form, minimum: int, good_rows: int, said: list[str]
) -> None:
    other = Form(form.campaign.model_copy(update={"minimum_entries": minimum}))
    cover = DONE if good_rows else Cover(**WHO, nil_reason=REASON)
    rows = [good(10 + at, name=f"Mô hình {at}") for at in range(good_rows)]
    assert [finding.message for finding in check(other, *rows, cover=cover)] == said


def test_a_finding_on_the_whole_carries_what_the_cover_says(form: Form) -> None:
    (finding,) = check(form, good(), cover=Cover(**WHO, confirmed="đã xong"))
    assert finding == Finding(
        "confirmation", Severity.BLOCK, Scope.UNIT, "Chưa ghi x vào ô “Đã hoàn thành đăng ký”.",
        CellRef(TAB, 6, "G"), "đã xong",
    )  # fmt: skip


# --- what the reader met comes first -------------------------------------------------------------


def problem(severity: Severity, scope: Scope, cell: CellRef | None = None) -> Finding:
    return Finding("met", severity, scope, "Đã gặp.", cell)


def test_nothing_more_is_said_of_a_file_that_cannot_be_used(form: Form) -> None:
    met = problem(Severity.BLOCK, Scope.FILE)
    assert check(form, good(name=""), cover=Cover(), problems=[met]) == [met]


def test_a_remark_on_the_file_hides_nothing(form: Form) -> None:
    met = problem(Severity.WARN, Scope.FILE)
    said = check(form, good(name=""), good(11), problems=[met])
    assert [finding.code for finding in said] == ["met", "name-required"]


def test_nothing_more_is_said_of_a_row_that_cannot_be_read(form: Form) -> None:
    """It does not count either, and is no duplicate of the rows below."""
    met = problem(Severity.BLOCK, Scope.ENTRY, CellRef(TAB, 10, "F"))
    said = check(form, good(10, content=""), good(11), problems=[met])
    assert said == [met]
    alone = check(form, good(10, content=""), problems=[met])
    assert [finding.code for finding in alone] == ["met", "minimum"]


def test_a_remark_on_a_row_hides_nothing(form: Form) -> None:
    met = problem(Severity.WARN, Scope.ENTRY, CellRef(TAB, 10, "F"))
    said = check(form, good(10, name=""), good(11), problems=[met])
    assert [finding.code for finding in said] == ["met", "name-required"]


# --- the texts a unit sees -----------------------------------------------------------------------


def test_the_check_column_says_that_a_row_passed(form: Form) -> None:
    assert rules.check_text(check(form, good()), form) == "Đạt."


def test_the_check_column_says_what_to_do(form: Form) -> None:
    findings = [
        finding
        for finding in check(form, entry(10, field="Khác", content="Ngắn", new="x"))
        if finding.scope is Scope.ENTRY
    ]
    assert rules.check_text(findings, form) == (
        "Thiếu tên mô hình. Ghi x một ô: tập thể hoặc cá nhân. Thiếu địa chỉ. "
        "Lưu ý: Lĩnh vực không có trong danh sách. "
        "Lưu ý: Nội dung quá ngắn, nên nêu đủ ba ý."
    )


def test_the_check_column_remarks_on_a_row_that_passed(form: Form) -> None:
    said = rules.check_text(check(form, good(content="Ngắn", replicated="", new="duy trì")), form)
    assert said == (
        "Đạt. Lưu ý: Ô xây dựng mới, nhân rộng chỉ ghi x. "
        "Lưu ý: Nội dung quá ngắn, nên nêu đủ ba ý."
    )


def test_the_check_column_names_a_duplicate(form: Form) -> None:
    said = rules.check_text(check(form, good(10), good(11)), form)
    assert said == "Trùng tên và địa chỉ với dòng trên."


def test_the_check_column_says_the_same_thing_once(form: Form) -> None:
    error = Finding("error-value", Severity.BLOCK, Scope.ENTRY, ERROR_VALUE_MESSAGE)
    assert rules.check_text([error, error], form) == "Có ô bị lỗi công thức, hãy ghi lại."


def test_the_check_column_says_in_its_own_words_what_the_reader_met(form: Form) -> None:
    """The sheet sees that a cell holds digits only; that it is a date, the reader sees."""
    met = Finding(
        "place-number", Severity.BLOCK, Scope.ENTRY, "Ô chứa ngày 12/5/2022.", CellRef(TAB, 10, "E")
    )
    findings = check(form, good(place="12/5/2022", name=""), problems=[met])
    assert [f.message for f in findings[:2]] == ["Ô chứa ngày 12/5/2022.", "Thiếu tên mô hình."]
    assert (
        rules.check_text(findings, form)
        == "Thiếu tên mô hình. Địa chỉ chỉ có số, hãy ghi bằng chữ."
    )


@pytest.mark.parametrize(
    ("entries", "cover", "said"),
    [
        ([good()], DONE, "Đã hoàn thành: 1 mô hình, điển hình."),
        ([good(), good(11, name="Khác")], DONE, "Đã hoàn thành: 2 mô hình, điển hình."),
        (
            [], Cover(**WHO, nil_reason=REASON),
            "Đã hoàn thành: đơn vị không đăng ký mô hình, điển hình nào.",
        ),
        ([good(), good(11, name="")], DONE, "Còn 1 dòng cần sửa."),
        (
            [], Cover(),
            "Bắt đầu: ghi mỗi mô hình, điển hình một dòng, từ dòng 10; ghi người lập biểu, điện "
            "thoại; xong thì ghi x vào ô “Đã hoàn thành đăng ký”. Không đăng ký thì chỉ cần ghi lý "
            "do.",
        ),
        (
            [], Cover(preparer="Nguyễn Văn Mẫu"),
            "Cần ít nhất 01 mô hình đạt. Chưa ghi điện thoại. "
            "Chưa ghi x vào ô “Đã hoàn thành đăng ký”.",
        ),
        (
            [good(name=""), good(11, place="")], Cover(**WHO),
            "Còn 2 dòng cần sửa. Cần ít nhất 01 mô hình đạt. "
            "Chưa ghi x vào ô “Đã hoàn thành đăng ký”.",
        ),
        (
            [], DONE,
            "Không có mô hình nào: ghi ít nhất một mô hình hoặc ghi lý do không đăng ký.",
        ),
        (
            [good()], Cover(**WHO, confirmed="x", nil_reason=REASON),
            "Đã ghi lý do không đăng ký nhưng vẫn có mô hình: bỏ một trong hai.",
        ),
        ([good(content="Ngắn")], DONE, "Đã hoàn thành: 1 mô hình, điển hình."),
    ],
)  # fmt: skip
def test_the_status_line_says_what_is_left(
    form: Form, entries: list[Entry], cover: Cover, said: str
) -> None:
    findings = check(form, *entries, cover=cover)
    faulty = {
        f.cell.row
        for f in findings
        if f.scope is Scope.ENTRY and f.severity is Severity.BLOCK and f.cell
    }
    assert rules.status_text(findings, len(entries), len(entries) - len(faulty), form) == said


def test_every_code_is_used_once_and_every_message_is_a_sentence(form: Form) -> None:
    every: list[RowCheck | unit_rules.UnitRule] = [*form.checks, *unit_rules.UNIT_RULES]
    codes = [rule.code for rule in every] + ["duplicate", ERROR_VALUE]
    assert len(codes) == len(set(codes))
    for rule in every:
        assert rule.message.endswith(".")
        assert rule.sentence.endswith(".")
        assert '"' not in rule.message + rule.sentence
