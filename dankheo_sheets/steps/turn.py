"""One run at a time: what writes waits for its turn, or only reads (docs/adr/0015)."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

from dankheo_sheets.errors import InUse, Refused, WorkspaceError
from dankheo_sheets.journal import FILE
from dankheo_sheets.steps.job import Job

T = TypeVar("T")


def in_turn(
    job: Job,
    work: Callable[[], T],
    only_read: Callable[[WorkspaceError], T],
    *,
    wait: bool = True,
) -> T:
    """Do `work` as the only run that writes, knowing the journal of those before it.

    Where another is at work, or this account may not say that it is, `only_read` is told why;
    without `wait` at once.
    """
    with ExitStack() as turn:
        try:
            turn.enter_context(job.workspace.lease(job.who, wait=wait))
        except (InUse, Refused) as why:
            return only_read(why)
        job.take_in_journal()
        return work()


def keep_journal(job: Job) -> None:
    """Keep the journal, together with what other machines kept of it.

    Where another is at work that is left to the next run of this machine.
    """
    in_turn(job, lambda: job.keep(FILE, job.journal.data()), lambda _: None, wait=False)
