"""Close on Google: told, then readers by role, then restricted, and read back; and reopened."""

import json
import shutil

import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import Run, close, report, sync
from dankheo_sheets.steps.unit_decisions import reopen
from dankheo_sheets.workspace.base import LATER
from tests.form_2022 import FIRST_ROW
from tests.google_campaign import COORDINATOR, GoogleCampaign
from tests.google_emulator import Delays, Fault, Refusal
from tests.google_emulator.clock import seconds
from tests.steps.conftest import ENTRY, at, unit_of
from tests.steps.google.stage import (
    Branch,
    access,
    figures,
    files,
    fill_in,
    headline,
    in_my_drive,
    roster,
    sheet,
    state,
)

A, B = "A,Đơn vị A,1,a@x.example,,", "B,Đơn vị B,2,b@x.example,,"
REASON = "Biểu đã khoá vì hết hạn trước ngày 12/4/2022."
NAME = f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW}"


@pytest.fixture
def two(on_google: GoogleCampaign) -> GoogleCampaign:
    """Return two units; A has filled in its sheet."""
    roster(on_google, [A, B])
    provision(on_google.job())
    fill_in(on_google, "A", "07 09:00")
    on_google.google.log.clear()
    return on_google


def shut(campaign: GoogleCampaign, when: str) -> Run:
    """Close at a moment, as a new run."""
    campaign.now_is(at(when))
    return close(campaign.job(), at(when))


def codes(closing: Run, unit: str) -> list[str]:
    return [finding["code"] for finding in unit_of(closing.outcome.board, unit)["findings"]]


# --- what it does -------------------------------------------------------------------------------


def test_the_unit_is_told_then_may_only_read_then_the_sheet_is_restricted(
    two: GoogleCampaign,
) -> None:
    """What Drive answers to the last two says that nobody can write."""
    file = sheet(two.google, "A")

    closing = shut(two, "12 08:00")

    log = [request for request in two.google.log if f"/{file.id}" in request.path]
    steps = [
        "restrict" if "contentRestrictions" in (request.body or {}) else request.call
        for request in log
    ]
    told, role, lock = (
        steps.index(call)
        for call in (
            "sheets.spreadsheets.values.batchUpdate",
            "drive.permissions.update",
            "restrict",
        )
    )
    assert told < role < lock
    assert "drive.permissions.list" not in steps
    assert sorted(closing.closed) == ["A", "B"]
    assert access(file) == {"a@x.example": "reader"}
    assert (file.restriction["reason"], file.restriction["ownerRestricted"]) == (REASON, True)
    assert headline(file) == "Đã nhận biểu, đúng hạn."
    assert headline(sheet(two.google, "B")) == "Chưa nhận được nội dung nào."
    with pytest.raises(Refusal):
        two.google.type_into(file.id, NAME, [["muộn"]], "a@x.example")


def test_again_is_a_listing(two: GoogleCampaign) -> None:
    shut(two, "12 08:00")
    before = state(two)
    two.google.log.clear()

    again = shut(two, "12 09:00")

    assert (again.closed, again.outcome.changed) == ((), False)
    assert set(two.google.calls()) == {"drive.files.list"}
    assert state(two) == before


@pytest.mark.parametrize("answered", ["writer", "reader"])
def test_a_role_that_did_not_change_is_noticed_and_changed_by_the_next_run(
    on_google: GoogleCampaign, answered: str
) -> None:
    """By what the change answers; in My Drive also by what the file shows then."""
    if answered == "reader":
        in_my_drive(on_google)
    roster(on_google, [A, B])
    provision(on_google.job())
    file = sheet(on_google.google, "A")
    said = json.dumps({"id": "1", "type": "user", "role": answered})
    on_google.google.faults.add(
        Fault("refuse", "PATCH", f"{file.id}/permissions/", status=200, body=said)
    )

    first = shut(on_google, "12 08:00")
    still = access(file)
    second = shut(on_google, "12 09:00")

    assert sorted(first.closed) == ["A", "B"]
    assert first.outcome.board.notes == [
        "A: chưa khoá được tệp (A - Đơn vị A: đã khoá nhưng đọc lại thì vẫn còn người ghi được); "
        "đã chốt bản được tính"
    ]
    assert still == {"a@x.example": "writer"}
    assert access(file) == {"a@x.example": "reader"}
    assert second.outcome.board.notes == []
    assert shut(on_google, "12 10:00").outcome.changed is False


def test_a_sheet_that_an_organizer_unlocked_is_locked_again(two: GoogleCampaign) -> None:
    """Where that fails, it is said."""
    shut(two, "12 08:00")
    file = sheet(two.google, "A")
    file.restriction = {}
    two.google.faults.add(
        Fault(method="PATCH", path=f"{file.id}$", status=403, reason="insufficientFilePermissions")
    )

    failed = shut(two, "12 09:00")
    done = shut(two, "12 10:00")

    (note,) = failed.outcome.board.notes
    assert note.startswith("A: chưa khoá lại được (Google: tài khoản không đủ quyền")
    assert (done.outcome.board.notes, file.restriction["reason"]) == ([], REASON)


def test_by_link_nobody_writes_after_the_closing(on_google: GoogleCampaign) -> None:
    roster(on_google, ["A,Đơn vị A,1,,liên kết,"])
    provision(on_google.job())
    file = sheet(on_google.google, "A")
    on_google.google.type_into(file.id, NAME, [["không tên"]], "")

    closing = shut(on_google, "12 08:00")

    assert closing.closed == ("A",)
    assert access(file) == {"anyone": "reader"}


def test_a_template_shared_by_hand_hides_no_writer(two: GoogleCampaign) -> None:
    """Who may open the template is not taken for somebody who may open everything."""
    (template,) = files(two.google, "template")
    two.google.store.grant(template, "user", "writer", "a@x.example")

    closing = shut(two, "12 08:00")

    assert closing.outcome.board.notes == []
    assert access(sheet(two.google, "A")) == {"a@x.example": "reader"}


def test_a_unit_with_more_time_stays_open(on_google: GoogleCampaign) -> None:
    roster(on_google, [A, "B,Đơn vị B,2,b@x.example,,15/4/2022"])
    provision(on_google.job())

    first = shut(on_google, "12 08:00")
    fill_in(on_google, "B", "15 09:00")
    second = shut(on_google, "16 00:00")

    assert (first.closed, first.open, second.closed) == (("A",), ("B",), ("B",))
    assert unit_of(second.outcome.board, "B")["status"] == "submitted"


def is_snapshot(name: str, unit: str) -> bool:
    """Tell a kept snapshot of a unit from how it was judged."""
    return name.startswith(f"{unit}-") and name.endswith(".xlsx")


# --- delays -------------------------------------------------------------------------------------


def test_what_is_typed_after_the_deadline_does_not_count(two: GoogleCampaign) -> None:
    """A lock reaches everybody only after minutes."""
    two.google.store.delays = Delays(lock=600, permission=300)
    shut(two, "12 00:01")
    two.google.clock.advance(100)
    two.google.type_into(sheet(two.google, "A").id, NAME, [["sau hạn"]], "a@x.example")

    closing = shut(two, "12 00:30")

    unit = unit_of(closing.outcome.board, "A")
    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted", 1, True)
    assert codes(closing, "A") == ["changed-after-deadline"]
    assert shut(two, "12 01:00").outcome.changed is False


def appears_late(campaign: GoogleCampaign, text: str, when: str) -> None:
    """Let a change of that moment become visible only now (reference/google.md §5)."""
    file = sheet(campaign.google, "A")
    campaign.google.type_into(file.id, NAME, [[text]], "a@x.example")
    file.modified = seconds(at(when).isoformat())


@pytest.mark.parametrize("step", ["close", "sync"])
def test_what_was_typed_in_time_and_appears_after_the_lock_counts(
    two: GoogleCampaign, step: str
) -> None:
    two.google.store.delays = Delays(lock=600, permission=600)
    shut(two, "12 00:01")
    two.google.clock.advance(60)
    appears_late(two, "Đúng hạn, hiện ra muộn", "11 23:59")

    closes = step == "close"
    found = shut(two, "12 00:30").outcome if closes else sync(two.job(), at("12 00:30"))

    unit = unit_of(found.board, "A")
    assert (unit["status"], unit["closed"]) == ("submitted", True)
    assert unit["findings"] == []
    assert unit["changed_at"] == "2022-04-11T23:59:00+07:00"
    kept = [file.name for file in files(two.google, "kept") if is_snapshot(file.name, "A")]
    assert len(kept) == (2 if closes else 1)


def test_a_machine_that_has_only_the_drive_counts_what_appeared_late(two: GoogleCampaign) -> None:
    two.google.store.delays = Delays(lock=600, permission=600)
    shut(two, "12 00:01")
    appears_late(two, "Đúng hạn, hiện ra muộn", "11 23:59")
    shut(two, "12 00:30")
    before = figures(two.directory)
    shutil.rmtree(two.directory / "archive")
    shutil.rmtree(two.directory / "out")

    sync(two.job(), at("12 01:00"))

    assert figures(two.directory)["units"] == before["units"]


def test_a_unit_that_types_while_it_is_closed_is_closed_by_the_next_run(
    two: GoogleCampaign,
) -> None:
    """Its other sheets are; what it typed after the deadline does not count."""
    exports = 0

    class Types(Fault):
        def matches(self, method: str, path: str) -> bool:
            nonlocal exports
            exports += super().matches(method, path)
            if exports == 2:  # the one after the lock
                exports += 1
                two.google.clock.advance(1)
                two.google.type_into(sheet(two.google, "A").id, NAME, [["kịp"]], "a@x.example")
            return False

    two.google.store.delays = Delays(lock=600, permission=600)
    file = sheet(two.google, "A").id
    two.google.faults.add(Types("slow", path=f"{file}/export"))

    first = shut(two, "12 00:01")
    second = shut(two, "12 00:30")
    third = shut(two, "12 01:00")

    assert (first.closed, second.closed, third.closed) == (("B",), ("A",), ())
    assert f"A: đơn vị vừa sửa biểu, sẽ được đọc {LATER}" in first.outcome.board.notes
    unit = unit_of(second.outcome.board, "A")
    assert (unit["status"], unit["counted"]) == ("submitted", 1)
    assert second.outcome.board.notes == []


# --- what outlives this machine -----------------------------------------------------------------


def test_final_snapshots_and_results_are_on_drive(two: GoogleCampaign) -> None:
    shut(two, "12 08:00")
    report(two.job(), at("12 09:00"))

    (folder,) = files(two.google, "results")
    kept = {file.name: file for file in files(two.google, "kept")}
    assert {file.parents for file in kept.values()} == {(folder.id,)}
    out = two.directory / "out"
    for name in ("tong-hop.xlsx", "bao-cao.docx", "bao-cao.json"):
        assert kept[name].content == (out / name).read_bytes()
    for unit in "AB":
        sha256 = sheet(two.google, unit).properties["final"]
        archived = two.directory / "archive" / unit / f"{sha256}.xlsx"
        assert kept[f"{unit}-{sha256[:12]}.xlsx"].content == archived.read_bytes()


def test_a_machine_that_lost_everything_reports_the_same(two: GoogleCampaign) -> None:
    """Nobody is told again, no lock is lifted."""
    fill_in(two, "B", "12 07:00", [{"name": "Muộn"}])
    shut(two, "12 08:00")
    report(two.job(), at("12 09:00"))
    before = state(two)
    shutil.rmtree(two.directory / "archive")
    shutil.rmtree(two.directory / "out")
    two.google.log.clear()

    report(two.job(), at("12 09:00"))

    assert state(two) == before
    assert "sheets.spreadsheets.values.batchUpdate" not in [
        request.call for request in two.google.log if sheet(two.google, "A").id in request.path
    ]


def test_a_final_snapshot_that_cannot_be_got_now_makes_no_unit_untouched(
    two: GoogleCampaign,
) -> None:
    """It is said, and the next run gets it."""
    shut(two, "12 08:00")
    (kept,) = [file for file in files(two.google, "kept") if is_snapshot(file.name, "A")]
    shutil.rmtree(two.directory / "archive")
    shutil.rmtree(two.directory / "out")
    two.google.faults.add(Fault(path=kept.id, status=403, reason="insufficientFilePermissions"))

    first = sync(two.job(), at("12 09:00"))
    second = sync(two.job(), at("12 10:00"))

    codes = [finding["code"] for finding in unit_of(first.board, "A")["findings"]]
    assert (codes, len(first.board.notes)) == (["not-read"], 1)
    unit = unit_of(second.board, "A")
    assert (unit["status"], unit["counted"], unit["findings"]) == ("submitted", 1, [])
    assert second.board.notes == []


# --- reopening ----------------------------------------------------------------------------------


def test_reopening_reverses_all_of_it_for_one_unit(two: GoogleCampaign) -> None:
    before = {unit: dict(sheet(two.google, unit).properties) for unit in "AB"}
    shut(two, "12 08:00")

    reopen(two.job(), ["A"], at("15 00:00"), at("12 09:00"))

    file = sheet(two.google, "A")
    assert (access(file), file.restriction) == ({"a@x.example": "writer"}, {})
    added = file.properties.keys() - before["A"].keys()
    assert added == {"extended_until", "feedback", "dk_ours"}
    assert sheet(two.google, "B").restriction["readOnly"]
    assert access(sheet(two.google, "B")) == {"b@x.example": "reader"}
    fill_in(two, "A", "13 09:00", [ENTRY, ENTRY | {"name": "Thêm"}])
    assert shut(two, "14 08:00").closed == ()
    again = shut(two, "15 00:00")
    assert again.closed == ("A",)
    assert unit_of(again.outcome.board, "A")["counted"] == 2


def test_reopening_twice_is_the_same_as_once(two: GoogleCampaign) -> None:
    shut(two, "12 08:00")
    reopen(two.job(), ["A"], at("15 00:00"), at("12 09:00"))
    before = state(two)

    (again,) = reopen(two.job(), ["A"], at("15 00:00"), at("12 09:00"))

    assert again.already
    assert state(two) == before


def test_a_coordinator_that_types_into_a_closed_sheet_changes_nothing(
    two: GoogleCampaign,
) -> None:
    """An organizer can lift the lock; what counts is what was closed."""
    two.google.store.drives[two.drive].members[COORDINATOR] = "organizer"
    shut(two, "12 08:00")
    file = sheet(two.google, "A")
    file.restriction = {}
    two.google.clock.advance(3600)
    two.google.type_into(file.id, NAME, [["sửa hộ"]], COORDINATOR)

    closing = shut(two, "12 10:00")

    unit = unit_of(closing.outcome.board, "A")
    assert (unit["status"], unit["counted"]) == ("submitted", 1)
    assert codes(closing, "A") == ["changed-after-closing"]
    assert file.restriction["reason"] == REASON


def test_going_back_is_going_back(
    two: GoogleCampaign, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the tests of faults and kills stand on."""
    branch = Branch(two, tmp_path_factory.mktemp("branch") / "dot")
    before = state(two)
    shut(two, "12 08:00")
    ended = state(two)

    branch.back()
    assert state(two) == before
    shut(two, "12 08:00")
    assert state(two) == ended
