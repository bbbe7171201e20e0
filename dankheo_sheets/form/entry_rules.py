"""The rules of one row of the form: each a sentence, a severity, a Python check and a formula.

A check tells whether the rule is *broken*; none raises. The formula is its twin in the workbook
(:mod:`dankheo_sheets.form.check_formulas`). In the order people read them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dankheo_sheets import vietnamese
from dankheo_sheets.form import sheet_text as text
from dankheo_sheets.form.layout import CONTENT_MINIMUM, Form
from dankheo_sheets.registration import Entry, Holder, Origin, Severity

BLOCK, WARN = Severity.BLOCK, Severity.WARN


class Cells(Protocol):
    """Where a formula finds its operands: for a row of the table, or for the cover block."""

    def raw(self, key: str) -> str:
        """Return the cell of an input, by column or cover key."""
        ...

    def folded(self, key: str) -> str:
        """Return the cell or formula of :func:`sheet_text.sheet_key` of an input."""
        ...

    def has_words(self, key: str) -> str:
        """Return the condition of :func:`sheet_text.has_words` of an input."""
        ...

    def only_digits(self, key: str) -> str:
        """Return the condition of digits without words."""
        ...


WORD_COLUMNS = ("field", "name", "place", "content")
MARK_COLUMNS = ("collective", "individual", "new", "replicated")
FOLDED = ("field", "collective", "individual", "new", "replicated")
"""Columns whose folded text the workbook keeps in a hidden helper cell of the row."""
WORDS, ONLY_DIGITS, NOTHING = "w", "1", "-"
"""What stands in a column of words, as a hidden helper cell of the row lists it."""


def kind_of(typed: str) -> str:
    """Return whether these are words, digits without words ("12/5", "50%"), or neither."""
    if text.has_words(typed):
        return WORDS
    return ONLY_DIGITS if text.has_digits(typed) else NOTHING


def kinds_of(entry: Entry) -> str:
    """Return :func:`kind_of` each of :data:`WORD_COLUMNS`, in one text."""
    return "".join(kind_of(getattr(entry, key)) for key in WORD_COLUMNS)


@dataclass(frozen=True)
class EntryRule:
    """A rule of one row of the table."""

    code: str
    severity: Severity
    column: str
    """The column the finding points at."""
    sentence: str
    """The rule itself, for the guide."""
    message: str
    """What to do where it is broken, for the row."""
    broken: Callable[[Entry, Form], bool]
    formula: Callable[[Cells], str] | None
    """Twin of `broken`: a spreadsheet condition; None where only Python can tell."""


def _mark_pair(
    first: str, second: str
) -> tuple[
    Callable[[Entry, Form], bool],
    Callable[[Cells], str],
    Callable[[Entry, Form], bool],
    Callable[[Cells], str],
]:
    """Return "not exactly one of the two is filled" and "the filled one is not an x".

    Text other than a known mark (a name, a count) counts as the mark, with a warning, while
    the other cell is empty (reference/form.md §4).
    """

    def unmarked(typed: str, form: Form) -> bool:
        return text.is_empty(typed) or text.in_list(typed, form.not_marks)

    def unmarked_formula(key: str) -> str:
        return f"OR({text.is_empty_formula(key)},{text.in_list_formula(key, 'ds_khong')})"

    def both_or_neither(entry: Entry, form: Form) -> bool:
        return unmarked(getattr(entry, first), form) == unmarked(getattr(entry, second), form)

    def both_or_neither_formula(cells: Cells) -> str:
        return f"{unmarked_formula(cells.folded(first))}={unmarked_formula(cells.folded(second))}"

    def other_text(entry: Entry, form: Form) -> bool:
        return not both_or_neither(entry, form) and not any(
            text.in_list(getattr(entry, key), form.marks) for key in (first, second)
        )

    def other_text_formula(cells: Cells) -> str:
        keys = cells.folded(first), cells.folded(second)
        marked = ",".join(text.in_list_formula(key, "ds_dau") for key in keys)
        return f"AND(NOT({both_or_neither_formula(cells)}),NOT(OR({marked})))"

    return both_or_neither, both_or_neither_formula, other_text, other_text_formula


_holder = _mark_pair("collective", "individual")
_origin = _mark_pair("new", "replicated")


def _word_rules(
    key: str, sentence: str, missing: str, only_digits: str
) -> tuple["EntryRule", "EntryRule"]:
    """Return the rules of a column that takes words: something is there, and not only digits."""
    return (
        EntryRule(
            f"{key}-required", BLOCK, key, sentence, missing,
            lambda entry, form: kind_of(getattr(entry, key)) == NOTHING,
            lambda cells: f"NOT(OR({cells.has_words(key)},{cells.only_digits(key)}))",
        ),
        EntryRule(
            number_code(key), BLOCK, key, sentence, only_digits,
            lambda entry, form: kind_of(getattr(entry, key)) == ONLY_DIGITS,
            lambda cells: cells.only_digits(key),
        ),
    )  # fmt: skip


def number_code(key: str) -> str:
    """Return the code of the rule that a column of words does not hold a number or a date."""
    return f"{key}-number"


def _unlisted_field(entry: Entry, form: Form) -> bool:
    return text.has_words(entry.field) and not text.in_list(entry.field, form.field_of.keys())


def _unlisted_field_formula(cells: Cells) -> str:
    listed = text.in_list_formula(cells.folded("field"), "ds_cach_ghi")
    return f"AND({cells.has_words('field')},NOT({listed}))"


def _short_content(entry: Entry, form: Form) -> bool:
    return text.has_words(entry.content) and text.length(entry.content) < CONTENT_MINIMUM


def _short_content_formula(cells: Cells) -> str:
    short = f"{text.length_formula(cells.raw('content'))}<{CONTENT_MINIMUM}"
    return f"AND({cells.has_words('content')},{short})"


def _legacy_font(entry: Entry, form: Form) -> bool:
    return any(vietnamese.looks_legacy(getattr(entry, key)) for key in WORD_COLUMNS)


ENTRY_RULES: tuple[EntryRule, ...] = (
    *_word_rules(
        "name",
        "Mỗi dòng có tên mô hình, điển hình.",
        "Thiếu tên mô hình.",
        "Tên mô hình chỉ có số, hãy ghi bằng chữ.",
    ),
    *_word_rules(
        "field",
        "Mỗi mô hình thuộc một lĩnh vực.",
        "Thiếu lĩnh vực.",
        "Lĩnh vực chỉ có số, hãy ghi bằng chữ.",
    ),
    EntryRule(
        "holder-one", BLOCK, "collective",
        "Mỗi mô hình là của tập thể hoặc của cá nhân: ghi x vào đúng một ô.",
        "Ghi x một ô: tập thể hoặc cá nhân.",
        *_holder[:2],
    ),
    *_word_rules(
        "place",
        "Mỗi mô hình có địa chỉ: nơi thực hiện.",
        "Thiếu địa chỉ.",
        "Địa chỉ chỉ có số, hãy ghi bằng chữ.",
    ),
    *_word_rules(
        "content",
        "Mỗi mô hình có nội dung cụ thể.",
        "Thiếu nội dung cụ thể.",
        "Nội dung chỉ có số, hãy ghi bằng chữ.",
    ),
    EntryRule(
        "origin-one", BLOCK, "new",
        "Mỗi mô hình là xây dựng mới hoặc nhân rộng: ghi x vào đúng một ô.",
        "Ghi x một ô: mới hoặc nhân rộng.",
        *_origin[:2],
    ),
    EntryRule(
        "field-listed", WARN, "field",
        "Lĩnh vực lấy trong danh sách.",
        "Lĩnh vực không có trong danh sách.",
        _unlisted_field, _unlisted_field_formula,
    ),
    EntryRule(
        "holder-mark", WARN, "collective",
        "Ô tập thể, cá nhân chỉ ghi x.",
        "Ô tập thể, cá nhân chỉ ghi x.",
        *_holder[2:],
    ),
    EntryRule(
        "origin-mark", WARN, "new",
        "Ô xây dựng mới, nhân rộng chỉ ghi x.",
        "Ô xây dựng mới, nhân rộng chỉ ghi x.",
        *_origin[2:],
    ),
    EntryRule(
        "content-points", WARN, "content",
        "Nội dung nêu đủ ba ý: giải quyết vấn đề gì; ai thực hiện; dự kiến kết quả.",
        "Nội dung quá ngắn, nên nêu đủ ba ý.",
        _short_content, _short_content_formula,
    ),
    EntryRule(
        "legacy-font", WARN, "name",
        "Gõ bằng phông Unicode, không dùng phông cũ (.VnTime, VNI-Times).",
        "Chữ có vẻ gõ bằng phông cũ, hãy gõ lại bằng Unicode.",
        _legacy_font, None,
    ),
)  # fmt: skip

DUPLICATE = "duplicate"
DUPLICATE_SENTENCE = "Không ghi hai dòng trùng cả tên và địa chỉ."
DUPLICATE_MESSAGE = "Trùng tên và địa chỉ với dòng trên."
ERROR_VALUE, EMPTY_FORMULA = "error-value", "formula-empty"
ERROR_VALUE_MESSAGE = "Có ô bị lỗi công thức, hãy ghi lại."
PASSED = "Đạt."
REMARK = "Lưu ý: "


def same_key(entry: Entry) -> str:
    """Return what a duplicate within the unit shares: the name and the place."""
    return f"{text.sheet_key(entry.name)}|{text.sheet_key(entry.place)}"


def is_blank(entry: Entry) -> bool:
    """Tell whether a row is unused: no words, no marks; placeholders such as "1....." too."""
    return not any(text.has_words(getattr(entry, key)) for key in WORD_COLUMNS) and all(
        text.is_empty(getattr(entry, key)) for key in MARK_COLUMNS
    )


def holder_of(entry: Entry, form: Form) -> Holder:
    """Return whose model a countable entry is."""
    marked = not text.is_empty(entry.collective) and not text.in_list(
        entry.collective, form.not_marks
    )
    return Holder.COLLECTIVE if marked else Holder.INDIVIDUAL


def origin_of(entry: Entry, form: Form) -> Origin:
    """Return whether a countable entry is new or replicated."""
    marked = not text.is_empty(entry.new) and not text.in_list(entry.new, form.not_marks)
    return Origin.NEW if marked else Origin.REPLICATED
