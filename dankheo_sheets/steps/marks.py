"""What is written on a sheet beside its content: how far it got, and what its unit was told.

Properties on the sheets, so that any machine can go on where another stopped (design.md,
decision 2). Each is written as soon as what it says is true.
"""

from collections.abc import Mapping
from datetime import datetime

from dankheo_sheets.registration import Terms
from dankheo_sheets.workspace.base import Sheet

CLOSED, FINAL, CLOSED_DUE, EXTENDED = "closed_at", "final", "closed_deadline", "extended_until"
"""When it was closed, the checksum that counts, the deadline it was closed at, and until when the
unit was given more time."""
FINAL_CHANGED = "final_changed_at"
"""When a person had last changed what counts."""
LOCK_AGAIN = "lock_again"
"""On a closed sheet: its lock was seen not to hold."""
FEEDBACK = "feedback"
"""Checksum of what it shows as feedback, and of what that is about."""
DECISION, REASON = "decision", "reason"
"""What the coordinator decided: :data:`RETURNED` or :data:`EXCLUDED` and when; and why."""
RETURNED, EXCLUDED = "returned", "excluded"
REMINDED = "mail_reminder"
"""The last mail that reminded the unit (:class:`~dankheo_sheets.notices.told.Reminded`)."""
RECEIPTED, RETURN_MAILED = "mail_receipt", "mail_return"
"""Which closing its receipt was mailed for, which return it was mailed about
(:class:`~dankheo_sheets.notices.told.Told`)."""
MAIL_PROBLEM = "mail_problem"
"""Why the last mail to the unit did not reach it, or not all of its addresses."""

OPENED = (CLOSED, FINAL, FINAL_CHANGED, CLOSED_DUE, LOCK_AGAIN)
"""What is no longer true of a sheet that is opened again."""


def excluded(sheet: Sheet) -> bool:
    """Tell whether nothing is expected of the sheet's unit."""
    return sheet.properties.get(DECISION, "").startswith(EXCLUDED)


def moment(text: str | None) -> datetime | None:
    """Return the moment a property says; None where it is gone or was changed by hand."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def terms(sheet: Sheet | None, *, extended: bool) -> Terms:
    """Return what was decided of a unit alone; `extended`: it has more time than the others."""
    if sheet is None:
        return Terms(extended=extended)
    marks = sheet.properties
    what, _, at = marks.get(DECISION, "").partition(" ")
    reason = marks.get(REASON, "")
    return Terms(
        extended=extended,
        returned_at=moment(at) if what == RETURNED else None,
        return_reason=reason if what == RETURNED else "",
        excluded=(reason or "-") if what == EXCLUDED else "",
        mail_problem=marks.get(MAIL_PROBLEM, ""),
        url=sheet.url if sheet.url.startswith("https://") else sheet.name,
    )


def shown(properties: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the properties that the results depend on, sorted."""
    return sorted((key, value) for key, value in properties.items() if key != FEEDBACK)
