"""Which return counts, and since when: files copied in with old dates, damaged, emptied, gone."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import close, run, sync
from dankheo_sheets.steps.status import status
from dankheo_sheets.steps.unit_decisions import give_back, reopen
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything, unit_of

OTHER = {**ENTRY, "name": "Mô hình thứ hai"}
DRAFT = COVER | {"confirmed": ""}
DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty-file": lambda data: b"",
    "unreadable": lambda data: data[:4000],
    "encrypted": lambda data: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
}


def codes(unit: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in unit["findings"]]


def of(job: Context, when: str, code: str = "HCTH") -> dict[str, Any]:
    """Sync at a moment and return one unit's line."""
    return unit_of(sync(load_context(job.directory), at(when)).board, code)


def lay(path: Path, data: bytes, when: str) -> None:
    """Put bytes into a workbook's place, dated `when`."""
    path.chmod(0o644)
    path.write_bytes(data)
    os.utime(path, (at(when).timestamp(),) * 2)


# --- since when it is so --------------------------------------------------------------------


def test_a_file_copied_in_after_the_deadline_with_an_old_date_is_late_and_not_in_silence(
    job: Context, fill_in: Fill
) -> None:
    """At the last look, after the deadline, the form was blank: it cannot be older than that."""
    sync(job, at("12 09:00"))
    fill_in("HCTH", "10 15:00")

    unit = of(job, "13 09:00")

    assert (unit["status"], unit["late"]) == ("submitted-late", True)
    assert unit["changed_at"] == "2022-04-12T09:00:00+07:00"
    assert codes(unit) == ["arrived-late"]
    assert unit["findings"][0]["message"] == (
        "Đến sau hạn, tệp ghi sửa lúc 15 giờ 00, ngày 10/4/2022: nhận được trước hạn thì chạy "
        'dankheo receive HCTH --at "15:00 10/4/2022" --reason "…".'
    )
    assert unit["next_action"] == "Xem bản đến sau hạn"


def test_a_look_that_finds_the_known_version_counts_as_a_look(job: Context, fill_in: Fill) -> None:
    """The form was read before the deadline, and seen unchanged after it."""
    sync(job, at("06 09:00"))
    sync(job, at("12 09:00"))
    fill_in("HCTH", "10 15:00")

    assert of(job, "13 09:00")["changed_at"] == "2022-04-12T09:00:00+07:00"


def test_a_look_is_remembered_once_after_each_deadline(job: Context) -> None:
    sync(job, at("06 09:00"))
    sync(job, at("12 09:00"))
    before = everything(job.directory)

    sync(load_context(job.directory), at("13 09:00"))

    assert everything(job.directory) == before


def test_a_file_that_came_in_time_between_two_looks_is_in_time(job: Context, fill_in: Fill) -> None:
    sync(job, at("06 09:00"))
    fill_in("HCTH", "11 23:00")

    unit = of(job, "12 09:00")

    assert (unit["status"], codes(unit)) == ("submitted", [])


def test_a_clock_in_2015_says_so_and_is_not_believed(job: Context, fill_in: Fill) -> None:
    sync(job, at("12 09:00"))
    path = fill_in("HCTH", "12 10:00")
    os.utime(path, (datetime(2015, 1, 1, 8, tzinfo=job.campaign.zone).timestamp(),) * 2)

    unit = of(job, "12 11:00")

    assert unit["status"] == "submitted-late"
    assert "ngày 01/01/2015" in unit["findings"][0]["message"]
    assert '--at "GIỜ NGÀY"' in unit["findings"][0]["message"]


def test_content_that_was_read_keeps_its_time_whatever_its_date(
    job: Context, fill_in: Fill
) -> None:
    """A program that only saves, a campaign copied without dates."""
    path = fill_in("HCTH", "07 09:00", cover=DRAFT)
    sync(job, at("08 17:00"), feedback=False)
    os.utime(path, (at("12 10:00").timestamp(),) * 2)

    unit = of(job, "12 11:00")

    assert (unit["status"], unit["late"]) == ("ready", False)
    assert unit["changed_at"] == "2022-04-07T09:00:00+07:00"


def test_a_return_ends_with_other_content_whatever_its_date(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "06 09:00")
    sync(job, at("06 10:00"))
    give_back(job, "HCTH", "thiếu địa chỉ", at("08 09:00"))
    path = fill_in("HCTH", "07 23:00", [{**ENTRY, "place": "Xã mẫu A"}])  # saved before that
    mended = of(job, "08 10:00")
    fill_in("HCTH", "09 09:00")  # what was given back, again

    assert mended["status"] == "submitted"
    assert of(job, "09 10:00")["status"] == "returned"
    assert path.exists()


def test_saving_what_was_given_back_once_more_is_no_mending(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "06 09:00")
    sync(job, at("06 10:00"))
    give_back(job, "HCTH", "thiếu địa chỉ", at("08 09:00"))
    os.utime(path, (at("09 09:00").timestamp(),) * 2)

    assert of(job, "09 10:00")["status"] == "returned"


# --- files that cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("when", ["07 09:00", "09 09:00"], ids=["same-date", "new-date"])
def test_a_file_that_cannot_be_read_is_a_missing_one(
    job: Context, fill_in: Fill, damage: str, when: str
) -> None:
    path = fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    lay(path, DAMAGED[damage](path.read_bytes()), when)

    unit = of(job, "09 17:00")
    closed = unit_of(close(load_context(job.directory), at("12 08:00")).outcome.board, "HCTH")

    assert (unit["status"], unit["counted"], codes(unit)) == ("submitted", 1, [damage])
    assert unit["findings"][0]["message"].endswith(" Bản đọc trước đó vẫn được tính.")
    assert (closed["status"], closed["counted"], closed["closed"]) == ("submitted", 1, True)


def test_damage_of_a_draft_is_to_be_mended(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00", cover=DRAFT)
    sync(job, at("08 17:00"))
    lay(path, b"", "09 09:00")

    unit = of(job, "09 17:00")

    assert (unit["status"], unit["counted"]) == ("needs-fixing", 1)
    assert codes(unit)[0] == "empty-file"


def test_where_nothing_readable_ever_came_closing_locks_without_a_final(
    job: Context, fill_in: Fill
) -> None:
    sync(job, at("06 09:00"))
    path = job.directory / "workbooks" / "HCTH.xlsx"
    lay(path, b"", "09 09:00")

    before = of(job, "09 17:00")
    closed = unit_of(close(load_context(job.directory), at("12 08:00")).outcome.board, "HCTH")
    shutil.copy(job.directory / "workbooks" / "TDC.xlsx", path.with_name("mau.tmp"))
    path.chmod(0o644)
    path.unlink()
    shutil.move(path.with_name("mau.tmp"), path)
    later = of(job, "12 09:00")

    assert (before["status"], codes(before)) == ("needs-fixing", ["empty-file"])
    assert (closed["status"], closed["closed"], closed["sha256"]) == ("needs-fixing", True, "")
    assert later["status"] == "needs-fixing"


def test_a_good_file_that_comes_after_a_damaged_one_was_closed_waits_for_the_coordinator(
    job: Context, fill_in: Fill
) -> None:
    path = fill_in("HCTH", "07 09:00")
    good = path.read_bytes()
    lay(path, b"", "09 09:00")
    close(job, at("12 08:00"))
    lay(path, good, "09 09:00")

    unit = of(job, "12 09:00")

    assert (unit["status"], unit["counted"]) == ("untouched", 0)
    assert codes(unit) == ["changed-after-closing"]
    assert "(tệp ghi sửa lúc 09 giờ 00, ngày 09/4/2022)" in unit["findings"][0]["message"]
    assert "dankheo accept HCTH" in unit["findings"][0]["message"]


def test_another_units_workbook_laid_over_a_good_return_does_not_take_its_place(
    job: Context, fill_in: Fill
) -> None:
    path, other = fill_in("HCTH", "07 09:00"), fill_in("TDC", "07 09:00")
    sync(job, at("08 17:00"))
    lay(path, other.read_bytes(), "09 09:00")

    unit = of(job, "09 17:00")

    assert (unit["status"], unit["counted"], codes(unit)) == ("submitted", 1, ["wrong-unit"])


# --- after the closing --------------------------------------------------------------------------


def test_a_closed_campaign_copied_without_dates_accuses_nobody(
    job: Context, fill_in: Fill, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fill_in("HCTH", "07 09:00")
    fill_in("TDC", "07 09:00", cover=DRAFT)
    first = close(job, at("12 08:00")).outcome.board.model_dump(mode="json")
    copy = tmp_path_factory.mktemp("copy") / "dot"
    shutil.copytree(job.directory, copy, copy_function=shutil.copy)

    figures = sync(load_context(copy), at("13 08:00")).board.model_dump(mode="json")

    assert [codes(unit) for unit in figures["units"]] == [codes(u) for u in first["units"]]
    assert figures["totals"] == first["totals"]


@pytest.mark.parametrize("look", ["sync", "status"])
def test_a_correct_file_laid_over_a_closed_one_is_noticed(
    job: Context, fill_in: Fill, look: str
) -> None:
    path = fill_in("HCTH", "07 09:00", cover=DRAFT)
    close(job, at("12 08:00"))
    path.chmod(0o644)
    fill_in("HCTH", "13 09:00")
    before = everything(job.directory)

    again = load_context(job.directory)
    now = at("13 10:00")
    board = sync(again, now).board if look == "sync" else status(again, now)

    unit = unit_of(board, "HCTH")
    assert (unit["status"], unit["closed"]) == ("ready", True)
    assert codes(unit)[0] == "changed-after-closing"
    assert unit["findings"][0]["message"] == (
        "Biểu nay khác bản đã chốt (sửa lúc 09 giờ 00, ngày 13/4/2022), chưa được tính: muốn "
        "tính bản này thì chạy dankheo accept HCTH."
    )
    assert look == "sync" or everything(job.directory) == before


def test_a_form_emptied_after_its_closing_still_counts(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    close(job, at("12 08:00"))
    path.chmod(0o644)
    fill_in("HCTH", "13 09:00", [{}], {})

    unit = of(job, "13 10:00")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)
    assert unit["findings"][0]["message"] == (
        "Biểu nay trống, khác bản đã chốt; bản đã chốt vẫn được tính."
    )


def test_a_sheet_that_vanished_keeps_its_decisions(job: Context, fill_in: Fill) -> None:
    """More time, a return, an exclusion are beside the workbook: they outlive it."""
    reopen(job, ["HCTH"], at("20 00:00"), at("06 09:00"))
    path = fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    path.unlink()

    unit = of(job, "12 08:00")

    assert (unit["status"], unit["counted"], unit["extended"]) == ("submitted", 1, True)
    assert codes(unit) == ["sheet-missing"]


def test_a_unit_whose_sheet_vanished_is_closed_by_what_was_read(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00").unlink()
    path = fill_in("TDC", "07 09:00")
    sync(job, at("08 17:00"))
    path.unlink()

    closing = close(load_context(job.directory), at("12 08:00"))

    unit = unit_of(closing.outcome.board, "TDC")
    assert set(closing.closed) == {unit.code for unit in job.units}
    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted", 1, True)
    assert closing.outcome.board.final is True


def test_an_upgrade_changes_no_closed_figure_and_rewrites_no_feedback(
    job: Context, fill_in: Fill
) -> None:
    """As if the rules had been stricter then: what was closed is not judged anew."""
    path = fill_in("HCTH", "07 09:00")
    close(job, at("12 08:00"))
    (final,) = (job.directory / "archive" / "HCTH").glob("*.chot")
    written = json.loads(final.read_bytes())
    written["findings"] = [
        {"code": "old-rule", "severity": "warn", "scope": "unit", "message": "Quy tắc cũ."}
    ]
    final.chmod(0o644)
    final.write_text(json.dumps(written), "utf-8")
    for receipt in (job.directory / "archive").glob("*/*.json"):
        text = json.loads(receipt.read_bytes())
        receipt.chmod(0o644)
        receipt.write_text(json.dumps(text | {"reader": "cũ"}), "utf-8")
    told = path.read_bytes()
    (job.out / "bao-cao.json").unlink()

    unit = of(job, "13 08:00")

    assert (unit["status"], unit["counted"], codes(unit)) == ("submitted", 1, ["old-rule"])
    assert path.read_bytes() != told  # the old rule is news to the unit
    told = path.read_bytes()
    (job.out / "bao-cao.json").unlink()
    of(job, "13 09:00")
    assert path.read_bytes() == told


def test_what_an_older_program_could_not_read_is_read_by_one_that_can(
    job: Context, fill_in: Fill
) -> None:
    """As if the reader of then had not known this kind of workbook; a damaged one came later."""
    path = fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    text = json.loads(receipt.read_bytes())
    finding = {"code": "unreadable", "severity": "block", "scope": "file", "message": "Hỏng."}
    text |= {"reader": "cũ", "registration": {"unit": "HCTH", "problems": [finding]}}
    receipt.chmod(0o644)
    receipt.write_text(json.dumps(text), "utf-8")
    lay(path, b"no workbook", "09 09:00")

    unit = of(job, "10 08:00")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)


def test_a_setting_changed_after_the_closing_judges_anew(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    run(job, at("12 08:00"))
    settings = job.directory / "campaign.toml"
    text = settings.read_text("utf-8").replace("minimum_entries = 1", "minimum_entries = 2")
    settings.write_text(text, "utf-8")

    assert codes(of(job, "13 08:00")) == ["minimum"]
