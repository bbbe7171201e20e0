"""batchUpdate requests about named and protected ranges, filters and charts."""

import re
from collections.abc import Iterator
from typing import Any

from . import errors, guard
from .batch import Batch
from .document import Tab, area_out, bounds, grid_range, no_zero
from .errors import Json
from .fields import assign
from .files import File
from .world import Call


def add_named(batch: Batch, request: Json) -> Json:
    """Add a named range; the id is a decimal text unless the client chose one."""
    named = dict(request.get("namedRange", {}))
    area = named.get("range", {})
    batch.fits(area)
    _check_name(batch, named.get("name", ""), [])
    named.setdefault("namedRangeId", str(batch.draft.free_object_id()))
    if named["namedRangeId"] in batch.draft.named:
        raise errors.sheets(400, f"Duplicate namedRangeId: {named['namedRangeId']}")
    batch.draft.named[named["namedRangeId"]] = named
    return {"namedRange": {**named, "range": area_out(area)}}


def update_named(batch: Batch, request: Json) -> None:
    """Give a named range another name or place: nothing to tell (reference/google.md §9.5)."""
    wanted = request.get("namedRange", {})
    mask = batch.mask(request, "NamedRange")
    old = batch.draft.named.get(wanted.get("namedRangeId", ""))
    if old is None:
        raise errors.sheets(400, f"No named range with id: {wanted.get('namedRangeId', '')}")
    new = {**assign(old, wanted, mask), "namedRangeId": old["namedRangeId"]}
    batch.fits(new.get("range", {}))
    _check_name(batch, new.get("name", ""), [old])
    batch.draft.named[old["namedRangeId"]] = new


def _check_name(batch: Batch, name: str, apart: list[Json]) -> None:
    """Refuse a name that is none: not letters, digits, ``_``; like a cell; TRUE or FALSE; taken."""
    if not name.isascii():
        raise errors.unsupported("a named range that is not in ASCII")  # not known to be refused
    like_a_cell = r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[Rr]\d+|[Cc]\d+"
    if (
        not re.fullmatch(r"[A-Za-z_]\w{0,249}", name)
        or re.fullmatch(like_a_cell, name)
        or re.match("true|false", name, re.IGNORECASE)
    ):
        raise errors.sheets(400, f"The name '{name}' is not valid for a named range.")
    others = [named for named in batch.draft.named.values() if named not in apart]
    if any(other["name"].casefold() == name.casefold() for other in others):
        raise errors.sheets(400, f"A named range with the name '{name}' already exists.")


def delete_named(batch: Batch, request: Json) -> None:
    """Delete a named range."""
    if batch.draft.named.pop(request.get("namedRangeId", ""), None) is None:
        raise errors.sheets(400, f"No named range with id: {request.get('namedRangeId', '')}")


def add_protected(batch: Batch, request: Json) -> Json:
    """Protect a range; without ``editors`` everybody who may edit now stays one.

    The reply tells what was sent, an empty list or text of it not at all (recorded for editors
    that are empty: reference/google.md §9.5); who may edit in the end, a get tells.
    """
    sent = dict(request.get("protectedRange", {}))
    wanted = _kept(sent)
    if "namedRangeId" in wanted and "range" not in wanted:
        named = batch.draft.named.get(wanted["namedRangeId"])
        if named is None:
            raise errors.sheets(400, f"No named range with id: {wanted['namedRangeId']}")
        wanted["range"] = named["range"]
    tab = batch.fits(wanted.get("range", {}))
    _check_unprotected(wanted)
    if not batch.call.caller.email:
        raise errors.unsupported("a protection by somebody who is not signed in")
    wanted.setdefault("protectedRangeId", batch.draft.free_object_id())
    if any(
        guard["protectedRangeId"] == wanted["protectedRangeId"]
        for tab in batch.draft.tabs
        for guard in tab.protected
    ):
        raise errors.sheets(400, f"Duplicate protectedRangeId: {wanted['protectedRangeId']}")
    if not wanted.get("warningOnly"):
        users = (sent.get("editors") or {}).get("users")
        if users is None:  # an empty list is one: nobody but who asks
            users = guard.all_writers(batch.call, batch.file, batch.draft)
        me = batch.call.caller.email
        wanted["editors"] = {
            **wanted.get("editors", {}),
            "users": list(dict.fromkeys([*users, me])),
        }
    tab.protected.append(wanted)
    shown = protected_out(batch.call, batch.file, wanted)
    return {"protectedRange": {**shown, "editors": no_zero(sent.get("editors") or {})}}


def _kept(protected: Json) -> Json:
    """Return a protected range without what is unset, and without what is only for reading."""
    areas = {key: protected[key] for key in ("range", "unprotectedRanges") if protected.get(key)}
    rest = {key: protected[key] for key in protected.keys() - areas.keys()}
    return {**areas, **no_zero({**rest, "requestingUserCanEdit": None})}


def protected_out(call: Call, file: File, protected: Json) -> Json:
    """Write a protected range: who else may edit is for editors only."""
    mine = guard.may_edit(call, file, protected)
    shown = {key: value for key, value in protected.items() if key != "editors" or mine}
    shown["range"] = area_out(shown.get("range", {}))
    if "unprotectedRanges" in shown:
        shown["unprotectedRanges"] = [area_out(area) for area in shown["unprotectedRanges"]]
    return shown | ({"requestingUserCanEdit": True} if mine else {})


def _check_unprotected(protected: Json) -> None:
    whole = protected.get("range", {}).keys() <= {"sheetId"}
    if protected.get("unprotectedRanges") and not whole:
        raise errors.sheets(
            400, "Unprotected ranges are only supported on sheet-level protections."
        )
    if protected.get("warningOnly") and protected.get("editors"):
        raise errors.sheets(400, "Editors can't be set on a warning-only protection.")


def _find_protected(batch: Batch, number: int) -> tuple[Tab, Json]:
    for tab in batch.draft.tabs:
        for protected in tab.protected:
            if protected["protectedRangeId"] == number:
                if not guard.may_edit(batch.call, batch.file, protected):
                    raise errors.sheets(400, guard.PROTECTED)
                return tab, protected
    raise errors.sheets(400, f"No protected range with id: {number}")


def update_protected(batch: Batch, request: Json) -> None:
    """Change a protected range."""
    wanted = request.get("protectedRange", {})
    mask = batch.mask(request, "ProtectedRange")
    tab, old = _find_protected(batch, wanted.get("protectedRangeId", 0))
    new = {**_kept(assign(old, wanted, mask)), "protectedRangeId": old["protectedRangeId"]}
    _check_unprotected(new)
    if not new.get("warningOnly"):
        users = new.get("editors", {}).get("users", [])
        me = batch.call.caller.email
        new["editors"] = {**new.get("editors", {}), "users": list(dict.fromkeys([*users, me]))}
    tab.protected.remove(old)
    batch.tab(new.get("range", {}).get("sheetId", 0)).protected.append(new)


def delete_protected(batch: Batch, request: Json) -> None:
    """Take a protection away."""
    tab, protected = _find_protected(batch, request.get("protectedRangeId", 0))
    tab.protected.remove(protected)


def set_filter(batch: Batch, request: Json) -> None:
    """Set the basic filter of a tab; one without edges reaches to those of the grid there is."""
    wanted = request.get("filter", {})
    tab = batch.area(wanted.get("range", {}))
    tab.filter = {**wanted, "range": grid_range(tab.id, bounds(tab, wanted.get("range", {})))}


def clear_filter(batch: Batch, request: Json) -> None:
    """Take the basic filter of a tab away."""
    batch.tab(request.get("sheetId", 0)).filter = {}


def add_chart(batch: Batch, request: Json) -> Json:
    """Add a chart over the cells; the client may choose its id."""
    chart = dict(request.get("chart", {}))
    cell = chart.get("position", {}).get("overlayPosition", {}).get("anchorCell")
    if cell is None:
        raise errors.unsupported("a chart on a sheet of its own")
    tab = batch.tab(cell.get("sheetId", 0))
    chart.setdefault("chartId", batch.draft.free_object_id())
    if any(
        other["chartId"] == chart["chartId"] for tab in batch.draft.tabs for other in tab.charts
    ):
        raise errors.sheets(400, f"Duplicate object id: {chart['chartId']}")
    for area in _grids(chart.get("spec", {})):
        batch.fits(area)
    tab.charts.append(chart)
    return {"chart": chart}


def _grids(value: Any) -> Iterator[Json]:
    """Yield every GridRange a chart draws from."""
    if isinstance(value, list):
        for item in value:
            yield from _grids(item)
    elif isinstance(value, dict):
        yield from value.get("sourceRange", {}).get("sources", [])
        for item in value.values():
            yield from _grids(item)


def delete_object(batch: Batch, request: Json) -> None:
    """Delete a chart."""
    number = request.get("objectId", 0)
    for tab in batch.draft.tabs:
        for chart in tab.charts:
            if chart["chartId"] == number:
                tab.charts.remove(chart)
                return
    raise errors.sheets(400, f"No embedded object with id: {number}")
