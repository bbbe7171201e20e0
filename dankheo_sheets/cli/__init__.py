"""The command line: parse, build the context, call one step, print, exit.

Exit codes: 0 done, 2 usage, 3 campaign.toml or the roster, 4 disk or place of the sheets, 5
findings remain; 1 is Python's own, for a bug. doctor exits with the gravest fault it finds, 4
before 3, and 0 where nothing has to be mended; audit with 5 while a file's access is not as the
roster has it. Results go to stdout, talk to stderr. Everything heavy is imported by the command
that needs it.
"""

import sys
from collections.abc import Sequence

from typer.exceptions import TyperException

from dankheo_sheets import talk
from dankheo_sheets.cli import campaign, decisions, machine
from dankheo_sheets.cli.app import app
from dankheo_sheets.cli.next_step import next_step
from dankheo_sheets.cli.wording import usage_error
from dankheo_sheets.errors import DankheoError, UsageError
from dankheo_sheets.redaction import kind_of_secret

__all__ = ["app", "campaign", "decisions", "machine", "main"]
"""The commands are in the three modules, in the order in which --help lists them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _refuse_secrets(arguments)
        code = app(args=arguments, prog_name="dankheo", standalone_mode=False) or 0
        for line in next_step(arguments, code):
            talk.aside(line)
        sys.exit(code)
    except TyperException as wrong:
        error = usage_error(wrong)
        talk.error(error)
        sys.exit(error.exit_code)
    except DankheoError as error:
        talk.error(error)
        sys.exit(error.exit_code)
    except Exception:
        sys.excepthook = talk.crash
        raise


def _refuse_secrets(arguments: Sequence[str]) -> None:
    """Let no key be on a command line: the shell keeps it, other users see it, messages quote it.

    Raises :class:`~dankheo_sheets.errors.UsageError`.
    """
    for number, argument in enumerate(arguments, 1):
        if kind := kind_of_secret(argument):
            raise UsageError(
                f"Phần thứ {number} của dòng lệnh có {kind}, không hiện ra đây",
                "để khoá trong một tệp rồi ghi đường dẫn của tệp ấy; xoá lệnh này khỏi lịch sử của "
                "cửa sổ lệnh",
            )
