"""Close and reopen: decided by when a sheet changed, once, and undone for one unit."""

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from dankheo_sheets.errors import UsageError, WorkspaceError
from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.run import close, report, run, sync
from dankheo_sheets.steps.unit_decisions import reopen
from dankheo_sheets.workspace.base import LATER, Sheet
from dankheo_sheets.workspace.folder import FolderWorkspace
from dankheo_sheets.written_dates import first_instant_after
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything, opened, unit_of


def is_locked(path: Path) -> bool:
    return not path.stat().st_mode & stat.S_IWUSR


@pytest.mark.parametrize(
    ("saved", "status", "late"),
    [("11 23:59", "submitted", False), ("12 00:00", "submitted-late", True)],
)
def test_lateness_is_when_the_sheet_changed_not_when_it_was_read(
    job: Context, fill_in: Fill, saved: str, status: str, late: bool
) -> None:
    """“Trước ngày 12/4/2022”: 23:59 on the 11th is in time, 00:00 on the 12th is late."""
    fill_in("HCTH", saved)

    unit = unit_of(close(job, at("15 08:00")).outcome.board, "HCTH")

    assert (unit["status"], unit["late"], unit["closed"]) == (status, late, True)


def test_closing_locks_every_sheet_and_keeps_a_snapshot_of_it(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")

    closing = close(job, at("12 08:00"))

    assert sorted(closing.closed) == sorted(unit.code for unit in job.units)
    assert closing.open == ()
    for unit in job.units:
        assert is_locked(job.directory / "workbooks" / f"{unit.code}.xlsx")
        sha256 = unit_of(closing.outcome.board, unit.code)["sha256"]
        assert (job.directory / "archive" / unit.code / f"{sha256}.xlsx").exists()


def test_closing_again_changes_nothing(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    first = close(job, at("12 08:00"))
    before = everything(job.directory)

    second = close(job, at("13 08:00"))

    assert everything(job.directory) == before
    assert second.closed == ()
    assert second.outcome.board == first.outcome.board


def test_before_the_deadline_nothing_is_closed(job: Context) -> None:
    closing = close(job, at("11 23:59"))

    assert closing.closed == ()
    assert len(closing.open) == 8
    assert not is_locked(job.directory / "workbooks" / "HCTH.xlsx")


def test_closing_reads_everything_anew(job: Context, fill_in: Fill) -> None:
    """A change that kept the file's time and its size is found at the closing."""
    path = fill_in("HCTH", "07 09:00", [ENTRY, ENTRY | {"name": "Mô hình thứ hai", "place": ""}])
    two = workbook_of_size(path, [ENTRY, ENTRY | {"name": "Mô hình thứ hai"}], at("07 09:00"))
    sync(job, at("08 17:00"), feedback=False)
    path.write_bytes(two)
    os.utime(path, (at("07 09:00").timestamp(),) * 2)
    assert sync(job, at("08 18:00")).read == 0

    figures = close(job, at("12 08:00")).outcome.board.model_dump(mode="json")

    assert unit_of(figures, "HCTH")["counted"] == 2
    assert is_locked(path)


def workbook_of_size(path: Path, entries: list[dict[str, str]], when: datetime) -> bytes:
    """Return another workbook; it and the one at `path` get a comment that makes them as long."""
    other = path.with_name("~khac.xlsx")
    shutil.copy(path, other)
    fill(other, entries, COVER, when)
    longest = max(path.stat().st_size, other.stat().st_size) + 10
    for each in (path, other):
        room = longest - each.stat().st_size
        with zipfile.ZipFile(each, "a") as archive:
            archive.comment = b" " * room
    data = other.read_bytes()
    other.unlink()
    assert len(data) == path.stat().st_size
    os.utime(path, (when.timestamp(),) * 2)
    return data


def test_a_unit_with_an_extension_stays_open_until_its_own_deadline(
    job: Context, fill_in: Fill
) -> None:
    roster = job.directory / "units.csv"
    lines = roster.read_text("utf-8").replace(
        "ttud@so-khcn.example,,,", "ttud@so-khcn.example,,15/4/2022,"
    )
    roster.write_text(lines, "utf-8")
    job = load_context(job.directory)
    fill_in("TTUD", "14 09:00")

    first = close(job, at("12 08:00"))
    second = close(job, at("16 00:00"))

    assert first.open == ("TTUD",)
    assert "TTUD" not in first.closed
    assert second.closed == ("TTUD",)
    assert unit_of(second.outcome.board, "TTUD")["status"] == "submitted"


def test_a_change_after_the_deadline_does_not_replace_what_was_handed_in_time(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    fill_in("HCTH", "12 07:00", [{"name": "Bị sửa hỏng"}])

    unit = unit_of(close(job, at("12 08:00")).outcome.board, "HCTH")

    assert (unit["status"], unit["counted"], unit["late"]) == ("submitted", 1, False)
    assert [finding["code"] for finding in unit["findings"]] == ["changed-after-deadline"]


def test_a_unit_late_with_its_first_good_return_is_late(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00", [{"name": "Chỉ có tên"}])
    sync(job, at("08 17:00"))
    fill_in("HCTH", "12 07:00")

    unit = unit_of(close(job, at("12 08:00")).outcome.board, "HCTH")

    assert (unit["status"], unit["counted"]) == ("submitted-late", 1)


def test_a_change_after_closing_does_not_count_and_is_noted(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    close(job, at("12 08:00"))
    path.chmod(0o644)
    fill_in("HCTH", "13 09:00", [ENTRY | {"name": "Tên khác"}])

    unit = unit_of(sync(job, at("13 10:00")).board, "HCTH")

    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted", 1, True)
    assert [finding["code"] for finding in unit["findings"]] == ["changed-after-closing"]


def test_a_workbook_open_at_the_closing_is_locked_all_the_same(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    since = opened(path, job.campaign.zone)

    closing = close(job, at("12 08:00"))

    assert is_locked(path)
    assert closing.outcome.board.notes == [
        f"HCTH: HCTH.xlsx: đơn vị đang mở tệp, từ {since}; phản hồi sẽ được ghi {LATER}"
    ]


def test_reopening_undoes_the_closing_for_one_unit_only(job: Context, fill_in: Fill) -> None:
    path = fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    close(job, at("12 08:00"))

    reopen(job, ["tdc"], first_instant_after("15/4/2022", job.campaign.zone), at("12 09:00"))
    fill_in("TDC", "14 10:00")
    figures = sync(job, at("14 11:00")).board.model_dump(mode="json")

    assert not is_locked(path)
    assert is_locked(job.directory / "workbooks" / "HCTH.xlsx")
    unit = unit_of(figures, "TDC")
    assert (unit["status"], unit["closed"], unit["late"]) == ("submitted", False, False)
    assert unit["deadline"] == "2022-04-16T00:00:00+07:00"


def test_a_reopened_unit_is_closed_again_at_its_new_deadline(job: Context, fill_in: Fill) -> None:
    close(job, at("12 08:00"))
    reopen(job, ["TDC"], first_instant_after("15/4/2022", job.campaign.zone), at("12 09:00"))

    assert close(job, at("15 23:59")).closed == ()
    assert close(job, at("16 00:00")).closed == ("TDC",)


def test_an_untouched_workbook_says_that_it_is_locked(job: Context) -> None:
    close(job, at("12 08:00"))

    locked = "Biểu đã khoá vì hết hạn trước ngày 12/4/2022."
    workbook = openpyxl.load_workbook(job.directory / "workbooks" / "KHTC.xlsx", data_only=True)
    tab = workbook[layout.TAB_FEEDBACK]
    assert [tab["B3"].value, tab["B4"].value] == ["Chưa nhận được nội dung nào.", locked]
    assert workbook[layout.TAB_ENTRIES][f"A{layout.STATUS_ROW}"].value == (
        f"{locked} Đơn vị chưa hoàn thành đăng ký."
    )


def test_reopening_for_less_time_than_there_is_is_refused(job: Context) -> None:
    with pytest.raises(UsageError, match="biểu đang mở, hạn hiện nay là trước ngày 12/4/2022"):
        reopen(job, ["TDC"], first_instant_after("10/4/2022", job.campaign.zone), at("08 09:00"))


@pytest.mark.parametrize(
    ("unit", "until", "message"),
    [
        ("XXX", "15/4/2022", "Không có đơn vị mã “XXX”"),
        ("TDC", "11/4/2022", "đã qua"),
    ],
)
def test_what_cannot_be_reopened_is_refused(
    job: Context, unit: str, until: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        reopen(job, [unit], first_instant_after(until, job.campaign.zone), at("12 09:00"))


def test_the_report_has_the_masters_figures(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    found = report(job, at("08 17:00")).board.model_dump(mode="json")
    assert found["papers"] == found["fingerprint"]
    assert found | {"papers": ""} == figures
    assert (job.out / "bao-cao.docx").exists()


def test_reporting_again_writes_nothing(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    report(job, at("08 17:00"))
    before = everything(job.directory)

    report(job, at("09 17:00"))

    assert everything(job.directory) == before


def test_a_run_does_what_the_clock_calls_for(job: Context, fill_in: Fill) -> None:
    (job.directory / "workbooks" / "QLKH.xlsx").unlink()
    fill_in("HCTH", "07 09:00")

    before = run(job, at("08 17:00"))
    after = run(job, at("12 08:00"))

    assert [unit.code for unit in before.provisioned.plan.create] == ["QLKH"]
    assert before.closed == ()
    assert after.provisioned.plan.create == ()
    assert len(after.closed) == 8
    figures = json.loads((job.out / "bao-cao.json").read_bytes())
    assert unit_of(figures, "HCTH")["status"] == "submitted"
    assert COVER["confirmed"] == "x"


def test_a_closed_unit_whose_file_is_gone_still_counts(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    close(job, at("12 08:00"))
    path.unlink()

    unit = unit_of(sync(job, at("12 09:00")).board, "HCTH")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)


def test_closing_with_two_files_of_a_unit_is_stable(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    shutil.copy2(path, path.with_name("HCTH (1).xlsx"))
    first = close(job, at("12 08:00")).outcome.board.model_dump(mode="json")

    assert report(job, at("12 09:00")).board.model_dump(mode="json")["units"] == first["units"]
    path.with_name("HCTH (1).xlsx").unlink()
    unit = unit_of(sync(job, at("12 10:00")).board, "HCTH")
    assert (unit["status"], unit["counted"]) == ("submitted", 1)


def test_a_closed_unit_without_its_archived_copy_does_not_count(
    job: Context, fill_in: Fill
) -> None:
    """The file may have been changed since; what was closed is gone."""
    fill_in("HCTH", "07 09:00")
    close(job, at("12 08:00"))
    sha256 = unit_of(json.loads((job.out / "bao-cao.json").read_bytes()), "HCTH")["sha256"]
    for path in (job.directory / "archive" / "HCTH").glob(f"*{sha256[:12]}*"):
        path.unlink()
    shutil.copy(job.directory / "workbooks" / "HCTH.xlsx", job.directory / "x.xlsx")

    figures = sync(job, at("12 09:00")).board.model_dump(mode="json")

    assert unit_of(figures, "HCTH")["counted"] == 0


def test_a_deadline_moved_after_closing_judges_nobody_anew(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "12 07:00")
    close(job, at("12 08:00"))
    settings = job.directory / "campaign.toml"
    text = settings.read_text("utf-8").replace("before = 2022-04-12", "before = 2022-04-20")
    settings.write_text(text, "utf-8")

    closing = close(load_context(job.directory), at("13 08:00"))

    unit = unit_of(closing.outcome.board, "HCTH")
    assert (unit["status"], unit["deadline"]) == ("submitted-late", "2022-04-12T00:00:00+07:00")
    assert [finding["code"] for finding in unit["findings"]] == ["closed-before-due"]
    assert closing.open == ()


class Stubborn(FolderWorkspace):
    """A folder in which one file's mode cannot be changed: it is another user's."""

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        if sheet.unit == "TDC":
            raise WorkspaceError("TDC.xlsx: không có quyền", "xin quyền")
        return super().lock(sheet, reason, marks)


def test_a_sheet_that_cannot_be_locked_is_closed_all_the_same_and_noted(
    job: Context, fill_in: Fill
) -> None:
    fill_in("TDC", "07 09:00")
    stubborn = replace(job, workspace=Stubborn(job.directory, job.form, job.units))

    closing = close(stubborn, at("12 08:00"))

    assert len(closing.closed) == 8
    assert closing.outcome.board.notes == [
        "TDC: chưa khoá được tệp (TDC.xlsx: không có quyền); đã chốt bản được tính"
    ]
    assert close(stubborn, at("12 09:00")).closed == ()
