"""Who can open what, against the roster: each way of being wrong, in a shared drive and a My Drive.

The state is put into the emulator as people make it in a browser; the audit asks over HTTP.
"""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from dankheo_sheets.steps.audit import Audited, audit
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.grants import account_of
from tests.google_campaign import COORDINATOR, LEADER, ROBOT, GoogleCampaign
from tests.google_emulator import Fault
from tests.google_emulator.document import Document, Tab
from tests.google_emulator.files import FOLDER, SPREADSHEET, File, root_of
from tests.steps.conftest import at
from tests.steps.google.stage import Stages

PERSON = "van-thu@gmail.example"
STRANGER = "la@noi-khac.example"
HCTH, TTRA = "hcth@so-khcn.example", "thanhtra@so-khcn.example"
UNITS = ("HCTH", "TTra", "QLKH", "QLCN")


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    directory = tmp_path_factory.mktemp("audit")
    with GoogleCampaign(directory / "dot") as campaign:
        roster = campaign.directory / "units.csv"
        roster.write_text("".join(roster.read_text("utf-8").splitlines(True)[:5]), "utf-8")
        yield Stages(campaign, directory)


@pytest.fixture
def campaign(stages: Stages) -> Iterator[GoogleCampaign]:
    """Return the example campaign, of four units, in a shared drive; not provisioned yet."""
    yield stages.at("begin")
    assert stages.campaign.google.violations == []


@pytest.fixture(params=["shared drive", "my drive"])
def given_out(
    request: pytest.FixtureRequest, campaign: GoogleCampaign, stages: Stages
) -> GoogleCampaign:
    """Return the campaign given out and reported, in either place; the log is empty."""
    return stages.at(request.param, begun_as_person if request.param == "my drive" else begun)


@pytest.fixture
def in_shared_drive(campaign: GoogleCampaign, stages: Stages) -> GoogleCampaign:
    return stages.at("shared drive", begun)


@pytest.fixture
def in_my_drive(campaign: GoogleCampaign, stages: Stages) -> GoogleCampaign:
    return stages.at("my drive", begun_as_person)


def as_person(campaign: GoogleCampaign) -> None:
    """Let a person's own account run the campaign, in a folder the program makes."""
    key = campaign.google.authorized_user(PERSON)
    (campaign.directory / "khoa.json").write_text(json.dumps(key), encoding="utf-8")
    change(campaign, f'shared_drive = "{campaign.drive}"\n', "")


def begun(campaign: GoogleCampaign) -> None:
    provision(campaign.job())
    report(campaign.job(), at("05 10:00"))


def begun_as_person(campaign: GoogleCampaign) -> None:
    as_person(campaign)
    begun(campaign)


def change(campaign: GoogleCampaign, old: str, new: str, file: str = "campaign.toml") -> None:
    path = campaign.directory / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def sheet(campaign: GoogleCampaign, unit: str = "HCTH") -> File:
    return campaign.google.store.files[campaign.sheet_of(unit)]


def of_kind(campaign: GoogleCampaign, kind: str) -> File:
    files = campaign.google.store.files.values()
    return next(file for file in files if file.properties.get("dk_kind") == kind)


def grant(
    campaign: GoogleCampaign, file: File, who: str, role: str = "writer", kind: str = "user"
) -> None:
    campaign.google.store.grant(file, kind, role, who)


def take_away(file: File, who: str) -> None:
    file.permissions = {
        name: each for name, each in file.permissions.items() if each.get("emailAddress") != who
    }


def access(file: File) -> dict[str, str]:
    return {
        each.get("emailAddress") or each.get("domain") or each["type"]: each["role"]
        for each in file.permissions.values()
        if each["role"] != "owner"
    }


def everybody(campaign: GoogleCampaign) -> dict[str, dict[str, str]]:
    """Return who was given what on each file."""
    return {file.id: access(file) for file in campaign.google.store.files.values()}


def run(campaign: GoogleCampaign, *, fix: bool = False) -> Audited:
    """Audit as a run of its own."""
    return audit(campaign.job(), fix=fix)


def brief(result: Audited) -> list[tuple[str, str, str, bool]]:
    """Return code, unit, who, and whether it can be mended, of each finding."""
    return [(each.code, each.unit, each.who, each.mendable) for each in result.findings]


def is_mended(campaign: GoogleCampaign, before: dict[str, dict[str, str]]) -> None:
    """Check that one run mends it all, gives nobody anything, and leaves nothing to a second."""
    campaign.google.log.clear()
    first = run(campaign, fix=True)
    second = run(campaign)

    assert (first.findings, first.failed, first.halted) == ((), (), None)
    assert first.mended != ()
    assert second.findings == ()
    assert "drive.permissions.create" not in campaign.google.calls()
    assert everybody(campaign) == before


# --- clean --------------------------------------------------------------------------------


def test_what_was_given_out_is_as_the_roster_has_it(given_out: GoogleCampaign) -> None:
    """One request for each file at most: My Drive's listing has the permissions in it.

    Beside the files: the folder, the results, what lies elsewhere, who we are, and the members.
    """
    result = run(given_out)

    assert (result.findings, result.failed, result.mended) == ((), (), ())
    calls = given_out.google.calls()
    if sheet(given_out).drive:
        assert result.files == 8  # the sheets, template, master, results, the shared drive
        assert calls.count("drive.permissions.list") == 8
        assert calls.count("drive.files.list") == 3
        assert len(calls) == 12
        assert result.notes[0].startswith("Trong bộ nhớ dùng chung, ai sửa được một biểu")
    else:
        assert result.files == 8  # and the folder
        assert len(calls) == 6  # first our own folder, and it once more to see who has it
        assert "drive.permissions.list" not in calls
        (note,) = result.notes
        assert note.startswith("Tài khoản chỉ thấy tệp do chương trình tạo (drive.file)")


def test_mending_what_is_clean_changes_nothing(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)

    result = run(given_out, fix=True)

    assert (result.findings, result.mended) == ((), ())
    assert everybody(given_out) == before
    assert {request.method for request in given_out.google.log} <= {"GET", "POST"}
    assert not [r for r in given_out.google.log if r.method == "POST" and "/token" not in r.path]


def test_a_locked_campaign_is_clean_too(given_out: GoogleCampaign) -> None:
    close(given_out.job(), at("12 08:00"))

    result = run(given_out)

    assert (result.findings, result.failed) == ((), ())
    assert access(sheet(given_out)) == {HCTH: "reader"}


def test_nothing_given_out_is_nothing_to_find(campaign: GoogleCampaign) -> None:
    result = run(campaign)

    assert (result.files, result.findings) == (1, ())  # the shared drive


def test_a_clean_campaign_before_its_first_sync(campaign: GoogleCampaign) -> None:
    provision(campaign.job())

    assert (run(campaign).findings, run(campaign).files) == ((), 6)


# --- who has access and should not ---------------------------------------------------------


def test_a_stranger_on_a_units_sheet(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    file = sheet(given_out)
    grant(given_out, file, STRANGER)

    (finding,) = run(given_out).findings

    assert (finding.code, finding.unit, finding.who) == ("stranger", "HCTH", STRANGER)
    assert finding.file == "HCTH - Phòng Hành chính - Tổng hợp"
    assert finding.url == f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=drivesdk"
    assert finding.what == f"{STRANGER} được sửa, không có trong danh sách"
    assert (finding.remedy, finding.mendable) == ("bỏ quyền này", True)
    is_mended(given_out, before)


def test_without_fix_nothing_is_changed(given_out: GoogleCampaign) -> None:
    grant(given_out, sheet(given_out), STRANGER)
    before = everybody(given_out)

    run(given_out)

    assert everybody(given_out) == before


def test_another_units_address_on_a_sheet(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, sheet(given_out), TTRA, "reader")

    (finding,) = run(given_out).findings

    assert (finding.code, finding.unit, finding.who) == ("other-unit", "HCTH", TTRA)
    assert finding.what == f"{TTRA} được xem, là địa chỉ của đơn vị TTra"
    is_mended(given_out, before)


def test_a_public_link(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, sheet(given_out), "", "reader", "anyone")

    (finding,) = run(given_out).findings

    assert (finding.code, finding.who) == ("public", "")
    assert finding.what == "ai có liên kết cũng được xem"
    assert finding.remedy == "tắt liên kết công khai"
    is_mended(given_out, before)


@pytest.mark.parametrize(
    ("kind", "who", "what"),
    [
        ("domain", "so.example", "mọi người của tên miền so.example được nhận xét"),
        ("group", "ca-so@so.example",
         "nhóm ca-so@so.example được nhận xét, không rõ nhóm gồm những ai"),
    ],
)  # fmt: skip
def test_a_domain_or_a_group(given_out: GoogleCampaign, kind: str, who: str, what: str) -> None:
    before = everybody(given_out)
    grant(given_out, sheet(given_out), who, "commenter", kind)

    (finding,) = run(given_out).findings

    assert (finding.code, finding.who, finding.what) == (kind, who, what)
    is_mended(given_out, before)


def test_a_group_that_is_the_units_address_is_no_finding(given_out: GoogleCampaign) -> None:
    file = sheet(given_out)
    take_away(file, HCTH)
    grant(given_out, file, HCTH, "writer", "group")

    assert run(given_out).findings == ()


@pytest.mark.parametrize("kind", ["template", "results"])
@pytest.mark.parametrize(("who", "code"), [(HCTH, "other-unit"), (STRANGER, "stranger")])
def test_what_no_unit_should_open(
    given_out: GoogleCampaign, kind: str, who: str, code: str
) -> None:
    before = everybody(given_out)
    file = of_kind(given_out, kind)
    grant(given_out, file, who, "reader")

    (finding,) = run(given_out).findings

    assert (finding.code, finding.unit, finding.who) == (code, "", who)
    assert finding.file == file.name
    is_mended(given_out, before)


def test_a_unit_in_the_master(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, of_kind(given_out, "master"), HCTH)

    (finding,) = run(given_out).findings

    assert finding.what == f"{HCTH} được sửa, là địa chỉ của đơn vị HCTH"
    is_mended(given_out, before)


def test_those_of_the_office_may_look_where_no_unit_may(given_out: GoogleCampaign) -> None:
    for kind in ("template", "results"):
        grant(given_out, of_kind(given_out, kind), COORDINATOR)
        grant(given_out, of_kind(given_out, kind), LEADER, "reader")

    assert run(given_out).findings == ()


def test_a_kept_file_that_was_shared(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, of_kind(given_out, "kept"), STRANGER, "reader")

    (finding,) = run(given_out).findings

    assert (finding.code, finding.who) == ("stranger", STRANGER)
    assert finding.file == of_kind(given_out, "kept").name
    is_mended(given_out, before)


def test_sheets_of_a_unit_that_is_no_longer_asked(given_out: GoogleCampaign) -> None:
    grant(given_out, sheet(given_out, "TTra"), "", "writer", "anyone")
    path = given_out.directory / "units.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("TTra")), "utf-8")
    before = {**everybody(given_out), sheet(given_out, "TTra").id: {}}

    result = run(given_out)

    assert brief(result) == [("gone", "", TTRA, True), ("public", "", "", True)]
    assert result.findings[0].what == f"{TTRA} được sửa, đơn vị không còn trong danh sách"
    is_mended(given_out, before)


def test_a_second_file_of_a_unit_is_looked_at_too(given_out: GoogleCampaign) -> None:
    """Nobody is missing there: the unit has its sheet."""
    original = sheet(given_out)
    later, name = original.created + 60, given_out.google.store.new_id()
    twin = dataclasses.replace(original, id=name, created=later, permissions={})
    given_out.google.store.add(twin)
    before = everybody(given_out)
    grant(given_out, twin, STRANGER)

    assert brief(run(given_out)) == [("stranger", "HCTH", STRANGER, True)]
    is_mended(given_out, before)


def test_a_file_of_somebody_else_in_the_folder_is_left_alone(given_out: GoogleCampaign) -> None:
    master = of_kind(given_out, "master")
    theirs = dataclasses.replace(
        master, id=given_out.google.store.new_id(), properties={}, permissions={}
    )
    given_out.google.store.add(theirs)
    grant(given_out, theirs, STRANGER)

    assert run(given_out, fix=True).findings == ()
    assert access(theirs) == {STRANGER: "writer"}


# --- too much, too little ------------------------------------------------------------------


def test_a_writer_on_a_locked_sheet(given_out: GoogleCampaign) -> None:
    close(given_out.job(), at("12 08:00"))
    before = everybody(given_out)
    grant(given_out, sheet(given_out), HCTH)

    (finding,) = run(given_out).findings

    assert (finding.code, finding.who) == ("locked-writer", HCTH)
    assert finding.what == f"{HCTH} còn được sửa dù biểu đã khoá"
    assert finding.remedy == "hạ xuống quyền xem"
    is_mended(given_out, before)


def test_a_leader_who_may_write_the_master(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, of_kind(given_out, "master"), LEADER)

    (finding,) = run(given_out).findings

    assert (finding.code, finding.who) == ("too-high", LEADER)
    assert finding.what == f"{LEADER} được sửa, cao hơn quyền xem"
    is_mended(given_out, before)


def test_a_unit_that_manages_its_sheet(in_shared_drive: GoogleCampaign) -> None:
    before = everybody(in_shared_drive)
    grant(in_shared_drive, sheet(in_shared_drive), HCTH, "fileOrganizer")

    (finding,) = run(in_shared_drive).findings

    assert finding.what == f"{HCTH} được quản lý nội dung, cao hơn quyền sửa"
    is_mended(in_shared_drive, before)


def test_a_unit_that_may_only_read_is_for_a_person_to_mend(given_out: GoogleCampaign) -> None:
    grant(given_out, sheet(given_out), HCTH, "reader")
    before = everybody(given_out)

    result = run(given_out, fix=True)

    assert brief(result) == [("too-low", "HCTH", HCTH, False)]
    assert result.findings[0].what == f"{HCTH} chỉ được xem, lẽ ra được sửa"
    assert everybody(given_out) == before


def test_a_unit_without_access_is_for_provisioning(given_out: GoogleCampaign) -> None:
    take_away(sheet(given_out), HCTH)
    take_away(of_kind(given_out, "master"), LEADER)
    before = everybody(given_out)

    result = run(given_out, fix=True)

    assert brief(result) == [
        ("missing", "HCTH", HCTH, False), ("missing", "", LEADER, False),
    ]  # fmt: skip
    unit, leader = result.findings
    assert unit.what == f"{HCTH} chưa có quyền, lẽ ra được sửa"
    assert unit.remedy == "chạy dankheo provision để cấp quyền"
    assert leader.remedy == "chạy dankheo report để cấp quyền"
    assert everybody(given_out) == before


def test_the_remedies_for_who_is_missing_are_true(given_out: GoogleCampaign) -> None:
    take_away(sheet(given_out), HCTH)
    take_away(of_kind(given_out, "master"), LEADER)

    provision(given_out.job())
    report(given_out.job(), at("06 10:00"))

    assert run(given_out).findings == ()


def test_the_right_to_share_on(in_my_drive: GoogleCampaign) -> None:
    """Taking it away is no change of a person's."""
    before = everybody(in_my_drive)
    sheet(in_my_drive).writers_can_share = True
    versions = {each.unit: each.version for each in in_my_drive.job().workspace.sheets()}

    (finding,) = run(in_my_drive).findings

    assert (finding.code, finding.unit, finding.who) == ("resharing", "HCTH", "")
    assert finding.remedy == "tắt quyền chia sẻ tiếp"
    is_mended(in_my_drive, before)
    assert not sheet(in_my_drive).writers_can_share
    assert {e.unit: e.version for e in in_my_drive.job().workspace.sheets()} == versions


# --- by link, and other names --------------------------------------------------------------


def test_a_unit_by_link_is_open_to_whoever_has_it(campaign: GoogleCampaign) -> None:
    with (campaign.directory / "campaign.toml").open("a", encoding="utf-8") as file:
        file.write('access = "link"\n')
    begun(campaign)
    campaign.google.log.clear()
    assert access(sheet(campaign)) == {"anyone": "writer"}
    assert run(campaign).findings == ()

    grant(campaign, sheet(campaign), HCTH)  # its own address may have it beside
    grant(campaign, sheet(campaign, "TTra"), "", "reader", "anyone")
    sheet(campaign, "QLKH").permissions = {}
    close(campaign.job(), at("12 08:00"))
    grant(campaign, sheet(campaign, "QLCN"), "", "writer", "anyone")

    result = run(campaign)

    assert brief(result) == [
        ("missing", "QLKH", "", False), ("locked-writer", "QLCN", "", True),
    ]  # fmt: skip
    assert [each.what for each in result.findings] == [
        "chưa mở cho người có liên kết, lẽ ra được xem",
        "người có liên kết còn được sửa dù biểu đã khoá",
    ]


def test_two_names_of_one_gmail_account_are_one(campaign: GoogleCampaign) -> None:
    change(campaign, HCTH, "phong.hcth@gmail.com", "units.csv")
    begun(campaign)
    campaign.google.log.clear()
    file = sheet(campaign)
    take_away(file, "phong.hcth@gmail.com")
    grant(campaign, file, "PhongHCTH+so@googlemail.com")

    assert run(campaign).findings == ()


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("A.B+c@Gmail.com", "ab@gmail.com"),
        ("a.b@googlemail.com", "ab@gmail.com"),
        ("A.B+c@so.gov.vn", "a.b+c@so.gov.vn"),
        ("anyone", "anyone"),
        ("", ""),
    ],
)
def test_addresses_of_one_account(address: str, account: str) -> None:
    assert account_of(address) == account


# --- from above ----------------------------------------------------------------------------


def test_a_unit_that_is_a_member_of_the_shared_drive(in_shared_drive: GoogleCampaign) -> None:
    """One finding, not one for each file; it is for a person to mend."""
    in_shared_drive.google.store.drives[in_shared_drive.drive].members |= {TTRA: "writer"}

    for fix in (False, True):
        result = run(in_shared_drive, fix=fix)

        (finding,) = result.findings
        assert (finding.code, finding.unit, finding.who) == ("inherited", "", TTRA)
        assert finding.what == f"{TTRA} (đơn vị TTra) được sửa mọi tệp của đợt"
        assert "bỏ địa chỉ này khỏi thành viên" in finding.remedy
        assert (finding.mendable, result.mended, result.failed) == (False, (), ())


def test_a_unit_that_was_given_the_folder(in_my_drive: GoogleCampaign) -> None:
    """It has every file by it: one finding, mended where it was given."""
    before = everybody(in_my_drive)
    folder = of_kind(in_my_drive, "folder")
    grant(in_my_drive, folder, TTRA)
    grant(in_my_drive, folder, "", "reader", "anyone")

    assert brief(run(in_my_drive)) == [("other-unit", "", TTRA, True), ("public", "", "", True)]
    is_mended(in_my_drive, before)


def test_what_the_folder_hid_is_mended_in_the_same_run(in_my_drive: GoogleCampaign) -> None:
    before = everybody(in_my_drive)
    for file in (of_kind(in_my_drive, "folder"), sheet(in_my_drive)):
        grant(in_my_drive, file, TTRA)

    is_mended(in_my_drive, before)


def test_a_folder_in_a_shared_drive(campaign: GoogleCampaign) -> None:
    store, now = campaign.google.store, campaign.google.clock.now()
    folder = store.add(
        File(store.new_id(), "Đợt", FOLDER, (campaign.drive,), now, now, drive=campaign.drive)
    )
    text = f'shared_drive = "{campaign.drive}"\n'
    change(campaign, text, f'{text}folder = "{folder.id}"\n')
    begun(campaign)
    campaign.google.log.clear()
    assert (run(campaign).findings, run(campaign).files) == ((), 8)
    before = everybody(campaign)
    grant(campaign, folder, TTRA)

    assert brief(run(campaign)) == [("other-unit", "", TTRA, True)]
    is_mended(campaign, before)


def test_what_comes_from_above_the_folder_is_for_a_person(in_my_drive: GoogleCampaign) -> None:
    store, now = in_my_drive.google.store, in_my_drive.google.clock.now()
    above = store.add(
        File(store.new_id(), "Việc", FOLDER, (root_of(PERSON),), now, now, owner=PERSON)
    )
    folder = of_kind(in_my_drive, "folder")
    folder.parents = (above.id,)
    change(in_my_drive, "[google]\n", f'[google]\nfolder = "{folder.id}"\n')
    grant(in_my_drive, above, TTRA)

    result = run(in_my_drive, fix=True)

    (finding,) = result.findings
    assert (finding.code, finding.file, finding.who) == ("other-unit", folder.name, TTRA)
    assert not finding.mendable
    assert finding.remedy.endswith("chủ tệp hoặc người quản lý thư mục sửa trong Chia sẻ")
    assert (result.mended, result.failed) == ((), ())


# --- order, faults -------------------------------------------------------------------------


def test_findings_come_in_the_order_of_the_roster(given_out: GoogleCampaign) -> None:
    grant(given_out, of_kind(given_out, "template"), STRANGER)
    for unit in reversed(UNITS):
        grant(given_out, sheet(given_out, unit), STRANGER)

    assert [each.unit for each in run(given_out).findings] == [*UNITS, ""]


def test_everything_at_once_is_mended_in_one_run(given_out: GoogleCampaign) -> None:
    close(given_out.job(), at("12 08:00"))
    before = everybody(given_out)
    for unit in UNITS:
        grant(given_out, sheet(given_out, unit), STRANGER)
        grant(given_out, sheet(given_out, unit), "", "writer", "anyone")
        grant(given_out, sheet(given_out, unit), "so.example", "reader", "domain")
    grant(given_out, sheet(given_out), HCTH)

    assert len(run(given_out).findings) == 13
    is_mended(given_out, before)


def test_a_file_that_cannot_be_asked_is_named_and_the_others_are_looked_at(
    in_shared_drive: GoogleCampaign,
) -> None:
    file = sheet(in_shared_drive)
    grant(in_shared_drive, sheet(in_shared_drive, "TTra"), STRANGER)
    path = f"{file.id}/permissions"
    in_shared_drive.google.faults.add(Fault(path=path, status=403, reason="domainPolicy"))

    result = run(in_shared_drive)

    assert brief(result) == [("stranger", "TTra", STRANGER, True)]
    (line,) = result.failed
    assert line.startswith("HCTH - Phòng Hành chính - Tổng hợp: Google: quy định của đơn vị")


def test_what_google_refuses_to_mend_stays_a_finding(given_out: GoogleCampaign) -> None:
    file = sheet(given_out)
    grant(given_out, file, STRANGER)
    grant(given_out, sheet(given_out, "TTra"), STRANGER)
    fault = Fault(
        method="DELETE",
        path=f"{file.id}/permissions",
        status=403,
        reason="domainPolicy",
        times=None,
    )
    given_out.google.faults.add(fault)

    result = run(given_out, fix=True)

    assert brief(result) == [("stranger", "HCTH", STRANGER, False)]
    assert result.findings[0].remedy.startswith("Google: quy định của đơn vị quản lý tên miền")
    assert [each.unit for each in result.mended] == ["TTra"]


def test_a_lost_answer_is_no_fault(given_out: GoogleCampaign) -> None:
    before = everybody(given_out)
    grant(given_out, sheet(given_out), STRANGER)
    given_out.google.faults.add(Fault("drop", method="DELETE", committed=True))

    is_mended(given_out, before)


def test_a_listing_that_lags_does_not_show_what_was_mended(in_my_drive: GoogleCampaign) -> None:
    grant(in_my_drive, sheet(in_my_drive), STRANGER)
    in_my_drive.google.store.delays.listing = 300

    result = run(in_my_drive, fix=True)

    assert result.findings == ()
    assert [each.who for each in result.mended] == [STRANGER]
    assert access(sheet(in_my_drive)) == {HCTH: "writer"}


def test_a_sign_in_that_ends_in_between_stops_it(in_shared_drive: GoogleCampaign) -> None:
    grant(in_shared_drive, sheet(in_shared_drive), STRANGER)
    fault = Fault(path="/permissions", status=401, times=None, skip=3)
    in_shared_drive.google.faults.add(fault)

    result = run(in_shared_drive, fix=True)

    assert isinstance(result.halted, SignInError)
    assert result.files < 7


def test_who_runs_it_is_not_found_out_of_place(campaign: GoogleCampaign) -> None:
    """A service account in a person's folder has it by the folder."""
    store, now = campaign.google.store, campaign.google.clock.now()
    folder = store.add(
        File(store.new_id(), "Đợt", FOLDER, (root_of(PERSON),), now, now, owner=PERSON)
    )
    store.grant(folder, "user", "writer", ROBOT)
    change(campaign, f'shared_drive = "{campaign.drive}"', f'folder = "{folder.id}"')

    assert run(campaign).findings == ()


def test_files_that_a_person_made_stay_shareable_for_so_we_share_and_lock_them(
    campaign: GoogleCampaign,
) -> None:
    """The service account has them by the folder; to mend that would lock us out."""
    store, now = campaign.google.store, campaign.google.clock.now()
    place = (root_of(PERSON),)
    folder = store.add(File(store.new_id(), "Đợt", FOLDER, place, now, now, owner=PERSON))
    store.grant(folder, "user", "writer", ROBOT)
    change(campaign, f'shared_drive = "{campaign.drive}"', f'folder = "{folder.id}"')
    for unit in UNITS:
        blank = Document(unit, tabs=[Tab(0, "Trang tính1")])
        file = File(store.new_id(), unit, SPREADSHEET, (folder.id,), now, now, owner=PERSON)
        file.document = blank
        store.add(file)
    provision(campaign.job(), adopt=True)
    before = everybody(campaign)

    assert run(campaign, fix=True).findings == ()

    assert everybody(campaign) == before
    assert access(sheet(campaign)) == {HCTH: "writer"}
    assert all(sheet(campaign, unit).writers_can_share for unit in UNITS)


def test_what_was_mended_is_told(given_out: GoogleCampaign) -> None:
    grant(given_out, sheet(given_out), STRANGER)
    take_away(sheet(given_out, "TTra"), TTRA)

    result = run(given_out, fix=True)

    assert [(e.code, e.unit) for e in result.mended] == [("stranger", "HCTH")]
    assert brief(result) == [("missing", "TTra", TTRA, False)]
