"""Drive v3: looking: lists, files, export, shared drives (reference/google.md §1.4, §2.2, §5)."""

from collections.abc import Callable
from typing import Any

from . import clock, errors, export
from .errors import Json
from .files import (
    FOLDER,
    WRITER,
    File,
)
from .query import parse
from .resource import resource, user
from .world import Answer, Call

BRIEF = "kind,id,name,mimeType"


def about(call: Call) -> Json:
    """Answer ``about.get``: who the caller is."""
    if not call.text("fields"):
        message = "The 'fields' parameter is required for this method."
        raise errors.drive(400, "required", message, location=("parameter", "fields"))
    limit = "0" if call.caller.is_service_account else "16106127360"
    quota = {"limit": limit, "usage": "0", "usageInDrive": "0", "usageInDriveTrash": "0"}
    who = user(call.caller.email, call.caller)
    return call.show({"kind": "drive#about", "user": who, "storageQuota": quota})


def get_drive(call: Call) -> Json:
    """Answer ``drives.get``."""
    drive = call.world.store.drives.get(call.path["driveId"])
    role = drive.members.get(call.caller.email, "") if drive else ""
    if drive is None or not role:
        message = f"Shared drive not found: {call.path['driveId']}"
        raise errors.drive(404, "notFound", message, location=("parameter", "driveId"))
    top = role == "organizer"
    writes = role in {"writer", "fileOrganizer", "organizer"}
    return call.show(
        {
            "kind": "drive#drive",
            "id": drive.id,
            "name": drive.name,
            "createdTime": clock.rfc3339(drive.created),
            "hidden": False,
            "capabilities": {
                "canAddChildren": writes,
                "canEdit": writes,
                "canListChildren": True,
                "canCopy": True,
                "canShare": writes,
                "canManageMembers": top,
                "canDeleteChildren": top,
                "canTrashChildren": role in {"fileOrganizer", "organizer"},
            },
            "restrictions": drive.restrictions,
        },
        "kind,id,name",
    )


def list_files(call: Call) -> Json:
    """Answer ``files.list``."""
    with call.world.store.looking():
        return _list_files(call)


def _list_files(call: Call) -> Json:
    store = call.world.store
    _check_corpora(call)
    asked = "\n".join([call.text("q"), call.text("orderBy"), call.caller.email])
    size = min(int(call.text("pageSize", "100")), 1000)
    token = call.text("pageToken")
    if size < 1:
        raise errors.bad_value("pageSize")
    if token:
        if call.world.pages.get(token, ("",))[0] != asked:
            raise errors.bad_value("pageToken")
        ids = call.world.pages[token][1]
    else:
        ids = _search(call)
    states = [
        (store.files[name], store.as_listed(store.files[name]))
        for name in ids[:size]
        if name in store.files
    ]
    body: Json = {
        "kind": "drive#fileList",
        "incompleteSearch": call.world.incomplete_search,
        "files": [resource(store, state, call.caller) for _, state in states if state],
    }
    if len(ids) > size:
        body["nextPageToken"] = f"~!!~{len(call.world.pages) + 1:012d}"
        call.world.pages[body["nextPageToken"]] = (asked, ids[size:])
    return call.show(body, f"kind,incompleteSearch,nextPageToken,files({BRIEF})")


def _check_corpora(call: Call) -> None:
    includes = call.flag("includeItemsFromAllDrives") or call.flag("includeTeamDriveItems")
    if includes and not call.all_drives:
        message = "The supportsTeamDrives parameter must be true if includeTeamDriveItems is true."
        raise errors.drive(403, "supportsTeamDrivesRequired", message)
    corpora = call.text("corpora", "user")
    if corpora not in {"user", "drive", "allDrives"}:
        raise errors.unsupported(f"corpora={corpora!r}")
    if (corpora == "drive") != bool(call.text("driveId")):
        message = "The driveId parameter must be specified if and only if corpora is set to drive."
        raise errors.drive(400, "invalid", message, location=("parameter", "driveId"))
    if corpora != "user" and not includes:
        message = "The includeTeamDriveItems parameter must be set to true for this corpora."
        raise errors.drive(403, "teamDrivesRequired", message)
    drive = call.world.store.drives.get(call.text("driveId"))
    if corpora == "drive" and (drive is None or call.caller.email not in drive.members):
        message = f"Shared drive not found: {call.text('driveId')}"
        raise errors.drive(404, "notFound", message, location=("parameter", "driveId"))


def _search(call: Call) -> list[str]:
    store, caller = call.world.store, call.caller
    shared_drives = call.flag("includeItemsFromAllDrives") or call.flag("includeTeamDriveItems")
    only = call.text("driveId")
    query = call.text("q").strip()
    test = parse(query, lambda file: resource(store, file, caller), caller.email) if query else None
    found = []
    for file in store.files.values():
        state = store.as_listed(file)
        if state is None or (file.drive and not shared_drives) or (only and file.drive != only):
            continue
        if (
            (test is None or test(state))
            and store.lists(state, caller.email)
            and store.reaches(state, caller)
        ):
            found.append(state)
    for key in reversed(call.text("orderBy").replace(",", " , ").split(" , ")):
        name, _, direction = key.strip().partition(" ")
        if name:
            found.sort(key=_order(name), reverse=direction.strip() == "desc")
    return [file.id for file in found]


def _order(name: str) -> Callable[[File], Any]:
    orders: dict[str, Callable[[File], Any]] = {
        "name": lambda file: file.name.casefold(),
        "name_natural": lambda file: file.name.casefold(),
        "modifiedTime": lambda file: file.modified,
        "createdTime": lambda file: file.created,
        "folder": lambda file: file.mime != FOLDER,
    }
    if name not in orders:
        raise errors.unsupported(f"orderBy={name!r}")
    return orders[name]


def get(call: Call) -> Json | Answer:
    """Answer ``files.get``, and the bytes of a file that is not of Google's kinds."""
    file = call.world.store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    if call.text("alt") != "media":
        return call.show(resource(call.world.store, file, call.caller), BRIEF)
    if file.document is not None or file.mime == FOLDER:
        message = (
            "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        )
        at = ("parameter", "alt")
        raise errors.drive(403, "fileNotDownloadable", message, location=at)
    return Answer(body=file.content, content_type=file.mime)


def export_file(call: Call) -> Answer:
    """Answer ``files.export``: the bytes of an .xlsx."""
    store = call.world.store
    file = store.get(call.path["fileId"], call.caller)
    if file.document is None:
        message = "Export only supports Docs Editors files."
        raise errors.drive(403, "fileNotExportable", message)
    if file.copy_requires_writer and store.role(file, call.caller.email) < WRITER:
        message = "This file cannot be exported by the user."
        raise errors.drive(403, "cannotExportFile", message)
    kind = call.text("mimeType")
    if kind == export.XLSX:
        data = export.xlsx(file.document, call.world.results)
    elif kind == "text/csv":
        data = export.csv(file.document, call.world.results)
    else:
        message = "The requested conversion is not supported."
        raise errors.drive(400, "badRequest", message, location=("parameter", "convertTo"))
    if len(data) > 10 * 1024 * 1024:
        message = "This file is too large to be exported."
        raise errors.drive(403, "exportSizeLimitExceeded", message)
    return Answer(body=data, content_type=kind, headers={"Content-Disposition": "attachment"})


def comments(call: Call) -> Json:
    """Answer ``comments.list``: nobody comments here."""
    call.world.store.get(call.path["fileId"], call.caller)
    return call.show({"kind": "drive#commentList", "comments": []})
