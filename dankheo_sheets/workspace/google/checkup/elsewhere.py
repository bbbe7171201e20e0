"""The campaign's files outside its folder, and public shortcuts to its files.

A copy should carry the properties of its original (reference/google.md §4), so one search of all
that the account sees finds copies of any name, wherever they are, and what was moved out of the
folder.
"""

from collections.abc import Callable, Iterator, Sequence, Set

from dankheo_sheets.workspace.google.api import Api, quoted
from dankheo_sheets.workspace.google.checkup.access import Wrong
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, FIELDS, SHORTCUT, DriveFile, Kind
from dankheo_sheets.workspace.google.errors import NoAnswer

_FIELDS = f"{FIELDS},parents,shortcutDetails(targetId)"
_PUBLIC = frozenset(("anyoneWithLink", "anyone"))
"""The id of whoever has the link (reference/google.md §3.2); what that of all is taken to be."""


def search(api: Api, campaign_id: str, folders: Sequence[str]) -> tuple[list[DriveFile], bool]:
    """Return what is marked as the campaign's outside these folders, and every shortcut.

    And whether all was searched: where Google does not get through all shared drives, it is only
    what the campaign's other requests search.
    """
    ours = f"properties has {{ key={quoted(CAMPAIGN)} and value={quoted(campaign_id)} }}"
    outside = "".join(f" and not {quoted(folder)} in parents" for folder in folders)
    query = f"trashed = false and (mimeType = {quoted(SHORTCUT)} or ({ours}{outside}))"
    try:
        return list(api.files(query, _FIELDS, everywhere=True)), True
    except NoAnswer:
        return list(api.files(query, _FIELDS)), False


def astray(
    found: Sequence[DriveFile], known: Sequence[DriveFile], code_of: Callable[[DriveFile], str]
) -> Iterator[tuple[DriveFile, Wrong]]:
    """Yield what lies elsewhere; what lies in a folder that does is told with the folder."""

    def thing(file: DriveFile) -> tuple[str, str, str]:
        return file.kind, code_of(file), file.name if file.kind == Kind.KEPT else ""

    there, ids = set(map(thing, known)), {file.id for file in known}
    outside = {f.id: f for f in found if f.id not in ids and not _target(f)}
    for file in outside.values():
        if not outside.keys() & set(file.resource.get("parents", ())):
            yield file, Wrong.COPY if thing(file) in there else Wrong.MOVED


def public_shortcuts(found: Sequence[DriveFile], to: Set[str]) -> Iterator[DriveFile]:
    """Yield the shortcuts to these files that whoever has their link sees."""
    for file in found:
        if _target(file) in to and file.permission_ids & _PUBLIC:
            yield DriveFile({**file.resource, "name": f"{file.name} (lối tắt)"})


def _target(file: DriveFile) -> str:
    details = file.resource.get("shortcutDetails") or {}
    return str(details.get("targetId", ""))
