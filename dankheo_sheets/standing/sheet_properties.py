"""What is written on a sheet beside its content: how far it got, and what its unit was told.

Properties on the sheets, so that any machine can go on where another stopped (docs/adr/0006). Each
is written as soon as what it says is true.
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
"""What the coordinator decided: :data:`RETURNED` or :data:`EXCLUDED`, when, and of a return what
was given back (:attr:`~dankheo_sheets.registration.Registration.content`); and why."""
RETURNED, EXCLUDED = "returned", "excluded"
ACCEPTED = "accepted"
"""What counts by the coordinator's word, as its content's checksum."""
RECEIVED, RECEIVED_REASON = "received", "received_reason"
"""When something was received, when that was said, its content's checksum, and, of a file, the
first 12 digits of the file's; and how."""
LOOKED = "looked_at"
"""When what was last read was found to stand there still, since the last deadline or return."""
REMINDED = "mail_reminder"
"""The last mail that reminded the unit (:class:`~dankheo_sheets.notices.mail_state.Reminded`)."""
RECEIPTED, RETURN_MAILED = "mail_receipt", "mail_return"
"""Which closing its receipt was mailed for, which return it was mailed about
(:class:`~dankheo_sheets.notices.mail_state.Mailed`)."""
MAIL_PROBLEM = "mail_problem"
"""Why the last mail to the unit did not reach it, or not all of its addresses."""

OPENED = (CLOSED, FINAL, FINAL_CHANGED, CLOSED_DUE, LOCK_AGAIN)
"""What is no longer true of a sheet that is opened again."""


_DECIDED = (DECISION, REASON, EXTENDED, ACCEPTED, RECEIVED)


def decided(sheet: Sheet) -> tuple[str, ...]:
    """Return all that was decided about a sheet's unit: what is the same only while nothing is."""
    return tuple(sheet.properties.get(key, "") for key in _DECIDED)


def is_closed(sheet: Sheet | None) -> bool:
    """Tell whether a sheet was closed; one whose moment was damaged by hand is closed anew."""
    return sheet is not None and moment(sheet.properties.get(CLOSED)) is not None


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
    what, at, returned = [*marks.get(DECISION, "").split(" "), "", ""][:3]
    reason = marks.get(REASON, "")
    received_at, known_at, received, file = [*marks.get(RECEIVED, "").split(" "), "", "", ""][:4]
    return Terms(
        extended=extended,
        returned_at=moment(at) if what == RETURNED else None,
        return_reason=reason if what == RETURNED else "",
        returned=returned if what == RETURNED else "",
        accepted=marks.get(ACCEPTED, ""),
        received=received,
        received_file=file,
        received_at=moment(received_at),
        received_known_at=moment(known_at),
        received_reason=marks.get(RECEIVED_REASON, ""),
        excluded=(reason or "-") if what == EXCLUDED else "",
        mail_problem=marks.get(MAIL_PROBLEM, ""),
        url=sheet.url if sheet.url.startswith("https://") else sheet.name,
    )


def shown(properties: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the properties that the results depend on, sorted."""
    return sorted((key, value) for key, value in properties.items() if key not in _NOT_SHOWN)


_NOT_SHOWN = {FEEDBACK, LOOKED}


def short(sha256: str) -> str:
    """Return as much of a checksum as a property holds beside a moment."""
    return sha256[:12]
