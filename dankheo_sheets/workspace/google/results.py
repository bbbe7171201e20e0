"""What the campaign leaves on Drive: the master, as a spreadsheet, and files that are kept.

Two machines may each have made a folder of results: what is kept is looked for in all of them.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import Lock

from dankheo_sheets.campaign import Agency, Campaign
from dankheo_sheets.errors import NoRoom, OutcomeUnknown, Refused
from dankheo_sheets.workspace.base import Drawing, Results
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.drawing.canvas import Book
from dankheo_sheets.workspace.google.drive_file import (
    DRAWING,
    FOLDER,
    SPREADSHEET,
    DriveFile,
    Kind,
)
from dankheo_sheets.workspace.google.errors import SharingLimit
from dankheo_sheets.workspace.google.redraw import MASTER_FIELDS, redraw
from dankheo_sheets.workspace.google.sharing import Sharing

_REDRAWS = 3
_NO_MASTER = (
    "Tài khoản không được tạo tệp trên Drive, kết quả chỉ có trên máy này: chép một bảng tính "
    "trống tên “Bảng tổng hợp” vào thư mục rồi chạy dankheo provision --adopt"
)
_LINES = ".jsonl"
"""What a file is called whose lines are added to and never changed."""


def roles_on_master(agency: Agency) -> dict[str, str]:
    """Return who may open the master, and how: those of campaign.toml, and no unit."""
    return {
        **dict.fromkeys(agency.leader, "reader"),
        **dict.fromkeys(agency.coordinator, "writer"),
    }


class GoogleResults(Results):
    """The master and the folder of kept files."""

    are_kept_apart = True

    def __init__(
        self, out: Path, api: Api, place: CampaignFolder, campaign: Campaign, sharing: Sharing
    ) -> None:
        super().__init__(out)
        self._api, self._place, self._campaign = api, place, campaign
        self._sharing = sharing
        self._kept: dict[str, DriveFile] | None = None
        self._spares: list[DriveFile] = []
        """Files that have the name of an older one."""
        self._lock = Lock()

    def show(self, master: Drawing) -> str:
        """See :meth:`Results.show`: a spreadsheet, shared with those of campaign.toml."""
        try:
            return self._shown(master)
        except NoRoom as error:
            raise NoRoom(_NO_MASTER) from error
        except SharingLimit as error:  # of the master alone: the rest can go on
            raise Refused(error.message, error.hint) from error

    def _shown(self, master: Drawing) -> str:
        name = f"Bảng tổng hợp - {self._campaign.title}"
        file = self._place.ensure(Kind.MASTER, name, SPREADSHEET)
        checksum = master.checksum()
        if file.properties.get(DRAWING) != checksum:
            for _ in range(_REDRAWS):
                try:
                    self._redraw(file, master)
                    break
                except OutcomeUnknown as error:
                    unknown = error
            else:
                raise unknown
            self._api.update(file.id, {"properties": {DRAWING: checksum}})
        self._sharing.share_exactly(file, roles_on_master(self._campaign.agency))
        return file.url

    def _redraw(self, file: DriveFile, master: Drawing) -> None:
        """Draw over what is there. Raises :class:`OutcomeUnknown`: look again, and redraw."""
        book = Book()
        rows = master.draw(book)
        existing = self._api.spreadsheet(file.id, MASTER_FIELDS)
        for step in redraw(book, rows, existing):
            if step.values:
                self._api.write_values(file.id, step.values)
            else:
                self._api.batch_update(file.id, step.requests, again=step.again)

    def keep(self, name: str, data: bytes) -> None:
        """See :meth:`Results.keep`: it is uploaded into the folder of results."""
        digest = _digest(data)
        if known := self._files().get(name):
            if known.properties.get(DRAWING) != digest:
                changed = self._api.upload({"properties": {DRAWING: digest}}, data, known.id)
                self._files()[name] = changed
            return
        body = {
            "name": name,
            "parents": [self._folder.id],
            "properties": {**self._place.properties(Kind.KEPT), DRAWING: digest},
        }
        try:
            self._files()[name] = self._api.upload(body, data)
        except OutcomeUnknown:
            self._kept = None  # look, before it is uploaded once more
            if name not in self._files():
                self._files()[name] = self._api.upload(body, data)

    def kept(self, name: str) -> bytes | None:
        """See :meth:`Results.kept`."""
        file = self._files().get(name)
        return self._api.download(file.id) if file else None

    def keeps(self) -> Mapping[str, str]:
        """See :meth:`Results.keeps`."""
        return {name: file.properties.get(DRAWING, "") for name, file in self._files().items()}

    def converge(self) -> None:
        """Look anew, since another machine may have been at work; of each name leave one file.

        Lines that only the younger one has (the journal's) are added to the older.
        """
        self._kept = None
        self._files()
        for spare in self._spares:
            older = self._files()[spare.name]
            if spare.name.endswith(_LINES) and spare.properties != older.properties:
                lines = (self._api.download(f.id).splitlines() for f in (older, spare))
                self.keep(spare.name, b"\n".join(dict.fromkeys(chain(*lines))) + b"\n")
            self._api.update(spare.id, {"trashed": True})
        self._spares = []

    @cached_property
    def _folder(self) -> DriveFile:
        name = f"Kết quả - {self._campaign.title}"
        return self._place.ensure(Kind.RESULTS, name, FOLDER)

    def _files(self) -> dict[str, DriveFile]:
        with self._lock:
            if self._kept is None:
                folders = self._place.every(Kind.RESULTS)
                found = [file for each in folders for file in self._api.files_in(each.id)]
                self._kept, self._spares = {}, []
                for file in sorted(found, key=lambda file: (file.created, file.id)):
                    if self._kept.setdefault(file.name, file) is not file:
                        self._spares.append(file)
            return self._kept


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
