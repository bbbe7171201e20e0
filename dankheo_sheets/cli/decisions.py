"""Commands by which the coordinator decides about units."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dankheo_sheets import talk
from dankheo_sheets.cli.app import HERE, Directory, DryRun, app, clock, open_job
from dankheo_sheets.errors import UsageError

if TYPE_CHECKING:
    from dankheo_sheets.steps.job import Job


@app.command()
def reopen(
    until: Annotated[str, typer.Option(help="Hết ngày nào, ví dụ 15/4/2022 hoặc 17:00 15/4/2022.")],
    units: Annotated[list[str] | None, typer.Argument(metavar="MÃ…", help="Mã đơn vị.")] = None,
    all_missing: Annotated[
        bool, typer.Option("--all-missing", help="Mọi đơn vị chưa hoàn thành, theo lần đọc cuối.")
    ] = False,
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Gia hạn: mở lại biểu của các đơn vị đến hạn mới."""
    from dankheo_sheets.steps import decide
    from dankheo_sheets.vietnamese import deadline_text

    if bool(units) == all_missing:
        raise UsageError("Chưa rõ gia hạn cho đơn vị nào", "ghi mã đơn vị, hoặc --all-missing")
    job, now = open_job(directory), clock()
    moment = _until(job, until)
    codes = units or decide.missing(job, now, moment)
    if not codes:
        typer.echo("Không có đơn vị chưa hoàn thành nào có hạn sớm hơn.")
        return
    opened = decide.reopen(job, codes, moment, now, dry_run=dry_run)
    names = ", ".join(unit.code for unit in opened)
    typer.echo(f"{'Sẽ mở' if dry_run else 'Đã mở'} lại biểu {names}: {deadline_text(moment)}.")
    _tell_later(job, dry_run)


Reason = Annotated[str, typer.Option(metavar="LÝ_DO", help="Lý do, một câu.")]
OneUnit = Annotated[str, typer.Argument(metavar="MÃ", help="Mã đơn vị.")]


@app.command("return")
def give_back(
    unit: OneUnit,
    reason: Reason = "",
    until: Annotated[
        str, typer.Option(help="Hạn mới, khi hạn của đơn vị đã qua; ghi như --until của reopen.")
    ] = "",
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Trả biểu lại cho đơn vị sửa, kèm lý do."""
    from dankheo_sheets.steps import decide
    from dankheo_sheets.vietnamese import deadline_text

    job = open_job(directory)
    moment = _until(job, until) if until else None
    given, due = decide.give_back(job, unit, reason, clock(), until=moment, dry_run=dry_run)
    verb = "Sẽ trả" if dry_run else "Đã trả"
    typer.echo(f"{verb} lại biểu {given.code} để sửa, {deadline_text(due)}.")
    _tell_later(job, dry_run)


@app.command()
def exclude(
    unit: OneUnit, reason: Reason = "", directory: Directory = HERE, dry_run: DryRun = False
) -> None:
    """Loại trừ một đơn vị, kèm lý do: không phải gửi, không bị nhắc, không tính."""
    from dankheo_sheets.steps import decide

    job = open_job(directory)
    left_out = decide.exclude(job, unit, reason, clock(), dry_run=dry_run)
    typer.echo(f"{'Sẽ loại' if dry_run else 'Đã loại'} trừ {left_out.code}.")
    _tell_later(job, dry_run)


@app.command()
def include(unit: OneUnit, directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Đưa lại vào một đơn vị đã loại trừ."""
    from dankheo_sheets.steps import decide
    from dankheo_sheets.vietnamese import due_text

    job, now = open_job(directory), clock()
    again, due = decide.include(job, unit, now, dry_run=dry_run)
    typer.echo(f"{'Sẽ đưa' if dry_run else 'Đã đưa'} lại {again.code} vào, hạn {due_text(due)}.")
    if now >= due:
        typer.echo(f"Hạn đã qua: để đơn vị ghi được, chạy dankheo reopen {again.code} --until ….")
    _tell_later(job, dry_run)


def _until(job: "Job", text: str) -> datetime:
    from dankheo_sheets.roster import parse_until

    try:
        return parse_until(text, job.campaign.zone)
    except ValueError:
        raise UsageError(f"--until: ghi “{text}”", "cần ngày dạng 15/4/2022") from None


def _tell_later(job: "Job", dry_run: bool) -> None:
    if not dry_run:
        typer.echo("Biểu của đơn vị và các kết quả ghi điều này ở lần chạy dankheo run tới.")
    talk.requests(job)
