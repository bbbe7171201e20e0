"""Google Drive: one shared spreadsheet per unit, in the campaign's folder.

::

    <folder>/                    shared with nobody; every sheet is shared on its own
        HCTH - Phòng …           a unit's sheet, a copy of the template
        Mẫu biểu …               the template, drawn by us
        Bảng tổng hợp …          the master
        Kết quả …/               results and the snapshots that count, as files

Where everything is and how far it got is written on the files themselves (drive_file.py), so
that any run can go on where another one stopped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from dankheo_sheets.errors import NoFeedback, NoRoom, Refused, SheetBusy, WorkspaceError
from dankheo_sheets.form import opening
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity
from dankheo_sheets.registration import Feedback, Registration
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace.base import ANYONE, LATER, Drawing, Sheet
from dankheo_sheets.workspace.check import Check
from dankheo_sheets.workspace.exposure import Exposure, Guarded, Watch
from dankheo_sheets.workspace.file_owners import Owners
from dankheo_sheets.workspace.folder import write_all
from dankheo_sheets.workspace.google import render
from dankheo_sheets.workspace.google.adopting import deal, free_files, named_master
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.checkup.audit import Audit
from dankheo_sheets.workspace.google.checkup.doctor import Doctor
from dankheo_sheets.workspace.google.drive_file import (
    ADOPTED,
    CAMPAIGN,
    DRAWING,
    FOR,
    KIND,
    NAMED,
    OWN_WRITE,
    UNIT,
    DriveFile,
    Json,
    Kind,
    checksum_of,
    pieces,
)
from dankheo_sheets.workspace.google.lease import Lease
from dankheo_sheets.workspace.google.place import Place
from dankheo_sheets.workspace.google.results import Results
from dankheo_sheets.workspace.google.sharing import Sharing
from dankheo_sheets.workspace.google.template import UNDRAWN, Template
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.typed_values import Rows, says_the_same, where_typed


class GoogleWorkspace:
    """See :class:`~dankheo_sheets.workspace.base.Workspace`."""

    def __init__(self, out: Path, form: Form, units: Sequence[Unit], clients: Clients) -> None:
        campaign = form.campaign
        self.settings = campaign.google
        self.workers = self.settings.workers
        self.dates_are_sure = self.keeps_apart = True
        self.settle = timedelta(minutes=self.settings.settle_minutes)
        self._out = out
        self._form = form
        self._units = {code_key(unit.code): unit for unit in units}
        self._owners = Owners(form.campaign.id, units)
        self.clients = clients
        self.api = Api(clients, self.settings.shared_drive)
        self.place = Place(self.api, campaign)
        self.template = Template(self.api, self.place, form)
        self._lease = Lease(self.api, clients.clock.now, clients.manners.sleep)
        self.api.guard = self._lease.check
        self._results = Results(self.api, self.place, campaign)
        self._audit = Audit(self.api, self.place, self._sharing(), campaign, units, self.editors)

    # --- one run at a time ----------------------------------------------------------------

    @contextmanager
    def lease(self, holder: str, *, wait: bool = True) -> Iterator[None]:
        """See :meth:`Workspace.lease`; the template, on which it is written, is made if need be."""
        if self._lease.is_held:
            yield
            return
        with ExitStack() as turn:
            if carrier := self._carrier():
                turn.enter_context(self._lease.held(holder, carrier, wait=wait))
            self.place.converge()
            self._results.converge()
            yield

    def _carrier(self) -> str:
        """Return the spreadsheet that carries the lease, the same one for every machine.

        "" where there is none and none can be made: files are a person's to make.
        """
        drawn = (file for file in self.place.find(Kind.TEMPLATE) if file.name != UNDRAWN)
        if first := next(chain(drawn, self.place.find(Kind.SHEET)), None):
            return first.id
        with suppress(NoRoom):
            return self.template.ensure()
        return ""

    # --- the sheets -----------------------------------------------------------------------

    def sheets(self) -> list[Sheet]:
        """See :meth:`Workspace.sheets`."""
        self.place.look()
        claims: dict[str, list[DriveFile]] = {}
        strangers = []
        for file in self.place.files.values():
            unit = self._unit_of(file)
            if unit:
                claims.setdefault(unit.code, []).append(file)
            elif file.kind in ("", Kind.SHEET):
                strangers.append(file)
        found = [self._of_unit(self._unit(code), files) for code, files in claims.items()]
        found += [
            replace(_as_sheet(file), unit=code, version="", gone=True)
            for code, file in self._thrown_away().items()
            if code not in claims
        ]
        return found + [self._stranger(file) for file in strangers]

    def _thrown_away(self) -> dict[str, DriveFile]:
        """Return a sheet of each unit that is in the bin: the one that was given out, first."""
        sharing = self._sharing()
        found: dict[str, DriveFile] = {}
        for file in sorted(self.place.in_bin, key=lambda f: (not sharing.is_given_out(f), f.id)):
            if unit := self._unit_of(file):
                found.setdefault(unit.code, file)
        return found

    def _unit_of(self, file: DriveFile) -> Unit | None:
        of_campaign = file.properties.get(CAMPAIGN) == self._form.campaign.id
        if file.kind != Kind.SHEET or not of_campaign:
            return None
        code = self._owners.by_code(file.properties.get(UNIT, ""))
        return self._units.get(code_key(code))

    def _of_unit(self, unit: Unit, files: Sequence[DriveFile]) -> Sheet:
        """Return the unit's sheet: the one it was given, or that was changed, or the oldest."""
        sharing = self._sharing()

        def is_spare(file: DriveFile) -> bool:
            untouched = file.modified_by_us and file.name in (preparing(unit), title(unit))
            return untouched and not sharing.is_given_out(file)

        taken, *others = sorted(files, key=lambda f: (is_spare(f), f.created, f.id))
        return replace(
            _as_sheet(taken),
            unit=unit.code,
            editors=sharing.editors(taken, self.editors(unit)),
            beside=tuple(
                replace(_as_sheet(f), unit=unit.code, name=f"{f.name} ({f.url})")
                for f in others
                if not is_spare(f)
            ),
            prepared=taken.name != preparing(unit) and _is_named(taken, unit),
            spares=tuple(file.id for file in others if is_spare(file)),
        )

    def _stranger(self, file: DriveFile) -> Sheet:
        """Return a file of no unit of the roster; one that was a unit's tells who can edit it."""
        ours = file.kind == Kind.SHEET
        return replace(_as_sheet(file), editors=self._sharing().editors(file, ()) if ours else None)

    def create(self, unit: Unit) -> None:
        """See :meth:`Workspace.create`: one copy, named and marked in the same request."""
        template = self.template.ensure()
        body: Json = {
            "name": preparing(unit),
            "parents": [self.place.ensure_folder()],
            "properties": {**self._identity(unit), DRAWING: None},
        }
        if not self.settings.shared_drive:
            body["writersCanShare"] = False  # only My Drive knows it (reference/google.md §2.2)
        self.place.made(self.api.copy(template, body))

    def foreseen(self, unit: Unit) -> Sheet:
        """See :meth:`Workspace.foreseen`: its link is Google's to give."""
        now = self.clients.clock.now()
        return Sheet(unit.code, preparing(unit), title(unit), _NO_LINK_YET, "new", modified_at=now)

    def _identity(self, unit: Unit) -> Json:
        return {
            CAMPAIGN: self._form.campaign.id,
            KIND: Kind.SHEET.value,
            UNIT: unit.code,
            FOR: checksum_of(self.editors(unit)),
            NAMED: checksum_of((unit.name,)),
        }

    def adopt(self, units: Sequence[Unit]) -> Mapping[str, str]:
        """See :meth:`Workspace.adopt`: the file gets its properties, and is prepared later.

        One called “Bảng tổng hợp” becomes the master; one that holds something else is let be.
        """
        free = free_files(self.place.files.values(), self.template.find())
        taken = {}
        if not self.place.find(Kind.MASTER) and (master := named_master(free)):
            free.remove(master)
            self.api.update(master.id, {"properties": self.place.properties(Kind.MASTER)})
        free = [file for file in free if self.template.can_be(file.id)] if units else []
        for unit, file in deal(units, free):
            properties = {**self._identity(unit), ADOPTED: "1", DRAWING: None}
            if self._sharing().is_given_out(file):  # by that person, to whomever
                del properties[FOR]
            self.api.update(file.id, {"name": preparing(unit), "properties": properties})
            taken[unit.code] = file.name
        return taken

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> None:
        """See :meth:`Workspace.restore`: it is taken out of the bin, with all that was in it."""
        file = self._thrown_away().get(unit.code)
        if file is None:
            raise WorkspaceError(
                f"{unit.code}: biểu không còn trên Drive, cả trong Thùng rác",
                "phát biểu mới, chép lại nội dung từ bản trong archive",
            )
        stamp = self._sharing().stamp(file)
        self.api.update(file.id, {"trashed": False, "properties": stamp})

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """See :meth:`Workspace.prepare`: texts and final name in one step, all or nothing."""
        deadline = deadline_text(self._form.campaign.deadline_of(unit))
        values, file = Identity(unit.code, unit.name, deadline), self._file(sheet)
        given_out, sharing = file.name != preparing(unit), self._sharing()
        adopted = sheet.id if ADOPTED in file.properties else ""
        changes = self.template.fill_in(values, title(unit), adopted, only_name=given_out)
        if given_out:
            self.api.update(file.id, {"properties": sharing.stamp(file)})
        self.api.batch_update(sheet.id, changes, again=True)
        if given_out:
            named = {NAMED: checksum_of((unit.name,))}
            self.api.update(file.id, {"properties": sharing.stamp(file, named)})

    def discard_spares(self, sheet: Sheet) -> None:
        """See :meth:`Workspace.discard_spares`: they go to the bin."""
        for name in sheet.spares:
            self.api.update(name, {"trashed": True})
            self.place.gone(name)

    # --- who may edit ---------------------------------------------------------------------

    def editors(self, unit: Unit) -> tuple[str, ...]:
        """See :meth:`Workspace.editors`: the roster's addresses, or whoever has the link."""
        if (unit.access or self.settings.access) == "link":
            return (ANYONE,)
        return tuple(sorted({address.casefold() for address in unit.emails}))

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """See :meth:`Workspace.share`."""
        self._sharing().share(self._file(sheet), editors)

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        """See :meth:`Workspace.lock`."""
        file = self._file(sheet)
        return self._now(
            sheet, self._sharing().lock(file, reason, pieces(marks or {}, file.properties))
        )

    def unlock(self, sheet: Sheet) -> Sheet:
        """See :meth:`Workspace.unlock`."""
        return self._now(sheet, self._sharing().unlock(self._file(sheet)))

    def _sharing(self) -> Sharing:
        clock = self.clients.clock
        return Sharing(self.api, self.place, clock.now, notify=self.settings.notify)

    # --- what stands in them --------------------------------------------------------------

    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        """See :meth:`Workspace.download`: exported, then looked at whether it changed."""
        data = self.api.export(sheet.id)
        if sure and self.api.file(sheet.id).version != sheet.version:
            raise SheetBusy(f"đơn vị vừa sửa biểu, sẽ được đọc {LATER}")
        if len(data) > opening.MAX_BYTES:
            raise WorkspaceError(opening.too_large(data))
        return data

    def give_feedback(
        self,
        sheet: Sheet,
        feedback: Feedback,
        marks: Mapping[str, str] | None = None,
        read: Registration | None = None,
    ) -> Sheet:
        """See :meth:`Workspace.give_feedback`: one batch of raw values.

        Before it is written the file is told that we are about to, so that a run that dies in
        between leaves no change that looks like a person's. After it, it is asked what stands
        there: what a person typed in between would look like ours (docs/adr/0015).
        """
        sharing = self._sharing()
        file = self._file(sheet)
        before = self.api.update(file.id, {"properties": sharing.stamp(file)})
        if before.version != sheet.version:
            raise SheetBusy(f"đơn vị vừa sửa biểu, phản hồi sẽ được ghi {LATER}")
        if before.locked:
            sharing.release(file)
        try:
            self.api.write_values(file.id, render.feedback_values(feedback))
        except Refused as error:
            raise _no_feedback(error, locked=before.locked) from error
        finally:
            if before.locked:
                sharing.restrict(file, _reason(before))
        if read and not says_the_same(read, self._typed(file.id, read)):
            properties = {**pieces(marks or {}, file.properties), OWN_WRITE: None}
            return self._now(sheet, self.api.update(file.id, {"properties": properties}))
        return self.mark(sheet, **marks) if marks else self._now(sheet, before)

    def _typed(self, file_id: str, read: Registration) -> Rows:
        return self.api.values(file_id, [where_typed(read)], as_typed=True)[0]

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """See :meth:`Workspace.mark`."""
        file = self._file(sheet)
        changed = pieces(properties, file.properties)
        body = {"properties": self._sharing().stamp(file, changed)}
        return self._now(sheet, self.api.update(file.id, body))

    def _now(self, sheet: Sheet, file: DriveFile) -> Sheet:
        """Return the sheet as Drive's answer to a change says that it is."""
        self.place.saw(file)
        return replace(
            sheet,
            version=file.version,
            modified_at=file.modified_at,
            locked=file.locked,
            properties=file.marks,
        )

    def _file(self, sheet: Sheet) -> DriveFile:
        """Return the file as it was last listed, or as it is now where it never was."""
        return self.place.files.get(sheet.id) or self.api.file(sheet.id)

    # --- results --------------------------------------------------------------------------

    def show(self, master: Drawing) -> str:
        """See :meth:`Workspace.show`: the master is a spreadsheet of its own."""
        return self._results.draw(master, self._sharing())

    def publish(self, files: Mapping[str, bytes]) -> None:
        """See :meth:`Workspace.publish`: on this machine; :meth:`keep` puts them on Drive."""
        write_all(self._out, files)

    def keep(self, name: str, data: bytes) -> None:
        """See :meth:`Workspace.keep`."""
        self._results.keep(name, data)

    def kept(self, name: str) -> bytes | None:
        """See :meth:`Workspace.kept`."""
        try:
            return self._results.kept(name)
        except NoRoom:  # not even the folder of results could be made
            return None

    def keeps(self) -> Mapping[str, str]:
        """See :meth:`Workspace.keeps`."""
        try:
            return self._results.keeps()
        except NoRoom:
            return {}

    def time(self) -> datetime | None:
        """See :meth:`Workspace.time`: as Google's last answer said."""
        clock = self.clients.clock
        return clock.now() if clock.is_known else None

    def requests(self) -> Mapping[str, int]:
        """See :meth:`Workspace.requests`."""
        return {str(kind): count for kind, count in self.clients.requests().items()}

    # --- whether all is well --------------------------------------------------------------

    def doctor(self) -> Iterator[Check]:
        """See :meth:`Workspace.doctor`."""
        units, campaign = list(self._units.values()), self._form.campaign
        doctor = Doctor(self.clients, self.api, self.place, self.template, campaign, units)
        return doctor.examine()

    def guarded(self, is_closed: Callable[[Sheet], bool]) -> Watch:
        """See :meth:`Workspace.guarded`."""
        return self._audit.look(self.sheets(), is_closed)

    def audit(self, file: Guarded, *, fix: bool = False) -> Sequence[Exposure]:
        """See :meth:`Workspace.audit`."""
        return self._audit.mend(file) if fix else self._audit.of(file)

    def _unit(self, code: str) -> Unit:
        return self._units[code_key(code)]


def _is_named(file: DriveFile, unit: Unit) -> bool:
    """Tell whether the sheet shows the name that the unit has now."""
    name = checksum_of((unit.name,))
    return file.properties.get(NAMED, name) == name


def _as_sheet(file: DriveFile) -> Sheet:
    return Sheet(
        unit="",
        id=file.id,
        name=file.name,
        url=file.url,
        version=file.version,
        modified_at=file.modified_at,
        locked=file.locked,
        properties=file.marks,
        said_unit=file.properties.get(UNIT, ""),
    )


_NO_LINK_YET = "https://docs.google.com/spreadsheets/d/…"


def title(unit: Unit) -> str:
    """Return what a unit's sheet is called."""
    return f"{unit.code} - {unit.name}"


def preparing(unit: Unit) -> str:
    """Return what it is called until it is filled in: so a listing tells that it is not."""
    return f"{unit.code} (đang chuẩn bị)"


def _no_feedback(error: Refused, *, locked: bool) -> WorkspaceError:
    """Return what it means that Sheets refused the feedback."""
    if error.status == 400:  # a named range is gone, and with it the tab
        return NoFeedback("không còn trang “Phản hồi”, nội dung phản hồi xem ở bảng tổng hợp")
    if error.status == 403 and locked:  # a lock is lifted everywhere only after minutes
        return SheetBusy(f"biểu đã khoá, phản hồi sẽ được ghi {LATER}")
    return error


def _reason(file: DriveFile) -> str:
    restrictions = file.resource.get("contentRestrictions") or [{}]
    return str(restrictions[0].get("reason", ""))
