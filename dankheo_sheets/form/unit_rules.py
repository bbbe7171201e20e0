"""The rules of a return as a whole; all of them block. Their formulas make the status line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dankheo_sheets.declaration import sheet_text as text
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Cover


class Cells(Protocol):
    """Where the formulas find the cover block, and the counts."""

    def raw(self, key: str) -> str:
        """Return a cell of the cover, or `used`, `good`, `unchecked`, `minimum`."""
        ...

    def folded(self, key: str) -> str:
        """Return the formula of :func:`sheet_text.sheet_key` of a cell."""
        ...

    def has_words(self, key: str) -> str:
        """Return the condition of :func:`sheet_text.has_words` of a cell."""
        ...


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
    """Both in the words of the form (:meth:`Form.worded`)."""
    broken: Callable[[Tally, Form], bool]
    formula: Callable[[Cells], str]
    """Twin of `broken`."""


def is_confirmed(cover: Cover, form: Form) -> bool:
    """Tell whether the unit says it is done."""
    return text.in_list(cover.confirmed, form.lists_of.marks)


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
        "Đơn vị đã ghi lý do {none} thì không ghi {short}.",
        "Đã ghi lý do {none} nhưng vẫn có {short}: bỏ một trong hai.",
        lambda tally, form: has_reason(tally.cover) and tally.used > 0,
        lambda cells: f"AND({_reason_formula(cells)},{cells.raw('used')}>0)",
    ),
    UnitRule(
        "nil-needs-reason", "nil_reason",
        "Đơn vị {none} {short} nào thì ghi lý do.",
        "Không có {short} nào: ghi ít nhất một {short} hoặc ghi lý do {none}.",
        lambda tally, form: (
            tally.used == 0 and is_confirmed(tally.cover, form) and not has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND({cells.raw('used')}=0,{_confirmed_formula(cells)},NOT({_reason_formula(cells)}))"
        ),
    ),
    UnitRule(
        "minimum", "",
        "Mỗi đơn vị {action} ít nhất {minimum} {entry}.",
        "Cần ít nhất {minimum} {short} đạt.",
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
        "Xong thì ghi x vào ô “Đã hoàn thành {action}”; đơn vị {none} chỉ cần ghi lý do.",
        "Chưa ghi x vào ô “Đã hoàn thành {action}”.",
        lambda tally, form: not is_confirmed(tally.cover, form) and not (
            tally.used == 0 and has_reason(tally.cover)
        ),
        lambda cells: (
            f"AND(NOT({_confirmed_formula(cells)}),"
            f"NOT(AND({cells.raw('used')}=0,{_reason_formula(cells)})))"
        ),
    ),
)  # fmt: skip
