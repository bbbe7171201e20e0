"""Drive: pending owners and other owners (Drive's guide to transferring ownership)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.google_emulator.identities import permission_id
from tests.google_emulator.world import Mail
from tests.test_google_emulator.api import EVERYWHERE, ROBOT, UNIT, USER, Api

FILES = "/drive/v3/files"
TRANSFER = {"transferOwnership": "true"}
PENDING = {"role": "writer", "pendingOwner": True}
OWNER = {"role": "owner"}


@pytest.fixture
def unit(google: Emulator) -> Api:
    return Api(google, UNIT)


@pytest.fixture
def grant(user: Api, sheet: str) -> str:
    """Share the user's sheet with the unit; return where the permission is."""
    return f"{FILES}/{sheet}/permissions/{user.share(sheet, UNIT)}"


def new(email: str, role: str = "owner") -> Any:
    return {"type": "user", "role": role, "emailAddress": email}


def roles(api: Api, sheet: str) -> dict[str, tuple[str, bool]]:
    """Return what each account has, and whether it is asked to own the file."""
    fields = "permissions(emailAddress,role,pendingOwner)"
    found = api.ok("GET", f"{FILES}/{sheet}/permissions", fields=fields)["permissions"]
    return {each["emailAddress"]: (each["role"], each["pendingOwner"]) for each in found}


def owner(api: Api, sheet: str) -> Any:
    shown = api.ok("GET", f"{FILES}/{sheet}", fields="owners/emailAddress,ownedByMe")
    return shown["owners"][0]["emailAddress"], shown["ownedByMe"]


def test_a_file_changes_hands_in_two_steps(
    google: Emulator, user: Api, unit: Api, sheet: str, grant: str
) -> None:
    asked = user.ok("PATCH", grant, PENDING, fields="role,pendingOwner")
    between = roles(user, sheet), owner(unit, sheet)
    taken = unit.ok("PATCH", grant, OWNER, fields="role,pendingOwner", **TRANSFER)

    assert asked == {"role": "writer", "pendingOwner": True}
    assert between == ({USER: ("owner", False), UNIT: ("writer", True)}, (USER, False))
    assert taken == {"role": "owner", "pendingOwner": False}
    assert roles(unit, sheet) == {USER: ("writer", False), UNIT: ("owner", False)}
    assert owner(unit, sheet) == (UNIT, True)
    assert user.send("DELETE", f"{FILES}/{sheet}").status_code == 403
    assert google.world.mails == []


def test_the_new_owner_may_take_it_by_a_new_permission_and_the_old_one_is_told(
    google: Emulator, user: Api, unit: Api, sheet: str, grant: str
) -> None:
    user.ok("PATCH", f"{FILES}/{sheet}", {"writersCanShare": False})
    user.ok("PATCH", grant, PENDING)

    unit.ok("POST", f"{FILES}/{sheet}/permissions", new(UNIT), **TRANSFER)

    assert owner(unit, sheet) == (UNIT, True)
    assert google.world.mails == [Mail(sheet, USER)]


def test_the_owner_thinks_better_of_it(user: Api, unit: Api, sheet: str, grant: str) -> None:
    user.ok("PATCH", grant, PENDING)
    user.ok("PATCH", grant, {"pendingOwner": False})

    refused = unit.reason("PATCH", grant, OWNER, **TRANSFER)

    assert refused == (403, "insufficientFilePermissions")
    assert roles(user, sheet)[UNIT] == ("writer", False)


def test_in_one_organisation_a_file_is_given_away_at_once(
    google: Emulator, user: Api, unit: Api, sheet: str
) -> None:
    google.identities.organisations.add("example.vn")

    user.ok("POST", f"{FILES}/{sheet}/permissions", new(UNIT), **TRANSFER)

    assert roles(unit, sheet) == {USER: ("writer", False), UNIT: ("owner", False)}
    assert google.world.mails == [Mail(sheet, UNIT)]
    back = f"{FILES}/{sheet}/permissions/{permission_id(USER)}"
    unit.ok("PATCH", back, OWNER, **TRANSFER)
    assert owner(user, sheet) == (USER, True)


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_other_accounts_have_to_be_asked_first(
    user: Api, sheet: str, grant: str, method: str
) -> None:
    path = grant if method == "PATCH" else f"{FILES}/{sheet}/permissions"
    body = OWNER if method == "PATCH" else new(UNIT)

    status, error = user.refused(method, path, body, **TRANSFER)

    message = "Consent is required to transfer ownership of a file to another user."
    item = {"message": message, "domain": "global", "reason": "consentRequiredForOwnershipTransfer"}
    assert (status, error) == (403, {"code": 403, "message": message, "errors": [item]})
    assert owner(user, sheet) == (USER, True)


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_a_transfer_has_to_be_called_one(user: Api, sheet: str, grant: str, method: str) -> None:
    path = grant if method == "PATCH" else f"{FILES}/{sheet}/permissions"
    body = OWNER if method == "PATCH" else new(UNIT)

    status, error = user.refused(method, path, body)

    message = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
    assert (status, error["message"], error["errors"][0]["reason"]) == (403, message, "forbidden")


def test_a_transfer_cannot_be_quiet(user: Api, sheet: str) -> None:
    quiet = {**TRANSFER, "sendNotificationEmail": "false"}

    status, error = user.refused("POST", f"{FILES}/{sheet}/permissions", new(UNIT), **quiet)

    assert (status, error["errors"][0]["location"]) == (403, "sendNotificationEmail")
    assert error["message"].endswith("and must not be disabled for ownership transfers.")


@pytest.mark.parametrize("body", [{"pendingOwner": True}, {**PENDING, "role": "reader"}])
def test_only_a_writer_can_be_the_pending_owner(user: Api, sheet: str, body: Any) -> None:
    grant = f"{FILES}/{sheet}/permissions/{user.share(sheet, UNIT, 'reader')}"

    status, error = user.refused("PATCH", grant, body)

    message = (
        "The target user cannot be a pending owner because the target user does not have a writer "
        "role for the file."
    )
    item = {"message": message, "domain": "global", "reason": "pendingOwnerWriterRequired"}
    assert (status, error) == (403, {"code": 403, "message": message, "errors": [item]})
    assert roles(user, sheet)[UNIT] == ("reader", False)


def test_nobody_gives_away_what_is_not_theirs(
    google: Emulator, user: Api, unit: Api, sheet: str, grant: str
) -> None:
    user.share(sheet, "ban@example.vn")
    third = f"{FILES}/{sheet}/permissions/{permission_id('ban@example.vn')}"
    denied = (403, "insufficientFilePermissions")

    assert unit.reason("PATCH", third, PENDING) == denied
    assert unit.reason("PATCH", grant, PENDING) == denied
    assert unit.reason("PATCH", grant, OWNER, **TRANSFER) == denied
    user.ok("PATCH", grant, PENDING)
    assert Api(google, "ban@example.vn").reason("PATCH", grant, OWNER, **TRANSFER) == denied


def test_a_file_in_a_shared_drive_has_no_owner(robot: Api, drive: str) -> None:
    sheet = robot.new_sheet("Biểu", parents=[drive])
    everywhere = {**EVERYWHERE, **TRANSFER}

    status, error = robot.refused("POST", f"{FILES}/{sheet}/permissions", new(UNIT), **everywhere)

    message = "Owner role is invalid for shared drive items."
    item = {"message": message, "domain": "global", "reason": "ownerOnTeamDriveItemNotSupported"}
    assert (status, error) == (403, {"code": 403, "message": message, "errors": [item]})


def test_what_is_not_known_of_owners_is_not_pretended(
    google: Emulator, user: Api, sheet: str, grant: str
) -> None:
    path = f"{FILES}/{sheet}/permissions"
    created = {**new("ban@example.vn", "writer"), "pendingOwner": True}

    assert user.refused("POST", path, created)[0] == 501
    assert user.refused("POST", path, new(ROBOT), **TRANSFER)[0] == 501
    assert user.refused("POST", path, new(USER), **TRANSFER)[0] == 501
    assert user.refused("PATCH", grant, {"role": "reader"}, **TRANSFER)[0] == 501
    user.ok("PATCH", grant, PENDING)
    assert user.refused("PATCH", grant, {"role": "reader"})[0] == 501
    assert user.refused("POST", path, new(UNIT, "reader"))[0] == 501
    google.identities.organisations.add("to-chuc.vn")
    assert user.refused("POST", path, new("a@to-chuc.vn"), **TRANSFER)[0] == 501
