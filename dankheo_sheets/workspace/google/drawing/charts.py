"""XlsxWriter's stacked bars → Google's: the same cells, titles and sizes.

What the API has no word for is left to Google: the gap between bars, the steps and the number
format of the axis (sheets.v4, BasicChartSpec).
"""

from collections.abc import Mapping
from typing import Any

from dankheo_sheets.workspace.google.drawing.canvas import Chart
from dankheo_sheets.workspace.google.drawing.cell_formats import colour_style
from dankheo_sheets.workspace.google.drawing.shapes import Area, Json, Place


def add_chart(
    place: Place, chart: Chart, ids: Mapping[str, int], sheet_id: int, chart_id: int
) -> Json | None:
    """Return the request that adds a chart; None for one of no categories.

    `ids` are the ids of the tabs by title.
    """
    if chart.options != {"type": "bar", "subtype": "stacked"}:
        raise ValueError(f"a chart of another kind: {chart.options}")
    if chart.series[0]["categories"][1] > chart.series[0]["categories"][3]:
        return None
    row, column = place
    position = {
        "anchorCell": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
        "widthPixels": chart.size["width"],
        "heightPixels": chart.size["height"],
    }
    added = {
        "chartId": chart_id,
        "spec": _spec(chart, ids),
        "position": {"overlayPosition": position},
    }
    return {"addChart": {"chart": added}}


def _spec(chart: Chart, ids: Mapping[str, int]) -> Json:
    font = chart.title["name_font"]
    axis: Json = {"position": "BOTTOM_AXIS"}
    if "min" in chart.x_axis:
        least = {"viewWindowMin": chart.x_axis["min"], "viewWindowMode": "EXPLICIT"}
        axis["viewWindowOptions"] = least
    series = [
        {
            "series": _named(each, ids),
            "targetAxis": "BOTTOM_AXIS",  # the values of bars lie along the bottom
            "colorStyle": colour_style(each["fill"]["color"]),
        }
        for each in chart.series
    ]
    bars = {
        "chartType": "BAR",
        "stackedType": "STACKED",
        "legendPosition": "NO_LEGEND" if "none" in chart.legend else "BOTTOM_LEGEND",
        "headerCount": 1,
        "axis": [axis],
        "domains": [{"domain": _source(chart.series[0]["categories"], ids)}],
        "series": series,
    }
    return {
        "title": chart.title["name"],
        "titleTextFormat": {"fontFamily": font["name"], "fontSize": font["size"]},
        "fontName": font["name"],
        "basicChart": bars,
    }


def _named(series: Any, ids: Mapping[str, int]) -> Json:
    """Return the values of a series with the cell of its name, which must be right above."""
    tab, row, column, *_ = series["values"]
    if list(series["name"]) != [tab, row - 1, column]:
        raise ValueError(f"a series whose name is not above it: {series}")
    return _source(series["values"], ids)


def _source(cells: Any, ids: Mapping[str, int]) -> Json:
    """Return cells and the header above them as the source of a domain or a series."""
    tab, top, left, bottom, right = cells
    area = Area(top - 1, left, bottom + 1, right + 1)
    return {"sourceRange": {"sources": [area.grid(ids[tab])]}}
