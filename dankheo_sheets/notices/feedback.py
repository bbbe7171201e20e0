"""What to say to whom: the next action on the board, the feedback in a unit's workbook."""

from datetime import datetime

from dankheo_sheets import vietnamese
from dankheo_sheets.registration import (
    Feedback,
    FeedbackLine,
    Finding,
    Scope,
    Severity,
    Standing,
    Status,
)
from dankheo_sheets.vietnamese import deadline_text, due_text

LEVELS = {Severity.BLOCK: "Phải sửa", Severity.WARN: "Nên xem", Severity.NOTE: "Ghi chú"}

_NEXT = {
    Status.NOT_PROVISIONED: "Phát biểu cho đơn vị",
    Status.UNTOUCHED: "Nhắc đơn vị ghi biểu",
    Status.DRAFTING: "Nhắc đơn vị ghi tiếp",
    Status.NEEDS_FIXING: "Đề nghị đơn vị sửa",
    Status.READY: "Nhắc đơn vị xác nhận đã hoàn thành",
    Status.SUBMITTED: "",
    Status.SUBMITTED_LATE: "",
    Status.NONE_REGISTERED: "",
}
_HEADLINES = {
    Status.UNTOUCHED: "Chưa nhận được nội dung nào.",
    Status.DRAFTING: "Biểu chưa xong: xử lý các nội dung dưới đây.",
    Status.NEEDS_FIXING: "Biểu cần sửa: xử lý các nội dung dưới đây.",
    Status.READY: "Nội dung đã đạt, còn chờ đơn vị xác nhận đã hoàn thành.",
    Status.SUBMITTED: "Đã nhận biểu, đúng hạn.",
    Status.SUBMITTED_LATE: "Đã nhận biểu, sau hạn.",
    Status.NONE_REGISTERED: "Đã nhận: đơn vị không đăng ký, có nêu lý do.",
}


def next_action(standing: Standing) -> str:
    """Return what the coordinator does next about this unit; "" when nothing is left to do."""
    action = _NEXT[standing.status]
    return f"{action}; đã khoá biểu" if action and standing.closed else action


def feedback(standing: Standing) -> Feedback:
    """Return what the unit's Phản hồi tab says; blocking findings first."""
    snapshot = standing.snapshot
    zone = standing.deadline.tzinfo
    headline = _HEADLINES[standing.status]
    if standing.closed:
        headline = f"{headline} {lock_reason(standing.deadline)}"
    return Feedback(
        headline=headline,
        deadline=deadline_text(standing.deadline),
        received=(
            f"{vietnamese.count(len(standing.registration.entries))} mô hình, điển hình; "
            f"{vietnamese.count(len(standing.counted))} được tính"
        ),
        read_at=vietnamese.moment(snapshot.read_at.astimezone(zone)) if snapshot else "",
        checksum=snapshot.sha256 if snapshot else "",
        lines=tuple(
            line for line in finding_lines(standing) if line.level != LEVELS[Severity.NOTE]
        ),
    )


def finding_lines(standing: Standing) -> list[FeedbackLine]:
    """Return the findings in words, blocking ones first, then by place in the sheet."""
    order = list(Severity)
    findings = sorted(
        standing.findings, key=lambda finding: (order.index(finding.severity), _position(finding))
    )
    return [
        FeedbackLine(_place(f), vietnamese.nfc(f.value), f.message, LEVELS[f.severity])
        for f in findings
    ]


def lock_reason(deadline: datetime) -> str:
    """Return why a workbook is read-only."""
    return f"Biểu đã khoá vì hết hạn {due_text(deadline)}."


def _place(finding: Finding) -> str:
    if finding.cell:
        return str(finding.cell)
    return "cả tệp" if finding.scope is Scope.FILE else "cả biểu"


def _position(finding: Finding) -> tuple[int, str]:
    return (finding.cell.row, finding.cell.column) if finding.cell else (0, "")
