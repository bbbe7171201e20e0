"""Provision on Google: one sheet a unit, shared with its addresses only, in few requests."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.operations.giving_out import Provisioned
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.workspace.google.errors import SharingLimit, TryLater
from tests.google_campaign import COORDINATOR, ROBOT, GoogleCampaign
from tests.google_emulator import Fault, Limits
from tests.google_emulator.files import Delays, File
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.steps.google.stage import (
    access,
    by_hand,
    cell,
    emails,
    files,
    in_my_drive,
    many,
    of_the_lease,
    roster,
    settings,
    shares,
    sheet,
    sheets,
)

A, B = "A,Đơn vị A,1,a@x.example,,", "B,Đơn vị B,2,b@x.example,,"
A_NEW = "A,Đơn vị A,1,a-moi@x.example,,"
DAY = 86_400.0


def give_out(campaign: GoogleCampaign, adopt: bool = False) -> Provisioned:
    """Provision, as a new run."""
    return provision(campaign.job(), wait=campaign.google.clock.advance, adopt=adopt)


def everybodys(campaign: GoogleCampaign) -> dict[str, dict[str, str]]:
    """Return who has access to each unit's only sheet."""
    return {unit: access(sheet(campaign.google, unit)) for unit in sheets(campaign.google)}


# --- what it comes to ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", [8, 300])
def test_each_unit_gets_one_sheet_in_three_requests(on_google: GoogleCampaign, count: int) -> None:
    """And ten at most beside, tokens included, the lease not; Drive sends no mail."""
    roster(on_google, many(count))

    done = give_out(on_google)

    assert (len(done.plan.create), done.notes, done.halted) == (count, (), None)
    assert everybodys(on_google) == emails(on_google.job().units)
    assert set(shares(on_google.google.log).values()) == {1}
    assert on_google.google.world.mails == []
    ours = [asked for asked in on_google.google.log if not of_the_lease(asked)]
    assert len(ours) <= 3 * count + 10


def test_again_is_a_listing_and_nothing_more(given_out: GoogleCampaign) -> None:
    done = give_out(given_out)

    assert done.plan == type(done.plan)()
    assert given_out.google.calls() == ["drive.files.list"]


def test_a_new_unit_costs_a_listing_before_the_turn_and_one_in_it(
    given_out: GoogleCampaign,
) -> None:
    """What was made is told by the answer that it was made."""
    with (given_out.directory / "units.csv").open("a", encoding="utf-8") as units:
        units.write("MOI,Phòng Mới,,,,moi@so-khcn.example\n")

    done = give_out(given_out)

    assert [unit.code for unit in done.plan.create] == ["MOI"]
    assert given_out.google.calls().count("drive.files.list") == 2


def test_a_sheet_says_whose_it_is_and_until_when(given_out: GoogleCampaign) -> None:
    file = sheet(given_out.google, "TDC")

    assert file.name == "TDC - Chi cục Tiêu chuẩn Đo lường Chất lượng"
    assert cell(file, layout.TAB_ENTRIES, 0, 0) == "CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG"


def test_a_dry_run_changes_nothing(on_google: GoogleCampaign) -> None:
    done = provision(rehearsed(on_google.job()))

    assert len(done.plan.create) == 8
    assert files(on_google.google) == []


def test_each_of_two_addresses_gets_access(on_google: GoogleCampaign) -> None:
    roster(on_google, ["A,Đơn vị A,1,A1@x.example; a2@x.example,,"])

    give_out(on_google)

    expected = {"a1@x.example": "writer", "a2@x.example": "writer"}
    assert access(sheet(on_google.google, "A")) == expected


def test_a_unit_without_address_gets_a_sheet_nobody_can_open(on_google: GoogleCampaign) -> None:
    roster(on_google, ["A,Đơn vị A,1,,,", B])

    done = give_out(on_google)

    assert [unit.code for unit in done.plan.unreachable] == ["A"]
    assert everybodys(on_google) == {"A": {}, "B": {"b@x.example": "writer"}}
    assert give_out(on_google).plan.share == ()


def test_by_link_for_all_or_for_one_unit(on_google: GoogleCampaign) -> None:
    """The unit's own way comes first."""
    settings(on_google, ("[google]\n", '[google]\naccess = "link"\n'))
    roster(on_google, ["A,Đơn vị A,1,a@x.example,,", "B,Đơn vị B,2,b@x.example,thư điện tử,"])

    give_out(on_google)

    assert everybodys(on_google) == {"A": {"anyone": "writer"}, "B": {"b@x.example": "writer"}}
    assert give_out(on_google).plan.share == ()


# --- addresses ----------------------------------------------------------------------------------


def test_an_address_without_google_account_is_noted_and_the_others_are_served(
    on_google: GoogleCampaign,
) -> None:
    """Its unit's other address too."""
    roster(on_google, ["A,Đơn vị A,1,a1@x.example; a2@x.example,,", B])
    on_google.google.identities.without_google = {"a1@x.example"}

    done = give_out(on_google)

    assert done.notes == (
        "A: a1@x.example: địa chỉ này không có tài khoản Google (ghi “liên kết” ở cột “Cách mở "
        "biểu” của đơn vị trong danh sách, hoặc đặt notify = true để Google gửi thư mời)",
    )
    assert done.halted is None
    assert everybodys(on_google) == {
        "A": {"a2@x.example": "writer"},
        "B": {"b@x.example": "writer"},
    }


def test_with_drives_own_mail_it_is_invited(on_google: GoogleCampaign) -> None:
    settings(on_google, ("[google]\n", "[google]\nnotify = true\n"))
    roster(on_google, [A, B])
    on_google.google.identities.without_google = {"a@x.example"}

    done = give_out(on_google)
    give_out(on_google)

    assert done.notes == ()
    assert Counter(mail.to for mail in on_google.google.world.mails) == {
        "a@x.example": 1,
        "b@x.example": 1,
    }


def test_a_mail_that_fails_is_no_failure_and_nothing_is_shared_twice(
    on_google: GoogleCampaign,
) -> None:
    settings(on_google, ("[google]\n", "[google]\nnotify = true\n"))
    roster(on_google, [A, B])
    on_google.google.world.mail_fails_for = {"a@x.example"}

    first, second = give_out(on_google), give_out(on_google)

    assert (first.notes, second.plan.share) == ((), ())
    assert everybodys(on_google) == emails(on_google.job().units)
    assert set(shares(on_google.google.log).values()) == {1}


def test_members_of_the_shared_drive_are_given_nothing(on_google: GoogleCampaign) -> None:
    """They have access already: a unit's address, the coordinator's, in every run anew."""
    members = on_google.google.store.drives[on_google.drive].members
    members |= {"a@x.example": "fileOrganizer", COORDINATOR: "organizer"}
    roster(on_google, [A, B])

    give_out(on_google)
    sync(on_google.job(), at("05 09:00"))
    on_google.google.log.clear()
    done = give_out(on_google)
    roster(on_google, [A, B, "C,Đơn vị C,3,c@x.example,,"])
    sync(on_google.job(), at("05 10:00"))

    assert done.plan.share == ()
    assert shares(on_google.google.log) == {}
    (master,) = files(on_google.google, "master")
    assert COORDINATOR not in access(master)


# --- the roster changes -------------------------------------------------------------------------


def test_a_new_unit_gets_a_sheet_and_the_others_are_left_alone(given_out: GoogleCampaign) -> None:
    before = everybodys(given_out)
    path = given_out.directory / "units.csv"
    path.write_text(path.read_text("utf-8") + "MOI,Phòng mới,,phòng,9,moi@x.example,,,\n", "utf-8")

    done = give_out(given_out)

    assert [unit.code for unit in done.plan.create] == ["MOI"]
    assert everybodys(given_out) == before | {"MOI": {"moi@x.example": "writer"}}
    assert sorted(who for _, who in shares(given_out.google.log)) == ["moi@x.example"]


@pytest.mark.parametrize("my_drive", [False, True])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([A_NEW, B], {"A": {"a-moi@x.example": "writer"}, "B": {"b@x.example": "writer"}}),
        (["A,Đơn vị A,1,,,", B], {"A": {}, "B": {"b@x.example": "writer"}}),
        ([B], {"A": {}, "B": {"b@x.example": "writer"}}),
        (["A,Đơn vị A,1,a@x.example,link,", B], {"A": {"anyone": "writer"}}),
    ],
)
def test_what_the_roster_says_now_is_who_has_access(
    on_google: GoogleCampaign, rows: Sequence[str], expected: dict[str, Any], my_drive: bool
) -> None:
    """An address changed, taken out, a unit taken out (its file stays), access by link."""
    if my_drive:
        in_my_drive(on_google)
    roster(on_google, [A, B])
    give_out(on_google)
    roster(on_google, rows)

    give_out(on_google)

    assert everybodys(on_google) == {"B": {"b@x.example": "writer"}} | expected
    on_google.google.log.clear()
    assert give_out(on_google).plan == type(give_out(on_google).plan)(
        unreachable=tuple(unit for unit in on_google.job().units if not unit.emails)
    )
    assert shares(on_google.google.log) == {}


def test_a_unit_that_comes_back_gets_its_sheet_back(on_google: GoogleCampaign) -> None:
    roster(on_google, [A, B])
    give_out(on_google)
    first = sheet(on_google.google, "A").id
    for rows in ([B], [A, B]):
        roster(on_google, rows)
        give_out(on_google)

    assert sheet(on_google.google, "A").id == first
    assert everybodys(on_google) == emails(on_google.job().units)


def test_an_address_changed_after_the_closing_may_read(on_google: GoogleCampaign) -> None:
    roster(on_google, [A, B])
    give_out(on_google)
    on_google.now_is(at("12 08:00"))
    close(on_google.job(), at("12 08:00"))
    roster(on_google, [A_NEW, B])

    give_out(on_google)

    assert access(sheet(on_google.google, "A")) == {"a-moi@x.example": "reader"}


def test_a_sheet_lost_with_something_in_it_is_not_replaced_by_a_blank_one(
    on_google: GoogleCampaign,
) -> None:
    roster(on_google, [A, B])
    give_out(on_google)
    on_google.fill(on_google.job().units[0], [ENTRY], COVER, at("07 09:00"))
    sync(on_google.job(), at("07 10:00"))
    for unit in "AB":
        sheet(on_google.google, unit).trashed = True

    done = give_out(on_google)

    assert [unit.code for unit in done.plan.lost] == ["A"]
    assert list(sheets(on_google.google)) == ["B"]
    still = unit_of(sync(on_google.job(), at("07 11:00")).board, "A")
    assert (still["status"], still["counted"]) == ("submitted", 1)
    assert [finding["code"] for finding in still["findings"]] == ["sheet-missing"]


# --- limits -------------------------------------------------------------------------------------


def test_a_days_copies_stop_it_cleanly_and_the_next_day_goes_on(on_google: GoogleCampaign) -> None:
    on_google.google.quotas.limits = Limits(copies_per_day=3)

    first = give_out(on_google)
    on_google.google.clock.advance(DAY)
    on_google.google.quotas.limits = Limits()
    second = give_out(on_google)

    assert isinstance(first.halted, TryLater)
    assert (len(first.plan.create), len(second.plan.create)) == (3, 5)
    assert second.halted is None
    assert everybodys(on_google) == emails(on_google.job().units)
    assert set(shares(on_google.google.log).values()) == {1}


def test_a_days_shares_stop_it_cleanly_and_each_next_day_goes_on(
    on_google: GoogleCampaign,
) -> None:
    """All sheets are made and filled in meanwhile, and the results do not wait."""
    on_google.google.quotas.limits = Limits(shares_per_day=3)

    first = give_out(on_google)
    outcome = sync(on_google.job(), at("05 10:00"))
    for _ in range(2):
        on_google.google.clock.advance(DAY)
        last = give_out(on_google)
    on_google.google.clock.advance(DAY)
    again = sync(on_google.job(), at("08 10:00"))

    assert isinstance(first.halted, SharingLimit)
    assert outcome.board.notes == [
        "Bảng tổng hợp trên Google Drive: Google tạm ngừng cho chia sẻ thêm "
        "(403 sharingRateLimitExceeded)"
    ]
    assert last.halted is None
    assert everybodys(on_google) == emails(on_google.job().units)
    done = [request for request in on_google.google.log if request.status == 200]
    assert set(shares(done).values()) == {1}
    assert again.board.notes == []
    (master,) = files(on_google.google, "master")
    assert len(access(master)) == 2


def test_a_service_account_that_may_own_nothing_is_refused_once(on_google: GoogleCampaign) -> None:
    """Not once a unit; with the ways out."""
    settings(on_google, (f'shared_drive = "{on_google.drive}"\n', ""))

    done = give_out(on_google)

    assert done.halted is not None
    for way in ("shared drive", "uỷ quyền toàn miền", "dankheo login"):
        assert way in done.halted.hint
    assert on_google.google.calls().count("drive.files.create") == 1
    assert on_google.google.calls().count("drive.files.copy") == 0


# --- My Drive -----------------------------------------------------------------------------------


def test_a_persons_folder_is_made_once_and_found_again(on_google: GoogleCampaign) -> None:
    in_my_drive(on_google)

    give_out(on_google)
    again = give_out(on_google)

    assert again.plan == type(again.plan)()
    (folder,) = files(on_google.google, "folder")
    assert {file.parents for file in files(on_google.google, "sheet")} == {(folder.id,)}
    assert everybodys(on_google) == emails(on_google.job().units)
    assert not any(file.writers_can_share for file in files(on_google.google, "sheet"))


def test_the_coordinators_own_account_stays_the_owner(on_google: GoogleCampaign) -> None:
    """Who signed in with `dankheo login` is often the coordinator of campaign.toml."""
    in_my_drive(on_google, COORDINATOR)

    give_out(on_google)
    sync(on_google.job(), at("05 09:00"))

    for file in files(on_google.google):
        owners = [g["emailAddress"] for g in file.permissions.values() if g["role"] == "owner"]
        assert owners == [COORDINATOR]
    assert COORDINATOR not in {who for _, who in shares(on_google.google.log)}


@pytest.mark.parametrize("my_drive", [False, True])
def test_a_listing_that_lags_makes_nothing_twice_and_leaves_nobody_out(
    on_google: GoogleCampaign, my_drive: bool
) -> None:
    if my_drive:
        in_my_drive(on_google)
    on_google.google.store.delays = Delays(listing=30)

    first = give_out(on_google)
    on_google.google.clock.advance(60)
    second = give_out(on_google)

    assert (len(first.plan.create), second.plan) == (8, type(second.plan)())
    assert everybodys(on_google) == emails(on_google.job().units)
    assert set(shares(on_google.google.log).values()) == {1}


# --- the template -------------------------------------------------------------------------------


def edit_template(campaign: GoogleCampaign, *requests: dict[str, Any]) -> None:
    (template,) = files(campaign.google, "template")
    campaign.google.edit(template.id, list(requests), ROBOT)


def tab_id(campaign: GoogleCampaign, title: str) -> int:
    (template,) = files(campaign.google, "template")
    assert template.document is not None
    found = template.document.titled(title)
    assert found is not None
    return found.id


def test_a_template_restyled_by_hand_is_what_new_units_get(on_google: GoogleCampaign) -> None:
    """Colours, and a row of one's own above the form."""
    roster(on_google, [A])
    give_out(on_google)
    entries = tab_id(on_google, layout.TAB_ENTRIES)
    above = {"sheetId": entries, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    start = {"sheetId": entries, "rowIndex": 0, "columnIndex": 0}
    cells = [{"userEnteredValue": {"stringValue": "Đã trang trí"}}]
    edit_template(
        on_google,
        {"insertDimension": {"range": above, "inheritFromBefore": False}},
        {
            "updateCells": {
                "start": start,
                "rows": [{"values": cells}],
                "fields": "userEnteredValue",
            }
        },
    )
    roster(on_google, [A, B])

    done = give_out(on_google)

    assert (done.notes, done.halted) == ((), None)
    file = sheet(on_google.google, "B")
    assert [cell(file, layout.TAB_ENTRIES, row, 0) for row in (0, 1)] == [
        "Đã trang trí",
        "ĐƠN VỊ B",
    ]
    assert len(files(on_google.google, "template")) == 1


def test_a_broken_template_stops_it_before_anything_is_copied(on_google: GoogleCampaign) -> None:
    roster(on_google, [A])
    give_out(on_google)
    edit_template(on_google, {"deleteSheet": {"sheetId": tab_id(on_google, layout.TAB_FEEDBACK)}})
    roster(on_google, [A, B])
    on_google.google.log.clear()

    done = give_out(on_google)

    assert done.halted is not None
    assert "đã bị sửa cấu trúc: Mẫu không còn trang “Phản hồi”." in done.halted.message
    assert "drive.files.copy" not in on_google.google.calls()
    looked = [r for r in on_google.google.log if r.call == "sheets.spreadsheets.get"]
    assert ["protectedRanges" in r.query["fields"][0] for r in looked].count(True) == 1


def test_another_form_gets_a_template_of_its_own_for_new_units(on_google: GoogleCampaign) -> None:
    roster(on_google, [A])
    give_out(on_google)
    settings(on_google, ("form_rows = 30", "form_rows = 12"))
    roster(on_google, [A, B])

    done = give_out(on_google)

    assert (done.notes, done.halted) == ((), None)
    assert len(files(on_google.google, "template")) == 2
    assert [_rows(sheet(on_google.google, unit)) for unit in "AB"] == [39, 21]
    assert everybodys(on_google) == emails(on_google.job().units)


def _rows(file: File) -> int:
    assert file.document is not None
    found = file.document.titled(layout.TAB_ENTRIES)
    assert found is not None
    return found.rows


# --- copies that should not be ------------------------------------------------------------------


def test_a_second_copy_that_nobody_was_given_is_thrown_away(on_google: GoogleCampaign) -> None:
    """Two runs at once, each with a copy: one is left, and only one was shared."""
    roster(on_google, [A])
    first, second = on_google.job(), on_google.job()
    for job in (first, second):
        job.workspace.sheets()
        job.workspace.create(job.units[0])
    assert len(sheets(on_google.google)["A"]) == 2

    give_out(on_google)

    assert access(sheet(on_google.google, "A")) == {"a@x.example": "writer"}
    assert set(shares(on_google.google.log).values()) == {1}


def test_a_copy_a_person_made_is_not_thrown_away(on_google: GoogleCampaign) -> None:
    """The coordinator copies a unit's sheet in the folder: which one counts is asked."""
    on_google.google.store.drives[on_google.drive].members[COORDINATOR] = "organizer"
    roster(on_google, [A])
    give_out(on_google)
    original = sheet(on_google.google, "A")
    on_google.google.clock.advance(60)
    body = {"name": "Bản sao của A", "parents": [on_google.drive]}
    path = f"/drive/v3/files/{original.id}/copy"
    by_hand(on_google.google, COORDINATOR, "POST", path, body)

    give_out(on_google)
    figures = sync(on_google.job(), at("07 09:00")).board.model_dump(mode="json")

    assert len(sheets(on_google.google)["A"]) == 2
    assert unit_of(figures, "A")["findings"][0]["code"] == "equal-copy"
    assert access(original) == {"a@x.example": "writer"}


def test_an_answer_lost_on_the_copy_is_looked_for_before_it_is_tried_again(
    on_google: GoogleCampaign,
) -> None:
    roster(on_google, [A, B])
    on_google.google.faults.add(Fault("drop", path="/copy$", committed=True))
    waited: list[float] = []

    done = provision(on_google.job(), wait=waited.append)

    assert (len(done.plan.create), done.notes, waited) == (2, (), [60.0])
    assert on_google.google.calls().count("drive.files.copy") == 2
    assert sorted(len(found) for found in sheets(on_google.google).values()) == [1, 1]
