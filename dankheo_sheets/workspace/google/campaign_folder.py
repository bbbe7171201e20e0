"""Where on Drive the campaign is: its folder, and what was last seen in it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from threading import RLock

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.errors import OutcomeUnknown
from dankheo_sheets.workspace.google.api import Api, quoted
from dankheo_sheets.workspace.google.drive_file import (
    CAMPAIGN,
    DRAWING,
    FOLDER,
    KIND,
    DriveFile,
    Json,
    Kind,
)
from dankheo_sheets.workspace.google.errors import NotFound


class CampaignFolder:
    """The campaign's folder: the one campaign.toml names, else one of our own in My Drive.

    Files are found by their folder, never by name: only that is sure to be up to date
    (reference/google.md §5).
    """

    def __init__(self, api: Api, campaign: Campaign) -> None:
        self._api, self._campaign = api, campaign
        self._lock = RLock()
        self._folder = campaign.google.folder or campaign.google.shared_drive
        self.files: dict[str, DriveFile] = {}
        """What the folder held when it was last looked at, and what was made since, by id."""
        self.in_bin: list[DriveFile] = []
        """What was thrown away from it."""
        self._looked = False
        self._doubles: list[str] = []
        """Folders of ours that an older run made beside the oldest."""
        self._made: dict[str, DriveFile] = {}
        """What this run made and no listing has shown yet: it may lag (reference/google.md §5)."""

    @property
    def folder(self) -> str:
        """The folder's id; "" while there is none."""
        return self._folder

    def look(self) -> None:
        """List the folder: one request for each 1,000 files; two where there are none."""
        if not self._folder:
            self._folder, *self._doubles = self._find_own() or [""]
        every = {file.id: file for file in self._listed()}
        self.in_bin = [file for file in every.values() if file.trashed]
        listed = {name: file for name, file in every.items() if not file.trashed}
        self._made = {name: file for name, file in self._made.items() if name not in listed}
        self.files = listed | self._made
        self._looked = True
        self.__dict__.pop("common", None)
        self.__dict__.pop("members", None)

    def file(self, file_id: str) -> DriveFile:
        """Return a file as it was last seen, or as it is now where it never was."""
        return self.files.get(file_id) or self._api.file(file_id)

    def made(self, file: DriveFile) -> None:
        """Remember a file that was made in the folder."""
        self.files[file.id] = self._made[file.id] = file
        if file.kind == Kind.TEMPLATE:
            self.__dict__.pop("common", None)

    def saw(self, file: DriveFile) -> None:
        """Remember what an answer said of a file that was listed."""
        if file.id in self.files:
            self.files[file.id] = file

    def gone(self, file_id: str) -> None:
        """Forget a file that was thrown away."""
        self.files.pop(file_id, None)
        self._made.pop(file_id, None)

    def ensure_folder(self) -> str:
        """Return the folder's id, making the folder where there is none."""
        with self._lock:
            if not self._folder:
                body = {
                    "name": self._campaign.title,
                    "mimeType": FOLDER,
                    "properties": self.properties(Kind.FOLDER),
                }
                made = self._once(body, lambda: next(iter(self._find_own()), ""))
                self._folder, *self._doubles = self._find_own() or [made]
            return self._folder

    def _find_own(self) -> list[str]:
        """Return our folders in My Drive, the oldest first: two machines may each make one."""
        query = f"mimeType = {quoted(FOLDER)} and 'root' in parents and trashed = false"
        found = _told_twice(lambda: self._api.files(query))
        own = [f for f in found if self._is_ours(f, Kind.FOLDER)]
        return [f.id for f in sorted(own, key=lambda f: (f.created, f.id))]

    def _listed(self) -> Iterator[DriveFile]:
        for folder in filter(None, (self._folder, *self._doubles)):
            yield from _told_twice(partial(self._api.files_in, folder, bin_too=True))

    def converge(self) -> None:
        """Bring what lies in doubles of the folder into the oldest, and throw them away."""
        for double in self._doubles:
            for file in self._api.files_in(double):
                self._api.move(file.id, double, self._folder)
            self._api.update(double, {"trashed": True})
        self._doubles = []

    def _is_ours(self, file: DriveFile, kind: Kind) -> bool:
        return file.kind == kind and file.properties.get(CAMPAIGN) == self._campaign.id

    def properties(self, kind: Kind) -> Json:
        """Return the properties that make a file one of the campaign's."""
        return {CAMPAIGN: self._campaign.id, KIND: kind.value}

    def find(self, kind: Kind, drawing: str = "") -> list[DriveFile]:
        """Return the files of a kind (and drawing) that were last seen, the oldest first."""
        found = [
            file
            for file in list(self.files.values())
            if self._is_ours(file, kind)
            and (not drawing or file.properties.get(DRAWING) == drawing)
        ]
        return sorted(found, key=lambda file: (file.created, file.id))

    def every(self, kind: Kind, drawing: str = "") -> list[DriveFile]:
        """Return :meth:`find`, after looking where that was never done."""
        if not self._looked:
            self.look()
        return self.find(kind, drawing)

    def ensure(self, kind: Kind, name: str, mime: str, drawing: str = "") -> DriveFile:
        """Return the oldest file of a kind (and drawing), making one where there is none."""

        def seen() -> str:
            self.look()
            return next((file.id for file in self.find(kind, drawing)), "")

        with self._lock:
            if not self.every(kind, drawing):
                properties = self.properties(kind) | ({DRAWING: drawing} if drawing else {})
                parents = [self.ensure_folder()]
                body = {
                    "name": name, "mimeType": mime, "parents": parents, "properties": properties,
                }  # fmt: skip
                made = self._once(body, seen)
                # An older one of another machine comes first; the others are made by leases.
                if kind is Kind.TEMPLATE and seen() != made:
                    self._api.update(made, {"trashed": True})
                    self.gone(made)
            return self.find(kind, drawing)[0]

    def _once(self, body: Json, find: Callable[[], str]) -> str:
        """Make a file once: where the answer was lost, look for it before it is tried again."""
        for _ in range(3):
            try:
                file = self._api.create(body)
            except OutcomeUnknown:
                if name := find():
                    return name
                continue
            self.made(file)
            return file.id
        raise OutcomeUnknown(
            f"Không biết Google đã tạo “{body['name']}” hay chưa", "vài phút nữa chạy lại lệnh này"
        )

    @cached_property
    def common(self) -> frozenset[str]:
        """The ids of those who have access to the whole folder: us, members of the shared drive.

        They have access to every file, and to the template hardly anybody else has; without one
        the folder itself is asked.
        """
        files = list(self.files.values())  # other threads may be adding to them
        every = [file.permission_ids for file in files if file.permission_ids]
        if self._folder and not self.find(Kind.TEMPLATE):
            try:
                return self._api.file(self._folder, "id,permissionIds").permission_ids
            except NotFound:  # the root of a shared drive is no file to everybody
                pass
        return frozenset.intersection(*every) if every else frozenset()

    @cached_property
    def members(self) -> frozenset[str]:
        """The addresses of those in :attr:`common`; one request where a listing names nobody."""
        file = next(iter(list(self.files.values())), None)
        if file is None:
            return frozenset()
        grants = file.everyone if file.everyone is not None else self._api.grants(file.id)
        return frozenset(each.who for each in grants if each.id in self.common)


def _told_twice(listing: Callable[[], Iterable[DriveFile]]) -> list[DriveFile]:
    """Return what a listing finds; that there is nothing is believed when it is told twice.

    Everything would be made anew: a template, and a second sheet for every unit.
    """
    return list(listing()) or list(listing())
