"""Receive and accept: what the coordinator takes in, by his own word."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.errors import UsageError
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.run import close, run, sync
from dankheo_sheets.steps.take_in import accept, receive
from dankheo_sheets.steps.unit_decisions import give_back
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything, unit_of

HOW = "gửi qua thư điện tử"


def of(job: Context, when: str, code: str = "HCTH") -> dict[str, Any]:
    return unit_of(sync(load_context(job.directory), at(when)).board, code)


@pytest.fixture
def mailed(job: Context, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a filled form that lies somewhere else."""
    path = tmp_path_factory.mktemp("thu") / "TDC gửi lại.xlsx"
    shutil.copy(job.directory / "workbooks" / "TDC.xlsx", path)
    fill(path, [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}], COVER, at("12 07:00"))
    return path


def test_what_was_saved_late_was_received_in_time(job: Context, fill_in: Fill) -> None:
    """Mailed before the deadline, saved into the folder the morning after."""
    fill_in("HCTH", "12 07:30")
    before = unit_of(close(job, at("12 08:00")).outcome.board, "HCTH")

    done = receive(load_context(job.directory), "hcth", at("11 16:30"), HOW, at("12 08:10"))
    unit = of(job, "12 08:20")

    assert (before["status"], before["late"]) == ("submitted-late", True)
    assert (done.already, done.standing.status, len(done.standing.counted)) == (
        False, "submitted", 1,
    )  # fmt: skip
    assert (unit["status"], unit["late"], unit["closed"]) == ("submitted", False, True)
    assert unit["changed_at"] == "2022-04-11T16:30:00+07:00"
    assert unit["received"] == f"16 giờ 30 phút, ngày 11/4/2022: {HOW}"
    said = [(e.what, e.unit, e.detail) for e in job.journal.events() if e.what == "nhận"]
    assert said == [("nhận", "HCTH", f"lúc 16 giờ 30 phút, ngày 11/4/2022: {HOW}")]


def test_a_file_that_was_mailed_counts_without_a_place_in_the_folder(
    job: Context, mailed: Path
) -> None:
    sync(job, at("06 09:00"))
    names = sorted(path.name for path in (job.directory / "workbooks").iterdir())

    receive(job, "TDC", at("10 16:30"), HOW, at("11 09:00"), source=mailed)
    unit = of(job, "11 10:00", "TDC")
    run(load_context(job.directory), at("12 08:00"))
    closed = unit_of(json.loads((job.out / "bao-cao.json").read_bytes()), "TDC")

    assert (unit["status"], unit["counted"], unit["late"]) == ("submitted", 2, False)
    assert (closed["status"], closed["counted"], closed["closed"]) == ("submitted", 2, True)
    assert closed["findings"] == []
    assert sorted(path.name for path in (job.directory / "workbooks").iterdir()) == names


def test_a_file_received_after_the_closing_is_closed_with(job: Context, mailed: Path) -> None:
    close(job, at("12 08:00"))

    receive(load_context(job.directory), "TDC", at("11 16:30"), HOW, at("12 09:00"), source=mailed)

    unit = of(job, "12 10:00", "TDC")
    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted", 2, True)


def test_what_was_received_late_does_not_take_the_place_of_what_was_in_time(
    job: Context, fill_in: Fill, mailed: Path
) -> None:
    fill_in("TDC", "07 09:00")
    close(job, at("12 08:00"))

    receive(load_context(job.directory), "TDC", at("12 08:30"), HOW, at("12 09:00"), source=mailed)

    unit = of(job, "12 10:00", "TDC")
    assert (unit["status"], unit["counted"]) == ("submitted", 1)


def test_what_the_unit_writes_after_a_file_was_received_counts(
    job: Context, fill_in: Fill, mailed: Path
) -> None:
    sync(job, at("06 09:00"))
    receive(job, "TDC", at("07 16:30"), HOW, at("08 09:00"), source=mailed)
    fill_in("TDC", "09 09:00")

    assert of(job, "09 10:00", "TDC")["counted"] == 1


def test_received_twice_at_the_same_moment_is_so_already(job: Context, mailed: Path) -> None:
    sync(job, at("06 09:00"))
    receive(job, "TDC", at("10 16:30"), HOW, at("11 09:00"), source=mailed)
    before = everything(job.directory)

    again = receive(
        load_context(job.directory), "TDC", at("10 16:30"), HOW, at("11 10:00"), source=mailed
    )

    assert again.already
    assert everything(job.directory) == before


@pytest.mark.parametrize(
    ("when", "reason", "said"),
    [
        ("13 09:00", HOW, "--at: 09 giờ 00, ngày 13/4/2022 chưa đến"),
        ("01 09:00", HOW, "--at: 09 giờ 00, ngày 01/4/2022 trước khi mở đợt"),
        ("10 16:30", "", "--reason: chưa ghi lý do"),
    ],
)
def test_what_cannot_have_been_received_is_refused_before_anything_is_written(
    job: Context, mailed: Path, when: str, reason: str, said: str
) -> None:
    before = everything(job.directory)

    with pytest.raises(UsageError) as caught:
        receive(job, "TDC", at(when), reason, at("12 09:00"), source=mailed)

    assert caught.value.message.startswith(said)
    assert everything(job.directory) == before


def test_a_blank_or_unreadable_file_cannot_be_received(
    job: Context, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("thu") / "hong.xlsx"
    path.write_bytes(b"")
    blank = job.directory / "workbooks" / "TDC.xlsx"
    before = everything(job.directory)

    for source, said in ((path, "hong.xlsx: Tệp rỗng"), (blank, "TDC.xlsx: biểu chưa ghi gì")):
        with pytest.raises(UsageError) as caught:
            receive(job, "TDC", at("10 16:30"), HOW, at("12 09:00"), source=source)
        assert caught.value.message.startswith(said)
    assert everything(job.directory) == before


def test_a_plan_to_receive_writes_nothing(job: Context, mailed: Path) -> None:
    sync(job, at("06 09:00"))
    before = everything(job.directory)

    done = receive(rehearsed(job), "TDC", at("10 16:30"), HOW, at("11 09:00"), source=mailed)

    assert (done.standing.status, len(done.standing.counted)) == ("submitted", 2)
    assert everything(job.directory) == before


# --- accept -----------------------------------------------------------------------------------


def test_what_lies_there_after_the_closing_counts_once_it_is_accepted(
    job: Context, fill_in: Fill
) -> None:
    path = fill_in("HCTH", "07 09:00", [{**ENTRY, "place": ""}])
    close(job, at("12 08:00"))
    path.chmod(0o644)
    fill_in("HCTH", "12 09:00", [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}])

    done = accept(load_context(job.directory), "HCTH", at("12 10:00"), reason="lãnh đạo đồng ý")
    unit = of(job, "12 11:00")

    assert (done.already, done.standing.status) == (False, "submitted-late")
    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted-late", 2, True)
    assert unit["findings"] == []
    assert accept(load_context(job.directory), "HCTH", at("12 12:00")).already
    said = [e.detail for e in job.journal.events() if e.what == "chấp nhận"]
    assert said == [f"mã kiểm tra {unit['sha256'][:12]}: lãnh đạo đồng ý"]


def test_what_was_given_back_counts_again_once_it_is_accepted(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "06 09:00")
    sync(job, at("06 10:00"))
    give_back(job, "HCTH", "thiếu địa chỉ", at("08 09:00"))

    accept(job, "HCTH", at("08 10:00"))

    unit = of(job, "08 11:00")
    assert (unit["status"], unit["returned"], unit["findings"]) == ("submitted", "", [])


def test_a_late_change_that_is_accepted_takes_the_place_of_what_was_in_time(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    fill_in("HCTH", "12 07:00", [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}])
    before = of(job, "12 07:10")

    accept(load_context(job.directory), "HCTH", at("12 07:20"))
    run(load_context(job.directory), at("12 08:00"))

    unit = unit_of(json.loads((job.out / "bao-cao.json").read_bytes()), "HCTH")
    assert before["counted"] == 1
    assert (unit["status"], unit["counted"], unit["closed"]) == ("submitted-late", 2, True)


def test_what_counts_already_is_accepted_without_a_word_written(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    before = everything(job.directory)

    assert accept(load_context(job.directory), "HCTH", at("08 18:00")).already
    assert everything(job.directory) == before


def test_a_blank_form_or_one_that_is_gone_cannot_be_accepted(job: Context) -> None:
    sync(job, at("06 09:00"))
    (job.directory / "workbooks" / "TDC.xlsx").unlink()

    for code, said in (("KHTC", "KHTC: biểu chưa ghi gì"), ("TDC", "TDC: không thấy biểu")):
        with pytest.raises(UsageError) as caught:
            accept(job, code, at("08 18:00"))
        assert caught.value.message.startswith(said)
