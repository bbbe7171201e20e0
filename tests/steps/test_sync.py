"""Sync: what changed is read, archived, judged, told and gathered; nothing else is touched."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dankheo_sheets.board.model import Board
from dankheo_sheets.form import layout
from dankheo_sheets.form.ooxml import sheet_parts
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import report, sync
from dankheo_sheets.steps.status import status
from dankheo_sheets.workspace.base import LATER
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything, opened, unit_of


def findings(figures: Board | dict[str, Any], code: str) -> list[tuple[str, str]]:
    return [(f["code"], f["cell"]) for f in unit_of(figures, code)["findings"]]


def test_every_unit_of_the_roster_has_a_status(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    fill_in("QLKH", "07 09:00", cover=COVER | {"confirmed": ""})
    fill_in("QLCN", "07 09:00", [{"name": "Chỉ có tên"}], {})
    fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    fill_in("TTTT", "07 09:00", [], COVER | {"confirmed": "", "nil_reason": "Đang sắp xếp lại"})
    (job.directory / "workbooks" / "TTUD.xlsx").unlink()

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    assert {unit["unit"]: unit["status"] for unit in figures["units"]} == {
        "HCTH": "submitted", "TTra": "untouched", "QLKH": "ready", "QLCN": "drafting",
        "KHTC": "untouched", "TDC": "needs-fixing", "TTUD": "lost",
        "TTTT": "none-registered",
    }  # fmt: skip
    assert figures["completeness"] == {
        "expected": 8, "received": 2, "on_time": 2, "late": 0, "missing": 6, "excluded": 0,
    }  # fmt: skip
    assert figures["totals"]["total"] == 2


def test_sync_twice_with_nothing_changed_writes_nothing(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    first = sync(job, at("08 17:00"))
    before = everything(job.directory)

    second = sync(job, at("09 17:00"))

    assert everything(job.directory) == before
    assert (second.changed, second.read, second.told) == (False, 0, 0)
    assert second.board == first.board


def test_only_the_workbook_that_changed_is_read_again(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    fill_in("QLKH", "09 09:00")

    outcome = sync(job, at("09 17:00"))

    assert (outcome.read, outcome.told) == (1, 1)
    assert outcome.board.totals.total == 2


def test_the_bytes_read_are_the_bytes_archived(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    handed_in = path.read_bytes()

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    sha256 = hashlib.sha256(handed_in).hexdigest()
    assert unit_of(figures, "HCTH")["sha256"] == sha256
    assert (job.directory / "archive" / "HCTH" / f"{sha256}.xlsx").read_bytes() == handed_in


def test_feedback_replaces_one_part_of_the_workbook_and_nothing_else(
    job: Context, fill_in: Fill
) -> None:
    """Input cells, validations, protection and formulas: every other part is the same bytes."""
    path = fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    with zipfile.ZipFile(path) as workbook:
        parts = {name: workbook.read(name) for name in workbook.namelist()}
        told = sheet_parts(workbook)[layout.TAB_FEEDBACK]
    modified = path.stat().st_mtime_ns

    sync(job, at("08 17:00"))

    with zipfile.ZipFile(path) as workbook:
        after = {name: workbook.read(name) for name in workbook.namelist()}
    assert {name for name in parts if after[name] != parts[name]} == {told}
    assert after.keys() == parts.keys()
    assert path.stat().st_mtime_ns == modified


def test_the_unit_reads_its_findings_and_its_receipt(job: Context, fill_in: Fill) -> None:
    path = fill_in("TDC", "07 09:00", [ENTRY | {"place": "", "content": "Ngắn."}])
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    sync(job, at("08 17:00"))

    tab = openpyxl.load_workbook(path)[layout.TAB_FEEDBACK]
    assert [tab[f"B{row}"].value for row in layout.FEEDBACK_ROWS.values()] == [
        "Biểu cần sửa: xử lý các nội dung dưới đây.",
        None,
        "trước ngày 12/4/2022 (chậm nhất hết ngày 11/4/2022)",
        "01 mô hình, điển hình; 00 được tính",
        "17 giờ 00, ngày 08/4/2022",
        sha256,
    ]
    first = layout.FEEDBACK_HEADER_ROW + 1
    assert [[c.value for c in tab[row]] for row in range(first, first + 4)] == [
        ["cả biểu", None, "Cần ít nhất 01 mô hình đạt.", "Phải sửa"],
        ["E10 · Địa chỉ", None, "Thiếu địa chỉ.", "Phải sửa"],
        [
            "F10 · Nội dung cụ thể mô hình, điển hình",
            "Ngắn.",
            "Nội dung quá ngắn, nên nêu đủ ba ý.",
            "Nên xem",
        ],
        [None, None, None, None],
    ]


def test_an_untouched_workbook_is_not_written_into(job: Context) -> None:
    before = everything(job.directory / "workbooks")

    sync(job, at("08 17:00"))

    assert everything(job.directory / "workbooks") == before


def test_without_feedback_no_workbook_is_written_into(job: Context, fill_in: Fill) -> None:
    fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    before = everything(job.directory / "workbooks")

    sync(job, at("08 17:00"), feedback=False)

    assert everything(job.directory / "workbooks") == before


def test_an_open_workbook_is_read_now_and_told_later(job: Context, fill_in: Fill) -> None:
    path = fill_in("TDC", "07 09:00", [{"name": "Chỉ có tên"}])
    since = opened(path, job.campaign.zone)

    first = sync(job, at("08 17:00"))
    path.with_name("~$TDC.xlsx").unlink()
    second = sync(job, at("08 18:00"))

    assert (first.told, second.told) == (0, 1)
    assert first.board.notes == [
        f"TDC: TDC.xlsx: đơn vị đang mở tệp, từ {since}; phản hồi sẽ được ghi {LATER}"
    ]
    assert unit_of(first.board, "TDC")["status"] == "needs-fixing"
    assert second.board.notes == []


BROKEN = {
    "empty-file": b"",
    "unreadable": b"not a workbook",
    "encrypted": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_file_that_cannot_be_used_is_one_finding_and_the_others_go_on(
    job: Context, fill_in: Fill, code: str
) -> None:
    fill_in("HCTH", "07 09:00")
    (job.directory / "workbooks" / "TDC.xlsx").write_bytes(BROKEN[code])

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    assert findings(figures, "TDC") == [(code, "")]
    assert unit_of(figures, "TDC")["status"] == "needs-fixing"
    assert unit_of(figures, "HCTH")["status"] == "submitted"


def test_another_units_workbook_is_one_finding(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    shutil.copy(path, path.with_name("TDC.xlsx"))

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    assert findings(figures, "TDC") == [("wrong-unit", "")]
    assert unit_of(figures, "TDC")["counted"] == 0


def test_a_file_of_no_unit_is_noted(job: Context) -> None:
    (job.directory / "workbooks" / "ghi chú.docx").write_bytes(b"")

    assert sync(job, at("08 17:00")).board.notes == [
        "ghi chú.docx: không rõ của đơn vị nào, không đọc: đổi tên tệp theo mã đơn vị, "
        "hoặc chuyển đi"
    ]


def test_a_campaign_file_that_changed_makes_the_results_anew(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    settings = job.directory / "campaign.toml"
    text = settings.read_text("utf-8").replace("minimum_entries = 1", "minimum_entries = 2")
    settings.write_text(text, "utf-8")

    outcome = sync(load_context(job.directory), at("08 18:00"))

    assert (outcome.changed, outcome.read) == (True, 0)
    assert findings(outcome.board, "HCTH") == [("minimum", "")]


def test_a_lost_master_is_made_again(job: Context) -> None:
    sync(job, at("08 17:00"))
    (job.out / "tong-hop.xlsx").unlink()

    sync(job, at("08 18:00"))

    assert (job.out / "tong-hop.xlsx").exists()


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}"])
def test_damaged_figures_are_made_again(job: Context, damage: str) -> None:
    sync(job, at("08 17:00"))
    (job.out / "bao-cao.json").write_text(damage)

    assert sync(job, at("08 18:00")).changed
    assert json.loads((job.out / "bao-cao.json").read_bytes())["completeness"]["expected"] == 8


def test_the_order_of_the_roster_file_does_not_change_the_figures(
    job: Context, fill_in: Fill
) -> None:
    """Protocol order decides, not the order of lines."""
    fill_in("HCTH", "07 09:00")
    fill_in("QLKH", "07 10:00")
    first = sync(job, at("08 17:00"))
    roster = job.directory / "units.csv"
    header, *lines = roster.read_text("utf-8").splitlines()
    roster.write_text("\n".join([header, *reversed(lines)]), "utf-8")

    second = sync(load_context(job.directory), at("08 17:00"))

    assert second.board == first.board


def test_status_writes_nothing_and_names_what_was_not_read(job: Context, fill_in: Fill) -> None:
    sync(job, at("08 17:00"))
    fill_in("HCTH", "09 09:00")
    before = everything(job.directory)

    board = status(job, at("09 17:00"))

    assert unit_of(board, "HCTH")["status"] == "untouched"
    assert board.notes == ["1 biểu chưa đọc, chạy dankheo sync: HCTH"]
    assert everything(job.directory) == before


def test_text_that_looks_like_a_formula_stays_text_in_the_master(
    job: Context, fill_in: Fill
) -> None:
    entries = [ENTRY | {"name": name} for name in ("+84 giờ vàng", "@SUM(A1)", "007 ngày")]
    path = fill_in("HCTH", "07 09:00", entries)
    workbook = openpyxl.load_workbook(path)
    cell = workbook[layout.TAB_ENTRIES]["B13"]
    for column, value in zip("ACEFG", ("Kinh tế", "x", "Xã", ENTRY["content"], "x"), strict=True):
        workbook[layout.TAB_ENTRIES][f"{column}13"] = value
    cell.value, cell.data_type = '=HYPERLINK("http://x.example","bấm")', "s"
    workbook.save(path)

    sync(job, at("08 17:00"))

    master = openpyxl.load_workbook(io.BytesIO((job.out / "tong-hop.xlsx").read_bytes()))
    names = [row[4] for row in master["Dữ liệu"].iter_rows(min_row=5)]
    assert sorted(str(cell.value) for cell in names) == sorted(
        ["+84 giờ vàng", "@SUM(A1)", "007 ngày", '=HYPERLINK("http://x.example","bấm")']
    )
    assert {cell.data_type for cell in names} == {"s"}
    assert Path(job.out / "tong-hop.xlsx").stat().st_size > 0


def test_a_sheet_that_is_gone_still_counts_and_is_noted(job: Context, fill_in: Fill) -> None:
    path = fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    path.unlink()

    unit = unit_of(sync(job, at("08 18:00")).board, "HCTH")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)
    assert [f["code"] for f in unit["findings"]] == ["sheet-missing"]


def test_a_sheet_emptied_after_it_was_filled_in_is_noted(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    fill_in("HCTH", "09 09:00", [{}], {})

    unit = unit_of(sync(job, at("09 17:00")).board, "HCTH")

    assert unit["status"] == "untouched"
    assert unit["findings"][0]["code"] == "emptied"


def test_a_clock_that_is_ahead_makes_nobody_late(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "28 09:00")

    unit = unit_of(sync(job, at("08 17:00")).board, "HCTH")

    assert (unit["status"], unit["late"]) == ("submitted", False)


def test_a_damaged_receipt_is_noted_and_the_sheet_is_read_again(
    job: Context, fill_in: Fill
) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    (receipt,) = (job.directory / "archive" / "HCTH").glob("*.json")
    receipt.chmod(0o644)
    receipt.write_text("{")
    (job.out / "bao-cao.json").unlink()

    outcome = sync(job, at("08 18:00"))

    assert (outcome.read, unit_of(outcome.board, "HCTH")["status"]) == (1, "submitted")
    assert outcome.board.notes == [f"HCTH: biên nhận {receipt.name} bị hỏng, bỏ qua"]


def test_a_damaged_mark_blocks_its_unit_and_no_other(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    fill_in("QLKH", "07 09:00")
    sync(job, at("08 17:00"))
    (job.directory / "workbooks" / ".dankheo" / "HCTH.json").write_text("{")

    figures = sync(job, at("08 18:00")).board.model_dump(mode="json")

    assert findings(figures, "HCTH") == [("damaged-mark", "")]
    assert unit_of(figures, "QLKH")["status"] == "submitted"


def test_a_lost_archive_is_noticed_and_filled_again(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 17:00"))
    shutil.rmtree(job.directory / "archive")

    assert sync(job, at("08 18:00")).read == 8
    assert len(list((job.directory / "archive" / "HCTH").glob("*.xlsx"))) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows file names are always text")
def test_a_file_name_that_is_no_text_stops_nothing(job: Context) -> None:
    name = os.fsdecode(b"\xff\xfe.xlsx")
    (job.directory / "workbooks" / name).write_bytes(b"")

    assert sync(job, at("08 17:00")).board.notes == [
        "\ufffd\ufffd.xlsx: không rõ của đơn vị nào, không đọc: đổi tên tệp theo mã đơn vị, "
        "hoặc chuyển đi"
    ]


def test_a_word_file_in_the_place_of_the_workbook_is_one_finding(job: Context) -> None:
    path = job.directory / "workbooks" / "TDC.xlsx"
    path.rename(path.with_suffix(".docx")).write_bytes(b"PK\x05\x06" + bytes(18))

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    assert findings(figures, "TDC") == [("not-xlsx", "")]
    assert figures["notes"] == []


def test_a_deadline_that_moved_is_told_to_those_who_have_not_begun(job: Context) -> None:
    sync(job, at("08 17:00"))
    settings = job.directory / "campaign.toml"
    text = settings.read_text("utf-8").replace("before = 2022-04-12", "before = 2022-04-20")
    settings.write_text(text, "utf-8")

    outcome = sync(load_context(job.directory), at("08 18:00"))

    assert outcome.told == 8
    tab = openpyxl.load_workbook(job.directory / "workbooks" / "KHTC.xlsx")[layout.TAB_FEEDBACK]
    cell = tab[f"B{layout.FEEDBACK_ROWS['deadline']}"]
    assert cell.value == "trước ngày 20/4/2022 (chậm nhất hết ngày 19/4/2022)"


def test_a_word_report_that_is_older_is_said_to_be(job: Context, fill_in: Fill) -> None:
    report(job, at("08 17:00"))
    fill_in("HCTH", "09 09:00")

    assert sync(job, at("09 17:00")).board.notes == [
        "bao-cao.docx lập trước lần đọc này: chạy dankheo report"
    ]


@pytest.mark.parametrize("was_read", [True, False])
def test_a_sheet_that_was_issued_and_is_gone_is_lost(job: Context, was_read: bool) -> None:
    """It had been issued: “Chưa phát biểu” would be wrong, whether it was ever read or not."""
    if was_read:
        sync(job, at("08 17:00"))
    (job.directory / "workbooks" / "KHTC.xlsx").unlink()

    unit = unit_of(sync(job, at("08 18:00")).board, "KHTC")

    assert (unit["status"], unit["next_action"]) == ("lost", "Phát lại biểu cho đơn vị")


def test_a_reason_for_registering_none_outlives_its_sheet(job: Context, fill_in: Fill) -> None:
    path = fill_in("KHTC", "07 09:00", [], COVER | {"nil_reason": "Đang sắp xếp lại tổ chức"})
    sync(job, at("08 17:00"))
    path.unlink()

    assert unit_of(sync(job, at("08 18:00")).board, "KHTC")["status"] == "none-registered"
