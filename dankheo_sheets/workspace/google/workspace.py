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

from collections.abc import Iterator, Mapping, Sequence
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
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace.base import LATER, Sheet, Workspace
from dankheo_sheets.workspace.google import render
from dankheo_sheets.workspace.google.adopting import deal, free_files, named_master
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.checkup.audit import GoogleAccess
from dankheo_sheets.workspace.google.checkup.doctor import Doctor
from dankheo_sheets.workspace.google.drive_file import (
    ADOPTED,
    DRAWING,
    FOR,
    NAMED,
    OWN_WRITE,
    DriveFile,
    Json,
    Kind,
    checksum_of,
    pieces,
)
from dankheo_sheets.workspace.google.lease import Lease
from dankheo_sheets.workspace.google.results import GoogleResults
from dankheo_sheets.workspace.google.sharing import Sharing
from dankheo_sheets.workspace.google.template import UNDRAWN, Template
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.typed_values import Rows, says_the_same, where_typed
from dankheo_sheets.workspace.google.unit_sheets import UnitSheets, preparing, title
from dankheo_sheets.workspace.health import Check


class GoogleWorkspace(Workspace):
    """See :class:`~dankheo_sheets.workspace.base.Workspace`."""

    name, where = "Google", "Google Drive"
    dates_are_sure = True
    results: GoogleResults
    access: GoogleAccess

    def __init__(self, out: Path, form: Form, units: Sequence[Unit], clients: Clients) -> None:
        campaign = form.campaign
        self.settings = campaign.google
        self.workers = self.settings.workers
        self.settle = timedelta(minutes=self.settings.settle_minutes)
        self._campaign, self._units = campaign, units
        self.clients = clients
        self.api = Api(clients, self.settings.shared_drive)
        self.place = CampaignFolder(self.api, campaign)
        self.template = Template(self.api, self.place, form)
        self._lease = Lease(self.api, clients.clock.now, clients.manners.sleep)
        self.api.guard = self._lease.check
        sharing = Sharing(self.api, self.place, clients.clock.now, notify=self.settings.notify)
        self._sharing = sharing
        self.results = GoogleResults(out, self.api, self.place, campaign, sharing)
        self.access = GoogleAccess(self.api, self.place, sharing, campaign, units)
        self._sheets = UnitSheets(self.place, sharing, self.access, campaign.id, units)

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
            self.results.converge()
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
        return self._sheets.listed()

    def create(self, unit: Unit) -> Sheet:
        """See :meth:`Workspace.create`: one copy, named and marked in the same request."""
        template = self.template.ensure()
        body: Json = {
            "name": preparing(unit),
            "parents": [self.place.ensure_folder()],
            "properties": {**self._properties(unit), DRAWING: None},
        }
        if not self.settings.shared_drive:
            body["writersCanShare"] = False  # only My Drive knows it (reference/google.md §2.2)
        file = self.api.copy(template, body)
        self.place.made(file)
        return self._sheets.sheet(unit, [file])

    def foreseen(self, unit: Unit) -> Sheet:
        """See :meth:`Workspace.foreseen`: its link is Google's to give."""
        now = self.clients.clock.now()
        return Sheet(unit.code, preparing(unit), title(unit), _NO_LINK_YET, "new", modified_at=now)

    def _properties(self, unit: Unit) -> Json:
        shared_with = checksum_of(self.access.editors(unit))
        return {**self._sheets.properties(unit), FOR: shared_with}

    def adopt(self, units: Sequence[Unit]) -> list[tuple[Sheet, str]]:
        """See :meth:`Workspace.adopt`: the file gets its properties, and is prepared later.

        One called “Bảng tổng hợp” becomes the master; one that holds something else is let be.
        """
        free = free_files(self.place.files.values(), self.template.find())
        if not self.place.find(Kind.MASTER) and (master := named_master(free)):
            free.remove(master)
            properties = self.place.properties(Kind.MASTER)
            self.place.saw(self.api.update(master.id, {"properties": properties}))
        free = [file for file in free if self.template.can_be(file.id)] if units else []
        taken = []
        for unit, file in deal(units, free):
            properties = {**self._properties(unit), ADOPTED: "1", DRAWING: None}
            if self._sharing.is_given_out(file):  # by that person, to whomever
                del properties[FOR]
            body = {"name": preparing(unit), "properties": properties}
            ours = self.api.update(file.id, body)
            self.place.saw(ours)
            taken.append((self._sheets.sheet(unit, [ours]), file.name))
        return taken

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> Sheet:
        """See :meth:`Workspace.restore`: it is taken out of the bin, with all that was in it."""
        file = self._sheets.thrown_away().get(unit.code)
        if file is None:
            raise WorkspaceError(
                f"{unit.code}: biểu không còn trên Drive, cả trong Thùng rác",
                "phát biểu mới, chép lại nội dung từ bản trong archive",
            )
        body = {"trashed": False, "properties": self._sharing.stamp(file)}
        again = self.api.update(file.id, body)
        self.place.made(again)
        return self._sheets.sheet(unit, [again])

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """See :meth:`Workspace.prepare`: texts and final name in one step, all or nothing."""
        deadline = deadline_text(self._campaign.deadline_of(unit))
        values, file = Identity(unit.code, unit.name, deadline), self.place.file(sheet.id)
        given_out = file.name != preparing(unit)
        adopted = sheet.id if ADOPTED in file.properties else ""
        changes = self.template.fill_in(values, title(unit), adopted, only_name=given_out)
        if given_out:
            self.api.update(file.id, {"properties": self._sharing.stamp(file)})
        self.api.batch_update(sheet.id, changes, again=True)
        if given_out:
            named = {NAMED: checksum_of((unit.name,))}
            self.api.update(file.id, {"properties": self._sharing.stamp(file, named)})

    def discard_spares(self, sheet: Sheet) -> Sheet:
        """See :meth:`Workspace.discard_spares`: they go to the bin."""
        for name in sheet.spares:
            self.api.update(name, {"trashed": True})
            self.place.gone(name)
        return replace(sheet, spares=())

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
        sharing, file = self._sharing, self.place.file(sheet.id)
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

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        """See :meth:`Workspace.lock`."""
        file = self.place.file(sheet.id)
        properties = pieces(marks or {}, file.properties)
        return self._now(sheet, self._sharing.lock(file, reason, properties))

    def unlock(self, sheet: Sheet) -> Sheet:
        """See :meth:`Workspace.unlock`."""
        return self._now(sheet, self._sharing.unlock(self.place.file(sheet.id)))

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """See :meth:`Workspace.mark`."""
        file = self.place.file(sheet.id)
        changed = pieces(properties, file.properties)
        body = {"properties": self._sharing.stamp(file, changed)}
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

    # --- the service ----------------------------------------------------------------------

    def time(self) -> datetime | None:
        """See :meth:`Workspace.time`: as Google's last answer said."""
        clock = self.clients.clock
        return clock.now() if clock.is_known else None

    def requests(self) -> Mapping[str, int]:
        """See :meth:`Workspace.requests`."""
        return {str(kind): count for kind, count in self.clients.requests().items()}

    def doctor(self) -> Iterator[Check]:
        """See :meth:`Workspace.doctor`."""
        doctor = Doctor(self.api, self.place, self.template, self._campaign, self._units)
        return doctor.examine()


_NO_LINK_YET = "https://docs.google.com/spreadsheets/d/…"


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
