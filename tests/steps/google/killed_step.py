"""One step in a process of its own, which dies at a request. Run by test_killed.py."""

import os
import signal
import sys
from pathlib import Path

# What the steps import late: once, for all processes that are forked from this one.
import dankheo_sheets.outputs.master
import dankheo_sheets.outputs.word.report
import dankheo_sheets.workspace.google.connect  # noqa: F401
from dankheo_sheets.operations.context import load_context
from tests.steps.google.ladder import STEPS

_METHODS = (b"GET ", b"POST ", b"PATCH ", b"PUT ", b"DELETE ")


def run(directory: str, step: str, fatal: int) -> None:
    """Do a step; die before request number `fatal` is sent (1 is the first)."""
    sent = 0

    def sends(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal sent
        if event != "http.client.send" or not bytes(arguments[1]).startswith(_METHODS):  # type: ignore[call-overload]
            return
        sent += 1
        if sent == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    job = load_context(Path(directory))
    sys.addaudithook(sends)
    moment, work = STEPS[step]
    work(job, moment, lambda seconds: None)
