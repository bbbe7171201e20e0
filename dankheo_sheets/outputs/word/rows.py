"""Tables of any length in a Word document: prepared rows, copied as text into the file.

python-docx draws the document with one prepared row of each kind; the data rows are then
written straight into the zip, so 30,000 rows cost seconds and no memory: `table.cell()` is
quadratic, copying row elements holds 600 MB (reference/measurements.md §3).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import etree

from dankheo_sheets import vietnamese

_BREAKS = {
    sign: f'</w:t><w:{element}/><w:t xml:space="preserve">'
    for sign, element in (("\n", "br"), ("\t", "tab"))
}
_NAMESPACES = re.compile(r' xmlns:\w+="[^"]*"')
_TEXT = re.compile(r"<w:t(?: [^>]*)?>\{\{(\d+)\}\}</w:t>")
_MARK = qn("w:rsidDel")
_MARKED = re.compile(r'<w:tr w:rsidDel="(\w+)"[^>]*>.*?</w:tr>', re.DOTALL)
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class PreparedRow:
    """A row of a table that serves as pattern: its XML, with the tokens {{0}}, {{1}} and so on."""

    def __init__(self, xml: str, *, keep: bool = False) -> None:
        pieces = _TEXT.split(xml)
        self._fixed, self._cells = pieces[::2], [int(number) for number in pieces[1::2]]
        self.keep = keep
        """It stays with the row that follows."""

    def fill(self, texts: Sequence[str]) -> str:
        """Return the row's XML with each token replaced by its text.

        That stands there as typed, composed; line breaks are kept.
        """
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
    for sign, element in _BREAKS.items():
        if sign in text:
            text = text.replace(sign, element)
    return text


class RowsFollow:
    """Marks where rows are to be written at the end of a table.

    The mark is an attribute, which nothing that is typed can look like: its "<" is escaped.
    """

    def __init__(self, table: Table, name: str) -> None:
        row = table.add_row()  # type: ignore[no-untyped-call]
        row._tr.set(_MARK, name)


def save(document: Document, rows: Mapping[str, Iterable[str]]) -> bytes:
    """Return the .docx with the rows of each :class:`RowsFollow`, by its name, in place.

    Nothing in the file depends on when it was written.
    """
    shell = io.BytesIO()
    document.save(shell)
    out = io.BytesIO()
    with zipfile.ZipFile(shell) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            with new.open(info, "w") as part:
                content = old.read(name)
                if name != "word/document.xml":
                    part.write(content)
                    continue
                for piece in _spliced(content.decode(), rows):
                    part.write(piece.encode())
    return out.getvalue()


def _spliced(xml: str, rows: Mapping[str, Iterable[str]]) -> Iterable[str]:
    """Yield the document's XML, each marker row replaced by its rows, a few hundred at a time."""
    at = 0
    for marker in _MARKED.finditer(xml):
        yield xml[at : marker.start()]
        batch: list[str] = []
        for row in rows[marker[1]]:
            batch.append(row)
            if len(batch) == 500:
                yield "".join(batch)
                batch = []
        yield "".join(batch)
        at = marker.end()
    yield xml[at:]
