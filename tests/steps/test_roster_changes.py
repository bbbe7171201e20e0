"""A unit that gets another code, another name, or leaves the list after it handed in."""

import shutil
from typing import Any

import openpyxl
import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.doctor import examine
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.steps.status import status
from dankheo_sheets.steps.unit_decisions import reopen
from tests.steps.conftest import ENTRY, Fill, at, unit_of

OFFICE = "Phòng Hành chính - Tổng hợp"


def roster(job: Context, *changes: tuple[str, str]) -> Context:
    """Change the list of units, and return the job as it is then."""
    path = job.directory / "units.csv"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return load_context(job.directory)


def with_codes_before(job: Context) -> Context:
    """Call HCTH now VPS, and say so."""
    path = job.directory / "units.csv"
    header, *lines = path.read_text("utf-8-sig").splitlines()
    changed = [
        f"VPS{line.removeprefix('HCTH')},HCTH" if line.startswith("HCTH,") else f"{line},"
        for line in lines
    ]
    path.write_text("\n".join([f"{header},Mã cũ", *changed]) + "\n", "utf-8")
    return load_context(job.directory)


@pytest.fixture
def handed_in(job: Context, fill_in: Fill) -> Context:
    """HCTH has handed in two models, was read, and was given more time."""
    fill_in("HCTH", "07 09:00", [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}])
    sync(job, at("08 17:00"))
    reopen(job, ["HCTH"], at("20 00:00"), at("08 18:00"))
    return job


WHO = (
    "HCTH (tệp HCTH.xlsx): đơn vị không còn trong danh sách, 02 mô hình đã nhận không được tính: "
    "đơn vị đổi mã thì ghi mã cũ này ở cột “Mã cũ”"
)


def test_whose_return_is_no_longer_counted_is_said_by_everybody(handed_in: Context) -> None:
    job = roster(handed_in, ("HCTH,", "VPS,"))

    assert status(job, at("09 09:00")).notes == [WHO]
    assert sync(job, at("09 09:00")).board.notes == [WHO]
    found = [check for check in examine(job.directory, at("09 09:00")) if "HCTH" in check.found]
    assert [(check.verdict, check.found, check.fix) for check in found] == [
        (
            "nên xem",
            "HCTH: đơn vị không còn trong danh sách, 02 mô hình đã nhận không được tính",
            "đơn vị đổi mã thì ghi mã cũ này ở cột “Mã cũ”",
        )
    ]


def test_a_code_that_is_said_to_be_another_now_takes_everything_with_it(handed_in: Context) -> None:
    job = with_codes_before(handed_in)

    made = provision(job, now=at("09 09:00"))
    unit = unit_of(sync(job, at("09 09:10")).board, "VPS")
    closed = close(load_context(job.directory), at("20 08:00"))

    assert made.plan.create == ()
    assert (unit["status"], unit["counted"], unit["extended"]) == ("submitted", 2, True)
    assert unit["findings"] == []
    after = unit_of(closed.outcome.board, "VPS")
    assert (after["status"], after["counted"], after["closed"]) == ("submitted", 2, True)
    assert closed.outcome.board.notes == []
    assert not (job.directory / "workbooks" / "VPS.xlsx").exists()


def test_what_the_unit_writes_into_its_old_file_is_read_under_its_new_code(
    handed_in: Context, fill_in: Fill
) -> None:
    job = with_codes_before(handed_in)
    three = [{**ENTRY, "name": name} for name in ("Một", "Hai", "Ba")]
    fill_in("HCTH", "09 09:00", three)

    unit = unit_of(sync(job, at("09 10:00")).board, "VPS")

    assert (unit["status"], unit["counted"], unit["findings"]) == ("submitted", 3, [])


def test_a_new_name_reaches_the_sheet_that_was_issued_and_nothing_else_changes(
    handed_in: Context,
) -> None:
    path = handed_in.directory / "workbooks" / "HCTH.xlsx"
    before = openpyxl.load_workbook(path)
    job = roster(handed_in, (OFFICE, "Văn phòng <Sở> & Ban"))

    made = provision(job, now=at("09 09:00"))
    after = openpyxl.load_workbook(path)
    outcome = sync(load_context(job.directory), at("09 09:10"))

    assert [sheet.unit for sheet in made.plan.prepare] == ["HCTH"]
    for tab in before.sheetnames:
        for row in before[tab].iter_rows():
            for cell in row:
                there = after[tab][cell.coordinate]
                name = (tab, cell.coordinate) == (layout.TAB_ENTRIES, "A1")
                assert there.value == ("VĂN PHÒNG <SỞ> & BAN" if name else cell.value)
                assert there.style_id == cell.style_id
    assert outcome.read == 0  # our own writing is no news
    assert not provision(load_context(job.directory), now=at("09 09:20")).plan


def test_a_name_that_was_typed_over_is_left_alone_and_this_is_said(handed_in: Context) -> None:
    path = handed_in.directory / "workbooks" / "HCTH.xlsx"
    book = openpyxl.load_workbook(path)
    book[layout.TAB_ENTRIES]["A1"] = "TÊN TỰ GHI"
    book.save(path)
    job = roster(handed_in, (OFFICE, "Văn phòng Sở"))
    data = path.read_bytes()

    made = provision(job, now=at("09 09:00"))

    assert made.notes == (
        "HCTH: HCTH.xlsx: đầu biểu không còn ghi “Phòng Hành chính - Tổng hợp”, tên mới chưa vào "
        "biểu",
    )
    assert path.read_bytes() == data


def test_a_lost_sheet_is_put_back_as_it_was_read_last(handed_in: Context) -> None:
    path = handed_in.directory / "workbooks" / "HCTH.xlsx"
    path.unlink()

    without = provision(load_context(handed_in.directory), now=at("09 09:00"))
    restored = provision(load_context(handed_in.directory), now=at("09 09:10"), restore=True)
    unit = unit_of(sync(load_context(handed_in.directory), at("09 09:20")).board, "HCTH")

    assert ([u.code for u in without.plan.lost], without.restored) == (["HCTH"], ())
    assert restored.restored == ("HCTH",)
    assert (unit["status"], unit["counted"], unit["extended"]) == ("submitted", 2, True)
    assert unit["findings"] == []
    assert unit["changed_at"] == "2022-04-07T09:00:00+07:00"


def figures_of(job: Context) -> dict[str, Any]:
    return sync(job, at("09 10:00")).board.model_dump(mode="json")


def test_a_unit_that_left_the_list_takes_its_file_with_it_when_that_is_moved_away(
    handed_in: Context,
) -> None:
    job = roster(handed_in, ("HCTH,", "VPS,"))
    shutil.move(job.directory / "workbooks" / "HCTH.xlsx", job.directory / "HCTH.xlsx")

    assert figures_of(job)["notes"] == [WHO.replace(" (tệp HCTH.xlsx)", "")]
