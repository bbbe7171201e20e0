"""Files of no unit, and units of no roster: whose return is not counted, and what to do."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from dankheo_sheets.roster import code_key
from dankheo_sheets.standing import is_untouched
from dankheo_sheets.steps.job import Job
from dankheo_sheets.vietnamese import clean, count, moment
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.file_kinds import FileKind


def strays(job: Job, sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield a line for each file of no unit, and for each unit read that is asked no more."""
    known = {code_key(code) for unit in job.units for code in (unit.code, *unit.formerly)}
    former = [code for code in job.archive.units() if code_key(code) not in known]
    files: dict[str, list[str]] = {code: [] for code in former}
    for sheet in sheets:
        if sheet.unit:
            continue
        code = next((c for c in former if code_key(c) == code_key(sheet.said_unit)), "")
        if code:
            files[code].append(clean(sheet.name))
        else:
            yield _stray(sheet, job.campaign.zone)
    for code, names in files.items():
        if line := _no_longer_asked(job, code, names):
            yield line


def _stray(sheet: Sheet, zone: tzinfo) -> str:
    name = clean(sheet.name)
    if sheet.is_folder:
        return f"{name}: là thư mục, không đọc: chép các biểu ra ngay thư mục workbooks"
    if sheet.kind is FileKind.LOCK:
        since = moment(sheet.modified_at.astimezone(zone))
        return f"{name}: tệp khoá có từ {since}: không ai mở biểu ấy nữa thì xoá tệp này"
    if sheet.kind is FileKind.POINTER:
        return f"{name}: chỉ là lối tắt, không có nội dung: chép tệp thật vào thư mục"
    if sheet.said_unit:
        return (
            f"{name}: biểu của mã {clean(sheet.said_unit)}, không có trong danh sách: thêm đơn vị "
            "vào danh sách, hoặc ghi mã này ở cột “Mã cũ” của đơn vị đã đổi mã"
        )
    return f"{name}: không rõ của đơn vị nào, không đọc: đổi tên tệp theo mã đơn vị, hoặc chuyển đi"


def _no_longer_asked(job: Job, code: str, names: Sequence[str]) -> str:
    """Return what is to be said of a unit that was read and is not in the roster."""
    receipts, _ = job.archive.receipts(code)
    newest = next((r for r in reversed(receipts) if r.registration.readable), None)
    if not names and (newest is None or is_untouched(newest.registration)):
        return ""
    entries = count(len(newest.registration.entries) if newest else 0)
    files = f" (tệp {', '.join(names)})" if names else ""
    return (
        f"{code}{files}: đơn vị không còn trong danh sách, {entries} mô hình đã nhận không được "
        "tính: đơn vị đổi mã thì ghi mã cũ này ở cột “Mã cũ”"
    )
