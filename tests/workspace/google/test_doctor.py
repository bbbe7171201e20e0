"""The doctor on Google: each thing that may be wrong, as Google shows it, and the way out."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from dankheo_sheets.campaign import Campaign, Google
from dankheo_sheets.form.layout import Form
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.doctor import exit_code
from dankheo_sheets.workspace.google import auth
from dankheo_sheets.workspace.google.auth import SignIn
from dankheo_sheets.workspace.google.checkup.doctor_drive import (
    DRIVE,
    PLACE,
    ROOM,
    SHARING,
    STORAGE,
)
from dankheo_sheets.workspace.google.checkup.doctor_plans import LINK, MASTER, SPEED, TIME
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from dankheo_sheets.workspace.health import Check, Verdict
from tests.emulated import google
from tests.google_emulator import Emulator, Fault
from tests.google_emulator.files import FOLDER, File, root_of

__all__ = ["google"]  # a fixture

FINE, LOOK, FAULT = Verdict.FINE, Verdict.LOOK, Verdict.FAULT
ROBOT = "may@du-an.iam.gserviceaccount.com"
PERSON = "dieu-phoi@example.vn"
OTHER = "nguoi-khac@example.vn"
SIGN_IN, CLOCK, APIS, TEMPLATE, SHEETS = (
    "Đăng nhập", "Đồng hồ của máy", "Google Drive API, Google Sheets API", "Mẫu biểu",
    "Biểu của đơn vị",
)  # fmt: skip
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
METADATA = "https://www.googleapis.com/auth/drive.metadata"
SPREADSHEETS = "https://www.googleapis.com/auth/spreadsheets"


Connect = Callable[..., GoogleWorkspace]


@pytest.fixture
def connect(
    google: Emulator, tmp_path: Path, campaign: Campaign, units: Sequence[Unit]
) -> Iterator[Connect]:
    """Return what connects as an account, with settings and a roster."""
    opened = []

    def connect(
        email: str,
        *,
        scopes: Sequence[str] = (),
        credentials: Any = None,
        endpoint: str = "",
        roster: Sequence[Unit] = units,
        changed: Campaign = campaign,
        **settings: object,
    ) -> GoogleWorkspace:
        token = google.token(email, scopes=frozenset(scopes) if scopes else None)
        made = credentials or Credentials(token=token, scopes=list(scopes) or None)  # type: ignore[no-untyped-call]
        manners = Manners(endpoint=endpoint or google.url, sleep=google.clock.advance)
        clients = Clients(made, manners)
        opened.append(clients)
        changed = changed.model_copy(update={"google": Google.model_validate(settings)})
        return GoogleWorkspace(tmp_path, Form(changed), roster, clients)

    yield connect
    for clients in opened:
        clients.close()


@pytest.fixture
def drive(google: Emulator) -> str:
    """Return a shared drive in which the service account is a manager."""
    return google.shared_drive({ROBOT: "organizer"})


def folder(google: Emulator, owner: str = PERSON, drive: str = "", **shared: str) -> File:
    """Make a folder of a person, or in a shared drive, shared with accounts by role."""
    now = google.clock.now()
    parent, owner = (drive, "") if drive else (root_of(owner), owner)
    file = File(
        google.store.new_id(), "Đợt 2022", FOLDER, (parent,), now, now, owner=owner, drive=drive
    )
    google.store.add(file)
    for who, role in shared.items():
        google.store.grant(file, "user", role, {"robot": ROBOT, "other": OTHER}[who])
    return file


def checks(workspace: GoogleWorkspace) -> list[Check]:
    return list(workspace.doctor())


def one(found: Sequence[Check], about: str) -> Check:
    """Return the only check of something."""
    (check,) = (check for check in found if check.about == about)
    return check


def not_fine(found: Sequence[Check]) -> dict[str, Verdict]:
    """Return what is not fine; that the master is shown to nobody is left out."""
    return {c.about: c.verdict for c in found if c.verdict is not FINE and c.about != MASTER}


# --- all is well --------------------------------------------------------------------------


def test_a_shared_drive_that_is_as_it_should_be(
    connect: Connect, google: Emulator, drive: str
) -> None:
    found = checks(connect(ROBOT, shared_drive=drive))

    assert [(c.about, c.verdict) for c in found] == [
        (SIGN_IN, FINE), (CLOCK, FINE), (APIS, FINE), (DRIVE, FINE), (SHARING, FINE),
        (TEMPLATE, FINE), (SHEETS, FINE), (MASTER, LOOK), (TIME, FINE),
    ]  # fmt: skip
    assert one(found, SIGN_IN).found == ROBOT
    assert one(found, DRIVE).found == "“Dân vận khéo”, vai trò Người quản lý"
    assert one(found, SHEETS).found == "đã phát 0 trong 8"
    assert exit_code(found) == 0
    assert google.calls() == [
        "drive.about.get", "sheets.spreadsheets.get", "drive.drives.get",
        "drive.files.list", "drive.files.list",  # that there is nothing is told twice
    ]  # fmt: skip


def test_a_person_whose_folder_the_program_makes(connect: Connect) -> None:
    found = checks(connect(PERSON))

    assert [(c.about, c.verdict) for c in found] == [
        (SIGN_IN, FINE), (CLOCK, FINE), (APIS, FINE), (PLACE, FINE), (STORAGE, FINE),
        (TEMPLATE, FINE), (SHEETS, FINE), (MASTER, LOOK), (TIME, FINE),
    ]  # fmt: skip
    assert one(found, STORAGE).found == "đã dùng 0,0 GB trong 15,0 GB"
    assert exit_code(found) == 0


def test_looking_changes_nothing(connect: Connect, google: Emulator, drive: str) -> None:
    checks(connect(ROBOT, shared_drive=drive))
    checks(connect(PERSON))

    assert google.store.files == {}
    assert {request.method for request in google.log} == {"GET"}


def test_what_is_not_fine_says_what_to_do(connect: Connect, google: Emulator) -> None:
    google.faults.add(Fault(path="/drive/v3/about", status=403, reason="somethingNew"))

    assert all(c.fix for c in checks(connect(PERSON)) if c.verdict is not FINE)


# --- signing in ---------------------------------------------------------------------------


def service_account(google: Emulator) -> Any:
    key = google.service_account(ROBOT)
    return auth.credentials(SignIn(text=json.dumps(key)))


def test_a_revoked_key(connect: Connect, google: Emulator, drive: str) -> None:
    credentials = service_account(google)
    google.identities.revoke(ROBOT)

    found = checks(connect(ROBOT, credentials=credentials, shared_drive=drive))

    assert not_fine(found) == {SIGN_IN: FAULT}
    assert one(found, SIGN_IN).found == (
        "Google: khoá hoặc phiên đăng nhập đã hết hạn hay bị thu hồi (invalid_grant)"
    )
    assert "tải tệp khoá mới" in one(found, SIGN_IN).fix
    assert [c.about for c in found] == [SIGN_IN, CLOCK, MASTER, TIME]
    assert exit_code(found) == 4
    assert google.calls() == []


def test_a_clock_so_wrong_that_nobody_is_let_in(
    connect: Connect, google: Emulator, drive: str
) -> None:
    """The token server's answer tells the time too."""
    credentials = service_account(google)
    google.clock.advance(3 * 3600 + 600)
    google.identities.jwt_time = lambda: time.time() + 3 * 3600 + 600

    found = checks(connect(ROBOT, credentials=credentials, shared_drive=drive))

    assert not_fine(found) == {SIGN_IN: FAULT, CLOCK: FAULT}
    assert one(found, CLOCK).found == "chậm hơn giờ của Google 3 giờ"


@pytest.mark.parametrize(
    ("seconds", "verdict", "says"),
    [
        (20, FINE, "lệch "),
        (100, LOOK, "chậm hơn giờ của Google 1 phút"),
        (-150, LOOK, "nhanh hơn giờ của Google 2 phút"),
        (500, FAULT, "chậm hơn giờ của Google 8 phút"),
        (-2 * 86_400, FAULT, "nhanh hơn giờ của Google 2 ngày"),
    ],
)
def test_a_clock_that_is_off(
    connect: Connect, google: Emulator, seconds: float, verdict: Verdict, says: str
) -> None:
    google.clock.advance(seconds)
    workspace = connect(PERSON)

    found = one(checks(workspace), CLOCK)

    assert (found.verdict, found.found[: len(says)]) == (verdict, says)
    assert (found.fix != "") == (verdict is not FINE)


def test_no_network(connect: Connect, google: Emulator) -> None:
    with Emulator() as gone:
        nowhere = gone.url

    found = checks(connect(PERSON, endpoint=nowhere))

    assert [(c.about, c.verdict) for c in found][:2] == [
        ("Google Drive API", FAULT), (MASTER, LOOK),
    ]  # fmt: skip
    assert found[0].found == "Không kết nối được tới Google"
    assert found[0].fix == "kiểm tra mạng và proxy, rồi chạy lại"
    assert exit_code(found) == 4


def test_no_way_to_the_token_server(connect: Connect, google: Emulator) -> None:
    with Emulator() as gone:
        key = {**google.service_account(ROBOT), "token_uri": f"{gone.url}/token"}
    credentials = auth.credentials(SignIn(text=json.dumps(key)))

    found = checks(connect(ROBOT, credentials=credentials))

    assert (found[0].about, found[0].verdict) == ("Kết nối tới Google", FAULT)
    assert google.log == []


def test_an_account_without_delegation(connect: Connect, google: Emulator) -> None:
    key = json.dumps(google.service_account(ROBOT))
    credentials = auth.credentials(SignIn(text=key, subject=PERSON))

    found = one(checks(connect(PERSON, credentials=credentials)), SIGN_IN)

    assert found.verdict is FAULT
    assert "chưa được uỷ quyền toàn miền" in found.found
    assert "người quản trị Google Workspace" in found.fix


def test_no_secret_is_in_what_is_said(connect: Connect, google: Emulator) -> None:
    credentials = service_account(google)
    text = str(checks(connect(ROBOT, credentials=credentials)))
    google.identities.revoke(ROBOT)
    text += str(checks(connect(ROBOT, credentials=service_account(google))))

    assert "PRIVATE" not in text
    assert "ya29" not in text


@pytest.mark.parametrize("path", ["/drive/v3/about", "/v4/spreadsheets"])
def test_an_api_that_is_not_enabled(connect: Connect, google: Emulator, path: str) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}
    error = {"code": 403, "message": "It is disabled.", "status": "PERMISSION_DENIED"}
    body = json.dumps({"error": {**error, "details": [info]}})
    google.faults.add(Fault(path=path, status=403, body=body, times=None))

    found = checks(connect(PERSON))

    name = "Google Drive API" if "drive" in path else "Google Sheets API"
    assert not_fine(found) == {name: FAULT}
    assert "API chưa được bật cho dự án" in one(found, name).found
    assert "bật Google Sheets API và Google Drive API" in one(found, name).fix


@pytest.mark.parametrize("scope", [SPREADSHEETS, METADATA])
def test_a_scope_that_is_too_small(connect: Connect, scope: str) -> None:
    found = checks(connect(PERSON, scopes=[scope]))

    assert not_fine(found) == {"Phạm vi quyền": FAULT}
    assert "chạy lại dankheo login" in one(found, "Phạm vi quyền").fix


# --- the shared drive ---------------------------------------------------------------------


def test_a_shared_drive_that_is_not_there(connect: Connect) -> None:
    found = checks(connect(ROBOT, shared_drive="0AkhongCoBoNhoNay"))

    assert not_fine(found) == {DRIVE: FAULT}
    assert one(found, DRIVE).found == (
        f"không thấy bộ nhớ dùng chung mã 0AkhongCoBoNhoNay, hoặc {ROBOT} chưa là thành viên"
    )
    assert f"thêm {ROBOT} vào bộ nhớ dùng chung" in one(found, DRIVE).fix
    assert exit_code(found) == 4


def test_a_folder_given_as_a_shared_drive(connect: Connect, google: Emulator, drive: str) -> None:
    mine, inside = folder(google, robot="writer"), folder(google, drive=drive)

    first = one(checks(connect(ROBOT, shared_drive=mine.id)), DRIVE)
    second = one(checks(connect(ROBOT, shared_drive=inside.id)), DRIVE)

    assert (first.verdict, first.exit_code) == (FAULT, 3)
    assert first.fix == f'trong campaign.toml bỏ shared_drive, ghi folder = "{mine.id}"'
    assert second.fix == (
        f'trong campaign.toml ghi shared_drive = "{drive}" và folder = "{inside.id}"'
    )


@pytest.mark.parametrize(
    ("role", "verdict", "says"),
    [
        ("organizer", FINE, "vai trò Người quản lý"),
        ("fileOrganizer", LOOK, "chưa phải Người quản lý nên chỉ khoá thường được, ai có quyền "
         "sửa thì mở khoá được"),
        ("writer", LOOK, "mở khoá được; không bỏ được bản thừa vào thùng rác"),
        ("reader", FAULT, "chỉ được xem"),
    ],
)  # fmt: skip
def test_the_role_in_a_shared_drive(
    connect: Connect, google: Emulator, role: str, verdict: Verdict, says: str
) -> None:
    drive = google.shared_drive({ROBOT: role, OTHER: "organizer"})

    found = one(checks(connect(ROBOT, shared_drive=drive)), DRIVE)

    assert found.verdict is verdict
    assert found.found.endswith(says)
    assert ("thành Người quản lý" in found.fix) == (verdict is not FINE)


def test_a_shared_drive_by_the_least_scope_cannot_be_looked_into(
    connect: Connect, google: Emulator
) -> None:
    drive = google.shared_drive({PERSON: "organizer"})

    found = checks(connect(PERSON, scopes=[DRIVE_FILE], shared_drive=drive))

    assert not_fine(found) == {DRIVE: LOOK}
    assert "phạm vi drive.file" in one(found, DRIVE).found


def test_a_shared_drive_for_members_only(connect: Connect, google: Emulator, drive: str) -> None:
    google.store.drives[drive].restrictions = {"driveMembersOnly": True, "domainUsersOnly": True}

    found = one(checks(connect(ROBOT, shared_drive=drive)), SHARING)

    assert found.verdict is FAULT
    assert "không chia sẻ được cho đơn vị nào" in found.found


@pytest.mark.parametrize(
    ("emails", "access", "verdict", "says"),
    [
        (("a@so.gov.vn", "b@so.gov.vn"), "email", LOOK, "so.gov.vn (2)"),
        (("a@so.gov.vn", "b@gmail.com"), "email", FAULT, "chắc chắn không mở được: gmail.com"),
        (("a@so.gov.vn", "b@so.gov.vn"), "link", FAULT, "không mở được: người có liên kết"),
        ((), "email", LOOK, "chưa có"),
    ],
)
def test_a_shared_drive_for_one_domain(
    connect: Connect, google: Emulator, drive: str,
    emails: Sequence[str], access: str, verdict: Verdict, says: str,
) -> None:  # fmt: skip
    google.store.drives[drive].restrictions = {"domainUsersOnly": True}
    roster = [Unit(f"X{n}", f"Xã {n}", emails=(email,)) for n, email in enumerate(emails)]

    found = one(checks(connect(ROBOT, shared_drive=drive, access=access, roster=roster)), SHARING)

    assert found.verdict is verdict
    assert found.found.endswith(says)
    assert "bỏ hạn chế này" in found.fix


# --- the folder ---------------------------------------------------------------------------


def test_a_wrong_folder_id_and_a_folder_not_shared_with_us(
    connect: Connect, google: Emulator
) -> None:
    """Google does not say which of the two it is."""
    for name in ("1khongCoThuMucNay", folder(google, OTHER).id):
        found = checks(connect(PERSON, folder=name))

        assert not_fine(found) == {PLACE: FAULT}
        check = one(found, PLACE)
        assert check.found == f"không thấy thư mục mã {name}, hoặc chưa chia sẻ cho {PERSON}"
        assert check.fix.startswith("xem lại folder trong campaign.toml; chia sẻ thư mục cho")
        assert "drive.file" not in check.fix


def test_a_persons_folder_by_the_least_scope(connect: Connect, google: Emulator) -> None:
    mine = folder(google, PERSON)

    found = one(checks(connect(PERSON, scopes=[DRIVE_FILE], folder=mine.id)), PLACE)

    assert found.verdict is FAULT
    assert "Với phạm vi drive.file, chương trình không thấy thư mục do người tạo" in found.fix


def test_a_folder_in_a_shared_drive_that_is_not_named(
    connect: Connect, google: Emulator, drive: str
) -> None:
    inside = folder(google, drive=drive)

    found = checks(connect(ROBOT, folder=inside.id))

    assert not_fine(found) == {PLACE: FAULT}
    assert one(found, PLACE).fix == (
        f'trong campaign.toml, mục [google], ghi shared_drive = "{drive}"'
    )
    assert exit_code(found) == 3


def test_a_folder_in_another_shared_drive(connect: Connect, google: Emulator, drive: str) -> None:
    other = google.shared_drive({ROBOT: "organizer"})
    inside = folder(google, drive=other)

    found = one(checks(connect(ROBOT, shared_drive=drive, folder=inside.id)), PLACE)

    assert found.found.endswith("còn shared_drive ghi mã khác")
    assert found.fix.endswith(f'ghi shared_drive = "{other}"')


def test_a_folder_that_is_in_no_shared_drive(
    connect: Connect, google: Emulator, drive: str
) -> None:
    mine = folder(google, robot="writer")

    found = checks(connect(ROBOT, shared_drive=drive, folder=mine.id))

    assert not_fine(found) == {PLACE: FAULT}
    assert one(found, PLACE).fix.startswith("bỏ shared_drive trong campaign.toml")
    assert exit_code(found) == 3


def test_a_shared_drive_given_as_a_folder(connect: Connect, drive: str) -> None:
    found = one(checks(connect(ROBOT, folder=drive)), PLACE)

    assert (found.verdict, found.exit_code) == (FAULT, 3)
    assert found.fix == f'trong campaign.toml bỏ folder, ghi shared_drive = "{drive}"'


def test_a_folder_that_is_right_in_a_shared_drive(
    connect: Connect, google: Emulator, drive: str
) -> None:
    inside = folder(google, drive=drive)

    found = checks(connect(ROBOT, shared_drive=drive, folder=inside.id))

    assert not_fine(found) == {}
    assert one(found, PLACE).found == "“Đợt 2022”"


def test_a_file_given_as_a_folder(connect: Connect, google: Emulator) -> None:
    file = folder(google)
    file.mime = "application/pdf"

    found = one(checks(connect(PERSON, folder=file.id)), PLACE)

    assert (found.verdict, found.exit_code) == (FAULT, 3)
    assert found.found == "“Đợt 2022” là một tệp, không phải thư mục"


def test_a_folder_in_the_bin(connect: Connect, google: Emulator) -> None:
    file = folder(google)
    file.trashed = True

    found = one(checks(connect(PERSON, folder=file.id)), PLACE)

    assert (found.verdict, found.exit_code) == (FAULT, 4)
    assert "thùng rác" in found.fix


def test_a_folder_we_may_only_read(connect: Connect, google: Emulator) -> None:
    file = folder(google, robot="reader")

    found = one(checks(connect(ROBOT, folder=file.id)), PLACE)

    assert found.verdict is FAULT
    assert found.fix == f"chia sẻ thư mục cho {ROBOT} với quyền Người chỉnh sửa"


# --- room ---------------------------------------------------------------------------------

WAYS_OUT = ("shared_drive", "subject", "dankheo login", "provision --adopt")


def test_a_service_account_with_nowhere_to_keep_files(connect: Connect) -> None:
    found = checks(connect(ROBOT))

    assert not_fine(found) == {ROOM: FAULT}
    assert "không có dung lượng riêng" in one(found, ROOM).found
    assert [way for way in WAYS_OUT if way in one(found, ROOM).fix] == list(WAYS_OUT)
    assert exit_code(found) == 4


def test_a_service_account_in_a_persons_folder_until_all_files_are_there(
    connect: Connect, google: Emulator, units: Sequence[Unit], campaign: Campaign
) -> None:
    place = folder(google, robot="writer")
    before = checks(connect(ROBOT, folder=place.id))
    for unit in units:
        properties = {"dk_campaign": campaign.id, "dk_kind": "sheet", "dk_unit": unit.code}
        now = google.clock.now()
        google.store.add(
            File(
                google.store.new_id(),
                unit.name,
                "application/vnd.google-apps.spreadsheet",
                (place.id,),
                now,
                now,
                owner=PERSON,
                properties=properties,
            )
        )

    after = checks(connect(ROBOT, folder=place.id))

    assert (not_fine(before), not_fine(after)) == ({ROOM: FAULT}, {ROOM: LOOK})
    assert "provision --adopt" in one(after, ROOM).fix
    assert one(after, SHEETS).found == "đã phát 8 trong 8"


@pytest.mark.parametrize(
    ("quota", "verdict", "says"),
    [
        ({"limit": "16106127360", "usage": "16106127360"}, FAULT, "15,0 GB: đã đầy"),
        ({"limit": "16106127360", "usage": "15400000000"}, LOOK, "14,3 GB trong 15,0 GB: sắp đầy"),
        ({"limit": "16106127360", "usage": "1073741824"}, FINE, "đã dùng 1,0 GB trong 15,0 GB"),
        ({"usage": "16106127360"}, FINE, "không giới hạn"),
    ],
)
def test_a_persons_storage(
    connect: Connect, google: Emulator, quota: dict[str, str], verdict: Verdict, says: str
) -> None:
    body = json.dumps({"user": {"emailAddress": PERSON}, "storageQuota": quota})
    google.faults.add(Fault(path="/about", status=200, body=body))

    found = one(checks(connect(PERSON)), STORAGE)

    assert found.verdict is verdict
    assert says in found.found


def test_the_storage_of_a_person_does_not_matter_in_a_shared_drive(
    connect: Connect, google: Emulator
) -> None:
    drive = google.shared_drive({PERSON: "organizer"})

    assert STORAGE not in [c.about for c in checks(connect(PERSON, shared_drive=drive))]


# --- the template -------------------------------------------------------------------------


def drawn(workspace: GoogleWorkspace) -> str:
    """Draw the template; return its id."""
    workspace.place.look()
    return workspace.template.ensure()


def test_a_template_that_was_restyled_is_fine(
    connect: Connect, google: Emulator, drive: str
) -> None:
    file = drawn(connect(ROBOT, shared_drive=drive))
    red = {"backgroundColor": {"red": 1}}
    style = {"range": {"sheetId": 1}, "cell": {"userEnteredFormat": red}}
    fields = {"fields": "userEnteredFormat.backgroundColor"}
    google.edit(file, [{"repeatCell": {**style, **fields}}], ROBOT)

    found = one(checks(connect(ROBOT, shared_drive=drive)), TEMPLATE)

    assert found.verdict is FINE
    assert found.found.endswith("khớp với biểu")


def test_a_template_that_was_broken_says_in_what(
    connect: Connect, google: Emulator, drive: str
) -> None:
    file = drawn(connect(ROBOT, shared_drive=drive))
    document = google.store.files[file].document
    assert document is not None
    tab = document.titled("Phản hồi")
    assert tab is not None
    google.edit(file, [{"deleteSheet": {"sheetId": tab.id}}], ROBOT)

    found = checks(connect(ROBOT, shared_drive=drive))

    assert not_fine(found) == {TEMPLATE: FAULT}
    assert "đã bị sửa cấu trúc: Mẫu không còn trang “Phản hồi”." in one(found, TEMPLATE).found
    assert "Lịch sử phiên bản" in one(found, TEMPLATE).fix


def test_a_template_of_another_form(connect: Connect, drive: str, campaign: Campaign) -> None:
    drawn(connect(ROBOT, shared_drive=drive))
    longer = campaign.model_copy(update={"form_rows": 40})

    found = checks(connect(ROBOT, shared_drive=drive, changed=longer))

    assert not_fine(found) == {TEMPLATE: LOOK}
    assert one(found, TEMPLATE).found.startswith("campaign.toml đã đổi sau khi vẽ mẫu")


def test_a_template_that_was_begun(connect: Connect, google: Emulator, drive: str) -> None:
    file = drawn(connect(ROBOT, shared_drive=drive))
    google.store.files[file].name = "Mẫu biểu (đang vẽ)"

    found = one(checks(connect(ROBOT, shared_drive=drive)), TEMPLATE)

    assert (found.verdict, found.found) == (LOOK, "đang vẽ dở")


def test_a_template_that_cannot_be_read(connect: Connect, google: Emulator, drive: str) -> None:
    file = drawn(connect(ROBOT, shared_drive=drive))
    google.faults.add(Fault(path=f"/v4/spreadsheets/{file}", status=403))

    found = checks(connect(ROBOT, shared_drive=drive))

    assert not_fine(found) == {TEMPLATE: FAULT}


@pytest.mark.parametrize(("status", "reason"), [(401, ""), (503, ""), (403, "domainPolicy")])
def test_a_listing_that_is_refused_is_a_finding(
    connect: Connect, google: Emulator, status: int, reason: str
) -> None:
    google.faults.add(Fault(path="/drive/v3/files$", status=status, reason=reason, times=None))

    found = checks(connect(PERSON))

    assert not_fine(found) == {"Google": FAULT}
    assert [c.about for c in found][-2:] == [MASTER, TIME]


# --- what needs no Google -----------------------------------------------------------------


def test_access_by_link_states_its_risk(connect: Connect, units: Sequence[Unit]) -> None:
    roster = [units[0], Unit("MOI", "Phòng Mới", access="link")]

    found = one(checks(connect(PERSON, roster=roster)), LINK)

    assert found.verdict is LOOK
    assert found.found == (
        "1 đơn vị (MOI): ai có liên kết cũng ghi được, không biết là ai, và liên kết có thể bị "
        "chuyển tiếp"
    )


def test_many_units_by_link_are_not_all_listed(connect: Connect) -> None:
    roster = [Unit(f"X{n}", f"Xã {n}") for n in range(12)]

    found = one(checks(connect(PERSON, roster=roster, access="link")), LINK)

    assert found.found.startswith("12 đơn vị (X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, …): ")


@pytest.mark.parametrize(
    ("people", "verdict", "says"),
    [
        ({}, LOOK, "chưa chia sẻ cho ai: mục [agency] không có coordinator, leader"),
        ({"leader": ("a@so.vn",)}, LOOK,
         "mới chia sẻ cho một bên: mục [agency] không có coordinator"),
        ({"coordinator": ("b@so.vn",), "leader": ("a@so.vn",)}, FINE,
         "chia sẻ cho b@so.vn, a@so.vn"),
    ],
)  # fmt: skip
def test_who_is_shown_the_master(
    connect: Connect, campaign: Campaign, people: dict[str, Any], verdict: Verdict, says: str
) -> None:
    agency = campaign.agency.model_copy(update=people)
    changed = campaign.model_copy(update={"agency": agency})

    found = one(checks(connect(PERSON, changed=changed)), MASTER)

    assert (found.verdict, found.found) == (verdict, says)


def test_asking_faster_than_google_allows(connect: Connect) -> None:
    found = one(checks(connect(PERSON, sheets_writes_per_minute=120)), SPEED)

    assert found.verdict is LOOK
    assert found.found.endswith("sheets_writes_per_minute = 120 (Google cho 60)")


def test_how_long_it_takes_for_a_department_and_for_a_country(
    connect: Connect, units: Sequence[Unit]
) -> None:
    country = [Unit(f"X{n}", f"Xã {n}", emails=(f"x{n}@xa.vn",)) for n in range(3321)]

    few = one(checks(connect(PERSON)), TIME)
    many = one(checks(connect(PERSON, roster=country)), TIME)

    assert (few.verdict, few.found) == (
        FINE,
        "08 đơn vị: phát biểu dưới 1 phút, đọc và phản hồi tất cả dưới 1 phút, chốt tất cả dưới "
        "1 phút",
    )
    assert (many.verdict, many.found) == (
        LOOK,
        "3.321 đơn vị: phát biểu ít nhất 60 phút, đọc và phản hồi tất cả ít nhất 60 phút, chốt "
        "tất cả ít nhất 60 phút",
    )
    assert "khoảng 300 tệp một ngày" in many.fix
