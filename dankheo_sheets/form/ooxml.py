"""An .xlsx is a zip of parts: find one, replace some, leave the rest byte for byte.

Nothing a unit or its office suite put into the file is lost, because nothing else is parsed
(reference/measurements.md §2: openpyxl load and save loses seven kinds of content).
"""

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

from lxml import etree

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
"""Strict Open XML (ISO/IEC 29500-1) has the same names in other namespaces: elsewhere names are
looked for in any, and written in the one of what they are written into."""

MAX_TEXT = 32_767
"""Characters an .xlsx cell can hold; more stays in the archive (reference/measurements.md §4.6)."""

BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    RuntimeError,  # an unknown compression (NotImplementedError), a password
    OverflowError, KeyError, ValueError, etree.XMLSyntaxError,
)  # fmt: skip
"""All that zipfile, lxml and the functions below raise for bytes that are no sound workbook."""


def parse(xml: bytes, *, recover: bool = False) -> etree._Element:
    """Parse one part; entities are not expanded and nothing is fetched.

    With `recover`, what is malformed is passed over: calamine reads it too.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=recover
    )
    root: etree._Element | None = etree.fromstring(xml, parser)
    if root is None:
        raise ValueError("nothing in it is XML")
    return root


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return tab name → name of the part that holds the tab.

    Raises one of :data:`BROKEN` where the file is no workbook.
    """
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parse(archive.read("xl/_rels/workbook.xml.rels"))
    }
    workbook = parse(archive.read("xl/workbook.xml"))
    found = {}
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        id_ = sheet.get(f"{{{_RELATIONS}}}id") or sheet.get(f"{{{_STRICT_RELATIONS}}}id")
        target = posixpath.join("/xl", relations.get(id_, ""))
        found[sheet.get("name", "")] = posixpath.normpath(target).lstrip("/")
    return found


def column_index(letters: str) -> int:
    """Return the 0-based number of a column: "A" → 0, "AA" → 26."""
    index = 0
    for character in letters:
        index = index * 26 + ord(character) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column, the inverse of :func:`column_index`."""
    letters = ""
    while index >= 0:
        index, last = divmod(index, 26)
        letters = chr(65 + last) + letters
        index -= 1
    return letters


_REFERENCE = re.compile(r"([A-Z]{1,9})(\d{1,19})")


def rows_of(sheet: etree._Element) -> Iterator[etree._Element]:
    """Return the rows of a tab."""
    return sheet.iterfind("{*}sheetData/{*}row")


def streamed_rows(xml: bytes) -> Iterator[etree._Element]:
    """Yield the rows of a tab, each for as long as the next one is not asked for.

    What is malformed is passed over, as by :func:`parse` with `recover`.
    """
    rows = etree.iterparse(
        io.BytesIO(xml), tag="{*}row", resolve_entities=False, no_network=True, recover=True
    )
    for _, row in rows:
        yield row
        row.clear()
        while (before := row.getprevious()) is not None:
            row.getparent().remove(before)


def numbered_cells(
    rows: Iterable[etree._Element],
) -> Iterator[tuple[int, int, etree._Element]]:
    """Yield (1-based row, 0-based column, cell) of a tab, and write down each one's reference.

    Some writers leave the references out: a row or a cell then follows the one before it.
    """
    row = 0
    for line in rows:
        row = int(line.get("r") or row + 1)
        line.set("r", str(row))
        column = -1
        for cell in line.iterfind("{*}c"):
            column += 1
            at = row
            if found := _REFERENCE.fullmatch(cell.get("r", "").upper()):
                column, at = column_index(found[1]), int(found[2])
            cell.set("r", f"{column_letters(column)}{at}")
            yield at, column, cell


@dataclass(frozen=True)
class Calculated:
    """A cell with a formula, and the result that was stored with it."""

    formula: str
    """Without its "="."""
    result: str
    is_text: bool


_CALCULATED = re.compile(
    r"<(?P<x>(?:\w+:)?)c\s(?P<attributes>[^<>]*)>\s*"
    r"<(?P=x)f\b[^<>]*>(?P<formula>[^<]*)</(?P=x)f>\s*"
    r"(?P<v><(?P=x)v\b[^<>]*(?:/>|>(?P<result>[^<]*)</(?P=x)v>))"
)
_ATTRIBUTE = re.compile(r"""(?:^|\s)([rt])\s*=\s*["'](\w+)["']""")


def restate(
    xml: bytes, result: Callable[[Calculated, Mapping[str, Calculated]], str | None]
) -> bytes:
    """Return a tab with the stored results of some formulas replaced, all else the same bytes.

    `result` is asked for each formula that has a text for its result; it sees the tab's
    calculated cells by reference, and answers None to leave a result as it is. In what is no
    XML of a tab in UTF-8 there is nothing to replace.
    """
    text = xml.decode("utf-8", "surrogateescape")
    places: list[tuple[re.Match[str], Calculated]] = []
    cells: dict[str, Calculated] = {}
    for found in _CALCULATED.finditer(text):
        attributes = dict(_ATTRIBUTE.findall(found["attributes"]))
        cell = Calculated(
            unescape(found["formula"]),
            unescape(found["result"] or ""),
            attributes.get("t") == "str",
        )
        cells[attributes.get("r", "")] = cell
        places.append((found, cell))
    pieces, end = [], 0
    for found, cell in places:
        new = result(cell, cells) if cell.is_text else None
        if new is not None and new != cell.result:
            prefix = found["x"]
            pieces += [text[end : found.start("v")], f"<{prefix}v>{escape(new)}</{prefix}v>"]
            end = found.end("v")
    return "".join((*pieces, text[end:])).encode("utf-8", "surrogateescape")


def replace_parts(data: bytes, parts: Mapping[str, bytes | Iterable[bytes]]) -> bytes:
    """Return the zip file `data` with the content of the named `parts` replaced.

    A part too large to be held may be given in pieces.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = parts.get(info.filename)
            if content is None:
                content = old.read(info)
            if isinstance(content, bytes):
                new.writestr(info, content)
                continue
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            with new.open(fresh, "w") as part:
                for piece in content:
                    part.write(piece)
    return out.getvalue()
