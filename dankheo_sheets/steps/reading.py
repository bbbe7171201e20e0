"""Read stored snapshots, on all processors where there are many; and say since when each is so."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from multiprocessing import get_context

from dankheo_sheets.archive import Archive, Receipt
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import Registration, Snapshot
from dankheo_sheets.standing import Return, check

MANY = 400
"""Snapshots from which on more processes pay: they start in 0.6 s, a snapshot takes 2 ms."""
_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a unit before, where the dates of files are not sure."""

    times: Mapping[str, datetime] = field(default_factory=dict)
    """Since when it was so, of each content that the unit is known to have handed in."""
    looked_at: datetime | None = None
    """When what was read last was last seen to stand in the unit's sheet."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A stored snapshot that is to be read."""

    snapshot: Snapshot
    new: bool = False
    """It has no receipt yet."""
    seen: Seen | None = None
    """Of a new one; None where its date is sure."""


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


def read_snapshot(archive: Archive, form: Form, snapshot: Snapshot) -> Registration:
    """Return what stands in a stored snapshot.

    Raises :class:`~dankheo_sheets.errors.WorkspaceError` where its bytes are damaged.
    """
    return reader.read(archive.load(snapshot), form, snapshot.unit)


def is_ours(form: Form, receipt: Receipt) -> bool:
    """Tell whether it was this program that read what a receipt is of."""
    return receipt.reader == reader.version(form.campaign.id)


def of_receipt(archive: Archive, form: Form, receipt: Receipt) -> Return:
    """Return what a receipt says, checked; read again where that was another program's reading.

    See :func:`read_snapshot` for what is raised.
    """
    current = is_ours(form, receipt)
    found = receipt.registration if current else read_snapshot(archive, form, receipt.snapshot)
    return check(receipt.snapshot, found, form)


def read_all(archive: Archive, form: Form, items: Sequence[Unread]) -> Iterator[Return]:
    """Yield what stands in each snapshot, checked, in their order; new ones get their receipt.

    See :func:`read_snapshot` for what is raised.
    """
    read = partial(_read, archive, form)
    if len(items) < MANY:
        yield from map(read, items)
        return
    # Spawned, not forked: the progress bar runs in a thread of its own.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(read, items, chunksize=_CHUNK)


def _read(archive: Archive, form: Form, item: Unread) -> Return:
    registration = read_snapshot(archive, form, item.snapshot)
    snapshot = item.snapshot
    if item.new:
        if registration.readable:
            snapshot = dated(snapshot, registration.content, item.seen)
        version = reader.version(form.campaign.id)
        snapshot = archive.record(snapshot, version, registration).snapshot
    return check(snapshot, registration, form)
