"""The rules of a return as a whole; all of them block. Their formulas make the status line."""

from collections.abc import Callable
from dataclasses import dataclass

from dankheo_sheets.form import sheet_text as text
from dankheo_sheets.form.entry_rules import Cells
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Cover


@dataclass(frozen=True)
class Tally:
    """What the rules of the whole return look at."""

    used: int
    good: int
    cover: Cover


@dataclass(frozen=True)
class UnitRule:
    """A rule of the return as a whole; always blocking."""

    code: str
    cell: str
    """Key of the cover cell the finding points at; "" for none."""
    sentence: str
    message: str
    """May use {minimum}."""
    broken: Callable[[Tally, Form], bool]
    formula: Callable[[Cells], str]
    """Twin of `broken`; besides cover keys, `raw` knows `used`, `good` and `minimum`."""


def is_confirmed(cover: Cover, form: Form) -> bool:
    """Tell whether the unit says it is done."""
    return text.in_list(cover.confirmed, form.marks)


def _confirmed_formula(cells: Cells) -> str:
    return text.in_list_formula(cells.folded("confirmed"), "ds_dau")


def has_reason(cover: Cover) -> bool:
    """Tell whether the unit says why it registers none."""
    return text.has_words(cover.nil_reason)


def _reason_formula(cells: Cells) -> str:
    return cells.has_words("nil_reason")


UNIT_RULES: tuple[UnitRule, ...] = (
    UnitRule(
        "nil-with-entries", "nil_reason",
        "Đơn vị đã ghi lý do không đăng ký thì không ghi mô hình.",
        "Đã ghi lý do không đăng ký nhưng vẫn có mô hình: bỏ một trong hai.",
        lambda tally, form: has_reason(tally.cover) and tally.used > 0,
        lambda cells: f"AND({_reason_formula(cells)},{cells.raw('used')}>0)",
    ),
    UnitRule(
        "nil-needs-reason", "nil_reason",
        "Đơn vị không đăng ký mô hình nào thì ghi lý do.",
        "Không có mô hình nào: ghi ít nhất một mô hình hoặc ghi lý do không đăng ký.",
        lambda tally, form: (
            tally.used == 0 and is_confirmed(tally.cover, form) and not has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND({cells.raw('used')}=0,{_confirmed_formula(cells)},NOT({_reason_formula(cells)}))"
        ),
    ),
    UnitRule(
        "minimum", "",
        "Mỗi đơn vị đăng ký ít nhất {minimum} mô hình, điển hình.",
        "Cần ít nhất {minimum} mô hình đạt.",
        lambda tally, form: tally.good < form.minimum_entries and not (
            tally.used == 0 and (has_reason(tally.cover) or is_confirmed(tally.cover, form))
        ),
        lambda cells: (
            f"AND({cells.raw('good')}<{cells.raw('minimum')},NOT(AND({cells.raw('used')}=0,"
            f"OR({_reason_formula(cells)},{_confirmed_formula(cells)}))))"
        ),
    ),
    UnitRule(
        "preparer-required", "preparer",
        "Ghi họ tên người lập biểu.",
        "Chưa ghi người lập biểu.",
        lambda tally, form: not text.has_words(tally.cover.preparer),
        lambda cells: f"NOT({cells.has_words('preparer')})",
    ),
    UnitRule(
        "phone-required", "phone",
        "Ghi số điện thoại liên hệ.",
        "Chưa ghi điện thoại.",
        lambda tally, form: text.is_empty(tally.cover.phone),
        lambda cells: text.is_empty_formula(cells.folded("phone")),
    ),
    UnitRule(
        "confirmation", "confirmed",
        "Xong thì ghi x vào ô “Đã hoàn thành đăng ký”; "
        "đơn vị không đăng ký chỉ cần ghi lý do.",
        "Chưa ghi x vào ô “Đã hoàn thành đăng ký”.",
        lambda tally, form: not is_confirmed(tally.cover, form) and not (
            tally.used == 0 and has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND(NOT({_confirmed_formula(cells)}),"
            f"NOT(AND({cells.raw('used')}=0,{_reason_formula(cells)})))"
        ),
    ),
)  # fmt: skip
