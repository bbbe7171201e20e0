"""Drive: create, copy, list, update, delete; My Drive and shared drives."""

import pytest

from tests.google_emulator import Delays, Emulator
from tests.test_google_emulator.api import EVERYWHERE, FOLDER, ROBOT, SPREADSHEET, UNIT, USER, Api

FILES = "/drive/v3/files"
IN_DRIVE = {**EVERYWHERE, "includeItemsFromAllDrives": "true"}


def names(api: Api, q: str, **params: str) -> list[str]:
    return [file["name"] for file in api.ok("GET", FILES, q=q, **params)["files"]]


def test_a_new_spreadsheet_is_answered_with_four_keys(user: Api) -> None:
    body = user.ok("POST", FILES, {"name": "Biểu", "mimeType": SPREADSHEET}, **EVERYWHERE)

    assert list(body) == ["kind", "id", "name", "mimeType"]
    assert (body["kind"], body["name"], body["mimeType"]) == ("drive#file", "Biểu", SPREADSHEET)


def test_a_service_account_owns_nothing(robot: Api, drive: str) -> None:
    body = {"name": "Biểu", "mimeType": SPREADSHEET}

    status, error = robot.refused("POST", FILES, body, **EVERYWHERE)

    assert status == 403
    assert error["errors"][0]["reason"] == "storageQuotaExceeded"
    assert error["message"].startswith("Service Accounts do not have storage quota.")
    assert robot.ok("POST", FILES, body | {"parents": [drive]}, **EVERYWHERE)["name"] == "Biểu"


def test_a_service_account_cannot_copy_into_somebodys_folder(user: Api, robot: Api) -> None:
    """An editor of the folder would still own the copy (reference/google.md §2.1)."""
    folder = user.new_folder("Đợt 1")
    template = user.new_sheet("Mẫu", parents=[folder])
    user.share(folder, ROBOT)

    copied = robot.reason("POST", f"{FILES}/{template}/copy", {"parents": [folder]}, **EVERYWHERE)

    assert copied == (403, "storageQuotaExceeded")


def test_a_copy_carries_properties_and_takes_new_ones(user: Api) -> None:
    template = user.new_sheet("Mẫu", properties={"camp": "2022", "kind": "template"})

    copy = user.ok(
        "POST",
        f"{FILES}/{template}/copy",
        {"name": "UBND xã A", "properties": {"unit": "A", "kind": None}},
        fields="name,properties",
        **EVERYWHERE,
    )

    assert copy == {"name": "UBND xã A", "properties": {"camp": "2022", "unit": "A"}}


def test_a_copy_has_a_name_of_its_own_and_nobody_elses_access(user: Api, sheet: str) -> None:
    user.share(sheet, UNIT)

    copy = user.ok("POST", f"{FILES}/{sheet}/copy", {"name": None}, **EVERYWHERE)

    assert copy["name"] == "Copy of Đăng ký dân vận khéo"
    grants = user.ok("GET", f"{FILES}/{copy['id']}/permissions", fields="permissions(emailAddress)")
    assert grants == {"permissions": [{"emailAddress": USER}]}


def test_listing_finds_by_parent_kind_bin_and_property(user: Api) -> None:
    folder = user.new_folder("Đợt 1")
    for code in ("A", "B"):
        user.new_sheet(f"Biểu {code}", parents=[folder], properties={"unit": code, "camp": "x"})
    other = user.new_sheet("Biểu C", properties={"unit": "A"})
    user.ok("PATCH", f"{FILES}/{other}", {"trashed": True})

    assert names(user, f"'{folder}' in parents and trashed = false") == ["Biểu A", "Biểu B"]
    assert names(user, f'mimeType="{FOLDER}"') == ["Đợt 1"]
    assert names(user, "properties has { key='unit' and value='A' }") == ["Biểu A", "Biểu C"]
    assert names(user, "properties has {key='unit' and value='A'} and not trashed = true") == [
        "Biểu A"
    ]
    assert names(user, "name = 'Biểu B' or (name contains 'Đợt' and trashed=false)") == [
        "Đợt 1",
        "Biểu B",
    ]


@pytest.mark.parametrize(
    "q", ["name", "name = 'x", "'x' in", "trashed = maybe", "(name = 'x'", "a ; b"]
)
def test_a_query_that_is_none_is_refused(user: Api, q: str) -> None:
    assert user.refused("GET", FILES, q=q)[1]["errors"][0] == {
        "message": "Invalid Value",
        "domain": "global",
        "reason": "invalid",
        "locationType": "parameter",
        "location": "q",
    }


def test_a_query_that_is_not_kept_here_is_not_pretended(user: Api) -> None:
    assert user.refused("GET", FILES, q="fullText contains 'x'")[0] == 501


def test_pages_follow_each_other(user: Api) -> None:
    folder = user.new_folder("Đợt 1")
    for n in range(5):
        user.new_sheet(f"Biểu {n}", parents=[folder])
    params = {"q": f"'{folder}' in parents", "pageSize": 2, "fields": "nextPageToken,files(name)"}

    seen: list[list[str]] = []
    token: dict[str, str] = {}
    for _ in range(3):
        page = user.ok("GET", FILES, **params, **token)
        seen.append([file["name"] for file in page["files"]])
        token = {"pageToken": page.get("nextPageToken", "")}

    assert seen == [["Biểu 0", "Biểu 1"], ["Biểu 2", "Biểu 3"], ["Biểu 4"]]
    assert token == {"pageToken": ""}
    bogus = user.refused("GET", FILES, pageToken="BOGUS")
    assert (bogus[0], bogus[1]["message"]) == (400, "Invalid Value")


def test_listing_orders_and_keeps_an_empty_list(user: Api) -> None:
    for name in ("b", "A", "c"):
        user.new_sheet(name)

    assert names(user, "", orderBy="name desc") == ["c", "b", "A"]
    assert user.ok("GET", FILES, q="name = 'không có'") == {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [],
    }


def test_an_incomplete_search_says_so(google: Emulator, user: Api) -> None:
    google.world.incomplete_search = True

    assert user.ok("GET", FILES, fields="incompleteSearch") == {"incompleteSearch": True}


def test_a_shared_drive_is_seen_only_by_who_asks_for_it(robot: Api, drive: str) -> None:
    sheet = robot.new_sheet("Biểu", parents=[drive])

    assert robot.reason("GET", f"{FILES}/{sheet}") == (404, "notFound")
    assert names(robot, "") == []
    assert names(robot, f"'{drive}' in parents", **IN_DRIVE) == ["Biểu"]
    assert names(robot, "", corpora="drive", driveId=drive, **IN_DRIVE) == ["Biểu"]
    refused = robot.reason("GET", FILES, includeItemsFromAllDrives="true")
    assert refused == (403, "supportsTeamDrivesRequired")
    shown = robot.ok(
        "GET", f"{FILES}/{sheet}", fields="driveId,owners,permissions,ownedByMe", **EVERYWHERE
    )
    assert shown == {"driveId": drive, "ownedByMe": False}


def test_a_shared_drive_tells_its_members_about_itself(
    robot: Api, drive: str, google: Emulator
) -> None:
    body = robot.ok("GET", f"/drive/v3/drives/{drive}", fields="name,capabilities/canAddChildren")

    assert body == {"name": "Dân vận khéo", "capabilities": {"canAddChildren": True}}
    assert Api(google, UNIT).reason("GET", f"/drive/v3/drives/{drive}") == (404, "notFound")


def test_properties_are_merged_and_null_removes(user: Api) -> None:
    sheet = user.new_sheet("Biểu", properties={"a": "1", "b": "2"})

    changed = user.ok(
        "PATCH", f"{FILES}/{sheet}", {"properties": {"b": None, "c": "3"}}, fields="properties"
    )

    assert changed == {"properties": {"a": "1", "c": "3"}}


def test_a_property_has_124_bytes(user: Api, sheet: str) -> None:
    user.ok("PATCH", f"{FILES}/{sheet}", {"properties": {"unit": "x" * 120}})

    refused = user.refused("PATCH", f"{FILES}/{sheet}", {"properties": {"unit": "ă" * 61}})

    assert refused[0] == 400


def test_version_grows_with_everything_and_modified_time_with_the_content(
    google: Emulator, user: Api, sheet: str
) -> None:
    def state() -> tuple[str, str]:
        body = user.ok("GET", f"{FILES}/{sheet}", fields="version,modifiedTime")
        return body["version"], body["modifiedTime"]

    first = state()
    google.clock.advance(10)
    user.share(sheet, UNIT)
    shared = state()
    user.write(sheet, "A1", [["x"]])
    written = state()

    assert (shared[0], shared[1]) == ("2", first[1])
    assert written[0] == "3"
    assert written[1] > first[1]


def test_the_time_of_the_last_change_may_be_given(google: Emulator, user: Api, sheet: str) -> None:
    google.clock.advance(10)
    body = {"modifiedTime": "2022-04-05T08:00:00.250+07:00"}
    fields = "modifiedTime,version,lastModifyingUser/emailAddress"

    assert user.ok("PATCH", f"{FILES}/{sheet}", body, fields=fields) == {
        "modifiedTime": "2022-04-05T01:00:00.250Z",
        "version": "2",
        "lastModifyingUser": {"emailAddress": USER},
    }
    later = {"modifiedTime": "2999-01-01T00:00:00Z"}
    assert user.refused("PATCH", f"{FILES}/{sheet}", later)[0] == 501


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"createdTime": "2022-04-05T08:00:00Z"}, (501, "notSupported")),
        ({"starred": True}, (501, "notSupported")),
        ({"version": "7"}, (403, "fieldNotWritable")),
        ({"lastModifyingUser": {"emailAddress": UNIT}}, (403, "fieldNotWritable")),
    ],
)
def test_what_cannot_be_written_is_told_from_what_is_not_kept_here(
    user: Api, sheet: str, body: dict[str, object], refused: tuple[int, str]
) -> None:
    """The discovery document says which fields are output only."""
    assert user.reason("PATCH", f"{FILES}/{sheet}", body) == refused


def test_a_file_moves_between_folders(user: Api, sheet: str) -> None:
    folder = user.new_folder("Lưu")
    (old,) = user.ok("GET", f"{FILES}/{sheet}", fields="parents")["parents"]

    moved = user.ok(
        "PATCH", f"{FILES}/{sheet}", {}, addParents=folder, removeParents=old, fields="parents"
    )

    assert moved == {"parents": [folder]}
    assert user.reason("PATCH", f"{FILES}/{sheet}", {"parents": [old]}) == (403, "fieldNotWritable")


def test_deleting_answers_204_and_only_the_owner_may(
    user: Api, sheet: str, google: Emulator
) -> None:
    user.share(sheet, UNIT)

    refused = Api(google, UNIT).reason("DELETE", f"{FILES}/{sheet}")
    answer = user.send("DELETE", f"{FILES}/{sheet}")

    assert refused == (403, "insufficientFilePermissions")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Content-Type"] == "text/html"
    assert user.reason("GET", f"{FILES}/{sheet}") == (404, "notFound")


def test_a_new_file_appears_in_listings_later(google: Emulator, user: Api) -> None:
    google.store.delays = Delays(listing=60)
    sheet = user.new_sheet("Biểu")

    before = names(user, "")
    google.clock.advance(59)
    still = names(user, "")
    google.clock.advance(1)

    assert (before, still, names(user, "")) == ([], [], ["Biểu"])
    assert user.ok("GET", f"{FILES}/{sheet}")["name"] == "Biểu"


def test_a_change_appears_in_listings_later(google: Emulator, user: Api, sheet: str) -> None:
    google.store.delays = Delays(listing=60)
    google.clock.advance(120)
    user.ok("PATCH", f"{FILES}/{sheet}", {"name": "Một"})
    google.clock.advance(61)
    user.ok("PATCH", f"{FILES}/{sheet}", {"name": "Hai"})

    assert names(user, "") == ["Một"]
    google.clock.advance(61)
    assert names(user, "") == ["Hai"]


def test_bytes_go_up_and_come_down(user: Api) -> None:
    body = (
        b'--x\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{"name": "bao-cao.docx"}\r\n'
        b"--x\r\nContent-Type: application/msword\r\n\r\n\x00\xffnoi dung\r\n--x--"
    )
    kind = {"Content-Type": "multipart/related; boundary=x"}

    made = user.send(
        "POST",
        "/upload/drive/v3/files",
        params={"uploadType": "multipart"},
        data=body,
        headers=kind,
    ).json()
    first = user.send("GET", f"{FILES}/{made['id']}", params={"alt": "media"}).content
    again = user.send(
        "PATCH",
        f"/upload/drive/v3/files/{made['id']}",
        params={"uploadType": "media", "fields": "size,mimeType"},
        data=b"moi",
        headers={"Content-Type": "text/plain"},
    ).json()

    assert (made["name"], made["mimeType"]) == ("bao-cao.docx", "application/msword")
    assert first == b"\x00\xffnoi dung"
    assert again == {"size": "3", "mimeType": "text/plain"}


def test_turning_an_upload_into_a_sheet_is_not_pretended(user: Api) -> None:
    answer = user.send(
        "POST",
        "/upload/drive/v3/files",
        params={"uploadType": "resumable"},
        data=b"x",
        headers={"Content-Type": "text/csv"},
    )

    assert answer.status_code == 501


def test_a_field_that_does_not_exist_is_refused(loose: Emulator) -> None:
    user = Api(loose, USER)
    sheet = user.new_sheet("Biểu")

    status, error = user.refused("GET", f"{FILES}/{sheet}", fields="id,tên")
    assert (status, error["errors"][0]["reason"]) == (400, "invalidParameter")
    status, error = user.refused("GET", f"{FILES}/{sheet}", fields="id,colour")
    assert error["message"] == "Invalid field selection colour"


def test_who_am_i_needs_fields(loose: Emulator) -> None:
    assert Api(loose, USER).reason("GET", "/drive/v3/about") == (400, "required")


def test_nobody_comments(user: Api, sheet: str) -> None:
    params = {"fields": "comments/content,comments/anchor,nextPageToken", "pageToken": ""}

    assert user.ok("GET", f"{FILES}/{sheet}/comments", **params) == {"comments": []}


def test_a_large_file_is_uploaded_in_two_requests(user: Api) -> None:
    path = "/upload/drive/v3/files"
    begun = user.send("POST", path, {"name": "lớn"}, params={"uploadType": "resumable"})
    place = begun.headers["Location"].removeprefix(user.url)

    made = [user.send("PUT", place, data=b"x" * 6_000_000) for _ in range(2)]

    assert (begun.status_code, begun.content) == (200, b"")
    assert [answer.status_code for answer in made] == [200, 200]
    assert made[0].json() == made[1].json()
    file = user.ok("GET", f"/drive/v3/files/{made[0].json()['id']}", fields="name,size")
    assert file == {"name": "lớn", "size": "6000000"}


def test_an_upload_in_pieces_is_not_supported(user: Api) -> None:
    params = {"uploadType": "resumable"}
    begun = user.send("POST", "/upload/drive/v3/files", {"name": "lớn"}, params=params)
    place = begun.headers["Location"].removeprefix(user.url)

    answer = user.send("PUT", place, data=b"x", headers={"Content-Range": "bytes 0-0/2"})

    assert answer.status_code == 501
