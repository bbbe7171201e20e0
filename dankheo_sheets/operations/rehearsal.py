"""A context in which nothing is changed: what it does is kept in memory, and what follows sees it.

So ``--dry-run`` is the command itself: it reads, judges, decides and writes its mails as it would,
and archives, locks, sends and publishes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dankheo_sheets.form.xlsx import Identity, Template
from dankheo_sheets.notices.message import Message
from dankheo_sheets.operations.context import Context
from dankheo_sheets.registration import Feedback, Registration
from dankheo_sheets.roster import Unit
from dankheo_sheets.vietnamese import deadline_text
from dankheo_sheets.workspace.base import Access, Results, Sheet, Workspace


def rehearsed(context: Context) -> Context:
    """Return the same context, in which nothing is changed."""
    workspace = Rehearsal(context)
    return replace(
        context, workspace=workspace, archive=context.archive.rehearsed(), rehearses=True
    )


@contextmanager
def nobody() -> Iterator["Nobody"]:
    """Open the way to a mail server that sends nothing."""
    yield Nobody()


class Nobody:
    """Sends nothing, and refuses nobody."""

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        """See :meth:`dankheo_sheets.mail.mailer.Mailer.send`."""
        return {}


class Rehearsal(Workspace):
    """The workspace as it would be: of the real one it asks only what only looks."""

    def __init__(self, context: Context) -> None:
        self._real, self._form = context.workspace, context.form
        self.name, self.where = self._real.name, self._real.where
        self.workers, self.settle = self._real.workers, self._real.settle
        self.dates_are_sure = self._real.dates_are_sure
        self.results = _Results(context)
        self.access = _Access(self, self._real.access)
        self._changed: dict[str, Sheet] = {}
        self._made: dict[str, bytes] = {}
        """What sheets hold that are not there yet, by their ids."""

    def lease(self, holder: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """Hold nobody up."""
        return nullcontext()

    def sheets(self) -> list[Sheet]:
        """Return the sheets as they would be now."""
        there = {sheet.id: sheet for sheet in self._real.sheets()}
        return list((there | self._changed).values())

    def create(self, unit: Unit) -> Sheet:
        """Make the sheet up."""
        deadline = deadline_text(self._form.campaign.deadline_of(unit))
        data = Template(self._form).fill(Identity(unit.code, unit.name, deadline))
        return self.restore(unit, data, datetime.now(UTC))

    def adopt(self, units: Sequence[Unit]) -> list[tuple[Sheet, str]]:
        """Make the sheets up: what is there to be taken is seen only when it is."""
        return [(self.create(unit), "") for unit in units]

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> Sheet:
        """Put the sheet back, as if."""
        sheet = self._real.foreseen(unit)
        self._made[sheet.id] = data
        return self.change(sheet, modified_at=modified_at, editors=())

    def foreseen(self, unit: Unit) -> Sheet:
        """Return what the place foresees."""
        return self._real.foreseen(unit)

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """Write the name, as if."""
        self.change(sheet, prepared=True)

    def discard_spares(self, sheet: Sheet) -> Sheet:
        """Throw the spares away, as if."""
        return self.change(sheet, spares=())

    def download(self, sheet: Sheet, *, sure: bool = True) -> bytes:
        """Return what stands there now."""
        made = self._made.get(sheet.id)
        return self._real.download(sheet, sure=sure) if made is None else made

    def give_feedback(
        self,
        sheet: Sheet,
        feedback: Feedback,
        marks: Mapping[str, str] | None = None,
        read: Registration | None = None,
    ) -> Sheet:
        """Tell the unit, as if."""
        return self.mark(sheet, **(marks or {}))

    def lock(self, sheet: Sheet, reason: str, marks: Mapping[str, str] | None = None) -> Sheet:
        """Lock, as if."""
        return self.change(self.mark(sheet, **(marks or {})), locked=True)

    def unlock(self, sheet: Sheet) -> Sheet:
        """Unlock, as if."""
        return self.change(sheet, locked=False)

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """Mark, as if."""
        now = {**self._changed.get(sheet.id, sheet).properties, **properties}
        return self.change(sheet, properties={key: text for key, text in now.items() if text})

    def time(self) -> datetime | None:
        """Return what time it is there."""
        return self._real.time()

    def requests(self) -> Mapping[str, int]:
        """Return what was asked for the rehearsal."""
        return self._real.requests()

    def change(self, sheet: Sheet, **changes: Any) -> Sheet:
        """Return the sheet as it would be after these changes too, and remember it."""
        changed = replace(self._changed.get(sheet.id, sheet), **changes)
        self._changed[sheet.id] = changed
        return changed


class _Results(Results):
    """What is kept already; nothing is written."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.out)
        real = context.workspace.results
        self.are_kept_apart = real.are_kept_apart
        self._real = real

    def publish(self, results: Mapping[str, bytes]) -> None:
        """Write nothing."""

    def kept(self, name: str) -> bytes | None:
        """Return what is kept there."""
        return self._real.kept(name)

    def keeps(self) -> Mapping[str, str]:
        """Return what is kept there."""
        return self._real.keeps()


class _Access(Access):
    """Who would edit, by the roster; nobody is given anything."""

    def __init__(self, workspace: Rehearsal, real: Access) -> None:
        self._workspace, self._real = workspace, real

    def editors(self, unit: Unit) -> tuple[str, ...] | None:
        """Return what the place says."""
        return self._real.editors(unit)

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """Share, as if."""
        self._workspace.change(sheet, editors=tuple(editors))
