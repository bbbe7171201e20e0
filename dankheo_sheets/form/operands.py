"""Where the formulas of the Đăng ký tab find what they look at: a row's cells, the cover's."""

from dataclasses import dataclass

from dankheo_sheets.form import entry_rules, layout
from dankheo_sheets.form.layout import COLUMNS, COVER, letter
from dankheo_sheets.form.sheet_text import (
    has_digits_formula,
    has_words_formula,
    sheet_key_formula,
)

_LETTERS = {column.key: letter(at) for at, column in enumerate(COLUMNS)}
_FOLDED_LETTERS = {
    key: letter(layout.FOLDED_COLUMN + at) for at, key in enumerate(entry_rules.FOLDED)
}


@dataclass(frozen=True)
class RowCells:
    """See :class:`check_formulas.RowCells`: the cells of one row of the table."""

    row: int

    @property
    def row_number(self) -> str:
        """The hidden cell that holds the row's number."""
        return f"{letter(layout.ROW_COLUMN)}{self.row}"

    @property
    def words(self) -> str:
        """See :class:`check_formulas.RowCells`."""
        return f"{letter(layout.WORDS_COLUMN)}{self.row}"

    @property
    def inputs(self) -> str:
        """See :class:`check_formulas.RowCells`."""
        return f"INDEX({letter(0)}:{letter(len(COLUMNS) - 1)},{self.row_number},0)"

    def raw(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return f"INDEX({_LETTERS[key]}:{_LETTERS[key]},{self.row_number})"

    def folded(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return f"{_FOLDED_LETTERS[key]}{self.row}"

    def has_words(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return self._is(key, entry_rules.WORDS)

    def only_digits(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return self._is(key, entry_rules.ONLY_DIGITS)

    def _is(self, key: str, kind: str) -> str:
        return f'MID({self.words},{entry_rules.WORD_COLUMNS.index(key) + 1},1)="{kind}"'


@dataclass(frozen=True)
class CoverCells:
    """See :class:`entry_rules.Cells`: the cover block, and the counts kept in hidden cells.

    A cover cell that is an error is one in which nothing was written. A row that the sheet does
    not check may be a good one.
    """

    minimum: int

    @property
    def used(self) -> str:
        """The hidden cell that counts the used rows."""
        return f"{letter(layout.FAULTS_COLUMN)}{layout.STATUS_ROW - 1}"

    @property
    def good(self) -> str:
        """The hidden cell that counts the good rows."""
        return f"{letter(layout.SAME_COLUMN)}{layout.STATUS_ROW - 1}"

    @property
    def unchecked(self) -> str:
        """The hidden cell that counts the typed rows without helpers."""
        return f"{letter(layout.ROW_COLUMN)}{layout.STATUS_ROW - 1}"

    def raw(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        if key in _COVER_CELLS:
            return f'IFERROR({_COVER_CELLS[key]},"")'
        return {
            "used": f"({self.used}+{self.unchecked})",
            "good": f"({self.good}+{self.unchecked})",
            "unchecked": self.unchecked,
            "minimum": str(self.minimum),
        }[key]

    def folded(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return sheet_key_formula(self.raw(key))

    def has_words(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        return has_words_formula(self.raw(key), layout.NO_WORDS_LIST)

    def only_digits(self, key: str) -> str:
        """See :class:`entry_rules.Cells`."""
        digits = has_digits_formula(self.raw(key), layout.DIGITS_LIST)
        return f"AND({digits},NOT({self.has_words(key)}))"


_COVER_CELLS = {field.key: f"{letter(field.input_columns[0])}{field.row}" for field in COVER}
