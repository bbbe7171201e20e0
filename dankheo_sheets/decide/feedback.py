"""What each unit's sheet is to say of what was found, and does not say yet. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from dankheo_sheets.decide.state import State
from dankheo_sheets.form.layout import Form
from dankheo_sheets.notices.feedback import feedback
from dankheo_sheets.registration import Feedback, Registration, Standing, Status
from dankheo_sheets.standing.sheet_properties import FEEDBACK
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class News:
    """What one sheet is to show."""

    sheet: Sheet
    message: Feedback
    marks: Mapping[str, str]
    """What its properties say once it does."""
    read: Registration | None
    """What was read of it, where the unit may be typing on."""


def news(state: State) -> tuple[News, ...]:
    """Return what is to be written, in the units' order; nothing before all was read."""
    if state.register is None:
        return ()
    found = []
    told = {unit.unit: unit.deadline for unit in state.last.units} if state.last else {}
    for unit in state.units:
        sheet, standing = state.by_code.get(unit.code), state.register.standings[unit.code]
        if sheet and unit.code not in state.unread:
            moved = told.get(unit.code, standing.deadline) != standing.deadline
            found.append(news_for(sheet, standing, state.register.form, anyway=moved))
    return tuple(filter(None, found))


def news_for(sheet: Sheet, standing: Standing, form: Form, *, anyway: bool = False) -> News | None:
    """Return what a unit is to be told; None where its sheet shows that already.

    An untouched sheet is left as it was given out, for it says itself what to do; unless it was
    closed or, `anyway`, has another deadline now.
    """
    untouched = standing.status is Status.UNTOUCHED and FEEDBACK not in sheet.properties
    if untouched and not standing.closed and not anyway:
        return None
    if sheet.problem or sheet.gone or not standing.readable or not standing.registration.tab:
        return None  # what it was told before is not known, or there is no workbook to write into
    message = feedback(standing, form)
    # Where the same was read once more, by another machine or program, there is nothing to tell.
    told = replace(message, read_at="", checksum="")
    content = standing.registration.content
    mark = hashlib.sha256(repr((astuple(told), content)).encode()).hexdigest()
    if sheet.properties.get(FEEDBACK) == mark:
        return None
    return News(sheet, message, {FEEDBACK: mark}, standing.there if not sheet.locked else None)
