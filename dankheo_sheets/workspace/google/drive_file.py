"""A file of the campaign as Google Drive lists it, and what our properties on it say.

The files are the state (docs/adr/0006). Properties that begin with ``dk_`` are ours,
the others are what :meth:`Workspace.mark` wrote:

=============  =========================================================================
``dk_campaign``  the campaign's id
``dk_kind``      :class:`Kind`
``dk_unit``      the unit's code, on a sheet
``dk_drawing``   on a template: checksum of what was drawn
``dk_for``       on a sheet: checksum of the editors it was shared with
``dk_named``     on a sheet: checksum of the unit's name that stands in it
``dk_ours``      when we last wrote into it, and when a person had last changed it before
``dk_adopted``   on a sheet a person made: it may be anything until it is prepared
=============  =========================================================================

A property holds at most 124 bytes, key and value (reference/google.md §5).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.workspace.base import ANYONE

Json = dict[str, Any]

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"

FIELDS = (
    "id,name,mimeType,properties,createdTime,modifiedTime,webViewLink,driveId,"
    "lastModifyingUser(me,emailAddress),contentRestrictions(readOnly,reason),permissionIds,"
    "permissions(id,type,role,emailAddress,domain,permissionDetails(inherited),pendingOwner),"
    "owners(emailAddress),writersCanShare,ownedByMe,"
    "capabilities(canModifyOwnerContentRestriction,canShare),trashed"
)
"""What is asked of a file wherever it becomes a :class:`DriveFile`."""

OURS = "dk_"
CAMPAIGN, KIND, UNIT, DRAWING, FOR, OWN_WRITE, ADOPTED, NAMED = (
    "dk_campaign", "dk_kind", "dk_unit", "dk_drawing", "dk_for", "dk_ours", "dk_adopted",
    "dk_named",
)  # fmt: skip
MAX_PROPERTY = 124
"""Bytes of key and value together (reference/google.md §5)."""

_OWN = timedelta(minutes=2)
"""How long after we said we would write a change by us is that writing: one request's time."""


class Kind(StrEnum):
    """What a file of the campaign is."""

    FOLDER = "folder"
    TEMPLATE = "template"
    SHEET = "sheet"
    MASTER = "master"
    RESULTS = "results"
    """The folder of results and kept snapshots."""
    KEPT = "kept"


@dataclass(frozen=True)
class Grant:
    """Who may do what with a file."""

    id: str
    type: str
    role: str
    who: str
    """An e-mail address or a domain, in small letters; "" for anyone."""
    inherited: bool = False
    """From folder or shared drive: the file cannot take it away (reference/google.md §2.2)."""
    pending_owner: bool = False
    """Asked to become the owner, and has not answered (My Drive only)."""

    @property
    def name(self) -> str:
        """Who it is for: an address, a domain, or :data:`ANYONE`."""
        return ANYONE if self.type == "anyone" else self.who

    @classmethod
    def of(cls, permission: Json) -> "Grant":
        """Return the grant that Drive's permission says."""
        who = permission.get("emailAddress") or permission.get("domain") or ""
        details = permission.get("permissionDetails", [])
        inherited = bool(details) and all(detail.get("inherited") for detail in details)
        return cls(
            permission["id"],
            permission["type"],
            permission["role"],
            who.casefold(),
            inherited,
            bool(permission.get("pendingOwner")),
        )


@dataclass(frozen=True)
class DriveFile:
    """One file, as Drive says it is."""

    resource: Json

    @property
    def id(self) -> str:
        """Drive's id."""
        return str(self.resource["id"])

    @property
    def name(self) -> str:
        """What people see it called."""
        return str(self.resource.get("name", ""))

    @property
    def url(self) -> str:
        """Where a person opens it."""
        return str(self.resource.get("webViewLink", ""))

    @property
    def properties(self) -> Mapping[str, str]:
        """All public properties."""
        properties: Json = self.resource.get("properties", {})
        return properties

    @property
    def marks(self) -> dict[str, str]:
        """The properties that are not ours, each whole (:func:`pieces`)."""
        whole: dict[str, str] = {}
        for key in sorted(key for key in self.properties if not key.startswith(OURS)):
            name = key.partition(_PIECE)[0]
            whole[name] = whole.get(name, "") + self.properties[key]
        return whole

    @property
    def kind(self) -> str:
        """The :class:`Kind`, or "" for a file that is none of ours."""
        return self.properties.get(KIND, "")

    @property
    def created(self) -> str:
        """When it was made: RFC 3339 in UTC, as Drive writes it, so that it sorts."""
        return str(self.resource["createdTime"])

    @property
    def modified_by_us(self) -> bool:
        """Whether the last change of the content was ours.

        Drive names nobody where an anonymous person changed it (reference/google.md §3.3).
        """
        return bool(self.resource.get("lastModifyingUser", {}).get("me"))

    @cached_property
    def version(self) -> str:
        """When a person last changed the content, as Drive writes it.

        Our own writing moves Drive's modifiedTime too; `dk_ours`, written before it, says what
        that was before.
        """
        modified = str(self.resource["modifiedTime"])
        ours, _, before = self.properties.get(OWN_WRITE, "").partition("|")
        if before and self.modified_by_us and _moment(modified) <= _moment(ours) + _OWN:
            return before
        return modified

    @property
    def modified_at(self) -> datetime:
        """See :attr:`version`."""
        return _moment(self.version)

    @property
    def locked(self) -> bool:
        """Whether its content is restricted."""
        return any(each.get("readOnly") for each in self.resource.get("contentRestrictions", []))

    @property
    def trashed(self) -> bool:
        """Whether it is in the bin."""
        return bool(self.resource.get("trashed"))

    @property
    def permission_ids(self) -> frozenset[str]:
        """The ids of all who have access, inherited access too."""
        return frozenset(self.resource.get("permissionIds", []))

    @property
    def owner(self) -> str:
        """The owner's address, in small letters; "" in a shared drive, which owns its files."""
        owners = self.resource.get("owners") or [{}]
        return str(owners[0].get("emailAddress", "")).casefold()

    @property
    def everyone(self) -> tuple[Grant, ...] | None:
        """All who have access, the owner too; None if none is named (reference/google.md §2.2)."""
        permissions = self.resource.get("permissions")
        if permissions is None or self.resource.get("driveId"):
            return None
        return tuple(map(Grant.of, permissions))

    @property
    def grants(self) -> tuple[Grant, ...] | None:
        """All who have access but the owner; None where Drive names nobody."""
        everyone = self.everyone
        return everyone and tuple(each for each in everyone if each.role != "owner")

    def may(self, capability: str) -> bool:
        """Whether we may do something: a name of Drive's `capabilities`."""
        return bool(self.resource.get("capabilities", {}).get(capability))


def checksum_of(editors: Iterable[str]) -> str:
    """Return what `dk_for` says for these editors; addresses themselves are not written there."""
    return hashlib.sha256("\n".join(sorted(editors)).encode()).hexdigest()[:16]


def own_write(now: datetime, version: str) -> str:
    """Return `dk_ours` for a writing that begins now, on a sheet of that version."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{moment}|{version}"


_PIECE = "~"
_PIECES = 8
"""Of one property: with our own a file has at most 30 (reference/google.md §5)."""


def pieces(properties: Mapping[str, str], before: Mapping[str, str] = MappingProxyType({})) -> Json:
    """Return properties as Drive takes them: "" removes one, a long one is kept in pieces.

    `before` is what the file has: pieces that are no longer needed are removed. Raises
    :class:`WorkspaceError` for one that Drive could not hold.
    """
    taken: Json = {}
    for key, value in properties.items():
        names = [key, *(f"{key}{_PIECE}{n}" for n in range(1, _PIECES))]
        parts = list(_cut(value, MAX_PROPERTY - len(names[-1].encode())))
        if len(parts) > _PIECES:
            raise WorkspaceError(
                f"{key}: nội dung dài quá, Google Drive chỉ giữ được {MAX_PROPERTY} byte một mục",
                "rút ngắn nội dung",
            )
        taken |= dict(zip(names, parts, strict=False))
        gone = names[len(parts) :]
        taken |= {name: None for name in gone if name == key or name in before}
    return taken


def _cut(text: str, size: int) -> Iterator[str]:
    """Yield `text` in parts of at most so many bytes of UTF-8."""
    rest = text.encode()
    while rest:
        part = rest[:size].decode(errors="ignore")
        yield part
        rest = rest[len(part.encode()) :]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
