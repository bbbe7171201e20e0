"""The checks of one row, from the declaration: each a sentence, a severity, a test, a formula.

A check tells whether it is *broken*; none raises. The formula is its twin in the workbook. Blocking
checks come in the order of the columns, remarks by what they are about: as people read them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from dankheo_sheets import vietnamese
from dankheo_sheets.declaration import expressions, printed, typed
from dankheo_sheets.declaration import sheet_text as text
from dankheo_sheets.declaration.derived import parsed_rule
from dankheo_sheets.declaration.evaluation import evaluate, is_empty
from dankheo_sheets.declaration.formulas import Places, formula
from dankheo_sheets.declaration.model import (
    NUMERIC,
    Column,
    Declaration,
    Group,
    Says,
)
from dankheo_sheets.declaration.typed import WRONG_CELL
from dankheo_sheets.form.judged import READINGS, Judged, Lists, is_marked
from dankheo_sheets.registration import Severity

BLOCK, WARN = Severity.BLOCK, Severity.WARN
ERROR_VALUE, EMPTY_FORMULA = "error-value", "formula-empty"
ERROR_VALUE_MESSAGE = "Có ô bị lỗi công thức, hãy ghi lại."
WORDS, ONLY_DIGITS, NOTHING = "w", "1", "-"
"""What stands in a column of words, as a hidden helper cell of the row lists it."""
_WRONG: Mapping[str, str] = {
    "integer": "{Label}: cần số nguyên, ghi như 1.234.",
    "number": "{Label}: cần số, ghi như 1.234,5.",
    "money": "{Label}: chỉ ghi số, như 1.234,5{unit}.",
    "percent": "{Label}: cần số phần trăm, ghi như 35 hoặc 35,5%.",
    "date": "{Label}: cần ngày có thật, ghi như 08/4/2022.",
    "phone": "{Label}: cần một số điện thoại 10 hoặc 11 chữ số.",
    "email": "{Label}: cần một địa chỉ thư điện tử.",
}
_WORDED = frozenset({"text", "choice"})


class Cells(Places, Protocol):
    """Where the formulas of a row find their operands."""

    def raw(self, key: str) -> str:
        """Return the cell of an input, by column key."""
        ...

    def has_words(self, key: str) -> str:
        """Return the condition of :func:`sheet_text.has_words` of an input."""
        ...

    def only_digits(self, key: str) -> str:
        """Return the condition of digits without words."""
        ...


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One check of a row."""

    code: str
    severity: Severity
    column: str
    """The column the finding points at."""
    sentence: str
    """The rule itself, for the guide; "" where it goes without saying."""
    message: str
    """What to do where it is broken, for the row."""
    broken: Callable[[Judged], bool]
    formula: Callable[[Cells], str] | None
    """Twin of `broken`: a spreadsheet condition; None where only Python can tell."""
    rank: int = 0
    """Of remarks: by what they are about."""


def kind_of(written: str) -> str:
    """Return whether these are words, digits without words ("12/5", "50%"), or neither."""
    if text.has_words(written):
        return WORDS
    return ONLY_DIGITS if text.has_digits(written) else NOTHING


def checks(declaration: Declaration, lists: Lists) -> tuple[RowCheck, ...]:
    """Return the checks of a row, in the order people read them."""
    made = list(_Maker(declaration, lists).all())
    blocks = [check for check in made if check.severity is BLOCK]
    remarks = sorted((c for c in made if c.severity is WARN), key=lambda check: check.rank)
    return (*blocks, *remarks)


_LISTED, _MARK, _LENGTH, _PATTERN, _KIND, _RULE, _FONT = range(7)
"""Ranks of remarks."""


class _Maker:
    """Makes the checks of one declaration."""

    def __init__(self, declaration: Declaration, lists: Lists) -> None:
        self._form, self._lists = declaration, lists

    def all(self) -> Iterator[RowCheck]:
        """Yield every check, column by column, then the rules."""
        order = self._form.checked or self._subjects()
        for key in order:
            group = next((each for each in self._form.group if each.key == key), None)
            if group:
                yield from self._group(group)
            else:
                yield from self._column(self._form.of(key))
        for rule in self._form.rule:
            node = parsed_rule(rule.expect, self._form)
            yield self._expected(rule, rule.column, rule.code, node, rule.message)
        words = [column.key for column in self._form.column if column.kind in _WORDED]
        if words:
            yield RowCheck(
                "legacy-font", WARN, next((k for k in order if k in words), words[0]),
                "Gõ bằng phông Unicode, không dùng phông cũ (.VnTime, VNI-Times).",
                "Chữ có vẻ gõ bằng phông cũ, hãy gõ lại bằng Unicode.",
                lambda row: any(vietnamese.looks_legacy(row.text(key)) for key in words),
                None, _FONT,
            )  # fmt: skip

    def _subjects(self) -> list[str]:
        subjects: list[str] = []
        for column in self._form.column:
            group = self._form.group_of(column.key)
            key = group.key if group else column.key
            if key not in subjects:
                subjects.append(key)
        return subjects

    def _column(self, column: Column) -> Iterator[RowCheck]:
        if column.required:
            yield self._required(column)
        if column.only_words:
            yield self._only_words(column)
        if column.kind in READINGS:
            yield self._kind(column)
        if column.kind in NUMERIC - {"computed"}:
            yield from self._bounds(column)
        if column.kind == "choice":
            yield self._listed(column)
        if column.length:
            yield self._length(column)
        if column.pattern:
            yield self._pattern(column)
        if column.within:
            whole = self._form.of(column.within)
            node = parsed_rule(f"{column.key} <= {whole.key}", self._form)
            yield self._expected(
                Says(), column.key, f"{column.key}-within", node,
                f"{self._label(column)} không được lớn hơn "
                f"{vietnamese.lower_first(self._label(whole))}.",
            )  # fmt: skip

    def _label(self, column: Column) -> str:
        """Return what a message on figures begins with: “Cột 4”, else the column's name."""
        if column.number:
            return f"Cột {printed.read(column.number).number}"
        return vietnamese.upper_first(column.called)

    def _make(
        self, says: Says | bool, key: str, code: str, sentence: str, message: str,
        broken: Callable[[Judged], bool], twin: Callable[[Cells], str] | None,
        severity: Severity = BLOCK, rank: int = _RULE,
    ) -> RowCheck:  # fmt: skip
        """Make a check of column `key`; what is declared of it goes before what is given here."""
        said = says if isinstance(says, Says) else Says()
        return RowCheck(
            said.code or code, said.weight or severity, key,
            said.sentence or sentence, said.message or message, broken, twin, rank,
        )  # fmt: skip

    def _required(self, column: Column) -> RowCheck:
        key, label = column.key, column.called
        worded = column.kind in _WORDED

        def broken(row: Judged) -> bool:
            if worded:
                return kind_of(row.text(key)) == NOTHING
            return key not in row.wrong and is_empty(row.values.get(key))

        def twin(cells: Cells) -> str:
            if worded:
                return f"NOT(OR({cells.has_words(key)},{cells.only_digits(key)}))"
            return f'{cells.value(key)}=""'

        return self._make(
            column.required, key, f"{key}-required", f"Mỗi {self._form.rows.entry} ghi {label}.",
            f"Thiếu {label}.", broken, twin,
        )  # fmt: skip

    def _only_words(self, column: Column) -> RowCheck:
        key = column.key
        return self._make(
            column.only_words, key, f"{key}-number",
            f"{vietnamese.upper_first(column.called)} ghi bằng chữ.",
            f"{vietnamese.upper_first(column.called)} chỉ có số, hãy ghi bằng chữ.",
            lambda row: kind_of(row.text(key)) == ONLY_DIGITS,
            lambda cells: cells.only_digits(key),
        )  # fmt: skip

    def _kind(self, column: Column) -> RowCheck:
        key = column.key
        unit = f", đơn vị tính là {column.unit_of_measure}" if column.unit_of_measure else ""
        message = _WRONG[column.kind].format(Label=self._label(column), unit=unit)
        contact = column.kind in ("phone", "email")
        return self._make(
            False, key, f"{key}-kind", message, message,
            lambda row: key in row.wrong, lambda cells: f'{cells.value(key)}="{WRONG_CELL}"',
            WARN if contact else BLOCK, _KIND,
        )  # fmt: skip

    def _bounds(self, column: Column) -> Iterator[RowCheck]:
        key, bounds = column.key, column.bounds
        least = bounds.minimum if bounds else None
        if least is None and column.kind in ("integer", "money"):
            least = Decimal(0)
        most = bounds.maximum if bounds else None
        label = self._label(column)
        for which, sign, limit, words in (
            ("minimum", "<", least, "từ {} trở lên"),
            ("maximum", ">", most, "không quá {}"),
        ):
            if limit is not None:
                said = words.format(typed.shown(limit))
                node = parsed_rule(f"{key} {sign} {limit:f}", self._form)
                yield self._make(
                    bounds or False, key, f"{key}-{which}", f"{label}: {said}." if bounds else "",
                    f"{label}: cần số {said}.", *_outside(key, node),
                )  # fmt: skip

    def _listed(self, column: Column) -> RowCheck:
        key, accepted = column.key, self._lists.accepted[column.key]
        label = vietnamese.upper_first(column.called)
        others = column.listed != "only"
        return self._make(
            column.listed if isinstance(column.listed, Says) else False, key, f"{key}-listed",
            f"{label} lấy trong danh sách.", f"{label} không có trong danh sách.",
            lambda row: text.has_words(row.text(key)) and not text.in_list(
                row.text(key), accepted.keys()
            ),
            lambda cells: f"AND({cells.has_words(key)},NOT("
            f"{text.in_list_formula(cells.folded(key), accepted_list(key))}))",
            WARN if others else BLOCK, _LISTED,
        )  # fmt: skip

    def _length(self, column: Column) -> RowCheck:
        key, length = column.key, column.length
        assert length
        few = vietnamese.upper_first(column.called)
        long = length.maximum < 32_000
        outside = [f"<{length.minimum}"] if length.minimum > 1 else []
        outside += [f">{length.maximum}"] if long else []
        said = f"{few}: từ {length.minimum}{f' đến {length.maximum}' if long else ''} ký tự."

        def broken(row: Judged) -> bool:
            size = text.length(row.text(key))
            fits = length.minimum <= size and (not long or size <= length.maximum)
            return text.has_words(row.text(key)) and not fits

        def twin(cells: Cells) -> str:
            size = text.length_formula(cells.raw(key))
            return f"AND({cells.has_words(key)},OR({','.join(size + each for each in outside)}))"

        return self._make(
            length, key, f"{key}-length", said, said, broken, twin, BLOCK, _LENGTH
        )  # fmt: skip

    def _pattern(self, column: Column) -> RowCheck:
        key, pattern = column.key, column.pattern
        assert pattern
        said = f"{vietnamese.upper_first(column.called)}: ghi theo mẫu {pattern.like}."
        return self._make(
            pattern, key, f"{key}-pattern", said, said,
            lambda row: not text.is_empty(row.text(key))
            and not typed.is_like(row.text(key), pattern.like),
            lambda cells: f"AND(NOT({text.is_empty_formula(cells.folded(key))}),"
            f"NOT({typed.like_formula(cells.folded(key), pattern.like)}))",
            BLOCK, _PATTERN,
        )  # fmt: skip

    def _group(self, group: Group) -> Iterator[RowCheck]:
        keys = list(group.names)
        names = vietnamese.listed([f"“{name}”" for name in group.names.values()])
        said, only = (
            f"{group.label}: ghi x vào đúng một ô trong {names}.", f"{group.label}: chỉ ghi x.",
        )  # fmt: skip

        def one(row: Judged) -> bool:
            return sum(is_marked(row.text(key), self._lists) for key in keys) != 1

        def one_formula(cells: Cells) -> str:
            return f"{'+'.join(f'({cells.marked(key)})' for key in keys)}<>1"

        def other(row: Judged) -> bool:
            known = any(text.in_list(row.text(key), self._lists.marks) for key in keys)
            return not one(row) and not known

        def other_formula(cells: Cells) -> str:
            known = ",".join(text.in_list_formula(cells.folded(key), "ds_dau") for key in keys)
            return f"AND(NOT({one_formula(cells)}),NOT(OR({known})))"

        yield self._make(
            group.one, keys[0], f"{group.key}-one", said, said, one, one_formula,
        )  # fmt: skip
        yield self._make(
            group.mark, keys[0], f"{group.key}-mark", only, only,
            other, other_formula, WARN, _MARK,
        )  # fmt: skip

    def _expected(
        self, says: Says, key: str, code: str, node: expressions.Node, message: str
    ) -> RowCheck:
        looked_at = expressions.columns(node)

        def broken(row: Judged) -> bool:
            return not looked_at & row.wrong and not _holds(node, row)

        def twin(cells: Cells) -> str:
            read_here = [k for k in sorted(looked_at) if self._can_be_wrong(k)]
            right = [f'NOT(EXACT({cells.value(k)},"{WRONG_CELL}"))' for k in read_here]
            return f"AND({','.join((*right, f'NOT({formula(node, cells)})'))})"

        return self._make(says, key, code, message, message, broken, twin)

    def _can_be_wrong(self, key: str) -> bool:
        return any(c.key == key and c.kind in READINGS for c in self._form.column)


def _outside(
    key: str, node: expressions.Node
) -> tuple[Callable[[Judged], bool], Callable[[Cells], str]]:
    """Return the twins of "the cell has a value, and it is beyond the limit"."""
    return (
        lambda row: isinstance(row.values.get(key), Decimal) and _holds(node, row),
        lambda cells: f"AND(ISNUMBER({cells.value(key)}),{formula(node, cells)})",
    )


def _holds(node: expressions.Node, row: Judged) -> bool:
    return bool(evaluate(node, row.values, row.rows))


def accepted_list(key: str) -> str:
    """Return the defined name of the accepted spellings of a choice."""
    return f"ds_cach_ghi_{key}"


def choice_list(key: str) -> str:
    """Return the defined name of what a choice offers."""
    return f"ds_chon_{key}"
