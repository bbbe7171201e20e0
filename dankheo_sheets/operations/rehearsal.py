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
from dankheo_sheets.workspace.base import Drawing, Sheet

_ONLY_LOOKS = frozenset({
    "workers", "settle", "dates_are_sure", "keeps_apart", "editors", "kept", "keeps", "time",
    "requests",
})  # fmt: skip
"""What is asked of the place itself; all else is done in memory, or not at all."""


def rehearsed(context: Context) -> Context:
    """Return the same context, in which nothing is changed."""
    workspace: Any = Rehearsal(context)
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


class Rehearsal:
    """A workspace as it would be: see :class:`~dankheo_sheets.workspace.base.Workspace`."""

    def __init__(self, context: Context) -> None:
        self._real, self._form = context.workspace, context.form
        self._changed: dict[str, Sheet] = {}
        self._made: dict[str, bytes] = {}
        """What sheets hold that are not there yet, by their ids."""

    def __getattr__(self, name: str) -> Any:
        if name not in _ONLY_LOOKS:
            raise AttributeError(name)
        return getattr(self._real, name)

    def lease(self, holder: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """Hold nobody up."""
        return nullcontext()

    def sheets(self) -> list[Sheet]:
        """Return the sheets as they would be now."""
        there = {sheet.id: sheet for sheet in self._real.sheets()}
        return list((there | self._changed).values())

    def create(self, unit: Unit) -> None:
        """Make the sheet up."""
        deadline = deadline_text(self._form.campaign.deadline_of(unit))
        data = Template(self._form).fill(Identity(unit.code, unit.name, deadline))
        self.restore(unit, data, datetime.now(UTC))

    def adopt(self, units: Sequence[Unit]) -> Mapping[str, str]:
        """Make the sheets up: what is there to be taken is seen only when it is."""
        for unit in units:
            self.create(unit)
        return {}

    def restore(self, unit: Unit, data: bytes, modified_at: datetime) -> None:
        """Put the sheet back, as if."""
        sheet = self._real.foreseen(unit)
        self._changed[sheet.id] = replace(sheet, modified_at=modified_at, editors=())
        self._made[sheet.id] = data

    def prepare(self, sheet: Sheet, unit: Unit) -> None:
        """Write the name, as if."""
        self._change(sheet, prepared=True)

    def discard_spares(self, sheet: Sheet) -> None:
        """Throw the spares away, as if."""
        self._change(sheet, spares=())

    def share(self, sheet: Sheet, editors: Sequence[str]) -> None:
        """Share, as if."""
        self._change(sheet, editors=tuple(editors))

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
        return self._change(self.mark(sheet, **(marks or {})), locked=True)

    def unlock(self, sheet: Sheet) -> Sheet:
        """Unlock, as if."""
        return self._change(sheet, locked=False)

    def mark(self, sheet: Sheet, **properties: str) -> Sheet:
        """Mark, as if."""
        now = {**self._changed.get(sheet.id, sheet).properties, **properties}
        return self._change(sheet, properties={key: text for key, text in now.items() if text})

    def show(self, master: Drawing) -> str:
        """Show nothing."""
        return ""

    def publish(self, files: Mapping[str, bytes]) -> None:
        """Write nothing."""

    def keep(self, name: str, data: bytes) -> None:
        """Keep nothing."""

    def _change(self, sheet: Sheet, **changes: Any) -> Sheet:
        changed = replace(self._changed.get(sheet.id, sheet), **changes)
        self._changed[sheet.id] = changed
        return changed
