"""Drive v3: giving a file in My Drive to another owner.

Between accounts of one organisation the owner gives it away at once. Between other accounts the
owner makes a writer the pending owner, who then takes it by giving themself the role (Drive's
guide to transferring ownership). The refusals are quoted in public issues:
googleapis/google-api-python-client#1753 and #2741, burnash/gspread#1108. What else may be said no
to is known, but not how: it is refused as not known.
"""

from . import errors
from .errors import Json, Refusal
from .files import File
from .identities import Caller, permission_id
from .world import Call


def check(call: Call, file: File, role: str) -> None:
    """Refuse the role of an owner that is asked for in the wrong way or place."""
    transfers = call.flag("transferOwnership")
    if role != "owner":
        if transfers:
            raise errors.unsupported("transferOwnership for another role")
        return
    if file.drive:
        message = "Owner role is invalid for shared drive items."
        raise errors.drive(403, "ownerOnTeamDriveItemNotSupported", message)
    if not transfers:
        message = "The transferOwnership parameter must be enabled when the permission role is "
        raise errors.drive(
            403, "forbidden", f"{message}'owner'.", location=("parameter", "transferOwnership")
        )
    if not call.flag("sendNotificationEmail", True):
        raise no_notification()


def no_notification() -> Refusal:
    """Refuse ``sendNotificationEmail`` where it means nothing (reference/google.md §9.6)."""
    return errors.drive(
        403,
        "forbidden",
        "The sendNotificationEmail parameter is only applicable for permissions of type 'user' or "
        "'group', and must not be disabled for ownership transfers.",
        location=("parameter", "sendNotificationEmail"),
    )


def accepts(call: Call, file: File, who: str, role: str) -> bool:
    """Whether the caller is the pending owner and says yes."""
    return role == "owner" and who == call.caller.email and is_pending(file, who)


def is_pending(file: File, who: str) -> bool:
    """Whether an account is asked to become the owner."""
    return bool(file.permissions.get(permission_id(who), {}).get("pendingOwner"))


def transfer(call: Call, file: File, who: str) -> Json:
    """Make an account the owner and the one before a writer; return the new permission."""
    store, before = call.world.store, file.owner
    if who == before:
        raise errors.unsupported("giving a file to its owner")
    if not accepts(call, file, who, "owner"):
        _check_owner(call, file)
        if not _together(call, before, who):
            message = "Consent is required to transfer ownership of a file to another user."
            raise errors.drive(403, "consentRequiredForOwnershipTransfer", message)
    store.before_settling(file, "permission")
    store.grant(file, "user", "writer", before)
    grant = store.grant(file, "user", "owner", who)
    file.owner = who
    store.touch(file, call.caller, content=False)
    return grant


def propose(call: Call, file: File, grant: Json, role: str) -> None:
    """Check that a grantee may become the pending owner, or stop being it."""
    _check_owner(call, file)
    who = str(grant.get("emailAddress", ""))
    if file.drive or grant["type"] != "user" or _together(call, file.owner, who):
        raise errors.unsupported("a pending owner in a shared drive, an organisation, a group")
    if role != "writer":
        raise errors.drive(
            403,
            "pendingOwnerWriterRequired",
            "The target user cannot be a pending owner because the target user does not have a "
            "writer role for the file.",
        )
    others = [each for each in file.permissions.values() if each["id"] != grant["id"]]
    if any(each.get("pendingOwner") for each in others):
        raise errors.unsupported("a second pending owner")


def _check_owner(call: Call, file: File) -> None:
    if call.caller.email != file.owner:
        raise errors.not_allowed(file.id)


def _together(call: Call, one: str, other: str) -> bool:
    """Whether two accounts are of one organisation; from one to outside is not known."""
    if Caller(other).is_service_account:
        raise errors.unsupported("a service account that is to own a file")
    known = call.world.identities.organisations
    domains = [email.rpartition("@")[2].lower() for email in (one, other)]
    inside = [domain in known for domain in domains]
    if domains[0] != domains[1] and any(inside):
        raise errors.unsupported("giving a file into or out of an organisation")
    return all(inside)
