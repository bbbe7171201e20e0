"""All that is known of what one unit handed in, and the one way to read and record a return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.archive import Receipt
from dankheo_sheets.form import reader
from dankheo_sheets.operations.context import Context
from dankheo_sheets.registration import Snapshot, Way
from dankheo_sheets.standing.counting import Return, check


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a unit before, where the dates of files are not sure."""

    times: Mapping[str, datetime]
    """Since when it was so, of each content that the unit is known to have handed in."""
    looked_at: datetime | None
    """When what was read last was last seen to stand in the unit's sheet."""


def read_return(
    context: Context,
    snapshot: Snapshot,
    data: bytes,
    *,
    seen: Seen | None = None,
    store: bool = True,
) -> Return:
    """Read bytes that were just taken, and check what they say; its date is judged by `seen`.

    With `store` the bytes are in the archive before anything is derived from them, the receipt
    after. Raises :class:`~dankheo_sheets.errors.WorkspaceError` where it refuses.
    """
    if store:
        context.archive.store(snapshot, data)
    registration = reader.read(data, context.form, snapshot.unit)
    if seen and registration.readable:
        snapshot = _dated(snapshot, registration.content, seen)
    if store:
        version = reader.version(context.campaign.id)
        snapshot = context.archive.record(snapshot, version, registration).snapshot
    return check(snapshot, registration, context.form)


def _dated(snapshot: Snapshot, content: str, seen: Seen) -> Snapshot:
    """Return the snapshot with the moment since when its content is so.

    What is known keeps its time, whatever its date: a copy, a program that only saves. What is
    not known is no older than the last look that found something else (docs/adr/0013).
    """
    if content in seen.times:
        return replace(snapshot, modified_at=seen.times[content])
    if seen.looked_at and snapshot.modified_at < seen.looked_at:
        return replace(snapshot, modified_at=seen.looked_at, said_at=snapshot.modified_at)
    return snapshot


def of_receipt(context: Context, receipt: Receipt) -> Return:
    """Return what a receipt says, checked; read again where that was another program's reading.

    Raises :class:`~dankheo_sheets.errors.WorkspaceError` where its bytes are damaged.
    """
    snapshot, found = receipt.snapshot, receipt.registration
    if not _is_ours(context, receipt):
        found = reader.read(context.archive.load(snapshot), context.form, snapshot.unit)
    return check(snapshot, found, context.form)


def _is_ours(context: Context, receipt: Receipt) -> bool:
    """Tell whether it was this program that read what a receipt is of."""
    return receipt.reader == reader.version(context.campaign.id)


class Reads:
    """The reads of one unit's sheet, and of what the coordinator took in for it."""

    def __init__(self, context: Context, receipts: Sequence[Receipt]) -> None:
        self._context = context
        self._memory: dict[Snapshot, Return] = {}
        self._now: Return | None = None
        self._order: list[Receipt] | None = None
        self.own = [receipt for receipt in receipts if receipt.snapshot.way is not Way.BESIDE]
        """In the order in which they are first known to have stood there."""
        self.own.sort(key=lambda each: self.came(each.snapshot))

    def add(self, read: Return) -> None:
        """Take in what was read just now."""
        self._order, self._memory[read.snapshot] = None, read
        version = reader.version(self._context.campaign.id)
        self.own.append(Receipt(read.snapshot, version, read.registration))
        self.own.sort(key=lambda each: self.came(each.snapshot))
        if read.snapshot.way is Way.SHEET:
            self._now = read

    def came(self, snapshot: Snapshot) -> datetime:
        """Return when a read, or what was taken in, is first known to have stood there."""
        by_date = self._context.workspace.dates_are_sure and snapshot.way is Way.SHEET
        return snapshot.modified_at if by_date else snapshot.read_at

    def last_of_sheet(self) -> Receipt | None:
        """Return the last receipt of the unit's own sheet."""
        return next((r for r in reversed(self.own) if r.snapshot.way is Way.SHEET), None)

    def with_bytes(self, sha256: str) -> Receipt | None:
        """Return the last receipt of these bytes."""
        return next((r for r in reversed(self.own) if r.snapshot.sha256 == sha256), None)

    def of(self, receipt: Receipt) -> Return:
        """See :func:`of_receipt`; each is looked at once."""
        snapshot = receipt.snapshot
        if snapshot not in self._memory:
            self._memory[snapshot] = of_receipt(self._context, receipt)
        return self._memory[snapshot]

    def readable(self) -> Iterator[Return]:
        """Yield what the unit handed in and can be read, newest first.

        What was read again and says the same is no newer than when it was read first.
        """
        if self._order is None:
            newest_first = sorted(self._handed_in(), key=lambda pair: pair[0], reverse=True)
            self._order = [receipt for _, receipt in newest_first]
        return (read for read in map(self.of, self._order) if read.registration.readable)

    def _handed_in(self) -> Iterator[tuple[tuple[datetime, int], Receipt]]:
        """Yield each read with its place among the others: when it came, then when it was read."""
        last: Receipt | Return | None = None
        came: datetime | None = None
        for number, receipt in enumerate(self.own):
            snapshot = receipt.snapshot
            if snapshot.way is not Way.SHEET:
                yield (self.came(snapshot), number), receipt
                continue
            read = self._as_read_now(receipt)
            if read.registration.readable:
                if came is None or last is None or not _says_the_same(last, read):
                    came = self.came(snapshot)
                last = read
                yield (came, number), receipt

    def _as_read_now(self, receipt: Receipt) -> Receipt | Return:
        """Return what could not be read as this program reads it: it may have learnt to."""
        known = receipt.registration.readable or _is_ours(self._context, receipt)
        return receipt if known else self.of(receipt)

    def standing_there(self) -> Return | None:
        """Return what stands in the unit's sheet, readable or not; None where nothing was read."""
        last = self.last_of_sheet()
        return self._now or (self.of(last) if last else None)

    def newest_by(self, way: Way) -> Return | None:
        """Return the newest readable one that came that way."""
        return next((read for read in self.readable() if read.snapshot.way is way), None)


def _says_the_same(one: Receipt | Return, other: Receipt | Return) -> bool:
    same_bytes = one.snapshot.sha256 == other.snapshot.sha256
    return same_bytes or one.registration.content == other.registration.content
