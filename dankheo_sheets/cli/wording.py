"""What the library that reads the command line says, in Vietnamese.

It has English sentences of its own, and no way to give it others. Here is each of them, once;
tests/test_cli_wording.py reads them out of its source and misses none. What a later version says
anew stays as it is.
"""

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from dankheo_sheets.errors import UsageError

WORDS = {
    # help
    "Usage: ": "Cách ghi: ",
    "[OPTIONS]{more}": "[TUỲ_CHỌN]{more}",
    " COMMAND [ARGS]...": " LỆNH …",
    "Arguments": "Ghi sau lệnh",
    "Options": "Tuỳ chọn",
    "Commands": "Các lệnh",
    "Show this message and exit.": "In hướng dẫn này.",
    "{text}  [{more}]": "{text}  [{more}]",
    "{more}; {more_still}": "{more}; {more_still}",
    "required": "phải ghi",
    "default: {more}": "không ghi thì là {more}",
    "(dynamic)": "(tính khi chạy)",
    "env var: {name}": "biến môi trường {name}",
    "{name} <list[str]>": "{name}",
    "{name} <path>": "{name}",
    "(DEPRECATED)": "(sắp bỏ)",
    "(DEPRECATED: {text})": "(sắp bỏ: {text})",
    "{name} <str>": "{name}",
    # a wrong command
    "Missing command.": "Chưa ghi lệnh nào",
    "No such command {name}. Did you mean {others}?": "Không có lệnh {name}; có phải {others}?",
    "No such command {name}.": "Không có lệnh {name}",
    "{more} (Possible options: {others})": "{more}; có phải {others}?",
    "No such option: {name}": "Không có tuỳ chọn {name}",
    "Option {name} does not take a value.": "Tuỳ chọn {name} không đi cùng giá trị",
    "Option {name} requires {more}": "Sau tuỳ chọn {name} còn thiếu {more}",
    "an argument.": "giá trị",
    "{number} arguments.": "{number} giá trị",
    "Argument {name} takes {number} values.": "{name} cần {number} giá trị",
    "Got unexpected extra argument(s) ({text})": "Thừa “{text}”",
    "Missing argument {name}. {more}": "Còn thiếu {name} sau lệnh. {more}",
    "Missing argument {name}.": "Còn thiếu {name} sau lệnh",
    "Missing option {name}. {more}": "Còn thiếu tuỳ chọn {name}. {more}",
    "Missing option {name}.": "Còn thiếu tuỳ chọn {name}",
    "Choose from:\n\t{others}": "Chọn một trong:\n\t{others}",
    "Invalid value: {more}": "Giá trị ghi sai: {more}",
    "Invalid value for {name}: {more}": "Ghi sai {name}: {more}",
    "Value error, {more}": "{more}",
    "Value must be an iterable.": "cần một danh sách",
    "Value {name} is not a valid {kind}.": "{name} không đúng dạng {kind}",
    "{name} is not one of {others}.": "{name} không thuộc {others}",
    "{more} does not exist.": "không có {more}",
    "{more} is a file.": "{more} là một tệp",
    "{more} is a directory.": "{more} là một thư mục",
    "{more} is not readable.": "{more}: không đọc được",
    "{more} is not writable.": "{more}: không ghi được",
    "path {name}": "{name}",
    "file {name}": "tệp {name}",
    "dir {name}": "thư mục {name}",
    "Could not open file {name}: {more}": "Không mở được tệp {name}: {more}",
    "unknown error": "không rõ vì sao",
    "Aborted!": "Đã dừng.",
}
"""Each English sentence with fields, and the same in Vietnamese.

A field whose name begins with `more` is itself one of them, or several; others are what a person
or a command calls something, and stay as they are but for their quotation marks.
"""


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile(
        "".join(
            f"(?P<{part}>.*)" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        ),
        re.DOTALL,
    )


_PATTERNS = [(_pattern(english), vietnamese) for english, vietnamese in WORDS.items()]


def in_vietnamese(text: str) -> str:
    """Return what the library says in Vietnamese; the text itself where it is not of the library.

    Of several sentences that fit, the first one in :data:`WORDS` is meant.
    """
    for pattern, vietnamese in _PATTERNS:
        if match := pattern.fullmatch(text):
            fields = match.groupdict().items()
            return vietnamese.format(**{name: _field(name, value) for name, value in fields})
    return text


def _field(name: str, value: str) -> str:
    return in_vietnamese(value) if name.startswith("more") else re.sub("'([^']*)'", r"“\1”", value)


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc,valid-type]
    """Writes help; all of it comes through here before lines are broken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, in_vietnamese(args), in_vietnamese(prefix or "Usage: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(in_vietnamese(heading))

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        said = [(in_vietnamese(term), in_vietnamese(text)) for term, text in rows]
        super().write_dl(said, col_max, col_spacing)


class _Context(typer.Context):
    formatter_class = _Formatter


class Group(TyperGroup):
    """All the commands; their help is in Vietnamese."""

    context_class = _Context

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name."""
        command = super().get_command(ctx, cmd_name)
        if command:
            command.context_class = _Context
        return command


def usage_error(error: TyperException) -> UsageError:
    """Return what is wrong with the command line as an error like all others."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dankheo LỆNH"
    return UsageError(
        in_vietnamese(error.format_message()), f"chạy {command} --help để xem cách ghi"
    )
