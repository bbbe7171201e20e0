"""Commands by which the coordinator decides about units."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dankheo_sheets import talk
from dankheo_sheets.cli.app import HERE, Directory, DryRun, app, clock, open_context
from dankheo_sheets.errors import UsageError

if TYPE_CHECKING:
    from dankheo_sheets.operations.context import Context
    from dankheo_sheets.steps.take_in import TakenIn
    from dankheo_sheets.steps.unit_decisions import Decided


@app.command()
def reopen(
    until: Annotated[
        str,
        typer.Option(metavar="NGÀY", help="Hết ngày nào, ví dụ 15/4/2022 hoặc 17:00 15/4/2022."),
    ],
    units: Annotated[list[str] | None, typer.Argument(metavar="MÃ", help="Mã đơn vị.")] = None,
    all_missing: Annotated[
        bool, typer.Option("--all-missing", help="Mọi đơn vị chưa hoàn thành, theo lần đọc cuối.")
    ] = False,
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Gia hạn: mở lại biểu của các đơn vị đến hạn mới."""
    from dankheo_sheets.steps import unit_decisions as decide
    from dankheo_sheets.vietnamese import deadline_text

    if bool(units) == all_missing:
        raise UsageError("Chưa rõ gia hạn cho đơn vị nào", "ghi mã đơn vị, hoặc --all-missing")
    context, now = open_context(directory, rehearse=dry_run), clock()
    moment = _until(context, until)
    codes = units or decide.missing(context, now, moment)
    if not codes:
        typer.echo("Không có đơn vị chưa hoàn thành nào có hạn sớm hơn.")
        return
    decided = decide.reopen(context, codes, moment, now)
    if before := [one.unit.code for one in decided if one.already]:
        typer.echo(f"{', '.join(before)}: đã như vậy từ trước, {deadline_text(moment)}.")
    if opened := [one.unit.code for one in decided if not one.already]:
        _tell(context, f"mở lại biểu {', '.join(opened)}: {deadline_text(moment)}.")


Reason = Annotated[str, typer.Option(metavar="LÝ_DO", help="Lý do, một câu.")]
OneUnit = Annotated[str, typer.Argument(metavar="MÃ", help="Mã đơn vị.")]


@app.command("return")
def give_back(
    unit: OneUnit,
    reason: Reason = "",
    until: Annotated[
        str,
        typer.Option(
            metavar="NGÀY",
            help="Hạn mới, khi hạn của đơn vị đã qua; ghi như --until của reopen.",
        ),
    ] = "",
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Trả biểu lại cho đơn vị sửa, kèm lý do."""
    from dankheo_sheets.steps import unit_decisions as decide
    from dankheo_sheets.vietnamese import deadline_text

    context = open_context(directory, rehearse=dry_run)
    moment = _until(context, until) if until else None
    given = decide.give_back(context, unit, reason, clock(), until=moment)
    line = f"trả lại biểu {given.unit.code} để sửa, {deadline_text(given.deadline)}."
    _say(context, given, line)


@app.command()
def exclude(
    unit: OneUnit, reason: Reason = "", directory: Directory = HERE, dry_run: DryRun = False
) -> None:
    """Loại trừ một đơn vị, kèm lý do: không phải gửi, không bị nhắc, không tính."""
    from dankheo_sheets.steps import unit_decisions as decide

    context = open_context(directory, rehearse=dry_run)
    out = decide.exclude(context, unit, reason, clock())
    _say(context, out, f"loại trừ {out.unit.code}.")


@app.command()
def include(unit: OneUnit, directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Đưa lại vào một đơn vị đã loại trừ."""
    from dankheo_sheets.steps import unit_decisions as decide
    from dankheo_sheets.vietnamese import due_text

    context, now = open_context(directory, rehearse=dry_run), clock()
    again = decide.include(context, unit, now)
    code = again.unit.code
    line = f"đưa lại {code} vào, hạn {due_text(again.deadline)}."
    if now >= again.deadline:
        line += f"\nHạn đã qua: để đơn vị ghi được, chạy dankheo reopen {code} --until …."
    _say(context, again, line)


@app.command()
def receive(
    unit: OneUnit,
    at: Annotated[str, typer.Option(metavar="LÚC", help="Lúc đã nhận, ví dụ 16:30 11/4/2022.")],
    reason: Annotated[
        str, typer.Option(metavar="CÁCH", help="Nhận bằng cách nào, ví dụ “gửi qua thư điện tử”.")
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="TỆP", help="Tệp đã nhận, nếu không phải biểu đang có."),
    ] = None,
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Ghi lúc đã nhận một biểu gửi qua thư hay nộp tay, để tính đúng hạn."""
    from dankheo_sheets.steps.take_in import receive

    context = open_context(directory, rehearse=dry_run)
    moment = _moment(context, at)
    done = receive(context, unit, moment, reason, clock(), source=source)
    _say_taken(context, done, "ghi nhận")


@app.command()
def accept(
    unit: OneUnit,
    reason: Annotated[str, typer.Option(metavar="LÝ_DO", help="Lý do, nếu cần ghi lại.")] = "",
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Tính bản đang có trong biểu: sau khi trả lại, chốt, hoặc hết hạn."""
    from dankheo_sheets.steps.take_in import accept

    context = open_context(directory, rehearse=dry_run)
    done = accept(context, unit, clock(), reason=reason)
    _say_taken(context, done, "tính")


def _say_taken(context: "Context", done: "TakenIn", verb: str) -> None:
    from dankheo_sheets.standing.status_words import WORDS
    from dankheo_sheets.vietnamese import count

    standing = done.standing
    line = (
        f"{verb} bản của {done.unit.code}: {WORDS[standing.status].name.lower()}, "
        f"{count(len(standing.counted))} mô hình được tính."
    )
    _say(context, done, line)


def _say(context: "Context", done: "Decided | TakenIn", line: str) -> None:
    """Say what was decided, or that it was so before."""
    if done.already:
        typer.echo(f"{done.unit.code}: đã như vậy từ trước, không ghi gì thêm.")
        return
    _tell(context, line)


def _tell(context: "Context", line: str) -> None:
    """Say what was done, or would be."""
    typer.echo(f"{'Sẽ' if context.rehearses else 'Đã'} {line}")
    talk.requests(context)


def _until(context: "Context", text: str) -> datetime:
    """Return the first instant after a day, or a moment, that is typed."""
    from dankheo_sheets.written_dates import first_instant_after

    try:
        return first_instant_after(text, context.campaign.zone)
    except ValueError:
        raise UsageError(f"--until: ghi “{text}”", "cần ngày dạng 15/4/2022") from None


def _moment(context: "Context", text: str) -> datetime:
    """Return a moment that was; the day alone is not enough."""
    from dankheo_sheets.written_dates import first_instant_after

    try:
        if ":" in text:
            return first_instant_after(text, context.campaign.zone)
    except ValueError:
        pass
    raise UsageError(f"--at: ghi “{text}”", "cần giờ và ngày, dạng “16:30 11/4/2022”")
