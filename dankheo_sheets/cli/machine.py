"""Commands that look whether all is well, sign in, and show the program at work."""

from pathlib import Path
from typing import Annotated

import typer

from dankheo_sheets import talk
from dankheo_sheets.cli import results
from dankheo_sheets.cli.app import HERE, Directory, DryRun, app, clock, open_context
from dankheo_sheets.errors import EXIT_FINDINGS, SettingsError, WorkspaceError


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
        from dankheo_sheets.cli.live import live as go_through

        go_through(directory, typer.echo)
        return
    checks = []
    for check in examine(directory, clock()):
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

    context = open_context(directory)
    result = audit(context, fix=fix and not dry_run)
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
    talk.requests(context)
    if result.halted:
        raise result.halted
    if result.failed:
        raise typer.Exit(WorkspaceError.exit_code)
    if result.findings:
        raise typer.Exit(EXIT_FINDINGS)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="TỆP", readable=False, help="Một biểu .xlsx.")],
    directory: Annotated[
        Path | None,
        typer.Option(
            "-C",
            metavar="THƯ_MỤC",
            readable=False,
            help="Thư mục của đợt đăng ký; không ghi thì tìm từ thư mục của tệp trở lên.",
        ),
    ] = None,
) -> None:
    """Kiểm tra một biểu như lúc đọc về; không ghi gì."""
    from dankheo_sheets.steps.check import campaign_of, check
    from dankheo_sheets.vietnamese import count

    findings = check(directory or campaign_of(file), file)
    must = [finding for finding in findings if finding.severity == "block"]
    others = [finding for finding in findings if finding not in must]
    for title, found in (("Phải sửa", must), ("Có thể để nguyên, nên xem lại", others)):
        if found:
            talk.say(f"{title}: {count(len(found))}")
        for finding in found:
            talk.say(f"  {finding.cell or '-'}\t{finding.message}")
    if must:
        raise typer.Exit(EXIT_FINDINGS)
    typer.echo("Biểu đạt.")


@app.command()
def roster(
    file: Annotated[
        Path,
        typer.Argument(metavar="TỆP", readable=False, help="Danh sách đơn vị, .xlsx hay .csv."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="TỆP", help="Ghi danh sách sạch ra units.csv hay units.xlsx."
        ),
    ] = None,
    sheet: Annotated[
        str, typer.Option(metavar="TÊN", help="Trang tính nào, khi tệp có nhiều danh sách.")
    ] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Ghi đè tệp đã có.")] = False,
) -> None:
    """Đọc một danh sách đơn vị như cơ quan vẫn giữ, nói hiểu thế nào, đề nghị mã."""
    from dankheo_sheets.steps import roster as step

    found = step.understand(file, sheet)
    for line in step.lines(found):
        typer.echo(line)
    if found.mistakes:
        raise SettingsError(found.mistakes)
    if out is None:
        typer.echo("Đúng rồi thì ghi ra: thêm --out units.csv (hoặc units.xlsx).")
        return
    step.write(out, found.units, overwrite=overwrite)
    typer.echo(f"Đã ghi {out}.")
    if other := step.beside(out):
        typer.echo(f"{other} cũng ở thư mục này: dời đi, một đợt chỉ có một danh sách.", err=True)


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
    directory: Annotated[Path, typer.Argument(metavar="THƯ_MỤC", help="Thư mục mới.")],
    copy: Annotated[
        bool,
        typer.Option(
            "--copy", help="Chỉ chép campaign.toml và units.csv mẫu vào đó, để bắt đầu một đợt."
        ),
    ] = False,
    example: Annotated[
        Path | None,
        typer.Option(
            metavar="THƯ_MỤC",
            help="Mẫu khác: thư mục có campaign.toml, units.csv, tra-loi-mau.toml.",
        ),
    ] = None,
) -> None:
    """Chạy thử cả đợt đăng ký trên dữ liệu mẫu, với đồng hồ giả."""
    from dankheo_sheets.steps import demo

    sample = example or demo.EXAMPLE
    if copy:
        for path in demo.copy(directory, sample):
            typer.echo(f"Đã chép {path}.")
        typer.echo(f"Sửa hai tệp ấy cho đợt của mình, rồi chạy dankheo doctor -C {directory}.")
        return
    console = talk.console()
    outcome = demo.play(
        directory, sample, lambda line: console.print(line, markup=False), talk.progress
    )
    results.show(outcome.board)
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
