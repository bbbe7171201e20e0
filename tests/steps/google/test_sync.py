"""Sync on Google: only what changed is read, told and redrawn; people type meanwhile."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.operations.publishing import Outcome
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report, sync
from dankheo_sheets.steps.status import status
from dankheo_sheets.workspace.base import LATER
from tests.conftest import EXAMPLE
from tests.form_2022 import FIRST_ROW
from tests.google_campaign import COORDINATOR, LEADER, GoogleCampaign
from tests.google_emulator import Fault
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.steps.google.stage import access, cell, files, fill_in, headline, roster, sheet

BARE = {"name": "Chỉ có tên"}
HCTH = "hcth@so-khcn.example"


def read(campaign: GoogleCampaign, when: str) -> Outcome:
    """Sync at a moment, as a new run; the log is of this run alone."""
    campaign.now_is(at(when))
    campaign.google.log.clear()
    return sync(campaign.job(), at(when))


def asked(campaign: GoogleCampaign) -> Counter[str]:
    """Return the requests of the last run; "token" is for a token."""
    return Counter(request.call or "token" for request in campaign.google.log)


# --- in few requests ----------------------------------------------------------------------------


def test_with_nothing_changed_it_is_a_listing(given_out: GoogleCampaign) -> None:
    """Right after feedback was given, too: that was us."""
    fill_in(given_out, "HCTH", "07 09:00")
    fill_in(given_out, "TDC", "07 09:00", [BARE])
    first = read(given_out, "08 17:00")

    again = read(given_out, "09 17:00")

    assert (first.told, again.changed) == (2, False)
    assert asked(given_out) == {"drive.files.list": 1, "token": 1}


def test_only_the_sheet_that_changed_is_read(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    read(given_out, "08 17:00")
    fill_in(given_out, "QLKH", "09 09:00")

    outcome = read(given_out, "09 17:00")

    changed = sheet(given_out.google, "QLKH").id
    assert (outcome.read, outcome.told) == (1, 1)
    assert [r.path for r in given_out.google.log if r.call == "drive.files.export"] == [
        f"/drive/v3/files/{changed}/export"
    ]
    assert asked(given_out) == {
        "token": 1,
        "drive.files.list": 2,  # before the lease and with it
        "drive.files.export": 1,
        "drive.files.get": 1,
        "drive.files.update": 3,  # before and after the feedback; what was drawn
        "sheets.spreadsheets.values.batchUpdate": 2,
        "sheets.spreadsheets.values.batchGet": 1,  # what stood there when it was told
        "sheets.spreadsheets.get": 2,  # the lease; the master
        "sheets.spreadsheets.batchUpdate": 3,  # the lease taken, given back; the master
        "drive.permissions.list": 1,
    }


def test_the_first_time_it_takes_two_requests_a_sheet_and_four_to_tell_a_unit(
    given_out: GoogleCampaign,
) -> None:
    for unit in given_out.job().units:
        fill_in(given_out, unit.code, "07 09:00")

    outcome = read(given_out, "08 17:00")

    assert (outcome.read, outcome.told) == (8, 8)
    master = ["make", "look", "draw", "fill", "mark", "members", "share", "share"]
    lease = ["look", "take", "list", "give back"]
    assert len(given_out.google.log) == 8 * (2 + 4) + len(["token", "list", *master, *lease])


def test_status_downloads_nothing(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    given_out.google.log.clear()

    board = status(given_out.job(), at("08 17:00"))

    assert board.notes[-1].startswith("8 biểu chưa đọc")
    assert asked(given_out) == {"drive.files.list": 1, "token": 1}


def test_another_machine_reads_everything_and_tells_nobody_again(
    given_out: GoogleCampaign,
) -> None:
    """A scheduled job begins with an empty disk each time."""
    fill_in(given_out, "HCTH", "07 09:00")
    fill_in(given_out, "TDC", "07 09:00", [BARE])
    first = read(given_out, "08 17:00")
    shutil.rmtree(given_out.directory / "archive")
    shutil.rmtree(given_out.directory / "out")

    again = read(given_out, "09 17:00")

    assert (again.read, again.told) == (8, 0)
    assert [(u.unit, u.status, u.counted) for u in again.board.units] == [
        (u.unit, u.status, u.counted) for u in first.board.units
    ]


def test_a_disk_that_refuses_makes_no_unit_untouched(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    (given_out.directory / "archive").mkdir(exist_ok=True)
    (given_out.directory / "archive" / "HCTH").touch()

    with pytest.raises(WorkspaceError, match="một tệp nằm ở chỗ cần thư mục"):
        read(given_out, "08 17:00")

    (given_out.directory / "archive" / "HCTH").unlink()
    assert unit_of(read(given_out, "08 18:00").board, "HCTH")["status"] == "submitted"


# --- feedback -----------------------------------------------------------------------------------


def test_feedback_changes_its_own_tab_and_nothing_else(given_out: GoogleCampaign) -> None:
    """What begins with “=” stays text."""
    given_out.google.type_into(
        sheet(given_out.google, "TDC").id,
        f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW}",
        [["=1+1 là tên", "y"]],
        "tdc@so-khcn.example",
        raw=True,
    )
    before = sheet(given_out.google, "TDC").document
    assert before is not None

    read(given_out, "08 17:00")

    after = sheet(given_out.google, "TDC").document
    assert after is not None
    assert [tab.title for tab in after.tabs] == [tab.title for tab in before.tabs]
    for tab, twin in zip(before.tabs, after.tabs, strict=True):
        if tab.title != layout.TAB_FEEDBACK:
            assert tab == twin
    typed = [cell(sheet(given_out.google, "TDC"), layout.TAB_FEEDBACK, row, 1) for row in range(30)]
    assert "=1+1 là tên" in typed or "y" in typed
    assert not any(
        "formulaValue" in each.get("userEnteredValue", {})
        for tab in after.tabs
        if tab.title == layout.TAB_FEEDBACK
        for each in tab.cells.values()
    )


def test_what_did_not_change_is_not_told_again(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    fill_in(given_out, "TDC", "07 09:00", [BARE])
    read(given_out, "08 17:00")
    fill_in(given_out, "TDC", "09 09:00", [BARE | {"place": "Xã mẫu"}])

    outcome = read(given_out, "09 17:00")

    assert outcome.told == 1
    written = [r.path for r in given_out.google.log if r.call.endswith("values.batchUpdate")]
    assert (
        f"/v4/spreadsheets/{sheet(given_out.google, 'HCTH').id}/values:batchUpdate" not in written
    )


# --- people type meanwhile ----------------------------------------------------------------------


@dataclass
class Meanwhile(Fault):
    """Somebody does something just before a request is answered as usual."""

    action: str = "slow"  # type: ignore[assignment]
    does: Callable[[], object] = field(default=lambda: None)

    def matches(self, method: str, path: str) -> bool:
        """See :meth:`Fault.matches`."""
        found = super().matches(method, path)
        if found:
            self.does()
        return found


def type_name(campaign: GoogleCampaign, name: str, who: str = HCTH) -> None:
    """Let somebody type into the sheet of HCTH."""
    campaign.google.clock.advance(5)
    where = f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW}"
    campaign.google.type_into(sheet(campaign.google, "HCTH").id, where, [[name]], who)


def name_of(outcome: Outcome) -> str:
    """Return the name of the first model of HCTH."""
    return str(unit_of(outcome.board, "HCTH")["entries"][0]["name"])


def test_who_types_while_it_is_read_is_read_by_the_next_run(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    given_out.google.faults.add(
        Meanwhile(path="/export$", does=lambda: type_name(given_out, "Vừa sửa"))
    )
    one_worker(given_out)

    first = read(given_out, "08 17:00")
    second = read(given_out, "08 18:00")

    assert first.board.notes == [f"HCTH: đơn vị vừa sửa biểu, sẽ được đọc {LATER}"]
    waiting = unit_of(first.board, "HCTH")["findings"]
    assert ([finding["code"] for finding in waiting], first.read) == (["not-read"], 7)
    assert (unit_of(second.board, "HCTH")["counted"], second.read) == (1, 1)


def one_worker(campaign: GoogleCampaign) -> None:
    path = campaign.directory / "campaign.toml"
    path.write_text(path.read_text("utf-8").replace("[google]", "[google]\nworkers = 1"), "utf-8")


def test_who_types_before_the_feedback_is_not_written_over(given_out: GoogleCampaign) -> None:
    fill_in(given_out, "HCTH", "07 09:00")
    file = sheet(given_out.google, "HCTH").id
    given_out.google.faults.add(
        Meanwhile(method="PATCH", path=f"/{file}$", does=lambda: type_name(given_out, "Vừa sửa"))
    )

    first = read(given_out, "08 17:00")
    told = headline(sheet(given_out.google, "HCTH"))
    second = read(given_out, "08 18:00")

    assert first.board.notes == [f"HCTH: đơn vị vừa sửa biểu, phản hồi sẽ được ghi {LATER}"]
    assert (first.told, second.read, second.told) == (0, 1, 1)
    assert not told.startswith("Đã nhận")
    assert headline(sheet(given_out.google, "HCTH")) == "Đã nhận biểu, đúng hạn."


@pytest.mark.parametrize("who", [HCTH, ""])
def test_who_types_right_after_the_feedback_is_seen(on_google: GoogleCampaign, who: str) -> None:
    """Signed in, or by the link without a name."""
    access = "liên kết" if not who else ""
    roster(on_google, [f"HCTH,Văn phòng,1,{HCTH},{access},"])
    provision(on_google.job())
    where = f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW}"
    on_google.google.type_into(sheet(on_google.google, "HCTH").id, where, [["Một"]], who)
    read(on_google, "08 17:00")
    type_name(on_google, "Sau phản hồi", who)

    outcome = read(on_google, "08 17:10")

    assert (outcome.read, outcome.told) == (1, 1)


# --- the master ---------------------------------------------------------------------------------


def test_the_master_is_one_spreadsheet_for_the_coordinator_and_the_leader(
    given_out: GoogleCampaign,
) -> None:
    """The same tabs as tong-hop.xlsx, written only when something changed."""
    fill_in(given_out, "HCTH", "07 09:00")

    outcome = read(given_out, "08 17:00")
    (master,) = files(given_out.google, "master")
    version = master.version
    report(given_out.job(), at("08 17:00"))
    fill_in(given_out, "QLKH", "09 09:00")
    read(given_out, "09 17:00")

    assert outcome.where.startswith(f"https://docs.google.com/spreadsheets/d/{master.id}/")
    assert master.document is not None
    here = openpyxl.load_workbook(given_out.directory / "out" / "tong-hop.xlsx")
    assert [tab.title for tab in master.document.tabs] == here.sheetnames
    assert access(master) == {COORDINATOR: "writer", LEADER: "reader"}
    assert files(given_out.google, "master") == [master]
    assert master.version > version


def test_a_tab_of_ones_own_in_the_master_survives(given_out: GoogleCampaign) -> None:
    read(given_out, "08 17:00")
    (master,) = files(given_out.google, "master")
    mine = {"addSheet": {"properties": {"title": "Của tôi"}}}
    given_out.google.edit(master.id, [mine], COORDINATOR)
    given_out.google.type_into(master.id, "'Của tôi'!A1", [["ghi chú"]], COORDINATOR)
    fill_in(given_out, "HCTH", "09 09:00")

    read(given_out, "09 17:00")

    assert cell(master, "Của tôi", 0, 0) == "ghi chú"


def test_a_leader_without_google_account_does_not_hold_up_the_results(
    given_out: GoogleCampaign,
) -> None:
    given_out.google.identities.without_google = {LEADER}
    fill_in(given_out, "HCTH", "07 09:00")

    outcome = read(given_out, "08 17:00")
    again = read(given_out, "08 18:00")

    for each in (outcome, again):
        assert each.board.notes == [
            f"Bảng tổng hợp trên Google Drive: {LEADER}: địa chỉ này không có tài khoản Google"
        ]
    (master,) = files(given_out.google, "master")
    assert access(master) == {COORDINATOR: "writer"}
    kept = json.loads((given_out.directory / "out" / "bao-cao.json").read_bytes())
    assert unit_of(kept, "HCTH")["counted"] == 1


# --- the same as in a folder --------------------------------------------------------------------


def test_the_same_answers_give_the_same_figures_as_in_a_folder(
    given_out: GoogleCampaign, tmp_path: Path
) -> None:
    """Checksums aside, which are of other bytes."""
    there = tmp_path / "folder"
    there.mkdir()
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, there / name)
    in_folder = load_context(there)
    provision(in_folder)
    answers: list[tuple[str, str, list[Mapping[str, str]], Mapping[str, str]]] = [
        ("HCTH", "07 09:00", [ENTRY, ENTRY | {"name": "Mô hình thứ hai", "field": "Lạ"}], COVER),
        ("TTra", "07 09:10", [BARE | {"collective": "có", "place": "#REF!"}], {}),
        ("QLKH", "07 09:20", [ENTRY], COVER | {"confirmed": ""}),
        ("KHTC", "07 09:30", [], COVER | {"confirmed": "", "nil_reason": "Đang sắp xếp lại"}),
        ("TDC", "12 07:00", [ENTRY], COVER),
        ("TTUD", "07 09:50", [ENTRY | {"content": "dài " * 3000}], {"phone": "0900.000.001"}),
    ]
    ended = []
    for step, when in ((sync, "08 17:00"), (close, "12 08:00"), (report, "12 09:00")):
        for unit, moment, entries, cover in answers:
            if step is (close if unit == "TDC" else sync):
                fill(there / "workbooks" / f"{unit}.xlsx", entries, cover, at(moment))
                fill_in(given_out, unit, moment, entries, cover)
        given_out.now_is(at(when))
        step(in_folder, at(when))
        step(given_out.job(), at(when))
        ended.append([_figures(there), _figures(given_out.directory)])

    for folder, google in ended:
        assert google == folder


def _figures(directory: Path) -> object:
    found = json.loads((directory / "out" / "bao-cao.json").read_bytes())
    for unit in found["units"]:
        del unit["sha256"], unit["url"]
    del found["fingerprint"], found["papers"]
    return found
