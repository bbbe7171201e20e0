"""Files of no unit, and units of no roster: whose return is not counted, and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from dankheo_sheets.archive import Archive
from dankheo_sheets.operations.context import Context
from dankheo_sheets.roster import Unit, code_key
from dankheo_sheets.standing.counting import is_untouched
from dankheo_sheets.vietnamese import clean, count, moment
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.file_kinds import FileKind


@dataclass(frozen=True, slots=True)
class Stray:
    """One of them: what was found, and what the coordinator does about it."""

    found: str
    todo: str

    def __str__(self) -> str:
        return f"{self.found}: {self.todo}"


def strays(context: Context, sheets: Sequence[Sheet]) -> Iterator[Stray]:
    """Yield each file of no unit, and each unit that was read and is asked no more."""
    former = {code_key(code) for code in _codes_asked_no_more(context.archive, context.units)}
    strangers = [sheet for sheet in sheets if not sheet.unit]
    for sheet in strangers:
        if code_key(sheet.said_unit) not in former:
            yield _of_no_unit(sheet, context.campaign.zone)
    if former:
        yield from asked_no_more(context.archive, context.units, strangers)


def asked_no_more(
    archive: Archive, units: Sequence[Unit], sheets: Sequence[Sheet] = ()
) -> Iterator[Stray]:
    """Yield each unit of which something was read, or lies there still, and that is not asked."""
    for code in _codes_asked_no_more(archive, units):
        files = [clean(s.name) for s in sheets if code_key(s.said_unit) == code_key(code)]
        receipts, _ = archive.receipts(code)
        newest = next((r for r in reversed(receipts) if r.registration.readable), None)
        if not files and (newest is None or is_untouched(newest.registration)):
            continue
        entries = count(len(newest.registration.entries) if newest else 0)
        where = f" (tệp {', '.join(files)})" if files else ""
        yield Stray(
            f"{code}{where}: đơn vị không còn trong danh sách, {entries} mô hình đã nhận không "
            "được tính",
            "đơn vị đổi mã thì ghi mã cũ này ở cột “Mã cũ”",
        )


def _codes_asked_no_more(archive: Archive, units: Sequence[Unit]) -> list[str]:
    known = {code_key(code) for unit in units for code in (unit.code, *unit.formerly)}
    return [code for code in archive.units() if code_key(code) not in known]


def _of_no_unit(sheet: Sheet, zone: tzinfo) -> Stray:
    name = clean(sheet.name)
    if sheet.is_folder:
        return Stray(f"{name}: là thư mục, không đọc", "chép các biểu ra ngay thư mục workbooks")
    if sheet.kind is FileKind.LOCK:
        since = moment(sheet.modified_at.astimezone(zone))
        return Stray(f"{name}: tệp khoá có từ {since}", "không ai mở biểu ấy nữa thì xoá tệp này")
    if sheet.kind is FileKind.POINTER:
        return Stray(f"{name}: chỉ là lối tắt, không có nội dung", "chép tệp thật vào thư mục")
    if sheet.said_unit:
        return Stray(
            f"{name}: biểu của mã {clean(sheet.said_unit)}, không có trong danh sách",
            "thêm đơn vị vào danh sách, hoặc ghi mã này ở cột “Mã cũ” của đơn vị đã đổi mã",
        )
    return Stray(
        f"{name}: không rõ của đơn vị nào, không đọc",
        "đổi tên tệp theo mã đơn vị, hoặc chuyển đi",
    )
