"""How high the rows of a tab must be, and where its pages end; lengths in points.

The type is Times New Roman 11, the workbook's own: a unit of column width is one of its digits.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from dankheo_sheets.outputs.word.metrics import width
from dankheo_sheets.workspace.base import Cell

SIZE = 11
LINE = 15.0
"""A line of that size, as Excel makes its rows."""
HIGHEST = 409.0
"""What Excel allows a row, 409.5, in whole points."""
PAGE = 740.0
"""A4 upright within margins of 0.6 in (755 points), less what a printer's own rounding takes."""

_STEPS = 8
"""Of an axis at the most, so that its figures stand apart. Our choice."""

_DIGIT = 0.5 * SIZE * 25.4 / 72
"""Millimetres of a digit: half an em."""
_WIDEST = 2 * _DIGIT
"""Millimetres of the widest letter."""
_ROOM = 0.95
"""Of a column for its text, for a printer's letters are a little wider than the screen's. Ours."""
_SPARSE = 0.6
"""Letters to a digit of a line that are sure to fit, capitals too: those need no reckoning."""
_PIECES = re.compile("(?<=[/–-])")


def row_height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Return the height that the wrapped text of a row needs, in columns of these widths."""
    texts = [
        (len(value) / wide, value, wide)
        for value, wide in zip(cells, widths, strict=True)
        if isinstance(value, str)
    ]
    most = 1
    for letters, value, wide in sorted(texts, reverse=True):
        if letters <= _SPARSE * most:
            break
        most = max(most, lines(value, wide))
    return min(LINE * most, HIGHEST)


def lines(text: str, wide: float) -> int:
    """Return how many lines `text` takes in a column `wide` digits.

    Broken as Excel and LibreOffice do: at blanks; a longer word, such as an address, after its
    strokes and dashes, then anywhere.
    """
    room = wide * _DIGIT * _ROOM
    blank = _long("")
    count = 0
    for typed in text.split("\n"):
        ends = [*accumulate(_pieces(typed, room))]
        at, start = 0, 0.0
        while at < len(ends):
            at = bisect_right(ends, start + room + blank, at + 1)
            start = ends[at - 1]
            count += 1
    return count


def _pieces(typed: str, room: float) -> list[float]:
    """Return how long each piece is that stays on one line, the blank after it included."""
    words = typed.split(" ")
    longs = [*map(_long, words)]
    if max(longs) <= room:
        return longs
    found = []
    for word in words:
        for piece in (word,) if _long(word) <= room else _PIECES.split(word):
            whole, rest = divmod(_long(piece), room - _WIDEST)
            found += [*[room] * int(whole), rest] if whole else [rest]
    return found


@lru_cache(maxsize=2**16)
def _long(word: str) -> float:
    return width(f"{word} ", SIZE)


def axis_step(largest: int) -> int:
    """Return the step of an axis up to `largest`: 1, 2, 5, 10, 20, …, at most eight of them."""
    tens = 1
    while True:
        for step in (tens, 2 * tens, 5 * tens):
            if step * _STEPS >= largest:
                return step
        tens *= 10


class Pages:
    """Where pages end on a tab that is printed at its own size, from its top down."""

    def __init__(self) -> None:
        self.breaks: list[int] = []
        """Rows that begin a page because we say so."""
        self.filled = False
        """Some page was filled with rows, so that they go on on another."""
        self._used = 0.0

    def turn(self, row: int) -> None:
        """Begin a page with this row."""
        self.breaks.append(row)
        self.filled, self._used = False, 0.0

    def row(self, height: float) -> None:
        """Take a row, wherever it falls."""
        if self._used + height > PAGE:
            self.filled, self._used = True, 0.0
        self._used += height

    def whole(self, row: int, height: float) -> None:
        """Take what stands from this row on and must not be cut: on the next page, if need be."""
        if self._used + height > PAGE:
            self.turn(row)
        self._used += height
