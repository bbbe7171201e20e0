"""How cells look to the person who typed them, where it tells more than their values.

A hidden row, a struck-out one, a merged block, a percentage: calamine says nothing of them. Looked
for in the tab's own XML, and only where a few bytes say that there is something to find.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from lxml import etree

from dankheo_sheets.form.ooxml import column_index, parse

_ROW = re.compile(rb"<row\s[^>]*>")
_ROW_WITH_PREFIX = re.compile(rb"<\w+:row\s[^>]*>")
_UNSEEN = re.compile(rb"""\s(?:hidden\s*=\s*["'](?:1|true)|ht\s*=\s*["']0(?:\.0*)?)["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")


def hidden_rows(xml: bytes) -> frozenset[int]:
    """Return the 1-based rows that nobody sees: hidden, left out by a filter, or of no height.

    Of rows that say their number, as all programs that can hide one write them.
    """
    rows = _ROW.findall(xml) or _ROW_WITH_PREFIX.findall(xml)
    unseen = (_NUMBER.search(row) for row in rows if _UNSEEN.search(row))
    return frozenset(int(found[1]) for found in unseen if found)


@dataclass(frozen=True)
class Block:
    """A merged block of cells: 1-based rows, 0-based columns, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int
    reference: str


_MERGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7}):"""
    rb"""\$?([A-Z]{1,3})\$?(\d{1,7})["']"""
)


def merged_blocks(xml: bytes, first: int) -> Iterator[Block]:
    """Yield the merged blocks of a tab that reach into row `first` or below."""
    after_the_cells = max(xml.rfind(b"sheetData"), 0)
    for left, top, right, bottom in _MERGE.findall(xml, after_the_cells):
        if int(bottom) >= first:
            yield Block(
                int(top), column_index(left.decode()), int(bottom), column_index(right.decode()),
                (b"%b%b:%b%b" % (left, top, right, bottom)).decode(),
            )  # fmt: skip


class Styles:
    """The formats of a workbook, by the number that a cell gives; read when first asked."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml

    def struck(self) -> frozenset[str]:
        """Return the formats whose font is struck out."""
        if b"strike" not in self._xml:
            return frozenset()
        root = parse(self._xml, recover=True)
        fonts = {
            str(number)
            for number, font in enumerate(root.iterfind("{*}fonts/{*}font"))
            if any(s.get("val", "1") in {"1", "true"} for s in font.iterfind("{*}strike"))
        }
        return self._formats(root, "fontId", fonts)

    def percent(self) -> frozenset[str]:
        """Return the formats that show a number as a percentage."""
        root = parse(self._xml, recover=True)
        codes = {
            own.get("numFmtId", "")
            for own in root.iterfind("{*}numFmts/{*}numFmt")
            if "%" in own.get("formatCode", "")
        }
        return self._formats(root, "numFmtId", codes | {"9", "10"})

    @staticmethod
    def _formats(root: etree._Element, attribute: str, values: Set[str]) -> frozenset[str]:
        return frozenset(
            str(number)
            for number, xf in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
            if xf.get(attribute, "0") in values
        )


def formatted_cells(xml: bytes, formats: Set[str]) -> frozenset[tuple[int, int]]:
    """Return the (row, column), 0-based, of the cells that have one of these formats."""
    if not formats:
        return frozenset()
    numbers = "|".join(sorted(formats)).encode()
    pattern = (
        rb"""<(?:\w+:)?c\s(?=[^>]*\bs\s*=\s*["'](?:""" + numbers + rb""")["'])"""
        rb"""[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']"""
    )
    return frozenset(
        (int(row) - 1, column_index(letters.decode())) for letters, row in re.findall(pattern, xml)
    )
