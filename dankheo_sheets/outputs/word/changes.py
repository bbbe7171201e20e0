"""What changed between two versions of a document, in words a reader finds again in it."""

import io
import zipfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CONTEXT = 4
"""Words shown before and after what differs."""


def changes(old: bytes, new: bytes) -> list[str]:
    """Return one line for each paragraph or cell that is new, gone or worded otherwise."""
    try:
        before = _plain(old)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return ["Không đọc được bản trước, không so được."]
    found = list(_changes(before, _plain(new)))
    return found or ["Chữ không đổi; chỉ cách trình bày hoặc thuộc tính của tệp."]


def texts(data: bytes) -> list[str]:
    """Return the text of each paragraph of a .docx that has any, cells among them, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found = (
        "".join(
            (piece.text or "") if piece.tag == f"{_W}t" else " "
            for piece in paragraph.iter(f"{_W}t", f"{_W}br", f"{_W}tab")
        )
        for paragraph in root.iter(f"{_W}p")
    )
    return [text for text in found if text.strip()]


def _plain(data: bytes) -> list[str]:
    """Return the texts as they are read: a blank is a blank, however wide."""
    return [" ".join(text.split()) for text in texts(data)]


def _changes(before: list[str], after: list[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, first, last, at, until in matcher.get_opcodes():
        if what == "equal":
            continue
        for old, new in zip_longest(before[first:last], after[at:until]):
            if old is None:
                yield f"Thêm: “{new}”"
            elif new is None:
                yield f"Bỏ: “{old}”"
            else:
                yield "Sửa: “{}” thành “{}”".format(*_differing(old.split(), new.split()))


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
