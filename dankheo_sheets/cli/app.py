"""The program: its name, the options commands share, and what they all begin with."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dankheo_sheets import __version__, talk
from dankheo_sheets.cli.wording import Group
from dankheo_sheets.errors import UsageError

if TYPE_CHECKING:
    from dankheo_sheets.operations.context import Context
    from dankheo_sheets.operations.sending import Post

app = typer.Typer(
    name="dankheo",
    help="Phát biểu đăng ký cho các đơn vị, đọc về, kiểm tra, tổng hợp và báo cáo.",
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Directory = Annotated[
    Path,
    typer.Option(
        "-C", metavar="THƯ_MỤC", readable=False, help="Thư mục của đợt đăng ký (có campaign.toml)."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì, không làm.")]
HERE = Path()


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="In phiên bản.")] = False,
) -> None:
    if version:
        typer.echo(f"dankheo {__version__}")
        raise typer.Exit
    if not context.invoked_subcommand:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(UsageError.exit_code)


def open_context(directory: Path, *, rehearse: bool = False) -> "Context":
    """Return the context of a campaign's folder; to `rehearse` changes nothing."""
    from dankheo_sheets.operations.context import load_context
    from dankheo_sheets.operations.rehearsal import rehearsed

    context = load_context(directory)
    return rehearsed(context) if rehearse else replace(context, track=talk.progress)


def clock() -> datetime:
    """Return what time it is, in this machine's zone."""
    return datetime.now().astimezone()


def post(context: "Context") -> "Post | None":
    """Return the way to the mail server that campaign.toml names."""
    import os

    if context.campaign.mail is None:
        return None
    if context.rehearses:
        from dankheo_sheets.operations.rehearsal import nobody

        return nobody
    from dankheo_sheets.mail.mailer import Mailer

    return lambda: Mailer(context.campaign, os.environ)
