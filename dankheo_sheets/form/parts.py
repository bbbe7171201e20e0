"""An .xlsx is a zip of parts: find one, replace some, leave the rest byte for byte.

Nothing a unit or its office suite put into the file is lost, because nothing else is parsed
(measurements.md §B: openpyxl load and save loses seven kinds of content).
"""

import io
import posixpath
import zipfile
from collections.abc import Mapping

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parse(xml: bytes) -> etree._Element:
    """Parse one part; entities are not expanded and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(xml, parser)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return tab name → name of the part that holds the tab.

    Raises KeyError or lxml's XMLSyntaxError where the file is no workbook.
    """
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parse(archive.read("xl/_rels/workbook.xml.rels"))
    }
    workbook = parse(archive.read("xl/workbook.xml"))
    return {
        sheet.get("name", ""): posixpath.normpath(
            posixpath.join("/xl", relations.get(sheet.get(f"{{{_RELATIONS}}}id"), ""))
        ).lstrip("/")
        for sheet in workbook.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    }


def replace_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return the zip file `data` with the content of the named `parts` replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = parts.get(info.filename)
            new.writestr(info, old.read(info) if content is None else content)
    return out.getvalue()
