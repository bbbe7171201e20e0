"""What changed between two versions of a document, in words a reader finds again in it."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADER = f"{_W}trPr/{_W}tblHeader"
_CONTEXT = 4
"""Words shown before and after what differs."""
_ALIKE, _AHEAD = 0.5, 50
"""Share of words that lines have in common at the least; lines that are looked through."""
_NUMBER = re.compile(r"^\d+(?:\. |$)")

Line = tuple[str, ...]
"""The text of a paragraph, or of each cell of a row."""


def changes(old: bytes, new: bytes) -> list[str]:
    """Return one line for each paragraph or row that is new, gone or worded otherwise."""
    try:
        before = _lines(old)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return ["Không đọc được bản trước, không so được."]
    found = list(_changes(before, _lines(new)))
    return found or ["Chữ không đổi; chỉ cách trình bày hoặc thuộc tính của tệp."]


def _lines(data: bytes) -> list[Line]:
    """Return the paragraphs that have text, and the rows of tables that have a header.

    Without what follows from the rest: the running number of a row, and a header that is there
    again where a long table goes on.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = etree.fromstring(package.read("word/document.xml"))[0]
    found, headers = list[Line](), set[Line]()
    for block in body:
        if block.find(f"{_W}tr/{_HEADER}") is None:
            found += [(_text(paragraph),) for paragraph in block.iter(f"{_W}p")]
            continue
        for row in block.iterchildren(f"{_W}tr"):
            first, *others = (_text(cell) for cell in row.iterchildren(f"{_W}tc"))
            line = (_NUMBER.sub("", first), *others)
            is_header = row.find(_HEADER) is not None
            if not (is_header and line in headers):
                found.append(line)
            headers |= {line} if is_header else set()
    return [line for line in found if any(line)]


def _text(block: etree._Element) -> str:
    """Return what it says; a blank is a blank, however wide."""
    pieces = (
        (piece.text or "") if piece.tag == f"{_W}t" else " "
        for piece in block.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_W}p")
    )
    return " ".join("".join(pieces).split())


def _changes(before: list[Line], after: list[Line]) -> Iterator[str]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, first, last, at, until in matcher.get_opcodes():
        if what == "equal":
            continue
        for old, new in _paired(before[first:last], after[at:until]):
            if new is None:
                yield f"Bỏ: “{_whole(old or ())}”"
            elif old is None:
                yield f"Thêm: “{_whole(new)}”"
            elif len(old) == len(new) == 1:
                yield f"Sửa: {_mended(old[0], new[0])}"
            else:
                cells = zip_longest(old, new, fillvalue="")
                differing = (_mended(*pair) for pair in cells if pair[0] != pair[1])
                yield f"Dòng “{_name(new)}”: {'; '.join(differing)}"


Pair = tuple[Line, Line] | tuple[Line, None] | tuple[None, Line]


def _paired(before: list[Line], after: list[Line]) -> Iterable[Pair]:
    """Pair what was there with what is; where that is not as much, by what is alike."""
    if len(before) == len(after):
        yield from zip(before, after, strict=True)
        return
    at = 0
    for old in before:
        ahead = range(at, min(at + _AHEAD, len(after)))
        match = next((place for place in ahead if _are_alike(old, after[place])), None)
        if match is None:
            yield old, None
            continue
        yield from ((None, new) for new in after[at:match])
        yield old, after[match]
        at = match + 1
    yield from ((None, new) for new in after[at:])


def _are_alike(old: Line, new: Line) -> bool:
    words = SequenceMatcher(None, _whole(old).split(), _whole(new).split(), autojunk=False)
    return words.real_quick_ratio() >= _ALIKE and words.ratio() >= _ALIKE


def _whole(line: Line) -> str:
    return " | ".join(line)


def _name(row: Line) -> str:
    """Return what a row is known by: its first words."""
    return next((cell for cell in row if any(map(str.isalpha, cell))), _whole(row))


def _mended(old: str, new: str) -> str:
    return "“{}” thành “{}”".format(*_differing(old.split(), new.split()))


def _differing(old: list[str], new: list[str]) -> tuple[str, str]:
    """Return the words that differ, with a few around them."""
    shorter = min(len(old), len(new))
    same = range(shorter)
    head = next((at for at in same if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[~at] != new[~at]), shorter - head)
    first, rest = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)

    def shown(words: list[str]) -> str:
        kept = " ".join(words[first : len(words) - rest])
        return f"{'… ' if first else ''}{kept}{' …' if rest else ''}"

    return shown(old), shown(new)
