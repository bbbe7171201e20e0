"""What Drive holds: files, folders, shared drives, and who may do what with them.

The values inside a :class:`File` are replaced, never changed in place, so that a shallow copy
is a snapshot: of a listing that lags, and of permissions that have not arrived yet.
"""

import copy
import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from . import clock as clocks
from .clock import Clock
from .document import Document
from .errors import Json, no_file, not_allowed
from .identities import DRIVE, DRIVE_FILE, SHEETS, Caller, permission_id

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
READER, WRITER, FILE_ORGANIZER, ORGANIZER, OWNER = 1, 3, 4, 5, 6


def rank(role: str) -> int:
    """Order roles: 1 reads, 3 writes, 6 owns; 0 is nothing."""
    return ROLES.index(role) + 1 if role in ROLES else 0


@dataclass
class SharedDrive:
    """A shared drive: it owns its files; its members have a role on all of them."""

    id: str
    name: str
    members: dict[str, str]
    groups: set[str] = field(default_factory=set)
    """Those of the members that are groups."""
    restrictions: Json = field(default_factory=dict)
    created: float = 0.0


@dataclass
class File:
    """One file or folder."""

    id: str
    name: str
    mime: str
    parents: tuple[str, ...]
    created: float
    modified: float
    owner: str = ""
    """Who owns it; empty in a shared drive."""
    drive: str = ""
    app: str = ""
    """The app that created it: all that ``drive.file`` reaches (reference/google.md §2.5)."""
    version: int = 1
    trashed: bool = False
    description: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    app_properties: dict[str, dict[str, str]] = field(default_factory=dict)
    permissions: dict[str, Json] = field(default_factory=dict)
    restriction: Json = field(default_factory=dict)
    writers_can_share: bool = True
    copy_requires_writer: bool = False
    modifier: str = ""
    document: Document | None = None
    content: bytes = b""
    target: str = ""
    """What a shortcut points at."""
    settled: list[tuple[float, str, "File"]] = field(default_factory=list)
    """How it was, and until when the rest of Google still sees it so (lock delay)."""
    listed: list[tuple[float, "File"]] = field(default_factory=list)
    """How it is, and from when a listing shows it so (listing delay)."""


@dataclass
class Delays:
    """What does not happen at once (reference/google.md §3.1, §5), in seconds."""

    listing: float = 0.0
    lock: float = 0.0
    permission: float = 0.0


class Store:
    """Every file and shared drive."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.delays = Delays()
        self.files: dict[str, File] = {}
        self.drives: dict[str, SharedDrive] = {}
        self._serial = itertools.count(1)
        self._above: dict[tuple[tuple[str, ...], str], dict[str, Json]] | None = None

    def new_id(self) -> str:
        """Return an id in the shape of Google's."""
        return f"1{secrets.token_urlsafe(24).replace('-', 'x')}{next(self._serial):06d}"

    def add(self, file: File) -> File:
        """Keep a new file."""
        self.files[file.id] = file
        if file.owner:
            self.grant(file, "user", "owner", file.owner)
        self._list(file)
        return file

    def add_drive(self, drive_id: str, name: str, members: dict[str, str]) -> SharedDrive:
        """Keep a new shared drive; ``members`` are e-mail to role."""
        self.drives[drive_id] = SharedDrive(drive_id, name, members, created=self.clock.now())
        return self.drives[drive_id]

    def remove(self, file: File) -> None:
        """Delete a file, and what a folder holds."""
        for child in [child for child in self.files.values() if file.id in child.parents]:
            self.remove(child)
        self.files.pop(file.id, None)

    # --- change ---------------------------------------------------------------------------

    def touch(self, file: File, caller: Caller | None, *, content: bool = True) -> None:
        """Count a change: ``version`` always grows, ``modifiedTime`` with the content."""
        file.version += 1
        if content:
            now = self.clock.now()
            file.modified = max(now, file.modified + 0.001) if now <= file.modified else now
            file.modifier = caller.email if caller else ""
        if file.document is not None and file.document.title != file.name:
            file.document.title = file.name
        self._list(file)

    def _list(self, file: File) -> None:
        if self.delays.listing > 0:
            file.listed = [*file.listed, (self.clock.now() + self.delays.listing, _frozen(file))]
        else:
            file.listed = []

    def as_listed(self, file: File) -> File | None:
        """Return the file as a listing shows it now, or nothing while it is too new."""
        if not file.listed:
            return file
        now = self.clock.now()
        arrived = [state for moment, state in file.listed if moment <= now]
        if arrived and len(arrived) == len(file.listed):
            file.listed = []
            return file
        return arrived[-1] if arrived else None

    def before_settling(self, file: File, what: str) -> None:
        """Remember how a file was: until the delay is over, Sheets still sees it so."""
        delay = self.delays.lock if what == "lock" else self.delays.permission
        if delay > 0:
            file.settled = [*file.settled, (self.clock.now() + delay, what, _frozen(file))]

    def as_settled(self, file: File, what: str) -> File:
        """Return the file whose ``lock`` or ``permission`` Sheets obeys now."""
        now = self.clock.now()
        file.settled = [item for item in file.settled if item[0] > now]
        return next((state for _, kind, state in file.settled if kind == what), file)

    # --- access ---------------------------------------------------------------------------

    def grant(self, file: File, kind: str, role: str, who: str = "") -> Json:
        """Give a grantee a role; the same grantee keeps the same permission id."""
        permission: Json = {"kind": "drive#permission", "type": kind, "role": role}
        if kind == "anyone":
            permission |= {"id": "anyoneWithLink", "allowFileDiscovery": False}
        elif kind == "domain":
            name = {"domain": who, "displayName": who, "allowFileDiscovery": False}
            permission |= {"id": f"{permission_id(who)}k", **name}
        else:
            name = {"emailAddress": who, "displayName": who.partition("@")[0]}
            permission |= {
                "id": permission_id(who),
                **name,
                "deleted": False,
                "pendingOwner": False,
            }
        file.permissions = {**file.permissions, permission["id"]: permission}
        return permission

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Remember what is inherited from where, as long as nothing changes."""
        self._above = {}
        try:
            yield
        finally:
            self._above = None

    def inherited(self, file: File) -> dict[str, Json]:
        """Return the permissions that come from folders and the shared drive above."""
        place = (file.parents, file.drive)
        if self._above is not None and place in self._above:
            return self._above[place]
        above: dict[str, Json] = {}
        for parent in (self.files.get(name) for name in file.parents):
            if parent is not None:
                above |= {**self.inherited(parent), **parent.permissions}
        if file.drive in self.drives:
            helper = replace(file, permissions={})
            drive = self.drives[file.drive]
            for email, role in drive.members.items():
                self.grant(helper, "group" if email in drive.groups else "user", role, email)
            above |= helper.permissions
        found = {name: grant for name, grant in above.items() if grant["role"] != "owner"}
        if self._above is not None:
            self._above[place] = found
        return found

    def role(self, file: File, email: str) -> int:
        """Return the rank of what an account may do; 0 when it does not even see the file."""
        grants = [*file.permissions.values(), *self.inherited(file).values()]
        return max(
            (rank(grant["role"]) for grant in grants if self._holds(grant, email)), default=0
        )

    def lists(self, file: File, email: str) -> bool:
        """Whether an account finds the file in a listing; a link alone does not list it."""
        grants = [*file.permissions.values(), *self.inherited(file).values()]
        return any(
            self._holds(grant, email)
            for grant in grants
            if grant["type"] != "anyone" or grant["allowFileDiscovery"]
        )

    def _holds(self, grant: Json, email: str) -> bool:
        until = grant.get("expirationTime")
        if until is not None and clocks.seconds(until) <= self.clock.now():
            return False
        if grant["type"] == "anyone":
            return True
        if grant["type"] == "domain":
            return email.lower().endswith("@" + str(grant["domain"]).lower())
        return bool(grant["emailAddress"].lower() == email.lower())

    def reaches(self, file: File, caller: Caller) -> bool:
        """Whether the caller's scopes reach the file: ``drive.file`` only what the app made."""
        if caller.scopes & {DRIVE, SHEETS} or DRIVE_FILE not in caller.scopes:
            return True
        return file.app == caller.app

    def get(self, file_id: str, caller: Caller, *, all_drives: bool = True) -> File:
        """Return a file the caller may see; refuses as Drive does."""
        file = self.files.get(file_id)
        if file is None or not self.reaches(file, caller) or not self.role(file, caller.email):
            raise no_file(file_id)
        if file.drive and not all_drives:
            raise no_file(file_id)
        return file

    def get_for(self, file_id: str, caller: Caller, role: int, *, all_drives: bool = True) -> File:
        """Return a file on which the caller has at least a role."""
        file = self.get(file_id, caller, all_drives=all_drives)
        if self.role(file, caller.email) < role:
            raise not_allowed(file_id)
        return file

    def may_share(self, file: File, role: int) -> bool:
        """Whether a role shares; in a shared drive every writer does (reference/google.md §2.2)."""
        return role >= ORGANIZER or (
            role >= WRITER and (bool(file.drive) or file.writers_can_share)
        )

    def may_trash(self, file: File, role: int) -> bool:
        """Whether a role moves the file to the bin."""
        return role >= (FILE_ORGANIZER if file.drive else OWNER)


def root_of(email: str) -> str:
    """Return the id of an account's My Drive."""
    return f"0A{permission_id(email)[:12]}UK9PVA"


def _frozen(file: File) -> File:
    state = copy.copy(file)
    state.listed, state.settled = [], []
    return state
