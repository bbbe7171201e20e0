"""How Drive writes a file and an account."""

import hashlib

from .clock import rfc3339
from .errors import Json
from .files import FOLDER, ORGANIZER, SHORTCUT, SPREADSHEET, WRITER, File, Store
from .identities import Caller, permission_id


def resource(store: Store, file: File, caller: Caller) -> Json:
    """Return everything Drive says about a file (all that is kept; see docs of ``fields``)."""
    role = store.role(file, caller.email)
    grants = {**store.inherited(file), **file.permissions}
    shared = len(grants) > 1
    body: Json = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime,
        "trashed": file.trashed,
        "explicitlyTrashed": file.trashed,
        "starred": False,
        "parents": list(file.parents),
        "spaces": ["drive"],
        "version": str(file.version),
        "webViewLink": link(file),
        "createdTime": rfc3339(file.created),
        "modifiedTime": rfc3339(file.modified),
        "modifiedByMe": file.modifier == caller.email,
        "shared": shared,
        "ownedByMe": bool(file.owner) and file.owner == caller.email,
        "capabilities": _capabilities(store, file, role),
        "isAppAuthorized": file.app == caller.app,
        "copyRequiresWriterPermission": file.copy_requires_writer,
        "permissionIds": list(grants),
        "quotaBytesUsed": str(len(file.content) or 1024),
    }
    if file.description:
        body["description"] = file.description
    if file.properties:
        body["properties"] = file.properties
    if file.app_properties.get(caller.app):
        body["appProperties"] = file.app_properties[caller.app]
    if file.modifier:
        body["lastModifyingUser"] = user(file.modifier, caller)
    if file.restriction:
        body["contentRestrictions"] = [file.restriction]
    if file.drive:
        body |= {"driveId": file.drive, "teamDriveId": file.drive}
    else:
        body["owners"] = [user(file.owner, caller)]
        body["writersCanShare"] = file.writers_can_share
        if role >= WRITER:
            body["permissions"] = list(grants.values())
    if file.mime == SHORTCUT:
        body["shortcutDetails"] = {"targetId": file.target}
    elif file.document is None and file.mime != FOLDER:
        body |= _binary(file)
    return body


def _capabilities(store: Store, file: File, role: int) -> Json:
    locked, top = bool(file.restriction), role >= ORGANIZER
    may_unlock = top or (role >= WRITER and not file.restriction.get("ownerRestricted"))
    return {
        "canAddChildren": file.mime == FOLDER and role >= WRITER,
        "canCopy": file.mime != FOLDER and (role >= WRITER or not file.copy_requires_writer),
        "canDelete": top,
        "canDownload": role >= WRITER or not file.copy_requires_writer,
        "canEdit": role >= WRITER and not locked,
        "canModifyContent": role >= WRITER and not locked,
        "canModifyContentRestriction": may_unlock,
        "canModifyEditorContentRestriction": may_unlock,
        "canModifyOwnerContentRestriction": top,
        "canRemoveContentRestriction": locked and may_unlock,
        "canRename": role >= WRITER and not locked,
        "canShare": store.may_share(file, role),
        "canTrash": store.may_trash(file, role),
    }


def link(file: File) -> str:
    """Return where a person opens the file."""
    if file.mime == SPREADSHEET:
        return f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=drivesdk"
    if file.mime == FOLDER:
        return f"https://drive.google.com/drive/folders/{file.id}"
    return f"https://drive.google.com/file/d/{file.id}/view?usp=drivesdk"


def user(email: str, caller: Caller) -> Json:
    """Write an account as Drive does."""
    return {
        "kind": "drive#user",
        "displayName": email.partition("@")[0],
        "me": email == caller.email,
        "permissionId": permission_id(email),
        "emailAddress": email,
    }


def _binary(file: File) -> Json:
    return {
        "size": str(len(file.content)),
        "md5Checksum": hashlib.md5(file.content, usedforsecurity=False).hexdigest(),
        "sha256Checksum": hashlib.sha256(file.content).hexdigest(),
        "headRevisionId": f"{file.id}-{file.version}",
        "originalFilename": file.name,
        "fileExtension": file.name.rpartition(".")[2],
    }
