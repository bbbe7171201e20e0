"""How the columns of a table share its width: by what stands in them.

No column is narrower than its titles and the longest syllable of its texts need; the rest is
shared so that the texts of a row take equally many lines, or so, which makes rows low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dankheo_sheets.outputs.word.decree30 import Part
from dankheo_sheets.outputs.word.metrics import grouped, width, wrapped

PADDING = 1.5
"""Millimetres between a cell's side and its text."""
HEADER_LINES = 3
"""Of a title at the most. Our choice."""
_STEP = 0.5
_SAMPLE = "Khéo vận động nhân dân hiến đất mở rộng đường liên thôn, "
LETTER = width(_SAMPLE, Part.CELL.style.size) / len(_SAMPLE)
"""Millimetres of an ordinary text's letter, on average."""
_SYLLABLE = width("Nghiêng,", Part.CELL.style.size)
"""Millimetres of the longest syllable there is in Vietnamese, and of a comma."""
_SLACK = 5
"""Millimetres of a line that are left empty on average, the next word having no room."""
_POWER = 4
"""How much more a row's highest cell tells than the others, whose height costs nothing."""


@dataclass(frozen=True)
class Need:
    """What a column has to hold."""

    titles: Sequence[str]
    """Of the header, each to stand in :data:`HEADER_LINES` lines at the most."""
    letters: Sequence[float]
    """Of its texts, or of a typical one."""


def shares(room: float, needs: Sequence[Need]) -> tuple[float, ...]:
    """Return the columns' widths in millimetres, together `room`.

    A column is as wide as its titles and a syllable of its texts need; the rest is shared so that
    rows are low. A cell of `a` letters in `w` millimetres has a/w lines, a row as many as its
    highest cell: the sum of (a/w)^p over all cells, which comes near that, is least where w is as
    the (p+1)th root of the sum of a^p.
    """
    least = [max(_narrowest(tuple(need.titles)), _of_a_word(need.letters)) for need in needs]
    weights = [
        max(1.0, sum(a**_POWER for a in need.letters) / max(1, len(need.letters)))
        ** (1 / (_POWER + 1))
        for need in needs
    ]
    base = 2 * PADDING + _SLACK
    widths = dict(enumerate(least))
    sharing = set(widths)
    each = 0.0
    while sharing:
        rest = room - sum(wide for at, wide in widths.items() if at not in sharing)
        each = (rest - base * len(sharing)) / sum(weights[at] for at in sharing)
        if not (held := {at for at in sharing if base + weights[at] * each < least[at]}):
            break
        sharing -= held
    if not sharing:  # the least alone is more than there is
        return tuple(wide * room / sum(least) for wide in least)
    return tuple(base + weights[at] * each if at in sharing else least[at] for at in widths)


def _of_a_word(letters: Sequence[float]) -> float:
    """Return the least width in which no syllable of the texts is torn; a mark needs less."""
    return min(_SYLLABLE, max(letters, default=0) * LETTER) + _STEP + 2 * PADDING


_WORTH = 1.25
"""How much wider a column may be for its title's words of two syllables to stay together."""


@cache
def _narrowest(titles: tuple[str, ...]) -> float:
    """Return the least width in which no word of the titles is torn, each in few lines."""
    size = Part.HEADER_CELL.style.size
    apart = _room(titles)
    together = _room([grouped(title, size, apart * _WORTH, bold=True) for title in titles])
    return (together if together <= apart * _WORTH else apart) + _STEP + 2 * PADDING


def _room(titles: Sequence[str]) -> float:
    """Return the least room for the titles, grouped as they are written into it."""
    size = Part.HEADER_CELL.style.size
    words = (word for title in titles for word in title.replace("/", "l").split(" "))
    room = max((width(word, size, bold=True) for word in words), default=0.0)
    while any(_lines(title, size, room) > HEADER_LINES for title in titles):
        room += _STEP
    return room


def _lines(title: str, size: float, room: float) -> int:
    written = grouped(title, size, room, bold=True).replace("/", "l")  # LibreOffice breaks none
    return len(wrapped(written, size, room, bold=True))
