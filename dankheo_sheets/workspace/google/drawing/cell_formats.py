"""A format in XlsxWriter's words → Google's CellFormat. What is not known here is an error."""

from collections.abc import Callable
from typing import Any

from dankheo_sheets.workspace.google.drawing.canvas import Style
from dankheo_sheets.workspace.google.drawing.shapes import Json

_INDENT = 9
"""Pixels of one step of indentation: three spaces of the default font, as in Excel."""
_PADDING = {"top": 2, "right": 3, "bottom": 2, "left": 3}
"""What Google has around the text of a cell, in pixels."""


def cell_format(style: Style | None) -> Json:
    """Return a cell's format; {} for one that has none."""
    given = dict(style.properties) if style else {}
    given.pop("locked", None)  # protection is the tab's
    line_colour = given.pop("border_color", "#000000")
    indent = given.pop("indent", 0)
    made: Json = {}
    for name, value in given.items():
        _put(made, *_FORMATS[name](value))
    if "borders" in made:
        for line in made["borders"].values():
            line["colorStyle"] = colour_style(line_colour)
    if indent:
        side = "right" if given.get("align") == "right" else "left"
        made["padding"] = {**_PADDING, side: _PADDING[side] + _INDENT * indent}
    return made


def conditional_format(style: Style) -> Json:
    """Return what a conditional format may set: here, colours."""
    made: Json = {}
    for name, value in style.properties:
        if name not in {"bg_color", "font_color"}:
            raise KeyError(name)
        _put(made, *_FORMATS[name](value))
    return made


def _put(made: Json, path: str, value: Any) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        made = made.setdefault(parent, {})
    made[name] = value


def colour_style(text: str) -> Json:
    """Return "#E8EEF4" as a colour.

    A byte n is sent as (n + ½)/255 where that is below 1: Google cuts off what is below a whole
    byte (0.5 comes back as 127/255: reference/google.md §9.3).
    """
    parts = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    red, green, blue = (round(min((part + 0.5) / 255, 1), 5) if part else 0 for part in parts)
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def _borders(width: int) -> Json:
    if width != 1:
        raise ValueError(f"a border of another kind: {width}")
    return {side: {"style": "SOLID"} for side in ("top", "bottom", "left", "right")}


_VERTICAL = {"vcenter": "MIDDLE", "top": "TOP", "bottom": "BOTTOM"}
_NUMBER_FORMATS = {"@": {"type": "TEXT", "pattern": "@"}}

_FORMATS: dict[str, Callable[[Any], tuple[str, Any]]] = {
    "font_name": lambda name: ("textFormat.fontFamily", name),
    "font_size": lambda size: ("textFormat.fontSize", size),
    "bold": lambda on: ("textFormat.bold", on),
    "italic": lambda on: ("textFormat.italic", on),
    "font_color": lambda text: ("textFormat.foregroundColorStyle", colour_style(text)),
    "bg_color": lambda text: ("backgroundColorStyle", colour_style(text)),
    "align": lambda side: ("horizontalAlignment", side.upper()),
    "valign": lambda side: ("verticalAlignment", _VERTICAL[side]),
    "text_wrap": lambda on: ("wrapStrategy", "WRAP" if on else "OVERFLOW_CELL"),
    "border": lambda width: ("borders", _borders(width)),
    "num_format": lambda pattern: ("numberFormat", _NUMBER_FORMATS[pattern]),
}
