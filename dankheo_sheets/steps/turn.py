"""One run at a time: what writes waits for its turn, or only reads (docs/adr/0015)."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

from dankheo_sheets.errors import InUse, Refused, WorkspaceError
from dankheo_sheets.steps.job import Job

T = TypeVar("T")


def in_turn(job: Job, work: Callable[[], T], only_read: Callable[[WorkspaceError], T]) -> T:
    """Do `work` as the only run that writes, knowing the journal of those before it.

    Where another is at work, or this account may not say that it is, `only_read` is told why.
    """
    with ExitStack() as turn:
        try:
            turn.enter_context(job.workspace.lease(job.who))
        except (InUse, Refused) as why:
            return only_read(why)
        job.take_in_journal()
        return work()
