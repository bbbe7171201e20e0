"""All that is known of what one unit handed in: its receipts, and what was read just now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dankheo_sheets.archive import Receipt
from dankheo_sheets.registration import Snapshot, Way
from dankheo_sheets.standing.counting import Return
from dankheo_sheets.steps.job import Job
from dankheo_sheets.steps.reading import is_ours, of_receipt


class Reads:
    """The reads of one unit's sheet, and of what the coordinator took in for it."""

    def __init__(self, job: Job, receipts: Sequence[Receipt]) -> None:
        self._job = job
        self._memory: dict[Snapshot, Return] = {}
        self._newest: Return | None = None
        self._order: list[Receipt | Return] | None = None
        self.own: list[Receipt] = []
        """In the order in which they were read."""
        for receipt in receipts:
            if receipt.snapshot.way is not Way.BESIDE:
                self.add(receipt)

    @property
    def newest(self) -> Return | None:
        """What was read just now; the last of :attr:`own` where nothing was, once it is read."""
        return self._newest

    def read_now(self, read: Return) -> None:
        """Take in what was read just now."""
        self._newest, self._order = read, None

    def add(self, receipt: Receipt) -> None:
        """Take in one more."""
        self._order = None
        self.own.append(receipt)
        self.own.sort(key=lambda each: self.came(each.snapshot))

    def came(self, snapshot: Snapshot) -> datetime:
        """Return when a read, or what was taken in, is first known to have stood there."""
        by_date = self._job.workspace.dates_are_sure and snapshot.way is Way.SHEET
        return snapshot.modified_at if by_date else snapshot.read_at

    def last(self, way: Way | None = None) -> Receipt | None:
        """Return the last receipt, or the last of a kind; None where there is none."""
        return next((r for r in reversed(self.own) if way in (None, r.snapshot.way)), None)

    def with_bytes(self, sha256: str) -> Receipt | None:
        """Return the last receipt of these bytes."""
        return next((r for r in reversed(self.own) if r.snapshot.sha256 == sha256), None)

    def of(self, receipt: Receipt) -> Return:
        """Return what a receipt says, read again where that was another program's reading.

        Raises :class:`~dankheo_sheets.errors.WorkspaceError` where its bytes are damaged.
        """
        job, snapshot = self._job, receipt.snapshot
        if snapshot not in self._memory:
            self._memory[snapshot] = of_receipt(job.archive, job.form, receipt)
        return self._memory[snapshot]

    def readable(self) -> Iterator[Return]:
        """Yield what the unit handed in and can be read, newest first.

        What was read again and says the same is no newer than when it was read first.
        """
        if self._order is None:
            newest_first = sorted(self._handed_in(), key=lambda pair: pair[0], reverse=True)
            self._order = [item for _, item in newest_first]
        for item in self._order:
            read = item if isinstance(item, Return) else self.of(item)
            if read.registration.readable:
                yield read

    def _handed_in(self) -> Iterator[tuple[tuple[datetime, int], Receipt | Return]]:
        """Yield each read with its place among the others: when it came, then when it was read."""
        last: Receipt | Return | None = None
        came: datetime | None = None
        for number, item in enumerate(self._all()):
            snapshot = item.snapshot
            if snapshot.way is not Way.SHEET:
                yield (self.came(snapshot), number), item
                continue
            if item.registration.readable:
                if came is None or last is None or not _says_the_same(last, item):
                    came = self.came(snapshot)
                last = item
                yield (came, number), item

    def _all(self) -> Iterator[Receipt | Return]:
        newest = self.newest
        for receipt in self.own:
            if newest is None or receipt.snapshot != newest.snapshot:
                yield self._as_read_now(receipt)
        if newest:
            yield newest

    def _as_read_now(self, receipt: Receipt) -> Receipt | Return:
        """Return what could not be read as this program reads it: it may have learnt to."""
        may_differ = not receipt.registration.readable and not is_ours(self._job.form, receipt)
        return self.of(receipt) if may_differ else receipt

    def standing_there(self) -> Return | None:
        """Return what stands in the unit's sheet, readable or not; None where nothing was read."""
        if self.newest and self.newest.snapshot.way is Way.SHEET:
            return self.newest
        last = self.last(Way.SHEET)
        return self.of(last) if last else None

    def newest_by(self, way: Way) -> Return | None:
        """Return the newest readable one that came that way."""
        return next((read for read in self.readable() if read.snapshot.way is way), None)


def _says_the_same(one: Receipt | Return, other: Receipt | Return) -> bool:
    same_bytes = one.snapshot.sha256 == other.snapshot.sha256
    return same_bytes or one.registration.content == other.registration.content
