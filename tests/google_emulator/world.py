"""What the handlers share: the state of the emulator, a call, an answer."""

from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from . import errors
from .clock import Clock
from .errors import Json
from .fields import BadMask, Mask, parse, select
from .files import Store
from .identities import Caller, Identities
from .quotas import Quotas
from .schema import Method, unknown_fields


@dataclass(frozen=True)
class Mail:
    """A notification Drive would have sent."""

    file_id: str
    to: str
    message: str = ""


@dataclass
class World:
    """Everything the emulator remembers."""

    clock: Clock
    identities: Identities
    store: Store
    quotas: Quotas
    mails: list[Mail] = field(default_factory=list)
    mail_fails_for: set[str] = field(default_factory=set)
    """Addresses that are shared with, but whose mail fails (reference/google.md §3.3)."""
    incomplete_search: bool = False
    """Whether listings say ``incompleteSearch``."""
    metadata_moves_modified: bool = False
    """Whether properties and the lock move ``modifiedTime`` (not known; reference/google.md §5)."""
    pages: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    """The rest of each listing, by page token, and the query it belongs to."""
    results: dict[str, bool | float | str] = field(default_factory=dict)
    """What formulas come to that the emulator cannot calculate."""


@dataclass
class Answer:
    """An answer that is not simply JSON with status 200."""

    status: int = 200
    body: Json | bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One authenticated request to one method."""

    world: World
    method: Method
    caller: Caller
    path: dict[str, str]
    query: dict[str, list[str]]
    body: Json
    upload: bool = False
    content_type: str = ""
    raw: bytes = b""

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter of the query."""
        return self.query.get(name, [default])[0]

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a true-or-false parameter; Python's ``True`` is understood too."""
        return self.text(name, str(default)).lower() == "true"

    @property
    def all_drives(self) -> bool:
        """Whether the caller knows about shared drives."""
        return self.flag("supportsAllDrives") or self.flag("supportsTeamDrives")

    def mask(self) -> Mask | None:
        """Return the mask of ``fields``, refusing one the answer does not have."""
        text = self.text("fields")
        if not text:
            return None
        try:
            mask = parse(text)
            wrong = unknown_fields(self.method.family, self.method.response, mask)
        except BadMask:
            mask, wrong = {}, [text]
        if not wrong:
            return mask
        if self.method.family == "drive":
            message = f"Invalid field selection {wrong[0].rpartition('.')[2]}"
            at = ("parameter", "fields")
            raise errors.drive(400, "invalidParameter", message, location=at)
        raise errors.bad_field(
            wrong[0],
            "Error expanding 'fields' parameter. Cannot find matching fields for path "
            f"'{wrong[0]}'.",
        )

    def show(self, resource: Json, default: str = "") -> Json:
        """Return what ``fields`` (or the default mask of the method) selects."""
        mask = self.mask()
        if mask is None and default:
            mask = parse(default)
        shown: Json = select(resource, mask or {})
        return shown

    def parts(self) -> tuple[Json, str, bytes]:
        """Return metadata, type and bytes of an upload (all three of its types)."""
        kind = self.text("uploadType")
        if kind == "resumable":
            return self.body, self.content_type, self.raw
        if kind == "media":
            return {}, self.content_type, self.raw
        if kind != "multipart":
            raise errors.unsupported(f"uploadType={kind!r}")
        head = f"Content-Type: {self.content_type}\r\n\r\n".encode()
        parts: list[Any] = list(message_from_bytes(head + self.raw).get_payload())
        if len(parts) != 2:
            raise errors.drive(400, "badContent", "Bad content")
        metadata = errors.read_json(parts[0].get_payload(decode=True))
        return metadata, parts[1].get_content_type(), parts[1].get_payload(decode=True)
