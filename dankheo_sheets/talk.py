"""How the command line speaks: results on stdout, the rest on stderr, nothing secret or public."""

import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import typer

from dankheo_sheets.errors import DankheoError, SettingsError
from dankheo_sheets.redaction import without_secrets

if TYPE_CHECKING:
    from rich.console import Console

    from dankheo_sheets.operations.context import Context

T = TypeVar("T")
PUBLIC = False
"""Nothing is said about any unit: the log of an Action can be open to all."""


def speak_publicly() -> None:
    """From now on say nothing about any unit, not even in an error or a traceback."""
    global PUBLIC
    PUBLIC = True


def say(line: str) -> None:
    """Say a result."""
    typer.echo(line)


def aside(line: str) -> None:
    """Say something beside the results."""
    typer.echo(line, err=True)


def about_units(line: str) -> None:
    """Say something about a unit to the coordinator."""
    if not PUBLIC:
        aside(line)


def requests(context: "Context") -> None:
    """Tell what a remote service was asked, and how often; nothing where there is none."""
    asked = {kind: count for kind, count in context.workspace.requests().items() if count}
    if asked:
        parts = ", ".join(f"{REQUESTS.get(kind, kind)} {count}" for kind, count in asked.items())
        aside(f"{context.workspace.name}: {sum(asked.values())} yêu cầu ({parts}).")


REQUESTS = {
    "sheets-read": "đọc bảng tính", "sheets-write": "ghi bảng tính", "drive-list": "liệt kê",
    "drive-read": "xem tệp", "drive-write": "sửa tệp", "export": "tải về", "token": "đăng nhập",
}  # fmt: skip


def console() -> "Console":
    """Return where talk goes."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def progress(items: Iterable[T], title: str, total: int) -> Iterable[T]:
    """Go through `items` behind a progress bar on stderr."""
    from rich.progress import track

    return track(items, title, total, console=console(), disable=not total or PUBLIC)


def error(wrong: DankheoError) -> None:
    """Say what is wrong, and what to do."""
    if PUBLIC:
        code = wrong.exit_code
        aside(f"Lỗi {type(wrong).__name__} (mã {code}): {_PUBLIC_ERRORS[code]}.")
        return
    for line in wrong.mistakes if isinstance(wrong, SettingsError) else (wrong.message,):
        aside(f"Lỗi: {line}")
    if wrong.hint:
        aside(f"Cách xử lý: {wrong.hint}.")


_PUBLIC_ERRORS = {
    2: "lệnh ghi sai",
    3: "campaign.toml hoặc danh sách đơn vị có chỗ sai; chạy dankheo doctor để xem",
    4: "ổ đĩa, Google hoặc máy chủ thư từ chối; chạy dankheo doctor để xem",
}
"""What an error of each exit code is, where nothing may be said about units."""


def crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print where a bug is, without secrets; not what it said, where that may name a unit."""
    if PUBLIC:
        aside(f"{''.join(traceback.format_tb(trace))}{kind.__name__}")
    else:
        lines = traceback.format_exception(kind, error, trace)
        typer.echo(without_secrets("".join(lines)), err=True, nl=False)
