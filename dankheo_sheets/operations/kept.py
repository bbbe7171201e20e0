"""What was closed, and how it was judged then; what was taken in: from here or another machine."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from dankheo_sheets.archive import final_name, taken
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.reads import Reads, read_return
from dankheo_sheets.registration import Terms, Way
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import Return
from dankheo_sheets.standing.sheet_properties import CLOSED, FINAL, FINAL_CHANGED, is_closed, moment
from dankheo_sheets.workspace.base import Sheet


def kept_name(unit: str, sha256: str) -> str:
    """Return what a snapshot that counts is called where the workspace keeps it."""
    return f"{unit}-{sha256[:12]}.xlsx"


def judged_name(unit: str, sha256: str) -> str:
    """Return what the judgement of a closed snapshot is called there."""
    return f"{unit}-{final_name(sha256)}"


def keep_finals(context: Context, sheets: Iterable[Sheet]) -> None:
    """Keep what counts of closed sheets where that was refused before, as far as it is here.

    What cannot be kept now either is among :attr:`Context.unkept`.
    """
    if not context.workspace.results.are_kept_apart:
        return
    finals = [
        (sheet.unit, sha256)
        for sheet in sheets
        if sheet.unit and is_closed(sheet) and (sha256 := sheet.properties.get(FINAL))
    ]
    there = {*(context.workspace.results.keeps() if finals else ()), *context.unkept}
    for unit, sha256 in finals:
        names = kept_name(unit, sha256), judged_name(unit, sha256)
        if there.issuperset(names):
            continue
        for name, data in zip(names, context.archive.closed(unit, sha256), strict=True):
            if data and name not in there:
                context.keep(name, data)


class Kept:
    """What is kept of one unit, beside its reads."""

    def __init__(self, context: Context, unit: Unit, sheet: Sheet | None, reads: Reads) -> None:
        self._context, self._sheet, self._reads = context, sheet, reads
        self._unit, self._codes = unit.code, (unit.code, *unit.formerly)
        self._marks = sheet.properties if sheet else {}
        self.final: Return | None = None
        """What was closed, as it was judged then; None where it is not here, or nothing was."""
        if receipt := reads.with_bytes(self._marks.get(FINAL, "")):
            self.final = self._judged(receipt.snapshot.sha256) or reads.of(receipt)

    def _judged(self, sha256: str, other: bytes | None = None) -> Return | None:
        """Return how it was judged when it was closed; None where that was by other settings."""
        final = self._context.archive.finished(self._unit, sha256, other)
        if final is None or final.settings != self._context.form.settings:
            return None
        return Return(final.snapshot, final.registration, final.findings)

    def fetch_closed(self) -> None:
        """Get what was closed from where the workspace kept it, if this machine never had it.

        Raises :class:`~dankheo_sheets.errors.WorkspaceError`.
        """
        sha256, closed_at = self._marks.get(FINAL, ""), moment(self._marks.get(CLOSED))
        changed_at = moment(self._marks.get(FINAL_CHANGED))
        if self.final or not (sha256 and closed_at and changed_at):
            return
        if read := self._fetch(sha256, changed_at, closed_at, Way.SHEET):
            self.final = self._judged(sha256, self._kept(judged_name, sha256)) or read

    def fetch_received(self, terms: Terms) -> None:
        """Get likewise what the coordinator took in as a file of its own."""
        sha256, at = terms.received_file, terms.received_at
        known = any(r.snapshot.sha256.startswith(sha256) for r in self._reads.own)
        if sha256 and at and not known:
            self._fetch(sha256, at, terms.received_known_at or at, Way.RECEIVED)

    def _fetch(
        self, sha256: str, changed_at: datetime, read_at: datetime, way: Way
    ) -> Return | None:
        sheet, data = self._sheet, self._kept(kept_name, sha256)
        if data is None or not hashlib.sha256(data).hexdigest().startswith(sha256):
            return None
        same = way is Way.SHEET and sheet is not None and sheet.modified_at == changed_at
        version = sheet.version if same and sheet else ""
        snapshot = taken(
            self._unit, data, version=version, modified_at=changed_at, now=read_at, way=way
        )
        read = read_return(self._context, snapshot, data)
        self._reads.add(read)
        return read

    def _kept(self, named: Callable[[str, str], str], sha256: str) -> bytes | None:
        """Return what the workspace keeps of it, under any code that the unit had."""
        names = (named(code, sha256) for code in self._codes)
        return next(filter(None, map(self._context.workspace.results.kept, names)), None)

    def differs(self, newest: Return) -> bool:
        """Tell whether something says another thing than what was closed, by any program."""
        if self.final is None:
            return False
        content = newest.registration.content
        if content == self.final.registration.content:
            return False
        receipt = self._reads.with_bytes(self.final.snapshot.sha256)
        return receipt is None or self._reads.of(receipt).registration.content != content
