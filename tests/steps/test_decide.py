"""More time, a return, an exclusion and its reverse: each on the sheet, the board, the journal."""

import json
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.errors import UsageError
from dankheo_sheets.form import reader
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.steps.run import close, run
from dankheo_sheets.steps.unit_decisions import exclude, give_back, include, missing, reopen
from dankheo_sheets.workspace.base import Sheet
from tests.steps.conftest import COVER, ENTRY, Fill, at, everything, unit_of

WHY = "thiếu địa chỉ"
Board = Callable[..., dict[str, Any]]
Decision = Callable[[Context, datetime], object]


def sheet_of(job: Context, code: str) -> Sheet:
    return next(sheet for sheet in job.workspace.sheets() if sheet.unit == code)


def decided(job: Context) -> list[tuple[str, str, str]]:
    """Return what the journal says of decisions."""
    kinds = ("gia hạn", "trả lại", "loại trừ", "đưa lại vào")
    return [(e.what, e.unit, e.detail) for e in job.journal.events() if e.what in kinds]


@pytest.fixture
def board(job: Context) -> Board:
    """Run at a moment and return one unit's line."""

    def board(when: str, code: str = "HCTH") -> dict[str, Any]:
        run(load_context(job.directory), at(when))
        return unit_of(json.loads((job.out / "bao-cao.json").read_bytes()), code)

    return board


@pytest.fixture
def handed_in(job: Context, fill_in: Fill, board: Board) -> Context:
    """HCTH has handed in, and was read."""
    fill_in("HCTH", "06 09:00")
    board("06 10:00")
    return job


# --- more time ------------------------------------------------------------------------------


def test_more_time_opens_the_sheet_until_then(job: Context, board: Board) -> None:
    close(job, at("12 08:00"))
    assert sheet_of(job, "TDC").locked

    (given,) = reopen(job, ["tdc"], at("16 00:00"), at("12 09:00"))

    assert (given.unit.code, given.already) == ("TDC", False)
    assert not sheet_of(job, "TDC").locked
    assert sheet_of(job, "TDC").properties == {
        "extended_until": "2022-04-16T00:00:00+07:00",
        "feedback": sheet_of(job, "TDC").properties["feedback"],
    }
    assert decided(job) == [("gia hạn", "TDC", "đến hết ngày 15/4/2022")]
    assert {key: board("12 09:10", "TDC")[key] for key in ("closed", "deadline", "extended")} == {
        "closed": False, "deadline": "2022-04-16T00:00:00+07:00", "extended": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "until", "said"),
    [
        (["QLKH", "KHONG"], "16 00:00", "Không có đơn vị mã “KHONG”"),
        (["QLKH"], "07 09:00", "Hạn mới trước 09 giờ 00, ngày 07/4/2022 đã qua"),
        (["QLKH"], "12 00:00", "QLKH: biểu đang mở, hạn hiện nay là trước ngày 12/4/2022"),
        (["QLKH", "TTTT"], "16 00:00", "TTTT: đơn vị đang được loại trừ"),
    ],
)
def test_where_one_cannot_be_given_more_time_nobody_is(
    job: Context, codes: list[str], until: str, said: str
) -> None:
    exclude(job, "TTTT", "đã sáp nhập", at("06 09:00"))
    before = everything(job.directory)

    with pytest.raises(UsageError) as caught:
        reopen(job, codes, at(until), at("07 09:00"))

    assert caught.value.message == said
    assert everything(job.directory) == before


def test_a_call_that_died_half_way_can_be_repeated(job: Context) -> None:
    reopen(job, ["QLKH"], at("16 00:00"), at("07 09:00"))

    reopen(job, ["QLKH", "QLCN"], at("16 00:00"), at("07 09:10"))

    assert decided(job) == [
        ("gia hạn", "QLKH", "đến hết ngày 15/4/2022"),
        ("gia hạn", "QLCN", "đến hết ngày 15/4/2022"),
    ]


def test_all_that_are_missing_are_those_that_have_less_time(
    job: Context, fill_in: Fill, board: Board
) -> None:
    fill_in("HCTH", "06 09:00")
    exclude(job, "TTTT", "đã sáp nhập", at("06 09:00"))
    reopen(job, ["QLKH"], at("20 00:00"), at("06 09:00"))
    board("06 10:00")

    assert missing(job, at("07 09:00")) == ["TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTUD"]
    assert missing(job, at("07 09:00"), at("16 00:00")) == ["TTra", "QLCN", "KHTC", "TDC", "TTUD"]


def test_a_closed_unit_is_missing_whatever_its_deadline_was(job: Context) -> None:
    close(job, at("12 08:00"))

    assert len(missing(job, at("12 09:00"), at("13 00:00"))) == 8


def test_more_time_given_while_the_closing_waits_is_kept(job: Context, board: Board) -> None:
    """The run after it closes the others and leaves this one open."""
    reopen(job, ["TDC"], at("16 00:00"), at("12 07:59"))

    assert board("12 08:00", "TDC")["closed"] is False
    assert board("12 08:10", "KHTC")["closed"] is True


def test_a_plan_of_a_decision_changes_nothing(handed_in: Context) -> None:
    before = everything(handed_in.directory)

    reopen(rehearsed(handed_in), ["TDC"], at("16 00:00"), at("07 09:00"))
    give_back(rehearsed(handed_in), "HCTH", WHY, at("07 09:00"), until=at("16 00:00"))
    exclude(rehearsed(handed_in), "TDC", WHY, at("07 09:00"))

    assert everything(handed_in.directory) == before


# --- a return -------------------------------------------------------------------------------


def test_a_return_stands_until_the_unit_changes_its_sheet(
    handed_in: Context, fill_in: Fill, board: Board
) -> None:
    given = give_back(handed_in, "HCTH", WHY, at("07 09:00"))
    returned = board("07 09:10")
    fill_in("HCTH", "07 10:00", [{**ENTRY, "place": "Xã mẫu A"}])
    mended = board("07 10:10")

    assert (given.unit.code, given.deadline) == ("HCTH", at("12 00:00"))
    assert (returned["status"], returned["returned"]) == ("returned", WHY)
    assert returned["next_action"] == "Nhắc đơn vị sửa biểu đã trả lại"
    assert (mended["status"], mended["returned"]) == ("submitted", "")
    assert mended["next_action"] == "Xem lại biểu đơn vị vừa sửa"
    assert decided(handed_in) == [("trả lại", "HCTH", WHY)]


def test_a_closed_return_needs_a_new_deadline(handed_in: Context, board: Board) -> None:
    board("12 08:00")

    with pytest.raises(UsageError, match=r"^HCTH: hạn trước ngày 12/4/2022 đã qua$"):
        give_back(handed_in, "HCTH", WHY, at("12 09:00"))
    give_back(handed_in, "HCTH", WHY, at("12 09:00"), until=at("16 00:00"))
    line = board("12 09:10")

    assert (line["status"], line["closed"], line["deadline"]) == (
        "returned", False, "2022-04-16T00:00:00+07:00",
    )  # fmt: skip
    assert decided(handed_in) == [("trả lại", "HCTH", f"{WHY}; đến hết ngày 15/4/2022")]


def test_what_was_never_written_cannot_be_returned(handed_in: Context, fill_in: Fill) -> None:
    fill_in("TDC", "06 11:00")  # nobody has read that yet

    with pytest.raises(UsageError) as caught:
        give_back(handed_in, "TDC", WHY, at("07 09:00"))

    assert (caught.value.message, caught.value.hint) == (
        "TDC: theo lần đọc gần nhất đơn vị chưa ghi gì, không có gì để trả lại",
        "đơn vị vừa ghi thì chạy dankheo sync trước",
    )
    assert decided(handed_in) == []


def test_the_units_own_sheet_says_that_it_was_returned_and_why(
    handed_in: Context, board: Board
) -> None:
    give_back(handed_in, "HCTH", WHY, at("07 09:00"))
    board("07 09:10")

    shown = texts(handed_in.directory / "workbooks" / "HCTH.xlsx", "Phản hồi")
    assert "Biểu được trả lại để sửa, xem thông báo dưới đây." in shown
    assert "Trả lại để sửa: thiếu địa chỉ." in shown


def texts(path: Path, tab: str) -> list[str]:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python()
    return [str(cell) for row in rows for cell in row]


# --- an exclusion ---------------------------------------------------------------------------


def test_nothing_is_expected_of_an_excluded_unit(handed_in: Context, board: Board) -> None:
    exclude(handed_in, "HCTH", "đã sáp nhập", at("07 09:00"))
    line = board("07 09:10")
    figures = json.loads((handed_in.out / "bao-cao.json").read_bytes())

    assert (line["status"], line["excluded"], line["counted"]) == ("excluded", "đã sáp nhập", 0)
    assert line["next_action"] == ""
    assert figures["completeness"] == {
        "expected": 7, "received": 0, "on_time": 0, "late": 0, "missing": 7, "excluded": 1,
    }  # fmt: skip


def test_an_excluded_unit_has_nothing_to_mend_and_never_changed_an_empty_sheet(
    job: Context, board: Board
) -> None:
    exclude(job, "TTTT", "đã sáp nhập", at("07 09:00"))
    line = board("07 09:10", "TTTT")

    assert (line["findings"], line["changed_at"]) == ([], "")
    board_row = texts_of_row(job, "Tiến độ", "TTTT")
    assert board_row[3:9] == ["Loại trừ", "0", "0", "0", "0", ""]
    assert all("TTTT" not in row for row in rows(job, "Cần sửa"))
    feedback = texts(job.directory / "workbooks" / "TTTT.xlsx", "Phản hồi")
    assert "Đơn vị không phải đăng ký trong đợt này." in feedback
    assert "Phải sửa" not in feedback


def rows(job: Context, tab: str) -> list[list[str]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(job.out / "tong-hop.xlsx"))
    return [
        [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
        for row in book.get_sheet_by_name(tab).to_python()
    ]


def texts_of_row(job: Context, tab: str, code: str) -> list[str]:
    return next(row for row in rows(job, tab) if code in row)


def test_an_excluded_unit_is_neither_closed_nor_returned_nor_given_more_time(
    handed_in: Context, board: Board
) -> None:
    exclude(handed_in, "HCTH", "đã sáp nhập", at("07 09:00"))

    assert board("12 08:00")["closed"] is False
    decisions: tuple[Decision, ...] = (
        lambda job, now: give_back(job, "HCTH", WHY, now, until=at("16 00:00")),
        lambda job, now: reopen(job, ["HCTH"], at("16 00:00"), now),
    )
    for decide in decisions:
        with pytest.raises(UsageError) as caught:
            decide(handed_in, at("12 09:00"))
        assert (caught.value.message, caught.value.hint) == (
            "HCTH: đơn vị đang được loại trừ", "chạy dankheo include HCTH trước",
        )  # fmt: skip
    assert board("12 09:10")["status"] == "excluded"


def test_a_unit_that_is_included_again_stands_where_it_stood(
    handed_in: Context, board: Board
) -> None:
    exclude(handed_in, "HCTH", "đã sáp nhập", at("07 09:00"))
    board("07 09:10")

    decided_now = include(handed_in, "HCTH", at("07 10:00"))
    line = board("07 10:10")

    assert (decided_now.unit.code, decided_now.deadline) == ("HCTH", at("12 00:00"))
    assert (line["status"], line["excluded"], line["counted"]) == ("submitted", "", 1)
    assert decided(handed_in)[-1] == ("đưa lại vào", "HCTH", "")


def test_included_after_its_deadline_it_is_closed_unless_given_more_time(
    job: Context, board: Board
) -> None:
    for code in ("TDC", "TTTT"):
        exclude(job, code, "đã sáp nhập", at("07 09:00"))
    board("12 08:00")

    given = [include(job, code, at("13 09:00")) for code in ("TDC", "TTTT")]
    assert [one.deadline for one in given] == [at("12 00:00"), at("12 00:00")]
    reopen(job, ["TDC"], at("16 00:00"), at("13 09:00"))

    assert board("13 09:10", "TDC")["closed"] is False
    assert board("13 09:20", "TTTT")["closed"] is True


def test_a_decision_made_twice_is_said_to_be_so_already_and_writes_nothing(
    handed_in: Context, board: Board
) -> None:
    def decide(when: str) -> list[bool]:
        now = at(when)
        return [
            reopen(handed_in, ["QLKH", "QLCN"], at("16 00:00"), now)[0].already,
            give_back(handed_in, "HCTH", WHY, now).already,
            exclude(handed_in, "TDC", "đã sáp nhập", now).already,
            include(handed_in, "KHTC", now).already,
        ]

    first = decide("07 09:00")
    before = everything(handed_in.directory)
    again = decide("07 10:00")

    assert first == [False, False, False, True]
    assert again == [True, True, True, True]
    assert everything(handed_in.directory) == before


def test_an_exclusion_with_another_reason_is_another_decision(job: Context) -> None:
    exclude(job, "TDC", "đã sáp nhập", at("07 09:00"))

    assert not exclude(job, "TDC", "đã giải thể", at("07 10:00")).already
    assert sheet_of(job, "TDC").properties["reason"] == "đã giải thể"


# --- reasons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x", "x"),
        ("ệ" * 250, "ệ" * 250),
        ("có “nháy” và 'nháy' \"kép\"", "có “nháy” và 'nháy' \"kép\""),
        ("dòng một\r\n\tdòng hai \n", "dòng một dòng hai"),
        ("=1+1", "=1+1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        (unicodedata.normalize("NFD", WHY), WHY),
        ("đẹp 😀", "đẹp 😀"),
        ("lẻ \udcff", "lẻ \ufffd"),
    ],
)
def test_a_reason_is_kept_as_one_line_of_text(handed_in: Context, typed: str, kept: str) -> None:
    give_back(handed_in, "HCTH", typed, at("07 09:00"))

    assert sheet_of(load_context(handed_in.directory), "HCTH").properties["reason"] == kept
    assert decided(handed_in) == [("trả lại", "HCTH", kept)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "--reason: chưa ghi lý do"),
        (" \n", "--reason: chưa ghi lý do"),
        ("x" * 251, "--reason: dài 251 ký tự, tối đa 250"),
        ("😀" * 250, "--reason: quá nhiều hình, biểu tượng"),
    ],
)
def test_a_reason_that_no_sheet_can_keep_is_refused_before_anything_is_done(
    handed_in: Context, typed: str, said: str
) -> None:
    before = everything(handed_in.directory)

    for decide in (give_back, exclude):
        with pytest.raises(UsageError) as caught:
            decide(handed_in, "HCTH", typed, at("07 09:00"))
        assert caught.value.message == said
    assert everything(handed_in.directory) == before


def test_a_reason_stands_in_the_results_as_text(
    handed_in: Context, fill_in: Fill, board: Board
) -> None:
    give_back(handed_in, "HCTH", "=1+1 <b>", at("07 09:00"))
    board("07 09:10")

    assert texts_of_row(handed_in, "Tiến độ", "HCTH")[-1] == "Trả lại: =1+1 <b>"
    page = (handed_in.out / "tien-do.html").read_text("utf-8")
    assert "Trả lại: =1+1 &lt;b&gt;" in page
    data = (handed_in.directory / "workbooks" / "HCTH.xlsx").read_bytes()
    cover = reader.read(data, handed_in.form, "HCTH").cover
    assert (cover.preparer, cover.confirmed) == (COVER["preparer"], COVER["confirmed"])


# --- a sheet whose marks were damaged -------------------------------------------------------


@pytest.mark.parametrize("marks", ["{", "[]", '{"a": 1}', ""])
def test_of_a_unit_whose_marks_were_damaged_nothing_is_decided(job: Context, marks: str) -> None:
    folder = job.directory / "workbooks" / ".dankheo"
    folder.mkdir(exist_ok=True)
    (folder / "TDC.json").write_text(marks, "utf-8")
    before = everything(job.directory)

    with pytest.raises(UsageError, match=r"^TDC: TDC\.json: tệp ghi trạng thái của đơn vị bị hỏng"):
        exclude(job, "TDC", WHY, at("07 09:00"))
    with pytest.raises(UsageError, match=r"^TDC: TDC\.json"):
        reopen(job, ["HCTH", "TDC"], at("16 00:00"), at("07 09:00"))

    assert everything(job.directory) == before
