"""The command line: parse, build the job, call one step, print, exit.

Exit codes: 0 done, 2 usage, 3 campaign.toml or the roster, 4 disk or Google, 5 findings remain;
1 is Python's own, for a bug. doctor exits with the gravest fault it finds, 4 before 3, and 0 where
nothing has to be mended; audit with 5 while a file's access is not as the roster has it. Results go
to stdout, talk to stderr. Everything heavy is imported by the command that needs it.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dankheo_sheets import __version__, talk
from dankheo_sheets.errors import (
    EXIT_FINDINGS,
    DankheoError,
    UsageError,
    WorkspaceError,
)

if TYPE_CHECKING:
    from dankheo_sheets.steps.job import Job
    from dankheo_sheets.steps.remind import Post


class Channel(StrEnum):
    """How somebody is told who reads no mail."""

    ZALO = "zalo"
    PHONE = "phone"


app = typer.Typer(
    name="dankheo",
    help="Phát biểu đăng ký cho các đơn vị, đọc về, kiểm tra, tổng hợp và báo cáo.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Directory = Annotated[
    Path,
    typer.Option(
        "-C", metavar="DIR", readable=False, help="Thư mục của đợt đăng ký (có campaign.toml)."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì, không làm.")]
HERE = Path()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(args=arguments)
    except DankheoError as error:
        talk.error(error)
        sys.exit(error.exit_code)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="In phiên bản.")] = False,
) -> None:
    if version:
        typer.echo(f"dankheo {__version__}")
        raise typer.Exit


@app.command()
def letter(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Lập công văn gửi các đơn vị, kèm biểu mẫu, để trình ký."""
    from dankheo_sheets import campaign as campaigns
    from dankheo_sheets.steps.letter import letter

    campaign = campaigns.load(directory)[0]
    talk.version(letter(directory, campaign, _now(), dry_run=dry_run), dry_run=dry_run)


@app.command()
def provision(
    directory: Directory = HERE,
    dry_run: DryRun = False,
    adopt: Annotated[
        bool,
        typer.Option(help="Nhận các tệp do người chép sẵn trong thư mục Drive, thay vì tự tạo."),
    ] = False,
) -> None:
    """Phát cho mỗi đơn vị một biểu; chỉ tạo những biểu còn thiếu."""
    from dankheo_sheets.steps.provision import provision

    job = _job(directory)
    done = provision(job, dry_run=dry_run, adopt=adopt, track=talk.progress)
    talk.provisioned(job, done, _now(), dry_run=dry_run)
    talk.requests(job)
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

    job = _job(directory)
    if links:
        for line in addresses(job):
            typer.echo("\t".join(line))
    else:
        talk.show(status(job, _now()))
    talk.requests(job)


@app.command()
def sync(
    directory: Directory = HERE,
    dry_run: DryRun = False,
    feedback: Annotated[bool, typer.Option(help="Ghi trang Phản hồi vào biểu của đơn vị.")] = True,
) -> None:
    """Đọc các biểu về, kiểm tra, phản hồi cho đơn vị và lập bảng tổng hợp."""
    from dankheo_sheets.steps.status import status
    from dankheo_sheets.steps.sync import sync

    job = _job(directory)
    if dry_run:
        outcome = status(job, _now())
        typer.echo(
            f"Sẽ đọc {len(outcome.pending)} biểu: {', '.join(outcome.pending) or 'không có'}."
        )
        return
    talk.finish(job, sync(job, _now(), feedback=feedback, track=talk.progress))


@app.command()
def close(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Chốt các biểu đã hết hạn: đọc lại lần cuối, khoá, lưu bản được tính."""
    from dankheo_sheets.steps.close import close, due

    job = _job(directory)
    now = _now()
    if dry_run:
        codes = [sheet.unit for sheet in due(job, job.workspace.sheets(), now)]
        typer.echo(f"Sẽ khoá {len(codes)} biểu: {', '.join(codes) or 'không có'}.")
        return
    closing = close(job, now, track=talk.progress)
    typer.echo(f"Đã khoá {len(closing.closed)} biểu; {len(closing.open)} đơn vị chưa đến hạn.")
    talk.finish(job, closing.outcome)


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
    job, now = _job(directory), _now()
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

    job = _job(directory)
    moment = _until(job, until) if until else None
    given, due = decide.give_back(job, unit, reason, _now(), until=moment, dry_run=dry_run)
    verb = "Sẽ trả" if dry_run else "Đã trả"
    typer.echo(f"{verb} lại biểu {given.code} để sửa, {deadline_text(due)}.")
    _tell_later(job, dry_run)


@app.command()
def exclude(
    unit: OneUnit, reason: Reason = "", directory: Directory = HERE, dry_run: DryRun = False
) -> None:
    """Loại trừ một đơn vị, kèm lý do: không phải gửi, không bị nhắc, không tính."""
    from dankheo_sheets.steps import decide

    job = _job(directory)
    left_out = decide.exclude(job, unit, reason, _now(), dry_run=dry_run)
    typer.echo(f"{'Sẽ loại' if dry_run else 'Đã loại'} trừ {left_out.code}.")
    _tell_later(job, dry_run)


@app.command()
def include(unit: OneUnit, directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Đưa lại vào một đơn vị đã loại trừ."""
    from dankheo_sheets.steps import decide
    from dankheo_sheets.vietnamese import due_text

    job, now = _job(directory), _now()
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


@app.command()
def remind(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Gửi các thư đến lúc phải gửi: nhắc đơn vị chưa xong, báo hạn mới, biên nhận."""
    from dankheo_sheets.steps.run import plan, remind

    job, now = _job(directory), _now()
    if dry_run:
        talk.mails(plan(job, now).mails)
        talk.requests(job)
        return
    raise typer.Exit(talk.ran(job, remind(job, now, _post(job), track=talk.progress)))


@app.command()
def notices(
    channel: Annotated[
        Channel, typer.Option("--for", help="zalo: tin ngắn để dán; phone: danh sách gọi điện.")
    ] = Channel.ZALO,
    directory: Directory = HERE,
) -> None:
    """In tin ngắn để dán vào Zalo, hoặc danh sách gọi điện, cho đơn vị còn thiếu."""
    from dankheo_sheets.steps.status import short_notices

    for line in short_notices(_job(directory), _now(), phone=channel is Channel.PHONE):
        typer.echo(line)


@app.command()
def report(directory: Directory = HERE, dry_run: DryRun = False) -> None:
    """Lập báo cáo Word cùng số liệu với bảng tổng hợp."""
    from dankheo_sheets.steps.report import report

    job = _job(directory)
    if dry_run:
        typer.echo(f"Sẽ lập {job.out / 'bao-cao.docx'} và bảng tổng hợp.")
        return
    talk.finish(job, report(job, _now(), track=talk.progress))


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
    from dankheo_sheets.steps.run import plan, run

    if public:
        talk.speak_publicly()
    job, now = _job(directory), _now()
    if dry_run:
        talk.planned(job, plan(job, now))
        talk.requests(job)
        return
    result = run(job, now, _post(job), track=talk.progress)
    code = talk.ran(job, result)
    if summary:
        talk.summarise(result, summary)
    raise typer.Exit(code)


@app.command()
def doctor(
    directory: Directory = HERE,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Lập một đợt thử hai đơn vị trên Google thật, đi hết các bước, rồi xoá."
        ),
    ] = False,
) -> None:
    """Xem mọi thứ một đợt cần, từ đăng nhập đến hạn gửi; nói cách sửa."""
    from dankheo_sheets.steps.doctor import examine, exit_code, told

    if live:
        from dankheo_sheets.steps.live import live as go_through

        go_through(directory, typer.echo)
        return
    checks = []
    for check in examine(directory, _now()):
        checks.append(check)
        typer.echo(f"{check.verdict:<8}  {check.about}: {check.found}")
        if check.fix:
            typer.echo(f"{'':<8}  → {check.fix}")
    typer.echo(told(checks))
    raise typer.Exit(exit_code(checks))


@app.command()
def audit(
    directory: Directory = HERE,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Bỏ quyền của người không có trong danh sách; không cấp thêm."),
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """So quyền của từng tệp với danh sách; không có --fix thì chỉ báo."""
    from dankheo_sheets.steps.audit import audit

    job = _job(directory)
    result = audit(job, fix=fix and not dry_run, track=talk.progress)
    if not result.managed:
        typer.echo("Các biểu ở thư mục trên máy: chương trình không quản lý quyền mở tệp.")
        return
    for each in result.mended:
        typer.echo(f"Đã sửa: {each.file}: {each.what}.")
    for each in result.findings:
        who_does = "--fix: " if each.mendable else ""
        typer.echo(f"{each.file}: {each.what}.\n  → {who_does}{each.remedy}.")
    if result.findings:
        typer.echo(f"{len(result.findings)} chỗ chưa đúng, trong {result.files} tệp.")
    elif not result.failed and not result.halted:
        typer.echo(f"Quyền của {result.files} tệp đúng như danh sách.")
    for line in (*result.notes, *result.failed):
        typer.echo(line, err=True)
    talk.requests(job)
    if result.halted:
        raise result.halted
    if result.failed:
        raise typer.Exit(WorkspaceError.exit_code)
    if result.findings:
        raise typer.Exit(EXIT_FINDINGS)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="TỆP", readable=False, help="Một biểu .xlsx.")],
    directory: Directory = HERE,
) -> None:
    """Kiểm tra một biểu như lúc đọc về; không ghi gì."""
    from dankheo_sheets import campaign as campaigns
    from dankheo_sheets import files, roster
    from dankheo_sheets.form import reader, rules
    from dankheo_sheets.form.layout import Form

    campaign, units = campaigns.load(directory)
    form = Form(campaign)
    if not file.is_file():
        raise UsageError(f"{file}: không có tệp này", "ghi đường dẫn đến một tệp .xlsx")
    with files.translated(file):
        data = file.read_bytes()
    identity = reader.identity_of(data)
    unit = roster.find(units, file.stem)
    code = unit.code if unit else identity[1] if identity else file.stem
    findings = list(rules.check(reader.read(data, form, code), form))
    for finding in findings:
        typer.echo(f"{finding.cell or '-'}\t{finding.message}")
    if any(finding.severity == "block" for finding in findings):
        raise typer.Exit(EXIT_FINDINGS)
    typer.echo("Biểu đạt.")


@app.command()
def login(
    application: Annotated[
        Path,
        typer.Argument(
            metavar="TỆP", readable=False, help="Tệp ứng dụng OAuth từ Google Cloud Console."
        ),
    ],
    directory: Directory = HERE,
) -> None:
    """Đăng nhập Google bằng trình duyệt, giữ phiên đăng nhập trên máy này."""
    from dankheo_sheets import campaign as campaigns
    from dankheo_sheets.workspace.google.connect import person_file
    from dankheo_sheets.workspace.google.login import login

    google = campaigns.load(directory)[0].google
    target = directory / google.credentials if google.credentials else person_file()
    typer.echo("Đăng nhập trong trình duyệt vừa mở, trong vòng 5 phút.", err=True)
    login(application, target, scope=google.scope or "drive.file")
    typer.echo(f"Đã đăng nhập. Phiên đăng nhập ở {target}; không chép tệp này cho ai.")


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục mới để chạy thử.")],
    example: Annotated[
        Path, typer.Option(help="Thư mục có campaign.toml, units.csv và tra-loi-mau.toml.")
    ] = Path("examples/dan-van-kheo-2022"),
) -> None:
    """Chạy thử cả đợt đăng ký trên dữ liệu mẫu, với đồng hồ giả."""
    from dankheo_sheets.steps.demo import play

    console = talk.console()
    outcome = play(
        directory, example, lambda line: console.print(line, markup=False), talk.progress
    )
    talk.show(outcome)
    out = directory / "out"
    typer.echo("Mở các tệp sau để xem kết quả:")
    for name in ("tong-hop.xlsx", "tien-do.html", "cong-van.docx", "bao-cao.docx", "bao-cao.json"):
        typer.echo(f"  {out / name}")
    for what, where in (
        ("Biểu của từng đơn vị", directory / "workbooks"),
        ("Biểu để in, ký", out / "bieu"),
        ("Thư đã gửi", directory / "thu-mau"),
    ):
        typer.echo(f"{what}: {where}")


def _post(job: "Job") -> "Post | None":
    """Return the way to the mail server that campaign.toml names."""
    import os

    if job.campaign.mail is None:
        return None
    from dankheo_sheets.mail import PASSWORD, Mailer

    return lambda: Mailer(job.campaign, os.environ.get(PASSWORD, ""))


# --- composition ---------------------------------------------------------------------------


def _job(directory: Path) -> "Job":
    from dankheo_sheets.steps.job import load_job

    return load_job(directory)


def _now() -> datetime:
    return datetime.now().astimezone()
