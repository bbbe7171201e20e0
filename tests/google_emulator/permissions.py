"""Drive v3: permissions (reference/google.md §2.2, §3.2, §3.3, §9.2)."""

from typing import NoReturn

from . import errors, ownership
from .errors import Json
from .files import FOLDER, ORGANIZER, ROLES, File, rank
from .world import Answer, Call, Mail

BRIEF = "kind,id,type,role"


def list_all(call: Call) -> Json:
    """Answer ``permissions.list``: direct and inherited ones."""
    store = call.world.store
    if call.path["fileId"] in store.drives:
        return _members(call, call.path["fileId"])
    file = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    if store.role(file, call.caller.email) < rank("writer"):
        message = "The user does not have sufficient permissions for this file."
        raise errors.drive(403, "insufficientFilePermissions", message)
    if call.text("pageToken"):
        raise errors.bad_value("pageToken")
    size = int(call.text("pageSize", "100"))
    grants = [_out(call, file, name) for name in _grants(call, file)]
    if len(grants) > size:
        raise errors.unsupported("permissions on more than one page")
    body = {"kind": "drive#permissionList", "permissions": grants}
    return call.show(body, f"kind,nextPageToken,permissions({BRIEF})")


def _members(call: Call, drive_id: str) -> Json:
    """Answer ``permissions.list`` of a shared drive itself (drive.v3: "file or shared drive")."""
    drive = call.world.store.drives[drive_id]
    if call.caller.email not in drive.members or not call.all_drives:
        raise errors.no_file(drive_id)
    root = File(drive_id, drive.name, FOLDER, (), drive.created, drive.created, drive=drive_id)
    grants = [
        {
            **grant,
            "permissionDetails": [
                {"permissionType": "member", "role": grant["role"], "inherited": False}
            ],
        }
        for grant in call.world.store.inherited(root).values()
    ]
    body = {"kind": "drive#permissionList", "permissions": grants}
    return call.show(body, f"kind,nextPageToken,permissions({BRIEF})")


def get(call: Call) -> Json:
    """Answer ``permissions.get``."""
    file = call.world.store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    _existing(call, file)
    return call.show(_out(call, file, call.path["permissionId"]), BRIEF)


def create(call: Call) -> Json:
    """Answer ``permissions.create``: sharing a file, and the mail that goes with it."""
    world, body = call.world, call.body
    kind, role = body.get("type", ""), body.get("role", "")
    who = str(body.get("domain" if kind == "domain" else "emailAddress", "")).strip()
    file = _sharable(call, who, role)
    _check(call, file, kind, role, who)
    if kind in {"anyone", "domain"} and "sendNotificationEmail" in call.query:
        raise ownership.no_notification()  # whatever it says
    notifies = call.flag("sendNotificationEmail", kind in {"user", "group"})
    if who in world.identities.without_google and not notifies:
        _bad_sharing(
            f"You are trying to invite {who}. Since there is no Google account associated with "
            'this email address, you must check the "Notify people" box to invite this recipient.'
        )
    world.quotas.share(call.caller, file.name)
    store, to = world.store, who
    if role == "owner":
        # who takes a file is not told of it: who had it is
        to = file.owner if ownership.accepts(call, file, who, role) else who
        grant = ownership.transfer(call, file, who)
    else:
        store.before_settling(file, "permission")
        grant = store.grant(file, kind, role, who)
        for key in ("expirationTime", "allowFileDiscovery"):
            if key in body:
                grant[key] = body[key]
        store.touch(file, call.caller, content=False)
    if notifies:
        if to in world.mail_fails_for:
            _bad_sharing(
                f"Sorry, the items were successfully shared but emails could not be sent to {to}."
            )
        world.mails.append(Mail(file.id, to, call.text("emailMessage")))
    return call.show(_out(call, file, grant["id"]), BRIEF)


def update(call: Call) -> Json:
    """Answer ``permissions.update``: another role for a grantee."""
    store, body = call.world.store, call.body
    file = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    who = str(_grants(call, file).get(call.path["permissionId"], {}).get("emailAddress", ""))
    _sharable(call, who, body.get("role", ""))
    grant = _direct(call, file)
    role = str(body.get("role", grant["role"]))
    if extra := body.keys() - {"role", "expirationTime", "pendingOwner"}:
        message = "The resource body includes fields which are not directly writable."
        raise errors.drive(403, "fieldNotWritable", f"{message} ({sorted(extra)[0]})")
    ownership.check(call, file, role)
    if role == "owner":
        if grant["type"] != "user" or len(body) > 1:
            raise errors.unsupported("another owner together with something else")
        ownership.transfer(call, file, who)
        return call.show(_out(call, file, grant["id"]), BRIEF)
    if grant["role"] == "owner":
        raise errors.unsupported("taking the file from its owner")
    _check_role(call, file, role)
    if body.get("pendingOwner") is not None:
        ownership.propose(call, file, grant, role)
    elif ownership.is_pending(file, who) and role != "writer":
        raise errors.unsupported("another role for a pending owner")
    store.before_settling(file, "permission")
    changed = {**grant, **body, "role": role}
    if call.flag("removeExpiration"):
        changed.pop("expirationTime", None)
    file.permissions = {**file.permissions, grant["id"]: changed}
    store.touch(file, call.caller, content=False)
    return call.show(_out(call, file, grant["id"]), BRIEF)


def delete(call: Call) -> Answer:
    """Answer ``permissions.delete``; anyone may take away their own access."""
    store = call.world.store
    file = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    own = file.permissions.get(call.path["permissionId"], {}).get("emailAddress")
    if own != call.caller.email:
        _sharable(call)
    grant = _direct(call, file)
    if grant["role"] == "owner":
        message = "The owner of a file cannot be removed."
        raise errors.drive(403, "cannotRemoveOwner", message)
    store.before_settling(file, "permission")
    file.permissions = {name: kept for name, kept in file.permissions.items() if kept != grant}
    store.touch(file, call.caller, content=False)
    return Answer(204, content_type="text/html")


def _sharable(call: Call, who: str = "", role: str = "") -> File:
    """Return the file of a call, if the caller may share it or is given it by its owner."""
    store = call.world.store
    file = store.get(call.path["fileId"], call.caller, all_drives=call.all_drives)
    if ownership.accepts(call, file, who, role):
        return file
    if not store.may_share(file, store.role(file, call.caller.email)):
        raise errors.not_allowed(file.id)
    return file


def _grants(call: Call, file: File) -> dict[str, Json]:
    return {**call.world.store.inherited(file), **file.permissions}


def _existing(call: Call, file: File) -> Json:
    name = call.path["permissionId"]
    grant = _grants(call, file).get(name)
    if grant is None:
        message = f"Permission not found: {name}."
        raise errors.drive(404, "notFound", message, location=("parameter", "permissionId"))
    return grant


def _direct(call: Call, file: File) -> Json:
    """Return a grant made on the file itself: inherited access cannot be reduced."""
    grant = _existing(call, file)
    if grant["id"] not in file.permissions:
        message = "Cannot modify an inherited permission."
        raise errors.drive(403, "cannotModifyInheritedTeamDrivePermission", message)
    return grant


def _check(call: Call, file: File, kind: str, role: str, who: str) -> None:
    if kind not in {"user", "group", "domain", "anyone"}:
        message = "The permission type field is required."
        at = ("other", "permission.type")
        raise errors.drive(400, "required", message, location=at)
    if role not in ROLES:
        message = "The permission role field is required."
        raise errors.drive(400, "required", message, location=("other", "permission.role"))
    if kind == "domain" and not who:
        message = "The domain field is required for permissions of type 'domain'."
        at = ("other", "permission.domain")
        raise errors.drive(400, "required", message, location=at)
    if kind in {"user", "group"} and "@" not in who:
        message = (
            "The specified emailAddress is invalid or not applicable for the given permission type."
        )
        raise errors.drive(400, "invalid", message, location=("other", "permission.emailAddress"))
    if kind != "user" and role == "owner":
        raise errors.unsupported("an owner that is no account")
    if call.body.get("pendingOwner") or (role != "owner" and ownership.is_pending(file, who)):
        raise errors.unsupported("a pending owner in a new permission")
    ownership.check(call, file, role)
    if role == "owner":
        return
    if kind == "anyone" and "expirationTime" in call.body:
        message = "Expiration dates cannot be set on this item."
        raise errors.drive(403, "cannotSetExpiration", message)
    _check_role(call, file, role)
    drive = call.world.store.drives.get(file.drive)
    if drive is None or who in drive.members:
        return
    if drive.restrictions.get("driveMembersOnly"):
        message = "This shared drive only allows sharing with its members."
        raise errors.drive(403, "teamDriveTeamMembersOnlyRestriction", message)
    own = {
        email.rpartition("@")[2]
        for email, role in drive.members.items()
        if "gserviceaccount" not in email
    }
    if drive.restrictions.get("domainUsersOnly") and who.rpartition("@")[2] not in own:
        message = "This shared drive only allows sharing inside its organisation."
        raise errors.drive(403, "teamDriveDomainUsersOnlyRestriction", message)


def _check_role(call: Call, file: File, role: str) -> None:
    mine = call.world.store.role(file, call.caller.email)
    if role not in ROLES or rank(role) > max(mine, rank("writer")):
        raise errors.not_allowed(file.id)
    if role in {"organizer", "fileOrganizer"} and (not file.drive or mine < ORGANIZER):
        raise errors.drive(403, "cannotShareTeamDriveTopFolder", "The role is not allowed here.")


def _out(call: Call, file: File, name: str) -> Json:
    grant = _grants(call, file)[name]
    if not file.drive:
        return grant
    inherited = name not in file.permissions
    kind = "member" if inherited else "file"
    details: Json = {"permissionType": kind, "role": grant["role"], "inherited": inherited}
    if inherited:
        details["inheritedFrom"] = file.drive
    return {
        **grant,
        "permissionDetails": [details],
        "teamDrivePermissionDetails": [
            {"teamDrivePermissionType": kind, "role": grant["role"], "inherited": inherited}
        ],
    }


def _bad_sharing(text: str) -> NoReturn:
    message = f'Bad Request. User message: "{text}"'
    raise errors.drive(400, "invalidSharingRequest", message, outer="Bad Request")
