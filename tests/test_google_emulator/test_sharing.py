"""Drive: permissions, and what they and a lock do to Sheets."""

from typing import Any

import pytest

from tests.google_emulator import Delays, Emulator, Limits
from tests.google_emulator.world import Mail
from tests.test_google_emulator.api import EVERYWHERE, ROBOT, UNIT, USER, Api

FILES = "/drive/v3/files"
LOCK = {"contentRestrictions": [{"readOnly": True, "ownerRestricted": True, "reason": "Hết hạn"}]}


def may_write(api: Api, sheet: str) -> bool:
    path = f"/v4/spreadsheets/{sheet}/values/A1"
    answer = api.send("PUT", path, {"values": [["x"]]}, params={"valueInputOption": "RAW"})
    if answer.status_code != 200:
        assert answer.json()["error"]["message"] == "The caller does not have permission"
    return answer.status_code == 200


def test_sharing_gives_access_and_sends_a_mail_unless_told_not_to(
    google: Emulator, user: Api, sheet: str
) -> None:
    unit = Api(google, UNIT)
    user.share(sheet, UNIT)
    quiet = list(google.world.mails)
    loud = {"type": "user", "role": "reader", "emailAddress": "khac@example.vn"}
    user.ok("POST", f"{FILES}/{sheet}/permissions", loud, emailMessage="Kính gửi")

    assert may_write(unit, sheet)
    assert quiet == []
    assert google.world.mails == [Mail(sheet, "khac@example.vn", "Kính gửi")]


def test_sharing_twice_gives_one_permission_with_the_last_role(user: Api, sheet: str) -> None:
    first = user.share(sheet, UNIT, "writer")
    second = user.share(sheet, UNIT, "reader")

    listed = user.ok("GET", f"{FILES}/{sheet}/permissions", fields="permissions(id,role)")

    assert first == second
    assert listed["permissions"][1:] == [{"id": first, "role": "reader"}]


def test_a_link_has_one_constant_permission(user: Api, sheet: str, google: Emulator) -> None:
    body = {"type": "anyone", "role": "writer"}

    made = user.ok("POST", f"{FILES}/{sheet}/permissions", body)
    stranger = Api(google, "la@example.vn")

    assert made == {
        "kind": "drive#permission",
        "id": "anyoneWithLink",
        "type": "anyone",
        "role": "writer",
    }
    assert may_write(stranger, sheet)
    assert stranger.ok("GET", FILES)["files"] == []
    user.ok("PATCH", f"{FILES}/{sheet}/permissions/anyoneWithLink", {"role": "reader"})
    assert not may_write(stranger, sheet)


def test_taking_access_away_answers_204(user: Api, sheet: str, google: Emulator) -> None:
    grant = user.share(sheet, UNIT)

    answer = user.send("DELETE", f"{FILES}/{sheet}/permissions/{grant}")

    assert answer.status_code == 204
    assert not may_write(Api(google, UNIT), sheet)
    assert user.reason("DELETE", f"{FILES}/{sheet}/permissions/{grant}") == (404, "notFound")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "domain", "role": "reader"}, (400, "required")),
        ({"type": "user", "role": "reader"}, (400, "invalid")),
        ({"role": "reader"}, (400, "required")),
    ],
)
def test_a_share_that_makes_no_sense_is_refused(
    user: Api, sheet: str, body: Any, expected: tuple[int, str]
) -> None:
    assert user.reason("POST", f"{FILES}/{sheet}/permissions", body) == expected


@pytest.mark.parametrize("says", ["true", "false"])
@pytest.mark.parametrize("to", [{"type": "anyone"}, {"type": "domain", "domain": "example.vn"}])
def test_nobody_in_particular_is_notified_and_it_may_not_even_be_said(
    user: Api, sheet: str, to: Any, says: str
) -> None:
    body = {**to, "role": "reader"}

    status, error = user.refused(
        "POST", f"{FILES}/{sheet}/permissions", body, sendNotificationEmail=says
    )

    message = (
        "The sendNotificationEmail parameter is only applicable for permissions of type 'user' or "
        "'group', and must not be disabled for ownership transfers."
    )
    item = {"message": message, "domain": "global", "reason": "forbidden"}
    at = {"locationType": "parameter", "location": "sendNotificationEmail"}
    assert (status, error) == (
        403,
        {"code": 403, "message": message, "errors": [{**item, **at}]},
    )
    grants = user.ok("GET", f"{FILES}/{sheet}/permissions")["permissions"]
    assert [grant["type"] for grant in grants] == ["user"]


def test_an_address_without_google_needs_a_mail(google: Emulator, user: Api, sheet: str) -> None:
    google.identities.without_google.add(UNIT)
    body = {"type": "user", "role": "writer", "emailAddress": UNIT}
    path = f"{FILES}/{sheet}/permissions"

    status, error = user.refused("POST", path, body, sendNotificationEmail="false")

    assert (status, error["message"]) == (400, "Bad Request")
    assert error["errors"][0]["reason"] == "invalidSharingRequest"
    assert error["errors"][0]["message"] == (
        f'Bad Request. User message: "You are trying to invite {UNIT}. Since there is no Google '
        'account associated with this email address, you must check the "Notify people" box to '
        'invite this recipient."'
    )
    assert user.ok("POST", path, body, sendNotificationEmail="true")["role"] == "writer"


def test_a_mail_that_fails_is_an_error_though_the_share_stands(
    google: Emulator, user: Api, sheet: str
) -> None:
    google.world.mail_fails_for.add(UNIT)
    body = {"type": "user", "role": "writer", "emailAddress": UNIT}

    refused = user.reason("POST", f"{FILES}/{sheet}/permissions", body)

    assert refused == (400, "invalidSharingRequest")
    assert may_write(Api(google, UNIT), sheet)


def test_sharing_too_much_in_a_day_is_refused_until_the_next(
    user: Api, sheet: str, google: Emulator
) -> None:
    google.quotas.limits.shares_per_day = 1
    user.share(sheet, UNIT)
    body = {"type": "user", "role": "writer", "emailAddress": "b@example.vn"}
    path = f"{FILES}/{sheet}/permissions"

    assert user.reason("POST", path, body) == (403, "sharingRateLimitExceeded")
    google.clock.advance(86_400)
    assert Api(google, USER).ok("POST", path, body)["role"] == "writer"


def test_in_a_shared_drive_inherited_access_cannot_be_reduced(robot: Api, drive: str) -> None:
    sheet = robot.new_sheet("Biểu", parents=[drive])
    grants = robot.ok(
        "GET", f"{FILES}/{sheet}/permissions", fields="permissions(id,emailAddress)", **EVERYWHERE
    )
    (inherited,) = [grant["id"] for grant in grants["permissions"] if grant["emailAddress"] == USER]

    refused = robot.reason("DELETE", f"{FILES}/{sheet}/permissions/{inherited}", **EVERYWHERE)

    assert refused == (403, "cannotModifyInheritedTeamDrivePermission")


def test_a_shared_drive_for_members_only_shares_with_nobody_else(
    google: Emulator, robot: Api
) -> None:
    closed = google.shared_drive({ROBOT: "organizer"})
    google.store.drives[closed].restrictions = {"driveMembersOnly": True}
    sheet = robot.new_sheet("Biểu", parents=[closed])
    body = {"type": "user", "role": "writer", "emailAddress": UNIT}

    refused = robot.reason("POST", f"{FILES}/{sheet}/permissions", body, **EVERYWHERE)

    assert refused == (403, "teamDriveTeamMembersOnlyRestriction")


def test_an_editor_shares_on_unless_the_owner_forbids_it(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    unit = Api(google, UNIT)
    unit.share(sheet, "ban@example.vn")
    user.ok("PATCH", f"{FILES}/{sheet}", {"writersCanShare": False})
    body = {"type": "anyone", "role": "reader"}

    refused = unit.reason("POST", f"{FILES}/{sheet}/permissions", body)

    assert refused == (403, "insufficientFilePermissions")


def test_a_lock_stops_everybody_and_only_the_owner_lifts_it(
    google: Emulator, user: Api, sheet: str
) -> None:
    user.share(sheet, UNIT)
    unit = Api(google, UNIT)

    locked = user.ok(
        "PATCH", f"{FILES}/{sheet}", LOCK, fields="contentRestrictions(readOnly,reason,type)"
    )

    assert locked == {
        "contentRestrictions": [
            {"readOnly": True, "reason": "Hết hạn", "type": "globalContentRestriction"}
        ]
    }
    assert not may_write(unit, sheet)
    assert not may_write(user, sheet)
    off = {"contentRestrictions": [{"readOnly": False}]}
    assert unit.reason("PATCH", f"{FILES}/{sheet}", off) == (403, "insufficientFilePermissions")
    assert user.ok("PATCH", f"{FILES}/{sheet}", off, fields="contentRestrictions") == {}
    assert may_write(unit, sheet)


def test_a_lock_arrives_late_and_another_role_at_once(
    google: Emulator, user: Api, sheet: str
) -> None:
    """reference/google.md §3.1: which is why the role is changed first."""
    google.store.delays = Delays(lock=300)
    grant = user.share(sheet, UNIT)
    unit = Api(google, UNIT)

    user.ok("PATCH", f"{FILES}/{sheet}", LOCK)
    after_the_lock = may_write(unit, sheet)
    user.ok("PATCH", f"{FILES}/{sheet}/permissions/{grant}", {"role": "reader"})
    after_the_role = may_write(unit, sheet)
    google.clock.advance(300)

    assert (after_the_lock, after_the_role, may_write(Api(google, USER), sheet)) == (
        True,
        False,
        False,
    )


def test_access_with_an_end_ends(google: Emulator, user: Api, sheet: str) -> None:
    body = {
        "type": "user",
        "role": "writer",
        "emailAddress": UNIT,
        "expirationTime": "2099-01-01T00:00:00Z",
    }
    user.ok("POST", f"{FILES}/{sheet}/permissions", body)
    assert may_write(Api(google, UNIT), sheet)

    google.clock.advance(100 * 366 * 86_400)

    assert not may_write(Api(google, UNIT), sheet)


def test_copying_too_much_in_a_day_is_refused() -> None:
    with Emulator(limits=Limits(copies_per_day=1)) as google:
        user = Api(google, USER)
        sheet = user.new_sheet("Mẫu")
        user.ok("POST", f"{FILES}/{sheet}/copy", {})

        assert user.reason("POST", f"{FILES}/{sheet}/copy", {}) == (403, "userRateLimitExceeded")
