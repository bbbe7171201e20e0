"""Tables of any length in a Word document: prepared rows, copied as text into the file.

python-docx draws the document with one prepared row of each kind; the data rows are then
written straight into the zip, so 30,000 rows cost seconds and no memory: `table.cell()` is
quadratic, copying row elements holds 600 MB (reference/measurements.md §3).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from xml.sax.saxutils import escape

from docx.document import Document
from docx.table import Table
from lxml import etree

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.word.decree30 import element

_BREAKS = {
    sign: f'</w:t><w:{element}/><w:t xml:space="preserve">'
    for sign, element in (("\n", "br"), ("\t", "tab"))
}
_NAMESPACES = re.compile(r' xmlns:\w+="[^"]*"')
_TEXT = re.compile(r"<w:t(?: [^>]*)?>\{\{(\d+)\}\}</w:t>")
_MARK = re.compile(r'<w:tr w:rsidDel="(\d+)"/>')
DOCUMENT = "word/document.xml"
"""The name of the document's text in its package."""


class PreparedRow:
    """A row of a table that serves as pattern: its XML, with the tokens {{0}}, {{1}} and so on."""

    def __init__(self, xml: str, *, keep: bool = False) -> None:
        pieces = _TEXT.split(xml)
        self._fixed, self._cells = pieces[::2], [int(number) for number in pieces[1::2]]
        self.keep = keep
        """It stays with the row that follows."""

    def fill(self, texts: Sequence[str]) -> str:
        """Return the row's XML with each token replaced by its text (:func:`as_xml`)."""
        parts = [self._fixed[0]]
        for number, fixed in zip(self._cells, self._fixed[1:], strict=True):
            parts += ('<w:t xml:space="preserve">', as_xml(texts[number]), "</w:t>", fixed)
        return "".join(parts)


def xml_of(element: etree._Element) -> str:
    """Return an element as it stands inside a document, whose root names the namespaces."""
    return _NAMESPACES.sub("", etree.tostring(element, encoding="unicode"))


def as_xml(typed: str) -> str:
    """Return what stands inside a w:t for a text: as typed, composed, its line breaks kept."""
    text = escape(vietnamese.nfc(vietnamese.clean(typed)))
    for sign, shown in _BREAKS.items():
        if sign in text:
            text = text.replace(sign, shown)
    return text


class Rows:
    """The rows that tables of a document are to have besides those that are drawn."""

    def __init__(self) -> None:
        self._rows: list[Iterable[str]] = []

    def follow(self, table: Table, rows: Iterable[str]) -> None:
        """Mark the end of `table`: there `rows` are written when the document is saved.

        The mark is an attribute, which nothing that is typed can look like: its "<" is escaped.
        """
        table._tbl.append(element("w:tr", rsidDel=len(self._rows)))
        self._rows.append(rows)

    def spliced(self, xml: str) -> Iterator[str]:
        """Yield the document's XML, each mark replaced by its rows, a few hundred at a time."""
        first, *others = _MARK.split(xml)
        yield first
        for number, after in zip(others[::2], others[1::2], strict=True):
            rows = iter(self._rows[int(number)])
            while batch := "".join(islice(rows, 500)):
                yield batch
            yield after


def save(document: Document, rows: Rows | None = None) -> bytes:
    """Return the .docx with its rows in place.

    Nothing in the file depends on when it was written.
    """
    shell, out = io.BytesIO(), io.BytesIO()
    document.save(shell)
    with zipfile.ZipFile(shell) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(zip_info(name), "w") as part:
                if name == DOCUMENT and rows:
                    for piece in rows.spliced(old.read(name).decode()):
                        part.write(piece.encode())
                else:
                    part.write(old.read(name))
    return out.getvalue()


def zip_info(name: str) -> zipfile.ZipInfo:
    """Return how a part is kept in the package, at no time of its own."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
