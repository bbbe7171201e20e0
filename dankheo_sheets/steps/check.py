"""Check: judge one file as if it had come back; write nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dankheo_sheets import campaign as campaigns
from dankheo_sheets import files, roster
from dankheo_sheets.archive import taken
from dankheo_sheets.errors import UsageError
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.operations.case import Case
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.registration import Finding, Severity
from dankheo_sheets.standing import circumstances
from dankheo_sheets.standing.counting import Return
from dankheo_sheets.standing.counting import check as judged
from dankheo_sheets.workspace import office_locks
from dankheo_sheets.workspace.file_kinds import FileKind, kind_of


def campaign_of(file: Path) -> Path:
    """Return the campaign's folder: the nearest one above a file, or else the current one.

    Raises :class:`UsageError` where there is none, or no such file.
    """
    _is_there(file)
    for folder in (*file.absolute().parents, Path.cwd()):
        if (folder / campaigns.FILE).is_file():
            return folder
    raise UsageError(
        f"{file}: không thấy campaign.toml ở thư mục của tệp này hay các thư mục bên trên",
        "thêm -C THƯ_MỤC, thư mục của đợt đăng ký",
    )


def _is_there(file: Path) -> None:
    with files.translated(file):
        if file.is_dir():
            raise UsageError(f"{file}: là một thư mục", "ghi đường dẫn đến một tệp .xlsx")
        if not file.is_file():
            raise UsageError(f"{file}: không có tệp này", "ghi đường dẫn đến một tệp .xlsx")
    if kind_of(file.name) is FileKind.LOCK:
        raise UsageError(
            f"{file}: là tệp tạm do Excel hay LibreOffice đặt cạnh một biểu đang mở",
            "ghi đường dẫn đến chính biểu ấy",
        )


def check(directory: Path, file: Path) -> list[Finding]:
    """Return what is to be said of a file, with the campaign's form and roster.

    Where its unit is closed by another return, that too, if what was closed is on this machine.
    Raises :class:`UsageError` where there is no such file, and SettingsError.
    """
    campaign, units = campaigns.load(directory)
    _is_there(file)
    form, data = Form(campaign, units), files.read(file)
    identity = reader.identity_of(data)
    unit = roster.find(units, file.stem) or (roster.find(units, identity[1]) if identity else None)
    code = unit.code if unit else identity[1] if identity else file.stem
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    snapshot = taken(code, data, version="", modified_at=at, now=at)
    read = judged(snapshot, reader.read(data, form, code), form)
    later = _against_what_was_closed(directory, read) if campaign.workspace == "folder" else ()
    return [*_open_now(file), *later, *read.findings]


def _open_now(file: Path) -> Iterator[Finding]:
    with files.translated(file):
        lock = office_locks.lock_of(file)
    if lock and not lock.is_left_behind(datetime.now(UTC)):
        who = lock.holder or "có người"
        yield circumstances.about_file(
            "open-now", Severity.NOTE, f"Tệp {who} đang mở: chỉ xem bản đã lưu gần nhất."
        )


def _against_what_was_closed(directory: Path, read: Return) -> Iterator[Finding]:
    context = load_context(directory)
    unit = context.unit(read.snapshot.unit)
    sheet = next((s for s in context.workspace.sheets() if unit and s.unit == unit.code), None)
    if unit and sheet and Case(context, unit, sheet).closed_differently(read):
        yield circumstances.differs(unit, read, context.campaign.zone)
