"""Provision: one sheet per unit. Makes only what is missing."""

import time
from collections.abc import Callable
from datetime import datetime

from dankheo_sheets.decide.giving_out import giving_out
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.giving_out import Provisioned, give_out
from dankheo_sheets.operations.look import look


def provision(
    context: Context,
    *,
    adopt: bool = False,
    restore: bool = False,
    now: datetime | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Provisioned:
    """Make and share the sheets that are missing.

    Raises the :class:`~dankheo_sheets.errors.WorkspaceError` that kept all of them from being
    made. With `adopt`, take files that a person put into the place instead of making them. With
    `restore`, put sheets that are gone back as they were read last. `now` is what the journal
    says, else the clock; `wait` passes the seconds it is given.
    """
    now = now or datetime.now(context.campaign.zone)
    todo = giving_out(look(context))
    if not (todo or (restore and todo.lost)):
        return Provisioned(todo)
    with context.workspace.lease(context.who):
        return give_out(context, look(context), now, adopt=adopt, restore=restore, wait=wait)
