"""One unit on its way from its sheet to its standing: what is downloaded, read, and counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from dankheo_sheets.archive import Receipt, taken
from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.operations.beside import Beside
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.kept import Kept
from dankheo_sheets.operations.reads import Reads, Seen, read_return
from dankheo_sheets.registration import (
    Finding,
    Registration,
    Scope,
    Severity,
    Standing,
    Status,
    Way,
)
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing import circumstances
from dankheo_sheets.standing.counting import (
    Counting,
    Return,
    as_received,
    counting,
    is_done,
    is_untouched,
    standing,
    was_given_back,
)
from dankheo_sheets.standing.deadlines import deadline, may_be_late_news, terms_of
from dankheo_sheets.standing.sheet_properties import (
    CLOSED,
    EXTENDED,
    FINAL,
    FINAL_CHANGED,
    LOOKED,
    is_closed,
    moment,
)
from dankheo_sheets.workspace.base import Sheet

T = TypeVar("T")


class Case:
    """See the module; :meth:`take`, then :meth:`standing`."""

    def __init__(
        self,
        context: Context,
        unit: Unit,
        sheet: Sheet | None,
        *,
        reconsidered: bool = False,
        issued: bool = False,
    ) -> None:
        """Begin; a closed one that is `reconsidered` is judged by all that was handed in.

        Without :meth:`take`, by what is in the archive. `issued`: it is known elsewhere that the
        unit was given a sheet.
        """
        self.unit, self.sheet = unit, sheet
        self.new: Return | None = None
        """What was read of its sheet for the first time; it has its receipt."""
        self.pending = self.downloaded = False
        """Its sheet changed and was not read; it was downloaded."""
        self.failure = ""
        self._context = context
        self._marks = sheet.properties if sheet else {}
        receipts, damaged = context.archive.receipts(unit.code)
        self._reads = Reads(context, receipts)
        self._issued = issued
        self.notes = [f"{unit.code}: biên nhận {path.name} bị hỏng, bỏ qua" for path in damaged]
        self._beside = Beside(context, unit, sheet, receipts)
        self._terms = terms_of(context.campaign, unit, sheet)
        self._reconsidered = reconsidered or bool(
            sheet and may_be_late_news(sheet, context.workspace.settle)
        )
        self._closed = is_closed(sheet)
        self._kept = Kept(context, unit, sheet, self._reads)

    # --- what is read -----------------------------------------------------------------------

    def take(self, now: datetime, *, anew: bool, download: bool) -> None:
        """Download, store and read what is to be read.

        Without `download` nothing is stored; of a closed sheet that changed it is only looked
        whether it says something else. Raises :class:`WorkspaceError` where the archive refuses.
        """
        context, sheet = self._context, self.sheet
        if download:
            self._tried(self._kept.fetch_closed)
            self._tried(lambda: self._kept.fetch_received(self._terms))
            self.pending = bool(self.failure)
        self._beside.take(now, store=download)
        last = self._reads.last_of_sheet()
        known = last if last and sheet and last.snapshot.version == sheet.version else None
        if sheet is None or sheet.gone or (known and (self._closed or not anew)):
            return
        peek = self._closed and not download
        data = self._tried(lambda: context.workspace.download(sheet)) if download or peek else None
        if data is None:
            self.pending = not peek
            return
        self.downloaded = download
        # A clock that is ahead makes nobody late; what has the version of an earlier read is no
        # later than it, whatever was written into it since.
        modified_at = known.snapshot.modified_at if known else min(sheet.modified_at, now)
        snapshot = taken(
            self.unit.code, data, version=sheet.version, modified_at=modified_at, now=now
        )
        if known and known.snapshot.sha256 == snapshot.sha256:
            return
        read = read_return(context, snapshot, data, seen=self._seen(), store=download)
        self._reads.add(read)
        self.new = read if download else None

    @property
    def receipts(self) -> Sequence[Receipt]:
        """What was read of its sheet."""
        return [receipt for receipt in self._reads.own if receipt.snapshot.way is Way.SHEET]

    @property
    def there(self) -> Return | None:
        """What stands in the unit's sheet, as it was read last."""
        return self._reads.standing_there()

    @property
    def counts_already(self) -> bool:
        """Whether what stands in the sheet is what counts, and was not given back."""
        there = self.there
        if there is None:
            return False
        if self._closed:
            return self._kept.final is not None and not self._kept.differs(there)
        until = deadline(self._context.campaign, self.unit, self.sheet)
        found = counting(self._reads.readable(), until, self._context.form, self._terms)
        return (
            found is not None
            and not found.given_back
            and found.counts.registration.content == there.registration.content
        )

    def looked(self, now: datetime) -> bool:
        """Tell whether it is to be remembered that what was read last stands there still.

        The first time after each deadline or return: what is found there later is newer.
        """
        sheet, last = self.sheet, self._reads.last_of_sheet()
        known = sheet and last and last.snapshot.version == sheet.version
        if not known or self.new or self._closed or self._context.workspace.dates_are_sure:
            return False
        looked_at = self._looked_at()
        until = deadline(self._context.campaign, self.unit, sheet)
        since = [until, *filter(None, [self._terms.returned_at])]
        return looked_at is not None and any(looked_at < moment <= now for moment in since)

    def _seen(self) -> Seen | None:
        """Return what the date of a new read is judged by."""
        if self._context.workspace.dates_are_sure:
            return None
        newest = [self._reads.newest_by(way) for way in (Way.SHEET, Way.RECEIVED)]
        times = {
            each.registration.content: as_received(each, self._terms).modified_at
            for each in (*self._beside.returns, *filter(None, newest))
        }
        return Seen(times, self._looked_at())

    def _looked_at(self) -> datetime | None:
        """Return when what was read last was last seen to stand in the sheet."""
        looks = [moment(self._marks.get(key)) for key in (LOOKED, CLOSED)]
        if read := self._reads.newest_by(Way.SHEET):
            looks.append(read.snapshot.read_at)
        return max(filter(None, looks), default=None)

    # --- where the unit stands -----------------------------------------------------------------

    def standing(self) -> Standing:
        """Return where the unit stands, once everything is read."""
        context, sheet, code = self._context, self.sheet, self.unit.code
        until = deadline(context.campaign, self.unit, sheet)
        if self._closed and not self._reconsidered:
            found = self._closed_standing(until)
        else:
            found = self._open_standing(until)
        status = Status.EXCLUDED if self._terms.excluded else found.status
        stands = self._reads.standing_there()
        return replace(
            found,
            unit=code,
            status=status,
            terms=self._terms,
            version=stands.snapshot.version if stands and not self.pending else "",
            there=stands.registration if stands and not self.pending else None,
            readable=stands is None or stands.registration.readable,
        )

    def _open_standing(self, until: datetime) -> Standing:
        context, sheet = self._context, self.sheet
        found = counting(self._reads.readable(), until, context.form, self._terms)
        damage = self._damage()
        gone = sheet is None or sheet.gone
        empty = found is None or is_untouched(found.counts.registration)
        if found is None or (empty and (damage or gone)):
            return self._nothing_came(until, damage)
        done = is_done(found.counts, context.form)
        notes = [
            *circumstances.of_sheet(sheet, damage, done=done),
            *self._beside.findings(found.counts, done=done),
            *circumstances.of_time(self.unit, found, until, self._terms, context.campaign.opening),
        ]
        if self._was_emptied(found):
            notes.append(circumstances.EMPTIED)
        result = standing(found, until, context.form, self._terms, notes, closed=self._closed)
        lost = gone and not done and result.status is not Status.RETURNED
        return replace(result, status=Status.LOST) if lost else result

    def _nothing_came(self, until: datetime, damage: Finding | None) -> Standing:
        """Return where a unit stands of which nothing can be read but a form it left empty."""
        code, sheet = self.unit.code, self.sheet
        if self.failure:
            damage = circumstances.not_read(self.failure)
        notes = (
            *([circumstances.blocking(damage)] if damage else ()),
            *self._beside.findings(None, done=False),
        )
        if sheet is None and not (self._reads.own or self._issued):
            status = Status.NOT_PROVISIONED
        elif sheet is None or sheet.gone:
            status, notes = Status.LOST, (circumstances.BLANK_MISSING, *notes)
        else:
            status = Status.NEEDS_FIXING if notes else Status.UNTOUCHED
        return Standing(code, status, until, Registration(code), notes, closed=self._closed)

    def _closed_standing(self, until: datetime) -> Standing:
        """Return where a closed unit stands: by what was taken then, as it was judged then."""
        context, sheet, code = self._context, self.sheet, self.unit.code
        assert sheet is not None
        newest = self._since_closing()
        if FINAL not in self._marks:
            result = self._nothing_came(until, self._damage())
            if newest and not is_untouched(newest.registration):
                later = circumstances.differs(self.unit, newest, until.tzinfo)
                result = replace(result, findings=(*result.findings, later))
            return result
        lost = () if self._kept.final else (self._why_lost(),)
        final = self._kept.final or next(self._reads.readable(), None)
        if final is None:
            nothing = Registration(code)
            return Standing(code, Status.NEEDS_FIXING, until, nothing, lost, closed=True)
        notes = [
            *lost,
            *circumstances.of_sheet(sheet, self._damage(), done=True),
            *self._beside.findings(final, done=is_done(final, context.form)),
        ]
        extended = moment(sheet.properties.get(EXTENDED))
        if not lost and context.campaign.deadline_of(self.unit, extended) > until:
            notes.append(circumstances.CLOSED_BEFORE_DUE)
        if newest and self._kept.differs(newest):
            notes.append(circumstances.differs(self.unit, newest, until.tzinfo))
        counted = Counting(final, final, given_back=was_given_back(final, self._terms))
        return standing(counted, until, context.form, self._terms, notes, closed=True)

    def _why_lost(self) -> Finding:
        """Return what it means that what was closed is neither here nor where it was kept."""
        if self.failure:
            return circumstances.not_read(self.failure)
        stands, sheet = self._reads.standing_there(), self.sheet
        closed = moment(self._marks.get(FINAL_CHANGED))
        sure = self._context.workspace.dates_are_sure
        same = sure and sheet is not None and sheet.modified_at == closed
        if same and stands and stands.registration.readable:
            return circumstances.FINAL_READ_ANEW
        return circumstances.FINAL_LOST

    def _since_closing(self) -> Return | None:
        """Return what stands in the sheet, where it came there after the closing."""
        newest, closed_at = self._reads.newest_by(Way.SHEET), moment(self._marks.get(CLOSED))
        later = newest and (closed_at is None or self._reads.came(newest.snapshot) > closed_at)
        return newest if later else None

    def _damage(self) -> Finding | None:
        """Return why the unit's sheet, as it stands, cannot be read."""
        stands = self._reads.standing_there()
        if stands is None or stands.registration.readable:
            return None
        blocks = (p for p in stands.registration.problems if p.severity is Severity.BLOCK)
        return next(problem for problem in blocks if problem.scope is Scope.FILE)

    def _was_emptied(self, found: Counting) -> bool:
        if found.counts.registration.entries:
            return False
        return any(r.snapshot.rows for r in self._reads.own if r.snapshot != found.counts.snapshot)

    def closed_differently(self, read: Return) -> bool:
        """Tell whether what was read elsewhere says something else than what was closed."""
        return self._closed and self._kept.differs(read)

    def _tried(self, fetch: Callable[[], T]) -> T | None:
        """Return what was fetched, or None and the reason in `failure`: the others go on."""
        try:
            return fetch()
        except Halted:
            raise
        except WorkspaceError as error:
            self.failure = error.message
            return None


def judged(context: Context, unit: Unit, sheet: Sheet | None) -> Standing:
    """Return where a unit stands by what is in the archive."""
    return Case(context, unit, sheet).standing()
