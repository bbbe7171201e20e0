"""One run in a process of its own, which dies on its way."""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import dankheo_sheets.board.html

# What the steps import late: once, for all processes that are forked from this one.
import dankheo_sheets.outputs.master
import dankheo_sheets.outputs.word.report
import dankheo_sheets.workspace.google.connect  # noqa: F401
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.steps.run import run
from tests.simulation.world import post_of

_REQUESTS = (b"GET ", b"POST ", b"PATCH ", b"PUT ", b"DELETE ")
_CHANGES = ("os.rename", "os.chmod", "os.utime", "os.mkdir", "os.remove", "smtplib.send")


def call(
    directory: str, now: datetime, environ: Mapping[str, str], fatal: int, fatal_mail: int
) -> None:
    """Run; die before write, request or word to the mail server number `fatal` (1 is the first).

    Or, with `fatal_mail`, right after the server took that mail, before anything is written.
    """
    os.environ.update(environ)
    seen = mails = 0

    def happens(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen, mails
        if not _changes(event, arguments):
            return
        seen += 1
        if seen == fatal or (fatal_mail and mails == fatal_mail):
            os.kill(os.getpid(), signal.SIGKILL)
        if event == "smtplib.send" and arguments[1] in (".\r\n", b".\r\n"):
            mails += 1

    job = load_context(Path(directory))
    sys.addaudithook(happens)
    run(job, now, post_of(job, environ))


def _changes(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & os.O_ACCMODE)
    if event == "http.client.send":
        return bytes(arguments[1]).startswith(_REQUESTS)  # type: ignore[call-overload,no-any-return]
    return event in _CHANGES
