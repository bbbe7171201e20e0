"""What a receipt says, read again where another program read it; and since when it is so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dankheo_sheets.archive import Archive, Receipt
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Snapshot
from dankheo_sheets.standing.counting import Return, check


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a unit before, where the dates of files are not sure."""

    times: Mapping[str, datetime] = field(default_factory=dict)
    """Since when it was so, of each content that the unit is known to have handed in."""
    looked_at: datetime | None = None
    """When what was read last was last seen to stand in the unit's sheet."""


def dated(snapshot: Snapshot, content: str, seen: Seen | None) -> Snapshot:
    """Return the snapshot with the moment since when its content is so.

    What is known keeps its time, whatever its date: a copy, a program that only saves. What is
    not known is no older than the last look that found something else (docs/adr/0013).
    """
    if seen is None:
        return snapshot
    if content in seen.times:
        return replace(snapshot, modified_at=seen.times[content])
    if seen.looked_at and snapshot.modified_at < seen.looked_at:
        return replace(snapshot, modified_at=seen.looked_at, said_at=snapshot.modified_at)
    return snapshot


def is_ours(form: Form, receipt: Receipt) -> bool:
    """Tell whether it was this program that read what a receipt is of."""
    return receipt.reader == reader.version(form.campaign.id)


def of_receipt(archive: Archive, form: Form, receipt: Receipt) -> Return:
    """Return what a receipt says, checked; read again where that was another program's reading.

    Raises :class:`~dankheo_sheets.errors.WorkspaceError` where its bytes are damaged.
    """
    snapshot, found = receipt.snapshot, receipt.registration
    if not is_ours(form, receipt):
        found = reader.read(archive.load(snapshot), form, snapshot.unit)
    return check(snapshot, found, form)
