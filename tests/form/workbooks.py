"""Make a unit's workbook, and do to it what people and their programs do."""

import io
import pickle
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache, lru_cache

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import replace_parts
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.registration import EMPTY_COVER, Cover, Entry
from tests import form_2022
from tests.form_2022 import entry

UNIT = "HCTH"
ENTRIES_PART = "xl/worksheets/sheet1.xml"
FEEDBACK_PART = "xl/worksheets/sheet3.xml"
IDENTITY_PART = "xl/worksheets/sheet4.xml"
WORKBOOK_PART = "xl/workbook.xml"
STRINGS_PART = "xl/sharedStrings.xml"

CONTENT = (
    "Hồ sơ còn chậm luân chuyển giữa các phòng; tập thể phòng thực hiện; "
    "dự kiến 100% hồ sơ được giải quyết đúng hạn."
)
GOOD = entry(
    10, "Kinh tế", "Công sở văn minh", "x", "", "Phòng Hành chính", CONTENT, "x", ""
)  # fmt: skip
DONE = Cover(preparer="Nguyễn Văn Mẫu", phone="0900000001", confirmed="x")

Typed = str | float | bool | date | time


def good(row: int = 10, **changed: str) -> Entry:
    """Return an entry that every rule passes, changed as told."""
    return form_2022.changed(GOOD, row, **changed)


@cache
def workbook(form: Form, *entries: Entry, cover: Cover = EMPTY_COVER, unit: str = UNIT) -> bytes:
    """Return the workbook of a unit; the entries stand from row 10 on."""
    identity = Identity(unit, "Phòng Hành chính - Tổng hợp", "trước ngày 12/4/2022")
    return render(form, identity, entries, cover)


def edited(data: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """Return the workbook as openpyxl saves it after `change`."""
    book: openpyxl.Workbook = pickle.loads(_opened(data))
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@lru_cache(maxsize=100)
def _opened(data: bytes) -> bytes:
    """Open a workbook in openpyxl; it is pickled, for opening it takes ten times as long."""
    return pickle.dumps(openpyxl.load_workbook(io.BytesIO(data)))


def rearranged(data: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """Return the workbook after `change` of its first tab, of which no cell is merged."""

    def do(book: openpyxl.Workbook) -> None:
        sheet = book[layout.TAB_ENTRIES]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        change(sheet)

    return edited(data, do)


def typed(data: bytes, values: Mapping[str, Typed], tab: str = layout.TAB_ENTRIES) -> bytes:
    """Return the workbook with values typed into cells; text stays text, also "=1+1"."""

    def do(book: openpyxl.Workbook) -> None:
        for reference, value in values.items():
            cell = book[tab][reference]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    return edited(data, do)


def parts(data: bytes) -> dict[str, bytes]:
    """Return every part of the .xlsx, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def patched(data: bytes, old: str, new: str, part: str = ENTRIES_PART) -> bytes:
    """Return the workbook with the first `old` in the XML of a part replaced."""
    xml = parts(data)[part].decode()
    assert old in xml
    return replace_parts(data, {part: xml.replace(old, new, 1).encode()})


def with_cell(
    data: bytes, reference: str, attributes: str, inside: str, part: str = ENTRIES_PART
) -> bytes:
    """Return the workbook with the XML of one empty cell replaced."""
    xml = parts(data)[part].decode()
    empty = re.search(rf'<c r="{reference}"[^>]*/>', xml)
    assert empty
    cell = f'<c r="{reference}" {attributes}>{inside}</c>'
    return patched(data, empty[0], cell, part)


def with_rows(data: bytes, rows: str) -> bytes:
    """Return the workbook with XML of more rows at the end of the first tab."""
    return patched(data, "</sheetData>", f"{rows}</sheetData>")


def without_references(data: bytes, part: str = ENTRIES_PART) -> bytes:
    """Return the workbook as some writers make it: rows and cells follow each other unnamed."""
    xml = re.sub(rb'<(row|c) r="\w+"', rb"<\1", parts(data)[part])
    return replace_parts(data, {part: xml})


def with_prefix(data: bytes, *names: str) -> bytes:
    """Return the workbook with the elements of some parts written as <x:row>, <x:c>, …."""
    changed = {}
    for name in names:
        xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", parts(data)[name])
        changed[name] = xml.replace(b" xmlns=", b" xmlns:x=")
    return replace_parts(data, changed)


_STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    b"http://schemas.openxmlformats.org/drawingml/2006/main": (
        b"http://purl.oclc.org/ooxml/drawingml/main"
    ),
}
"""Namespaces of transitional Open XML → of strict (ISO/IEC 29500-1)."""


def strict(data: bytes) -> bytes:
    """Return the workbook as strict Open XML: the same names in other namespaces."""
    changed = {}
    for name, content in parts(data).items():
        for transitional, its_strict in _STRICT.items():
            content = content.replace(transitional, its_strict)
        changed[name] = content
    return replace_parts(data, changed)


def added(data: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def password_protected_zip(data: bytes) -> bytes:
    """Return the zip with its first part marked as encrypted."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]
