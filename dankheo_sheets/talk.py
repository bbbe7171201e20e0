"""What the command line says: results on stdout, talk and progress on stderr."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import typer

from dankheo_sheets.errors import EXIT_FINDINGS, DankheoError, SettingsError

if TYPE_CHECKING:
    from rich.console import Console

    from dankheo_sheets.steps.job import Job
    from dankheo_sheets.steps.provision import Provisioned
    from dankheo_sheets.steps.sync import Outcome

T = TypeVar("T")


def provisioned(job: "Job", done: "Provisioned", now: datetime, *, dry_run: bool) -> None:
    """Say what provisioning did, or would do, and what the coordinator has to look after."""
    plan = done.plan
    verb = "Sẽ tạo" if dry_run else "Đã tạo"
    typer.echo(f"{verb} {len(plan.create)} biểu trong {_where(job)}; tổng số {len(job.units)}.")
    for unit in plan.create if dry_run else ():
        typer.echo(f"  {unit.code}  {unit.name}")
    for share in plan.share if dry_run else ():
        typer.echo(f"  {share.sheet.unit}: chia sẻ cho {', '.join(share.editors) or 'không ai'}")
    for share in plan.revoke:
        typer.echo(
            f"{share.sheet.name}: đơn vị không còn trong danh sách, thu quyền sửa; tệp vẫn giữ.",
            err=True,
        )
    for unit in plan.lost:
        typer.echo(
            f"{unit.code}: không thấy tệp, nhưng đơn vị đã từng ghi; không phát biểu trắng. "
            f"Chép lại bản trong {job.directory / 'archive' / unit.code}.",
            err=True,
        )
    for unit in plan.unreachable:
        typer.echo(
            f"{unit.code}: danh sách chưa có địa chỉ thư, chưa ai mở được biểu: điền cột Email, "
            "hoặc ghi “liên kết” ở cột “Cách mở biểu”.",
            err=True,
        )
    late = [unit for unit in plan.create if now >= job.campaign.deadline_of(unit)]
    if late:
        typer.echo(
            f"{len(late)} biểu phát ra đã quá hạn: sửa hạn trong campaign.toml, ghi cột "
            "“Gia hạn đến”, hoặc dùng dankheo reopen.",
            err=True,
        )
    for note in done.notes:
        typer.echo(note, err=True)


def _where(job: "Job") -> str:
    if job.campaign.workspace == "google":
        return "Google Drive"
    return str(job.directory / "workbooks")


def requests(job: "Job") -> None:
    """Tell what a remote service was asked, and how often; nothing where there is none."""
    asked = {kind: count for kind, count in job.workspace.requests().items() if count}
    if asked:
        parts = ", ".join(f"{REQUESTS.get(kind, kind)} {count}" for kind, count in asked.items())
        typer.echo(f"Google: {sum(asked.values())} yêu cầu ({parts}).", err=True)


REQUESTS = {
    "sheets-read": "đọc bảng tính", "sheets-write": "ghi bảng tính", "drive-list": "liệt kê",
    "drive-read": "xem tệp", "drive-write": "sửa tệp", "export": "tải về", "token": "đăng nhập",
}  # fmt: skip


def finish(job: "Job", outcome: "Outcome") -> None:
    """Print the board and where the results are; exit 5 while findings remain."""
    show(outcome)
    if outcome.changed:
        typer.echo(f"Đã đọc {outcome.read} biểu, phản hồi {outcome.told}. Kết quả: {job.out}")
    else:
        typer.echo(f"Không có gì thay đổi từ lần trước. Kết quả: {job.out}")
    if outcome.where.startswith("https://"):
        typer.echo(f"Bảng tổng hợp trên Google Drive: {outcome.where}")
    requests(job)
    if outcome.blocking:
        raise typer.Exit(EXIT_FINDINGS)


def show(outcome: "Outcome") -> None:
    """Print the board."""
    from rich.console import Console

    from dankheo_sheets.outputs import board

    board.show(outcome.figures, Console())


def console() -> "Console":
    """Return where talk goes."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def progress(items: Iterable[T], title: str, total: int) -> Iterable[T]:
    """Go through `items` behind a progress bar on stderr."""
    from rich.progress import track

    return track(items, title, total, console=console(), disable=not total)


def error(wrong: DankheoError) -> None:
    """Say what is wrong, and what to do."""
    lines = wrong.mistakes if isinstance(wrong, SettingsError) else (wrong.message,)
    for line in lines:
        typer.echo(f"Lỗi: {line}", err=True)
    if wrong.hint:
        typer.echo(f"Cách xử lý: {wrong.hint}.", err=True)
