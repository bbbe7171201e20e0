"""How cells look, written for XlsxWriter: so that an export can be judged by eye."""

import json
from typing import Any

from . import typed
from .document import Tab, bounds
from .errors import Json

_SIDES = ("left", "right", "top", "bottom")
_ALIGN = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_VALIGN = {"TOP": "top", "MIDDLE": "vcenter", "BOTTOM": "bottom"}
_LINES = {"SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 5, "DASHED": 3, "DOTTED": 4, "DOUBLE": 6}


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self._known: dict[tuple[int, str], tuple[Json, Any]] = {}
        """By the identity of a format, which is kept: cells are never changed in place."""

    def of(self, cell: Json) -> Any:
        """Return the format of a cell; None for one without any."""
        pattern = typed.pattern_of(cell)
        wanted = cell.get("userEnteredFormat")
        if not wanted and not pattern:
            return None
        return self._format(wanted or {}, pattern)

    def _format(self, wanted: Json, pattern: str = "") -> Any:
        if known := self._known.get((id(wanted), pattern)):
            return known[1]
        key = pattern + json.dumps(wanted, sort_keys=True)
        if key not in self._made:
            properties = _properties(wanted) | ({"num_format": pattern} if pattern else {})
            self._made[key] = self._book.add_format(properties)
        self._known[id(wanted), pattern] = wanted, self._made[key]
        return self._made[key]

    def conditional(self, sheet: Any, tab: Tab, in_excel: Any) -> None:
        """Write the conditional formats of a tab that are formulas, in their order."""
        for rule in tab.conditional:
            boolean = rule.get("booleanRule", {})
            condition = boolean.get("condition", {})
            if condition.get("type") != "CUSTOM_FORMULA":
                continue
            options = {
                "type": "formula",
                "criteria": in_excel(condition["values"][0]["userEnteredValue"]),
                "format": self._format(boolean.get("format", {})),
                "stop_if_true": True,
            }
            for area in rule["ranges"]:
                top, left, bottom, right = bounds(tab, area)
                sheet.conditional_format(top, left, bottom - 1, right - 1, options)


def _properties(wanted: Json) -> dict[str, Any]:
    text = wanted.get("textFormat", {})
    properties: dict[str, Any] = {
        "font_name": text.get("fontFamily"),
        "font_size": text.get("fontSize"),
        "bold": text.get("bold"),
        "italic": text.get("italic"),
        "font_color": _colour(text, "foregroundColor"),
        "bg_color": _colour(wanted, "backgroundColor"),
        "align": _ALIGN.get(wanted.get("horizontalAlignment", "")),
        "valign": _VALIGN.get(wanted.get("verticalAlignment", "")),
        "text_wrap": wanted.get("wrapStrategy") == "WRAP" or None,
    }
    for side in _SIDES:
        border = wanted.get("borders", {}).get(side, {})
        properties[side] = _LINES.get(border.get("style", ""))
        properties[f"{side}_color"] = _colour(border, "color")
    return {key: value for key, value in properties.items() if value is not None}


def _colour(of: Json, key: str) -> str | None:
    style = of.get(f"{key}Style", {}).get("rgbColor") or of.get(key)
    if style is None:
        return None
    parts = (int(255 * style.get(name, 0.0)) for name in ("red", "green", "blue"))
    return "#" + "".join(f"{part:02X}" for part in parts)
