"""Colours as Sheets keeps them: rounded, and in both their forms (reference/google.md §9.3)."""

from functools import cache
from typing import Any

from .errors import Json
from .fields import Mask

TWO_FORMS = ("backgroundColor", "foregroundColor", "tabColor")
"""Each of them stands beside a newer form: ``backgroundColorStyle`` and so on."""
_KEYS = {"red", "green", "blue", "alpha"}


def colour(value: Json) -> Json:
    """Round a colour as Google does: 0.5 comes back 0.49803922; zeros are left out.

    >>> colour({"red": 0.5, "green": 0})
    {'red': 0.49803922}
    """
    return dict(_colour(tuple(value.items())))


@cache
def _colour(parts: tuple[tuple[str, float], ...]) -> Json:
    rounded = {key: float(f"{int(part * 255) / 255:.8g}") for key, part in parts}
    return {key: int(part) if part == 1 else part for key, part in rounded.items() if part}


def style(value: Any) -> Any:
    """Return a format as Google keeps it: colours rounded, and in both their forms."""
    if isinstance(value, list):
        return [style(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept: Json = {}
    for key, item in value.items():
        is_colour = isinstance(item, dict) and item.keys() <= _KEYS
        if is_colour and key.lower().endswith("color"):
            kept[key] = colour(item)
            if key in TWO_FORMS:
                kept[f"{key}Style"] = {"rgbColor": colour(item)}
        else:
            kept[key] = style(item)
            plain = key.removesuffix("Style")
            if plain != key and plain in TWO_FORMS:
                rgb = (item or {}).get("rgbColor")
                if rgb is not None:
                    kept[plain] = colour(rgb)
                elif not kept[key] or "rgbColor" in kept[key]:
                    del kept[key]  # no colour: nothing is left of it
    return kept


def both_forms(mask: Mask) -> Mask:
    """Return a mask that clears and sets a colour in both its forms where it names one."""
    doubled: Mask = {}
    for key, below in mask.items():
        doubled[key] = both_forms(below)
        plain = key.removesuffix("Style")
        if plain in TWO_FORMS and below.keys() <= {"rgbColor"}:
            doubled |= {plain: {}, f"{plain}Style": {}}
    return doubled
