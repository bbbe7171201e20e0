"""Where a table's rows will fall on its pages, reckoned beforehand.

A signature, or the totals, shall not stand on a page without something of the last row. So it is
kept whole with them. Only where it is too tall for that, and they would fall on the next page, the
row's last lines are cut off to go with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dankheo_sheets.outputs.word.columns import PADDING
from dankheo_sheets.outputs.word.decree30 import LINE_HEIGHT, Part
from dankheo_sheets.outputs.word.grid import MANY_LINES
from dankheo_sheets.outputs.word.metrics import wrapped

_WIDEST = 2.1
"""Millimetres of an ordinary text's letter, on average, at the most."""
_ALONG = 2
"""Lines of a tall row that go along."""
_DOUBT = 4
"""Millimetres by which a page may hold more or less than is reckoned here."""
_DRIFT = 0.02
"""How much of all that stands above comes on top of that."""
_LINE = Part.CELL.style.size * LINE_HEIGHT * 25.4 / 72
_APART = (Part.CELL.style.before + Part.CELL.style.after) * 25.4 / 72 + 0.2
"""Millimetres above and below the lines of a cell, and a border."""

Texts = Sequence[str]


@dataclass(frozen=True)
class Pages:
    """The pages of one table; all lengths in millimetres."""

    widths: Sequence[float]
    first: float
    """Room for rows on the first page, below the header."""
    others: float
    foot: float
    """Height of what follows the last row and is not to stand alone."""

    def ends_alone(self, rows: Iterable[Texts]) -> bool:
        """Tell whether what follows the rows would, or might, stand on a page without them.

        A row of one text is a heading and stays with the next.
        """
        left, held, above = self.first, 0.0, 0.0
        for texts in rows:
            if len(texts) == 1:
                held = _LINE + _APART
                continue
            lines = self.lines(texts)
            high = lines * _LINE + _APART
            if held + high > left and lines <= MANY_LINES:
                left = self.others
            left -= held + high
            above += held + high
            while left < 0:  # goes on on the next page
                left += self.others
            held = 0.0
        doubt = _DOUBT + _DRIFT * above
        return left < self.foot + doubt or left > self.others - doubt - _LINE

    def is_short(self, texts: Texts) -> bool:
        """Tell whether a row is to be kept whole with what follows.

        It is, where both and a heading have room on the first page, which is the smaller one: no
        page is left with the table's header alone.
        """
        room = self.first - self.foot - _DOUBT
        most = int((room - _LINE - 2 * _APART) / _LINE)
        cells = zip(texts, self.widths, strict=True)
        lines = most // 2  # of any two, one is half full at the least; most rows need no measuring
        if all(len(t) * _WIDEST < lines * (w - 2 * PADDING) and "\n" not in t for t, w in cells):
            return True
        return self.lines(texts) <= most

    def lines(self, texts: Texts) -> int:
        """Return how many lines the tallest cell of a row has."""
        return max(map(len, self._cells(texts)))

    def cut(self, texts: Texts) -> tuple[Texts, Texts]:
        """Return a row without its last lines, and these."""
        cells = self._cells(texts)
        at = max(map(len, cells)) - _ALONG
        return (
            ["".join(lines[:at]).rstrip() for lines in cells],
            ["".join(lines[at:]).rstrip() for lines in cells],
        )

    def _cells(self, texts: Texts) -> list[list[str]]:
        size = Part.CELL.style.size
        return [
            wrapped(text, size, wide - 2 * PADDING)
            for text, wide in zip(texts, self.widths, strict=True)
        ]
