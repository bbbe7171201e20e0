"""Where the formulas of the Đăng ký tab find what they look at: a row's cells, the cover's.

The hidden helper cells of a row are given out here, the same columns for every row: their
formulas are written once, with :data:`ROW` for the row's number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dankheo_sheets.declaration.derived import types
from dankheo_sheets.declaration.expressions import Type
from dankheo_sheets.declaration.formulas import formula
from dankheo_sheets.declaration.sheet_text import (
    NO_WORDS_LIST,
    has_words_formula,
    in_list_formula,
    is_empty_formula,
    sheet_key,
    sheet_key_formula,
)
from dankheo_sheets.form import layout
from dankheo_sheets.form.checks import ONLY_DIGITS, WORDS
from dankheo_sheets.form.judged import READINGS
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.registration import Entry

ROW = "§"
"""Stands in a formula for the number of its row."""


@dataclass(frozen=True)
class Helper:
    """A hidden column of helper cells."""

    letters: str
    known: Callable[[Entry], str] | None
    """What its cell of a row holds; None where only the sheet reckons that."""


@dataclass
class RowCells:
    """See :class:`checks.Cells`: the cells of one row of the table, whichever it is."""

    form: Form
    helpers: dict[str, Helper] = field(default_factory=dict)
    """Formula → the hidden column that holds it, in the order they were asked for."""

    @property
    def row_number(self) -> str:
        """The hidden cell that holds the row's number."""
        return f"{column_letters(self.form.row_column)}{ROW}"

    @property
    def words(self) -> str:
        """The hidden cell that says what stands in each column of words."""
        return f"{column_letters(self.form.words_column)}{ROW}"

    @property
    def inputs(self) -> list[str]:
        """All input cells of the row, block by block."""
        blocks: list[list[int]] = []
        for at, column in enumerate(self.form.columns):
            if column in self.form.inputs:
                if blocks and blocks[-1][1] == at - 1:
                    blocks[-1][1] = at
                else:
                    blocks.append([at, at])
        return [
            f"INDEX({column_letters(first)}:{column_letters(last)},{self.row_number},0)"
            for first, last in blocks
        ]

    def hidden(self, formula: str, known: Callable[[Entry], str] | None = None) -> str:
        """See :class:`formulas.Places`."""
        if formula not in self.helpers:
            letters = column_letters(self.form.helper_column + len(self.helpers))
            self.helpers[formula] = Helper(letters, known)
        return f"{self.helpers[formula].letters}{ROW}"

    def raw(self, key: str) -> str:
        """See :class:`checks.Cells`.

        By the column and the row's number, since a formula that names a cell follows it when a
        person cuts it out and pastes it elsewhere.
        """
        letters = self.form.letters[key]
        return f"INDEX({letters}:{letters},{self.row_number})"

    def folded(self, key: str) -> str:
        """See :class:`formulas.Places`."""
        written = sheet_key_formula(self.raw(key))
        return self.hidden(written, lambda entry: sheet_key(entry[key]))

    def marked(self, key: str) -> str:
        """See :class:`formulas.Places`."""
        folded = self.folded(key)
        no = f"{is_empty_formula(folded)},{in_list_formula(folded, 'ds_khong')}"
        return f"NOT(OR({no}))"

    def value(self, key: str) -> str:
        """See :class:`formulas.Places`."""
        column = self.form.column[key]
        if column.kind == "computed":
            return self.hidden(formula(self.form.computed[key], self))
        return self.hidden(READINGS[column.kind].formula(self.raw(key), self.hidden))

    def column(self, key: str) -> str:
        """See :class:`formulas.Places`."""
        kind = types(self.form.declaration)[key]
        if kind is Type.TRUTH:
            cell = self.hidden(f'IF({self.marked(key)},"x","")')
        else:
            cell = self.folded(key) if kind is Type.TEXT else self.value(key)
        letters = cell.removesuffix(ROW)
        return f"{letters}${self.form.first_row}:{letters}${self.form.last_row}"

    def has_words(self, key: str) -> str:
        """See :class:`checks.Cells`."""
        return self._is(key, WORDS)

    def only_digits(self, key: str) -> str:
        """See :class:`checks.Cells`."""
        return self._is(key, ONLY_DIGITS)

    def _is(self, key: str, kind: str) -> str:
        return f'MID({self.words},{self.form.word_columns.index(key) + 1},1)="{kind}"'


@dataclass(frozen=True)
class CoverCells:
    """See :class:`unit_rules.Cells`: the cover block, and the counts kept in hidden cells.

    A cover cell that is an error is one in which nothing was written. A row that the sheet does
    not check may be a good one.
    """

    form: Form

    @property
    def used(self) -> str:
        """The hidden cell that counts the used rows."""
        return f"{column_letters(self.form.faults_column)}{layout.STATUS_ROW - 1}"

    @property
    def good(self) -> str:
        """The hidden cell that counts the good rows."""
        return f"{column_letters(self.form.words_column)}{layout.STATUS_ROW - 1}"

    @property
    def unchecked(self) -> str:
        """The hidden cell that counts the typed rows without helpers."""
        return f"{column_letters(self.form.row_column)}{layout.STATUS_ROW - 1}"

    def raw(self, key: str) -> str:
        """Return a cell of the cover, or a count."""
        for cell in self.form.cover:
            if cell.key == key:
                return f'IFERROR({cell.cell},"")'
        return {
            "used": f"({self.used}+{self.unchecked})",
            "good": f"({self.good}+{self.unchecked})",
            "unchecked": self.unchecked,
            "minimum": str(self.form.minimum_entries),
        }[key]

    def folded(self, key: str) -> str:
        """Return the formula of what was written, folded."""
        return sheet_key_formula(self.raw(key))

    def has_words(self, key: str) -> str:
        """Return the condition that words were written."""
        return has_words_formula(self.raw(key), NO_WORDS_LIST)
