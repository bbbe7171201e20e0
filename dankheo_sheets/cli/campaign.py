"""Commands that take a campaign from the letter to the report."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dankheo_sheets import talk
from dankheo_sheets.cli import results
from dankheo_sheets.cli.app import HERE, Directory, DryRun, app, clock, open_context, post
from dankheo_sheets.errors import UsageError, WorkspaceError


@app.command()
def letter(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Lập công văn gửi các đơn vị, kèm biểu mẫu, để trình ký."""
    from dankheo_sheets import campaign as campaigns
    from dankheo_sheets.steps.letter import letter

    campaign = campaigns.load(directory)[0]
    results.version(letter(directory, campaign, clock(), dry_run=dry_run), dry_run=dry_run)


@app.command()
def provision(
    directory: Directory = HERE,
    dry_run: DryRun = False,
    adopt: Annotated[
        bool,
        typer.Option(help="Nhận các tệp do người chép sẵn trong thư mục Drive, thay vì tự tạo."),
    ] = False,
    restore: Annotated[
        bool, typer.Option(help="Đặt lại bản đọc gần nhất của những biểu đã phát mà nay bị mất.")
    ] = False,
) -> None:
    """Phát cho mỗi đơn vị một biểu; chỉ tạo những biểu còn thiếu."""
    from dankheo_sheets.steps.provision import provision

    context = open_context(directory, rehearse=dry_run)
    done = provision(context, adopt=adopt, restore=restore)
    results.provisioned(context, done, clock(), dry_run=dry_run)
    talk.requests(context)
    if done.halted:
        raise done.halted
    if done.failed:
        raise typer.Exit(WorkspaceError.exit_code)


@app.command()
def status(
    directory: Directory = HERE,
    links: Annotated[
        bool,
        typer.Option(
            "--links", help="In mã, tên, địa chỉ thư và liên kết biểu của từng đơn vị, để gửi đi."
        ),
    ] = False,
) -> None:
    """In bảng tiến độ theo lần đọc gần nhất; không ghi gì."""
    from dankheo_sheets.steps.status import addresses, status

    context = open_context(directory)
    if links:
        for line in addresses(context):
            typer.echo("\t".join(line))
    else:
        results.show(status(context, clock()))
    talk.requests(context)


@app.command()
def sync(
    directory: Directory = HERE,
    dry_run: DryRun = False,
    feedback: Annotated[bool, typer.Option(help="Ghi trang Phản hồi vào biểu của đơn vị.")] = True,
) -> None:
    """Đọc các biểu về, kiểm tra, phản hồi cho đơn vị và lập bảng tổng hợp."""
    from dankheo_sheets.steps.run import Run, sync

    context = open_context(directory, rehearse=dry_run)
    results.finish(context, Run(sync(context, clock(), feedback=feedback)))


@app.command()
def close(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Chốt các biểu đã hết hạn: đọc lại lần cuối, khoá, lưu bản được tính."""
    from dankheo_sheets.steps.run import close

    context = open_context(directory, rehearse=dry_run)
    result = close(context, clock())
    if not dry_run:
        typer.echo(f"Đã khoá {len(result.closed)} biểu; {len(result.open)} đơn vị chưa đến hạn.")
    results.finish(context, result)


@app.command()
def report(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Lập báo cáo Word cùng số liệu với bảng tổng hợp."""
    from dankheo_sheets.steps.run import Run, report

    context = open_context(directory, rehearse=dry_run)
    results.finish(context, Run(report(context, clock())))


@app.command()
def run(
    directory: Directory = HERE,
    dry_run: DryRun = False,
    public: Annotated[
        bool,
        typer.Option(
            "--public", help="Chỉ in số đếm, không nói gì về từng đơn vị: nhật ký ai cũng đọc được."
        ),
    ] = False,
    summary: Annotated[
        Path | None,
        typer.Option(metavar="TỆP", help="Ghi thêm bảng tiến độ dạng Markdown vào cuối tệp này."),
    ] = None,
) -> None:
    """Làm mọi việc đến lúc phải làm: phát biểu, đọc, nhắc, chốt, báo cáo."""
    from dankheo_sheets.steps.run import run

    if public:
        talk.speak_publicly()
    context = open_context(directory, rehearse=dry_run)
    result = run(context, clock(), post(context))
    if dry_run:
        results.planned(context, result)
        return
    code = results.ran(context, result)
    if summary:
        results.summarise(result, summary)
    raise typer.Exit(code)


@app.command()
def remind(
    units: Annotated[
        list[str] | None,
        typer.Argument(metavar="MÃ", help="Với --sent-by-hand: chỉ các đơn vị này."),
    ] = None,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft", help="Không gửi: lập thư nháp để gửi bằng Outlook hay Thunderbird."
        ),
    ] = False,
    sent_by_hand: Annotated[
        bool, typer.Option("--sent-by-hand", help="Ghi là các thư nháp đã được gửi tay.")
    ] = False,
    directory: Directory = HERE,
    dry_run: DryRun = False,
) -> None:
    """Gửi các thư đến lúc phải gửi: nhắc đơn vị chưa xong, báo hạn mới, biên nhận."""
    from dankheo_sheets.operations import drafts
    from dankheo_sheets.steps import run as runs
    from dankheo_sheets.steps.run import remind

    if draft and sent_by_hand:
        raise UsageError("Có cả --draft và --sent-by-hand", "gửi xong các thư nháp rồi mới ghi")
    if units and not sent_by_hand:
        raise UsageError(f"Chưa rõ làm gì với {', '.join(units)}", "mã chỉ đi cùng --sent-by-hand")
    context, now = open_context(directory, rehearse=dry_run), clock()
    if sent_by_hand:
        recorded = drafts.sent_by_hand(context, units or (), now)
        results.recorded(recorded, dry_run=dry_run)
        talk.requests(context)
        return
    laid = None
    if draft:
        laid, result = runs.draft(context, now)
    else:
        result = remind(context, now, post(context))
    if dry_run:
        results.mails(result.sent.mails, drafts=draft)
        talk.requests(context)
        return
    raise typer.Exit(
        results.drafted(context, laid, result, now) if laid else results.ran(context, result)
    )


class Channel(StrEnum):
    """How somebody is told who reads no mail."""

    ZALO = "zalo"
    PHONE = "phone"


@app.command()
def notices(
    channel: Annotated[
        Channel, typer.Option("--for", help="zalo: tin ngắn để dán; phone: danh sách gọi điện.")
    ] = Channel.ZALO,
    directory: Directory = HERE,
) -> None:
    """In tin ngắn để dán vào Zalo, hoặc danh sách gọi điện, cho đơn vị còn thiếu."""
    from dankheo_sheets.steps.status import short_notices

    for line in short_notices(open_context(directory), clock(), phone=channel is Channel.PHONE):
        typer.echo(line)
