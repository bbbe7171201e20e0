"""Write to the units that are not done, each with its own findings; and tell the rest.

A mail's mark is written right after the mail is sent. A run that dies in between sends that one
mail again, with the same Message-ID, by which mail systems drop the second (docs/adr/0009).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from dankheo_sheets.decide.mails import Due
from dankheo_sheets.errors import Halted, MailError, MailHalted, WorkspaceError
from dankheo_sheets.journal import Event, What
from dankheo_sheets.notices import mails, preview
from dankheo_sheets.notices.mail_state import left
from dankheo_sheets.notices.message import Attachment, Message
from dankheo_sheets.notices.schedule import Occasion
from dankheo_sheets.operations.context import Context
from dankheo_sheets.standing.sheet_properties import MAIL_PROBLEM
from dankheo_sheets.workspace.base import Sheet

MAX_PROBLEM = 200
"""Bytes of a mail problem a sheet remembers: kept in two pieces there (reference/google.md §5)."""


class Sender(Protocol):
    """Sends mails: :class:`dankheo_sheets.mail.mailer.Mailer`."""

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        """See :meth:`dankheo_sheets.mail.mailer.Mailer.send`."""
        ...


Post = Callable[[], AbstractContextManager[Sender]]
"""Opens the way to the mail server, when there is something to send."""


@dataclass(frozen=True)
class Sent:
    """What came of the mails."""

    mails: tuple[tuple[Due, Message], ...] = ()
    """Those that went out."""
    notes: tuple[str, ...] = ()
    """For the coordinator: who could not be reached, and why."""
    halted: MailHalted | None = None
    """Why the rest is left to a later run."""
    left: int = 0
    """Mails that are due and were not sent, because of `halted` or for want of an address."""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    """Those that were marked, as they are then; by unit code."""


def written(context: Context, one: Due, now: datetime, *, by_hand: bool = False) -> Message:
    """Return the mail, word for word; with the opening goes the unit's workbook, if it is a file.

    Raises :class:`WorkspaceError` where a file that goes with it is damaged, or just being saved.
    """
    unit, standing, files = one.unit, one.standing, list[Attachment]()
    occasion = one.moment.occasion
    if occasion is Occasion.OPENING and (name := standing.terms.file):
        files = [Attachment(name, _XLSX, context.workspace.download(one.sheet))]
    if occasion is Occasion.RECEIPT and standing.snapshot:
        form = context.unit_forms.form(unit, standing)  # to be signed: reference/form.md R14
        files = [
            Attachment(f"{unit.code}.xlsx", _XLSX, context.archive.load(standing.snapshot)),
            Attachment(f"{unit.code}.docx", _DOCX, form),
        ]
    return mails.mail(
        context.campaign, unit, standing, one.moment, now, to=one.to, files=files, by_hand=by_hand
    )


_OFFICE = "application/vnd.openxmlformats-officedocument"
_XLSX, _DOCX = f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.wordprocessingml.document"


def send(context: Context, dues: Sequence[Due], now: datetime, post: Post | None) -> Sent:
    """Send the mails, mark each on its sheet, then show the coordinator what went out.

    One that a server refuses is left to the next run; the others go on. What the journal says
    was sent is only marked. A unit whose sheet could not be read now waits: it may be done.
    Without `post` nothing is sent; a rehearsal shows what would be.
    """
    if post is None:
        tried = [one for one in dues if one.is_current] if context.rehearses else []
        return Sent(tuple((one, written(context, one, now)) for one in tried), left=len(dues))
    run = _Sending(context, now)
    reachable = [one for one in dues if one.to and one.is_current]
    run.notes += [
        f"{one.unit.code}: chưa có địa chỉ thư, chưa gửi được {NAMES[one.moment.occasion]}"
        for one in dues
        if not one.to
    ]
    halted = None
    try:
        if reachable or unseen(context):
            with post() as sender:
                for one in context.track(reachable, "Gửi thư", len(reachable)):
                    run.one(sender, one)
                run.preview(sender)
    except MailHalted as error:
        halted = error
    left = len(dues) - run.done
    return Sent(tuple(run.sent), tuple(run.notes), halted, left, run.sheets)


def unseen(context: Context) -> list[Event]:
    """Return the journal's line of each mail that the coordinator has not been shown."""
    if not context.campaign.agency.coordinator:
        return []
    mailed = [event for event in context.journal.events() if event.what == What.MAIL]
    shown = max((at for at, event in enumerate(mailed, 1) if not event.unit), default=0)
    return mailed[shown:]


class _Sending:
    """One run's mails."""

    def __init__(self, context: Context, now: datetime) -> None:
        self._context, self._now = context, now
        self._mailed = {event.ref for event in context.journal.events() if event.ref}
        self.sent: list[tuple[Due, Message]] = []
        self.done = 0
        """Mails that are sent and marked, by this run or before it."""
        self.notes: list[str] = []
        self.sheets: dict[str, Sheet] = {}

    def one(self, sender: Sender, one: Due) -> None:
        """Send one mail, write it into the journal, mark its sheet."""
        code = one.unit.code
        refused: Mapping[str, str] = {}
        try:
            message = written(self._context, one, self._now)
            if message.message_id not in self._mailed:
                refused = sender.send(message, self._now)
        except MailHalted:
            raise
        except (MailError, WorkspaceError) as error:
            self.notes.append(f"{code}: {error.message}")
            self._mark(one, {MAIL_PROBLEM: _short(error.message)})
            return
        if message.message_id not in self._mailed:
            reached = ", ".join(address for address in message.to if address not in refused)
            detail = f"{NAMES[one.moment.occasion]}: {reached}"
            self._context.note(self._now, What.MAIL, code, detail, ref=message.message_id)
            self.sent.append((one, message))
        problem = "; ".join(f"{who}: {why}" for who, why in refused.items())
        if problem:
            self.notes.append(f"{code}: {problem}")
        keys = left(tuple(refused))
        marks = {mark: str(replace(sent, left=keys)) for mark, sent in one.marks.items()}
        self.done += self._mark(one, marks | {MAIL_PROBLEM: _short(problem)})

    def _mark(self, one: Due, marks: Mapping[str, str]) -> bool:
        before = one.sheet.properties
        changed = {key: value for key, value in marks.items() if before.get(key, "") != value}
        try:
            if changed:
                marked = self._context.workspace.mark(one.sheet, **changed)
                self.sheets[one.unit.code] = replace(one.sheet, properties=marked.properties)
        except Halted:
            raise
        except WorkspaceError as error:
            self.notes.append(f"{one.unit.code}: {error.message}")
            return False
        return True

    def preview(self, sender: Sender) -> None:
        """Show the coordinator what went out since the last preview."""
        context, events = self._context, unseen(self._context)
        to = context.campaign.agency.coordinator
        if not events:
            return
        messages = [message for _, message in self.sent]
        try:
            sender.send(
                preview.preview(context.campaign, events, messages, to, self._now), self._now
            )
        except MailHalted:
            raise
        except MailError as error:
            self.notes.append(f"Thư xem lại gửi người điều phối: {error.message}")
        else:
            context.note(self._now, What.MAIL, "", f"bản xem lại {len(events)} thư")


def _short(problem: str) -> str:
    """Return as much of a problem as a property holds (reference/google.md §5)."""
    return " ".join(problem.split()).encode()[:MAX_PROBLEM].decode(errors="ignore")


NAMES: Mapping[Occasion, str] = {
    Occasion.OPENING: "thư mở đợt",
    Occasion.MIDWAY: "nhắc giữa đợt",
    Occasion.BEFORE: "nhắc trước hạn",
    Occasion.LAST_DAY: "nhắc ngày cuối",
    Occasion.MOVED: "báo hạn mới",
    Occasion.AFTER: "nhắc sau hạn",
    Occasion.RECEIPT: "biên nhận",
    Occasion.RETURN: "trả lại để sửa",
}
