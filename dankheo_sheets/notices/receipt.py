"""The receipt: what was received of a unit, in people's words."""

from dankheo_sheets import vietnamese
from dankheo_sheets.notices.feedback import sentence
from dankheo_sheets.notices.letter import MailText
from dankheo_sheets.notices.situation import MAX_FINDINGS, Situation
from dankheo_sheets.registration import Standing, Status
from dankheo_sheets.vietnamese import count


def receipt(case: Situation) -> MailText:
    """Return what a unit is told once what counts was taken; the checksum in small print."""
    standing, zone = case.standing, case.campaign.zone
    snapshot = standing.snapshot
    assert snapshot is not None  # nothing else is received
    changed = vietnamese.moment(snapshot.modified_at.astimezone(zone))
    in_time = "sau hạn" if standing.late else "đúng hạn"
    names = [_one_line(entry.name) for entry in standing.counted]
    more = len(names) - MAX_FINDINGS
    return case.letter(
        f"Đã nhận biểu đăng ký của {case.unit.name}",
        (
            f"{case.campaign.agency.name} đã nhận và chốt biểu đăng ký của đơn vị, ghi lần cuối "
            f"lúc {changed}, {in_time}.",
            _taken(standing),
        ),
        names[:MAX_FINDINGS],
        [
            *([f"… và {count(more)} mô hình, điển hình khác."] if more > 0 else []),
            *([f"Gửi kèm: {_copies(case)}."] if case.files else []),
            "Biểu đã chốt, đơn vị sửa thêm thì không được tính nữa.",
        ],
        [f"Mã kiểm tra (SHA-256) của tệp đã nhận: {snapshot.sha256}"],
    )


def _taken(standing: Standing) -> str:
    """Return what a unit handed in, as one tells it to people."""
    if standing.status is Status.NONE_REGISTERED:
        reason = sentence(_one_line(standing.registration.cover.nil_reason))
        return f"Đơn vị không đăng ký, lý do: {reason}"
    entries, counted = len(standing.registration.entries), len(standing.counted)
    if not entries:
        return "Đơn vị không ghi mô hình, điển hình nào."
    of_them = f", trong đó {count(counted)} được tính"
    if counted == entries:
        of_them = ", đều được tính" if counted > 1 else " và được tính"
    return f"Đơn vị đăng ký {count(entries)} mô hình, điển hình{of_them}{':' if counted else '.'}"


_COPIES = {"xlsx": "đúng bản đã nhận", "docx": "biểu ấy theo mẫu giấy, để in, ký"}
"""What the files are that come with a receipt."""


def _copies(case: Situation) -> str:
    return "; ".join(f"tệp {name} là {_COPIES[name.rpartition('.')[2]]}" for name in case.files)


def _one_line(text: str) -> str:
    return vietnamese.nfc(" ".join(text.split()))
