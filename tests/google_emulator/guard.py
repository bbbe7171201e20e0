"""Who may read and write: access, lock, protected ranges (reference/google.md §3.1, §3.2, §4)."""

from collections.abc import Iterable

from . import errors
from .document import Document, Tab, bounds, overlaps, within
from .errors import Json
from .files import OWNER, READER, SPREADSHEET, WRITER, File
from .world import Call

_OFFICE = (
    "This operation is not supported for this document. The document must not be an Office file."
)
PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to "
    "remove protection if you need to edit."
)


def readable(call: Call) -> File:
    """Return the spreadsheet of a call, if the caller may read it."""
    return _file(call, READER)


def writable(call: Call, file_id: str | None = None) -> File:
    """Return the spreadsheet of a call, or another, if it is not locked and the caller may write.

    A lock and a change of permissions arrive here after their delay (reference/google.md §3.1).
    """
    file = _file(call, WRITER, file_id)
    if call.world.store.as_settled(file, "lock").restriction:
        raise errors.sheets(403)
    return file


def _file(call: Call, least: int, file_id: str | None = None) -> File:
    store = call.world.store
    file = store.files.get(call.path["spreadsheetId"] if file_id is None else file_id)
    if file is None or not store.reaches(file, call.caller):
        raise errors.sheets(404)
    if store.role(store.as_settled(file, "permission"), call.caller.email) < least:
        raise errors.sheets(403)
    if file.mime != SPREADSHEET:
        if file.document is None and "spreadsheet" in file.mime:
            raise errors.sheets(400, _OFFICE, "FAILED_PRECONDITION")
        raise errors.sheets(404)
    return file


def may_edit(call: Call, file: File, guard: Json) -> bool:
    """Whether the caller is an editor of a protected range; the owner always is."""
    email = call.caller.email.lower()
    users = {name.lower() for name in guard.get("editors", {}).get("users", [])}
    if guard.get("warningOnly") or email in users:
        return True
    domain = file.owner.rpartition("@")[2].lower()
    if guard.get("editors", {}).get("domainUsersCanEdit") and email.endswith(f"@{domain}"):
        return True
    return call.world.store.role(file, call.caller.email) >= OWNER


def check_cells(call: Call, file: File, tab: Tab, cells: Iterable[tuple[int, int]]) -> None:
    """Refuse to write cells that are protected from the caller."""
    closed = [guard for guard in tab.protected if not may_edit(call, file, guard)]
    if not closed:
        return
    for row, column in cells:
        for guard in closed:
            if _covers(tab, guard, (row, column, row + 1, column + 1)):
                raise errors.sheets(400, PROTECTED)


def check_area(call: Call, file: File, tab: Tab, area: Json) -> None:
    """Refuse to change an area that touches what is protected from the caller."""
    wanted = bounds(tab, area)
    for guard in tab.protected:
        if not may_edit(call, file, guard) and _covers(tab, guard, wanted):
            raise errors.sheets(400, PROTECTED)


def check_tab(call: Call, file: File, tab: Tab) -> None:
    """Refuse to change the shape of a tab that has something protected from the caller."""
    check_area(call, file, tab, {"sheetId": tab.id})


def _covers(tab: Tab, guard: Json, wanted: tuple[int, int, int, int]) -> bool:
    if not overlaps(bounds(tab, guard.get("range", {})), wanted):
        return False
    free = guard.get("unprotectedRanges", [])
    return not any(within(wanted, bounds(tab, area)) for area in free)


def all_writers(call: Call, file: File, document: Document) -> list[str]:
    """Return everybody who may write: the editors of a protection that names none."""
    store = call.world.store
    grants = [*store.inherited(file).values(), *file.permissions.values()]
    emails = {grant["emailAddress"] for grant in grants if "emailAddress" in grant}
    writers = [email for email in emails if store.role(file, email) >= WRITER]
    return sorted({*writers, call.caller.email}) if document.tabs else []
