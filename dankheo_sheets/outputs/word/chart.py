"""A bar chart in a Word document: a native one, that Word and LibreOffice draw themselves.

python-docx has no charts. The part (chart.xml.j2) holds the values it draws; no workbook comes
with it. Official documents are black (I.4): its bars are dark and light, told apart on any printer.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from xml.sax.saxutils import quoteattr

import jinja2
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as Package
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.word.decree30 import FONT, TEXT_WIDTH, Part, paragraph

_FRAME, _BAR = 14, 9
"""Millimetres: what legend and axis take, and each bar."""
_HIGHEST = 220
"""Millimetres: a page, less the title."""
_ABOVE = 6
"""Points between a table and the chart's title. Our choice."""


def bars(
    document: Document,
    title: str,
    names: Sequence[str],
    series: Mapping[str, Sequence[int]],
    description: str,
) -> None:
    """Draw a bar for each name, its series one after the other along it, below the title.

    `description` is read out in place of the picture.
    """
    xml = _template().render(names=[*map(vietnamese.clean, names)], series=series, font=FONT)
    name = PackURI("/word/charts/chart1.xml")
    part = Package(name, CONTENT_TYPE.DML_CHART, xml.encode(), document.part.package)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph(document, Part.GAP)
    paragraph(document, Part.HEADER_CELL, title, before=_ABOVE, keep=True)
    wide, high = Mm(TEXT_WIDTH), Mm(min(_FRAME + _BAR * len(names), _HIGHEST))
    frame = f"""<w:drawing {nsdecls("w", "wp", "a", "c", "r")}>
      <wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>
      <wp:docPr id="1" name="Biểu đồ" descr={quoteattr(vietnamese.clean(description))}/>
      <wp:cNvGraphicFramePr/><a:graphic>
      <a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
      <c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>"""
    paragraph(document, Part.CELL).add_run()._r.append(parse_xml(frame))


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("dankheo_sheets.outputs", "word")
    return jinja2.Environment(loader=loader, autoescape=True).get_template("chart.xml.j2")
