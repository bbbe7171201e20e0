"""Drive v3: making and changing files (reference/google.md §2.1, §3.1, §4, §9.2)."""

from dataclasses import replace

from . import clock, errors
from .document import Document, Tab
from .drive import BRIEF
from .errors import Json
from .files import FOLDER, ORGANIZER, OWNER, READER, SPREADSHEET, WRITER, File, root_of
from .resource import resource, user
from .schema import document
from .world import Answer, Call

_NO_STORAGE = (
    "Service Accounts do not have storage quota. Leverage shared drives "
    "(https://developers.google.com/workspace/drive/api/guides/about-shareddrives), or use OAuth "
    "delegation (http://support.google.com/a/answer/7281227) instead."
)
_WRITABLE = {
    "name",
    "description",
    "properties",
    "appProperties",
    "trashed",
    "contentRestrictions",
    "writersCanShare",
    "copyRequiresWriterPermission",
    "modifiedTime",
}
_AT_BIRTH = {"name", "mimeType", "parents", "description", "properties", "appProperties"} | {
    "writersCanShare",
    "copyRequiresWriterPermission",
}


def create(call: Call) -> Json:
    """Answer ``files.create``, with bytes when it is an upload."""
    body, kind, content = call.parts() if call.upload else (call.body, "", b"")
    _only(body, _AT_BIRTH)
    mime = body.get("mimeType") or kind or "application/octet-stream"
    if call.upload and mime == SPREADSHEET:
        raise errors.unsupported("turning an upload into a spreadsheet")
    if mime not in {SPREADSHEET, FOLDER} and mime.startswith("application/vnd.google-apps."):
        raise errors.unsupported(f"files of the kind {mime}")
    file = _place(call, body, body.get("name") or "Untitled", mime, ())
    file.content = content
    if mime == SPREADSHEET:
        file.document = Document(file.name, tabs=[Tab(0, "Sheet1")])
    call.world.store.add(file)
    return call.show(resource(call.world.store, file, call.caller), BRIEF)


def copy(call: Call) -> Json:
    """Answer ``files.copy``: everything in the sheet; the protection opens for the copier only.

    Permissions, lock and comments stay behind; ``properties`` go along (reference/google.md §4).
    """
    store = call.world.store
    source = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    role = store.role(source, call.caller.email)
    if source.mime == FOLDER or (source.copy_requires_writer and role < WRITER):
        raise errors.drive(403, "cannotCopyFile", "This file cannot be copied by the user.")
    _only(call.body, _AT_BIRTH)
    body = {"description": source.description, **call.body}
    body["properties"] = {**source.properties, **(call.body.get("properties") or {})}
    private = source.app_properties.get(call.caller.app, {})
    body["appProperties"] = {**private, **(call.body.get("appProperties") or {})}
    name = call.body.get("name") or f"Copy of {source.name}"
    file = _place(call, body, name, source.mime, source.parents)
    call.world.quotas.copy(call.caller)
    file.content = source.content
    if source.document is not None:
        file.document = replace(source.document.copy(), title=name)
        for tab in file.document.tabs:
            tab.protected = [
                {**guard, "editors": {"users": [call.caller.email]}} for guard in tab.protected
            ]
    store.add(file)
    return call.show(resource(store, file, call.caller), BRIEF)


def _place(call: Call, body: Json, name: str, mime: str, fallback: tuple[str, ...]) -> File:
    """Return a new file in the folder it is meant for; refuses where there is no room."""
    store, caller = call.world.store, call.caller
    wanted = tuple(body.get("parents") or ())
    if len(wanted) > 1:
        message = "A file cannot have more than one parent."
        raise errors.drive(403, "cannotAddParent", message)
    if not wanted:
        may = [parent for parent in fallback if _parent_role(call, parent) >= WRITER]
        wanted = tuple(may[:1]) or (root_of(caller.email),)
    parent = root_of(caller.email) if wanted[0] == "root" else wanted[0]
    drive = _parent_drive(call, parent)
    if caller.is_service_account and not drive:
        raise errors.drive(403, "storageQuotaExceeded", _NO_STORAGE, domain="usageLimits")
    now = store.clock.now()
    file = File(
        id=store.new_id(),
        name=name,
        mime=mime,
        parents=(parent,),
        created=now,
        modified=now,
        owner="" if drive else caller.email,
        drive=drive,
        app=caller.app,
        modifier=caller.email,
    )
    _set_metadata(call, file, {key: body[key] for key in body.keys() & (_AT_BIRTH - {"name"})})
    return file


def _parent_role(call: Call, parent: str) -> int:
    store, email = call.world.store, call.caller.email
    if parent == root_of(email):
        return OWNER
    if parent in store.drives:
        helper = File("", "", FOLDER, (), 0, 0, drive=parent)
        return store.role(helper, email) if call.all_drives else 0
    folder = store.files.get(parent)
    if folder is None or folder.mime != FOLDER or (folder.drive and not call.all_drives):
        return 0
    return store.role(folder, email)


def _parent_drive(call: Call, parent: str) -> str:
    role = _parent_role(call, parent)
    if role < READER:
        raise errors.no_file(parent)
    if role < WRITER:
        raise errors.not_allowed(parent)
    if parent in call.world.store.drives:
        return parent
    folder = call.world.store.files.get(parent)
    return folder.drive if folder else ""


# --- change ---------------------------------------------------------------------------------


def update(call: Call) -> Json:
    """Answer ``files.update``: name, properties, bin, lock, folder, bytes."""
    store = call.world.store
    body, kind, content = call.parts() if call.upload else (call.body, "", b"")
    if "parents" in body:
        raise errors.drive(
            403,
            "fieldNotWritable",
            "The parents field is not directly writable in update requests. Use the addParents "
            "and removeParents parameters instead.",
        )
    _only(body, _WRITABLE | ({"mimeType"} if call.upload else set()))
    file = store.get_for(call.path["fileId"], call.caller, WRITER, all_drives=call.all_drives)
    if call.upload and file.document is not None:
        raise errors.unsupported("an upload into a spreadsheet")
    if file.restriction and (call.upload or "name" in body):
        raise errors.not_allowed(file.id)
    if "contentRestrictions" in body:
        _lock(call, file, body["contentRestrictions"])
    if "trashed" in body:
        _trash(call, file, bool(body["trashed"]))
    _move(call, file)
    _set_metadata(call, file, body)
    if call.upload:
        file.content, file.mime = content, body.get("mimeType") or kind or file.mime
    moves = call.upload or "name" in body or call.world.metadata_moves_modified
    if given := body.get("modifiedTime"):
        _set_modified(call, file, given)
        moves = False
    store.touch(file, call.caller, content=moves)
    return call.show(resource(store, file, call.caller), BRIEF)


def delete(call: Call) -> Answer:
    """Answer ``files.delete``: at once and for good."""
    store = call.world.store
    file = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    if store.role(file, call.caller.email) < (ORGANIZER if file.drive else OWNER):
        raise errors.not_allowed(file.id)
    store.remove(file)
    return Answer(204, content_type="text/html")


def _only(body: Json, known: set[str]) -> None:
    """Refuse a field that is not kept here; Drive itself ignores what it does not know."""
    published = document("drive")["schemas"]["File"]["properties"]
    for name in sorted(body.keys() & published.keys() - known):
        if published[name].get("description", "").startswith("Output only"):
            message = "The resource body includes fields which are not directly writable."
            raise errors.drive(403, "fieldNotWritable", message)
        raise errors.unsupported(f"the field {name!r} of a file")


def _set_metadata(call: Call, file: File, body: Json) -> None:
    for key, attribute in (
        ("name", "name"),
        ("description", "description"),
        ("writersCanShare", "writers_can_share"),
        ("copyRequiresWriterPermission", "copy_requires_writer"),
    ):
        if body.get(key) is not None:
            setattr(file, attribute, body[key])
    file.properties = _merged(file.properties, body.get("properties"))
    private = _merged(file.app_properties.get(call.caller.app, {}), body.get("appProperties"))
    file.app_properties = {**file.app_properties, call.caller.app: private}


def _set_modified(call: Call, file: File, given: str) -> None:
    """Take ``modifiedTime`` as given: the time of the last change there was (drive.v3, File)."""
    moment = clock.seconds(given)
    if moment > call.world.clock.now():
        raise errors.unsupported("a modifiedTime that is yet to come")
    file.modified, file.modifier = moment, call.caller.email


def _merged(old: dict[str, str], new: Json | None) -> dict[str, str]:
    """Merge properties; null removes one. At most 30, each 124 bytes (reference/google.md §5)."""
    result = {key: value for key, value in {**old, **(new or {})}.items() if value is not None}
    if any(len(key.encode()) + len(value.encode()) > 124 for key, value in result.items()):
        raise errors.drive(400, "invalid", "Properties are limited to 124 bytes (key and value).")
    if len(result) > 30:
        raise errors.drive(403, "propertiesPerAppLimitExceeded", "More than 30 properties.")
    return result


def _lock(call: Call, file: File, wanted: list[Json]) -> None:
    """Set or lift the content restriction (reference/google.md §3.1)."""
    store = call.world.store
    top = store.role(file, call.caller.email) >= ORGANIZER
    new = wanted[0] if wanted else {}
    owners_only = new.get("ownerRestricted") or file.restriction.get("ownerRestricted")
    if owners_only and not top:
        raise errors.not_allowed(file.id)
    if new.get("reason") and not new.get("readOnly"):
        message = "A reason is only allowed together with readOnly."
        raise errors.drive(400, "invalid", message)
    store.before_settling(file, "lock")
    if not new.get("readOnly"):
        file.restriction = {}
        return
    file.restriction = {
        "readOnly": True,
        **({"reason": new["reason"]} if new.get("reason") else {}),
        "ownerRestricted": bool(new.get("ownerRestricted")),
        "type": "globalContentRestriction",
        "restrictingUser": user(call.caller.email, call.caller),
        "restrictionTime": clock.rfc3339(store.clock.now()),
    }


def _trash(call: Call, file: File, trashed: bool) -> None:
    store = call.world.store
    if not store.may_trash(file, store.role(file, call.caller.email)):
        raise errors.not_allowed(file.id)
    file.trashed = trashed
    for child in [child for child in store.files.values() if file.id in child.parents]:
        child.trashed = trashed
        store.touch(child, call.caller, content=False)


def _move(call: Call, file: File) -> None:
    added = [name for name in call.text("addParents").split(",") if name]
    removed = {name for name in call.text("removeParents").split(",") if name}
    if not added and not removed:
        return
    kept = tuple(name for name in file.parents if name not in removed)
    for parent in added:
        if _parent_drive(call, parent) != file.drive:
            raise errors.unsupported("moving a file between My Drive and a shared drive")
    if len(kept) + len(added) != 1:
        message = "Increasing the number of parents is not allowed"
        raise errors.drive(403, "cannotAddParent", message)
    file.parents = (*kept, *added)
