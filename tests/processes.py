"""Processes of their own, forked from one that has everything imported already."""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

IMPORTED = (
    "dankheo_sheets.cli",
    "dankheo_sheets.outputs.page",
    "dankheo_sheets.steps.demo",
    "dankheo_sheets.workspace.google.connect",
    "tests.simulation.killed_run",
    "tests.steps.google.killed_step",
)
"""What brings in all that commands import late."""


@cache
def processes() -> ForkServerContext:
    """Return where processes come from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    return context


def dankheo(
    arguments: Sequence[object], environ: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run ``python -m dankheo_sheets`` with only this environment, as a person would."""
    command = [str(argument) for argument in arguments]
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return subprocess.run(
            [sys.executable, "-m", "dankheo_sheets", *command], env=environ,
            encoding="utf-8", capture_output=True, check=False, timeout=120,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder, name) for name in ("out", "err")]
        process = processes().Process(
            target=_command, args=(command, dict(environ), str(Path.cwd()), said)
        )
        process.start()
        process.join(120)
        assert process.exitcode is not None, f"{command} does not end"
        out, err = (path.read_text("utf-8") for path in said)
    return subprocess.CompletedProcess(command, process.exitcode, out, err)


def _command(
    command: Sequence[str], environ: Mapping[str, str], cwd: str, said: Sequence[Path]
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    for number, path in enumerate(said, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["dankheo", *command]
    try:
        runpy.run_module("dankheo_sheets", run_name="__main__")
    except Exception:  # noqa: BLE001 - what ends a program, Python shows in this way
        sys.excepthook(*sys.exc_info())
        sys.exit(1)
