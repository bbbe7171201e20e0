"""What changed between two versions of a document, in words a reader finds again in it."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice, takewhile

from docx.oxml.ns import qn
from lxml import etree

_P, _T, _TR, _TC = (qn(f"w:{tag}") for tag in ("p", "t", "tr", "tc"))
_TEXTS = tuple(qn(f"w:{tag}") for tag in ("t", "br", "tab", "p"))
_HEADER = f"{qn('w:trPr')}/{qn('w:tblHeader')}"
_SPAN = f"{qn('w:tcPr')}/{qn('w:gridSpan')}"
_NUMBER = re.compile(r"^\d+(?:\. |$)")
_CONTEXT = 4
"""Words shown before and after what differs."""
_ALIKE, _AHEAD = 0.5, 50
"""Share of words that lines have in common at the least; lines that are looked through."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, LookupError, ValueError, RuntimeError,
    OSError, EOFError,
)  # fmt: skip
"""What reading a damaged file raises."""


@dataclass(frozen=True)
class Line:
    """A paragraph, or a row of a table that has a header."""

    cells: tuple[str, ...]
    titles: tuple[str, ...] = field(default=(), compare=False)
    """Of the columns; none of a paragraph."""

    @cached_property
    def name(self) -> str:
        """What a row is known by: its first words."""
        return next((cell for cell in self.cells if any(map(str.isalpha, cell))), str(self))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words it is told by from others: no mark is one."""
        return frozenset(word for cell in self.cells for word in cell.split() if len(word) > 1)

    def is_like(self, other: "Line") -> bool:
        """Tell whether both have many of their words in common."""
        most = max(len(self.words), len(other.words))
        return most > 0 and len(self.words & other.words) >= _ALIKE * most

    def __str__(self) -> str:
        return " | ".join(self.cells)


def changes(old: bytes, new: bytes) -> list[str]:
    """Return one line for each paragraph or row that is new, gone or worded otherwise."""
    try:
        before = _lines(old)
    except _DAMAGED:
        return ["Không đọc được bản trước, không so được."]
    after = _lines(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found = [
        _said(*pair)
        for what, first, last, at, until in matcher.get_opcodes()
        if what != "equal"
        for pair in _paired(before[first:last], after[at:until])
    ]
    return found or ["Chữ không đổi; chỉ cách trình bày hoặc thuộc tính của tệp."]


# --- what it says ---------------------------------------------------------------------------


def _lines(data: bytes) -> list[Line]:
    """Return the paragraphs and rows that have text.

    Without what follows from the rest: the running number of a row, and a header that is there
    again where a long table goes on.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = etree.fromstring(package.read("word/document.xml"))[0]
    found, headers = list[Line](), set[Line]()
    for block in body:
        if block.find(f"{_TR}/{_HEADER}") is None:
            found += [Line((_text(paragraph),)) for paragraph in block.iter(_P)]
            continue
        titles: tuple[str, ...] = ()
        for row in block.iterchildren(_TR):
            number, *texts = map(_text, row.iterchildren(_TC))
            line = Line((_NUMBER.sub("", number), *texts), titles)
            if row.find(_HEADER) is not None:
                titles = _titles(titles, row)
                if line in headers:
                    continue
                headers.add(line)
            found.append(line)
    return [line for line in found if any(line.cells)]


def _titles(above: tuple[str, ...], row: etree._Element) -> tuple[str, ...]:
    """Return the titles of the columns, this header's over those above; numbers are none."""
    found = list[str]()
    for cell in row.iterchildren(_TC):
        span = cell.find(_SPAN)
        first = cell.find(_P)
        title = _text(first) if first is not None else ""
        found += [title] * int(str(span.get(qn("w:val"))) if span is not None else 1)
    if all(title.isdigit() or not title for title in found):
        return above
    return tuple(title or old for title, old in zip(found, above or found, strict=False))


def _text(block: etree._Element) -> str:
    """Return what it says; a blank is a blank, however wide."""
    pieces = ((piece.text or "") if piece.tag == _T else " " for piece in block.iter(*_TEXTS))
    return " ".join("".join(pieces).split())


# --- what differs ---------------------------------------------------------------------------


def _paired(
    before: Sequence[Line], after: Sequence[Line]
) -> Iterator[tuple[Line | None, Line | None]]:
    """Pair what was there with what is: by its name, then by what is alike.

    As many paragraphs as before are paired one by one.
    """
    if len(before) == len(after) and not any(line.titles for line in (*before, *after)):
        yield from zip(before, after, strict=True)
        return
    left, found = dict(enumerate(before)), dict[int, Line]()
    named: dict[str, list[int]] = {}
    for place, old in reversed(left.items()):
        named.setdefault(old.name, []).append(place)
    for at, new in enumerate(after):
        if places := named.get(new.name):
            found[at] = left.pop(places.pop())
    for at, new in enumerate(after):
        ahead = islice(left.items(), 0 if at in found else _AHEAD)
        alike = next((place for place, old in ahead if old.is_like(new)), None)
        if alike is not None:
            found[at] = left.pop(alike)
    yield from ((found.get(at), new) for at, new in enumerate(after))
    yield from ((old, None) for old in left.values())


def _said(old: Line | None, new: Line | None) -> str:
    if new is None:
        return f"Bỏ: “{old}”"
    if old is None:
        return f"Thêm: “{new}”"
    if not len(old.cells) == len(new.cells) == len(new.titles):
        return f"Sửa: {_mended(str(old), str(new))}"
    cells = zip(new.titles, old.cells, new.cells, strict=True)
    differing = (f"{title} {_mended(was, now)}" for title, was, now in cells if was != now)
    return f"Dòng “{new.name}”: {'; '.join(differing)}"


def _mended(old: str, new: str) -> str:
    if not old or not new:
        return f"thêm “{new}”" if new else f"bỏ “{old}”"
    return "“{}” thành “{}”".format(*_differing(old.split(), new.split()))


def _differing(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield the words of either that differ, with a few around them."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    first, rest = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)
    for words in (old, new):
        kept = " ".join(words[first : len(words) - rest])
        yield f"{'… ' if first else ''}{kept}{' …' if rest else ''}"


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words both begin with."""
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))
