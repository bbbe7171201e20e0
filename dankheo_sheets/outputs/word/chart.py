"""A bar chart in a Word document: a native one, that Word and LibreOffice draw themselves.

python-docx has no charts. The part holds the values it draws; no workbook comes with it.
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part as Package
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.word.decree30 import FONT, TEXT_WIDTH, Part, paragraph

_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHADES = ("404040", "BFBFBF")
"""Official documents are black (I.4): dark and light, told apart on any printer."""
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
    package = document.part.package
    part = Package(
        PackURI("/word/charts/chart1.xml"), _TYPE, _space(names, series).encode(), package
    )
    relation = document.part.relate_to(part, f"{_RELATIONS}/chart")
    wide, high = Mm(TEXT_WIDTH), Mm(min(_FRAME + _BAR * len(names), _HIGHEST))
    frame = (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:wp="{_DRAWING}" xmlns:a="{_MAIN}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="1" name="Biểu đồ" descr={quoteattr(vietnamese.clean(description))}/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart xmlns:c="{_CHART}" xmlns:r="{_RELATIONS}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    paragraph(document, Part.GAP)
    above = paragraph(document, Part.HEADER_CELL, title).paragraph_format
    above.space_before, above.keep_with_next = Pt(_ABOVE), True
    line = paragraph(document, Part.CELL)
    line.add_run()._r.append(parse_xml(frame))


def _space(names: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    drawn = "".join(
        _series(at, title, names, values) for at, (title, values) in enumerate(series.items())
    )
    scale = '<c:scaling><c:orientation val="{}"/></c:scaling>'
    black = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    line = f'<c:spPr><a:ln w="6350">{black}</a:ln></c:spPr>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}" xmlns:r="{_RELATIONS}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{drawn}<c:gapWidth val="60"/><c:overlap val="100"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'<c:catAx><c:axId val="1"/>{scale.format("maxMin")}<c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/>{line}<c:crossAx val="2"/>'
        '<c:tickLblSkip val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/>{scale.format("minMax")}<c:delete val="1"/>'
        '<c:axPos val="t"/><c:numFmt formatCode="0" sourceLinked="0"/><c:crossAx val="1"/>'
        "</c:valAx></c:plotArea>"
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        '<c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200">'
        f'{black}<a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/>'
        '</a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p></c:txPr></c:chartSpace>'
    )


def _series(at: int, title: str, names: Sequence[str], values: Sequence[int]) -> str:
    fill, written = _SHADES[at % 2], "FFFFFF" if at % 2 == 0 else "000000"
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:v>'
        f"{escape(vietnamese.clean(title))}</c:v></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{fill}"/></a:solidFill></c:spPr>'
        '<c:invertIfNegative val="0"/>'
        '<c:dLbls><c:numFmt formatCode="0;;" sourceLinked="0"/>'
        '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200">'
        f'<a:solidFill><a:srgbClr val="{written}"/></a:solidFill>'
        f'<a:latin typeface="{FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p>'
        '</c:txPr><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat>{_literals('str', names)}</c:cat>"
        f"<c:val>{_literals('num', [str(value) for value in values])}</c:val></c:ser>"
    )


def _literals(kind: str, texts: Sequence[str]) -> str:
    form = "<c:formatCode>0</c:formatCode>" if kind == "num" else ""
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(vietnamese.clean(text))}</c:v></c:pt>'
        for at, text in enumerate(texts)
    )
    return f'<c:{kind}Lit>{form}<c:ptCount val="{len(texts)}"/>{points}</c:{kind}Lit>'
