"""What is to be said of a unit's sheet itself, not of what stands in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo

from dankheo_sheets.registration import Finding, Scope, Severity, Snapshot, Terms
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import Counting, Return, as_received, is_untouched
from dankheo_sheets.vietnamese import moment, short_date
from dankheo_sheets.workspace.base import Sheet

CHANGED_AFTER_CLOSING, ARRIVED_LATE = "changed-after-closing", "arrived-late"
"""Findings about something that came too late to count by itself: the coordinator settles it."""


def of_sheet(sheet: Sheet | None, damage: Finding | None, *, done: bool) -> Iterator[Finding]:
    """Yield what is wrong with the sheet; what a `done` unit handed in counts all the same."""
    if sheet is None or sheet.gone:
        yield _SHEET_MISSING
    elif sheet.problem:
        yield about_file("damaged-mark", Severity.BLOCK, sheet.problem)
    if damage:
        severity = Severity.WARN if done else Severity.BLOCK
        message = f"{damage.message} Bản đọc trước đó vẫn được tính."
        yield about_file(damage.code, severity, message)


def of_time(
    unit: Unit, found: Counting, deadline: datetime, terms: Terms, opening: datetime
) -> Iterator[Finding]:
    """Yield that what came last is late though its file says that it is not."""
    newest = as_received(found.newest, terms)
    said = newest.said_at
    if said is None or not said < deadline <= newest.modified_at:
        return
    zone = deadline.tzinfo
    known = said >= opening
    at = (
        f"{said.astimezone(zone):%H:%M} {short_date(said.astimezone(zone))}"
        if known
        else "GIỜ NGÀY"
    )
    yield about_file(
        ARRIVED_LATE, Severity.WARN,
        f"Đến sau hạn, {_said(newest, zone)}: nhận được trước hạn thì chạy dankheo receive "
        f"{unit.code} --at \"{at}\" --reason \"…\".",
    )  # fmt: skip


def differs(unit: Unit, newest: Return, zone: tzinfo | None) -> Finding:
    """Return that the sheet of a closed unit says something else than what was closed."""
    snapshot = newest.snapshot
    if is_untouched(newest.registration):
        text = "Biểu nay trống, khác bản đã chốt; bản đã chốt vẫn được tính."
    else:
        changed = f"sửa lúc {moment(snapshot.modified_at.astimezone(zone))}"
        when = _said(snapshot, zone) if snapshot.said_at else changed
        text = (
            f"Biểu nay khác bản đã chốt ({when}), chưa được tính: muốn tính bản này thì chạy "
            f"dankheo accept {unit.code}."
        )
    return about_file(CHANGED_AFTER_CLOSING, Severity.WARN, text)


def _said(snapshot: Snapshot, zone: tzinfo | None) -> str:
    assert snapshot.said_at
    return f"tệp ghi sửa lúc {moment(snapshot.said_at.astimezone(zone))}"


def not_read(failure: str) -> Finding:
    """Return that a sheet could not be downloaded, and nothing of it was ever read."""
    return about_file("not-read", Severity.BLOCK, failure, Scope.FILE)


def blocking(damage: Finding) -> Finding:
    """Return a damage of a unit of which nothing else is known."""
    return replace(damage, severity=Severity.BLOCK, scope=Scope.FILE, about_file=True)


def about_file(code: str, severity: Severity, message: str, scope: Scope = Scope.UNIT) -> Finding:
    """Return a finding about a file and where it lies."""
    return Finding(code, severity, scope, message, about_file=True)


CLOSED_BEFORE_DUE = about_file(
    "closed-before-due", Severity.NOTE,
    "Biểu đã khoá theo hạn cũ, hạn nay đã lùi: dankheo reopen để mở lại.",
)  # fmt: skip
_SHEET_MISSING = about_file(
    "sheet-missing", Severity.WARN,
    "Không thấy tệp của đơn vị; bản đọc gần nhất vẫn được tính: chép lại tệp (bị chuyển khỏi thư "
    "mục của đợt thì chuyển lại; trên Google, dankheo audit tìm ra), hoặc chạy dankheo provision "
    "--restore.",
)  # fmt: skip
BLANK_MISSING = about_file(
    "sheet-missing", Severity.WARN,
    "Biểu đã phát, nay không thấy tệp, chưa đọc được đăng ký nào: bị chuyển khỏi thư mục của đợt "
    "thì chuyển lại (trên Google, dankheo audit tìm ra); bị xoá thì chạy dankheo provision.",
)  # fmt: skip
FINAL_LOST = about_file(
    "final-lost", Severity.BLOCK,
    "Không còn bản lưu của biểu đã khoá: khôi phục thư mục archive từ bản sao lưu.",
    Scope.FILE,
)  # fmt: skip
FINAL_READ_ANEW = about_file(
    "final-read-anew", Severity.WARN,
    "Không còn bản lưu của biểu đã khoá: đã đọc lại từ chính biểu ấy, từ lúc khoá chưa ai sửa.",
)  # fmt: skip
EMPTIED = about_file(
    "emptied", Severity.WARN,
    "Lần đọc trước có mô hình, nay biểu trống: hỏi lại đơn vị (bản trước còn trong archive).",
)  # fmt: skip
