"""Drafts: mails that the coordinator sends with her own mail program, and records as sent.

A draft is a file that Outlook or Thunderbird opens as a mail to be sent. A list beside them says
what each leaves on its unit's sheet and in the journal once it went out: the same as if the
program had sent it at the time of the draft (docs/adr/0009).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dankheo_sheets import files
from dankheo_sheets.decide.mails import Due
from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.journal import What
from dankheo_sheets.notices import mime
from dankheo_sheets.notices.mail_state import Reminded
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.sending import NAMES, written
from dankheo_sheets.standing.sheet_properties import MAIL_PROBLEM, REMINDED
from dankheo_sheets.workspace.base import Sheet

FOLDER = "thu"
"""Where drafts are, below the results."""
_LIST = ".thu.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail that lies ready."""

    unit: str
    at: str
    """When it was first written, as ISO 8601 has it."""
    file: str
    detail: str
    """What the journal says of it."""
    ref: str
    """What the journal knows it by (:attr:`~dankheo_sheets.notices.message.Message.message_id`)."""
    marks: Mapping[str, str]
    """What its sheet says once it went out."""


@dataclass(frozen=True)
class Laid:
    """What came of the mails that are due, or of recording that they were sent."""

    drafts: tuple[Draft, ...] = ()
    again: tuple[Draft, ...] = ()
    """Those of them that lay there before and were not recorded as sent."""
    gone: tuple[Draft, ...] = ()
    """What lay there, was not recorded as sent, and is not due any more."""
    notes: tuple[str, ...] = ()


def lay(context: Context, dues: Sequence[Due], now: datetime) -> Laid:
    """Write a draft of each mail in place of those that lie there; what is not due goes away.

    The same mail laid again keeps the time of the first: it may have gone out then. A unit without
    an address gets one without a receiver, to be handed over in another way. One that cannot be
    written is told, and what lay there for that unit stays.
    """
    folder, before = context.out / FOLDER, _listed(context)
    by_ref = {draft.ref: draft for draft in before}
    laid, kept, notes = list[Draft](), list[Draft](), list[str]()
    current = [one for one in dues if one.is_current]
    for one in context.track(current, "Lập thư nháp", len(current)):
        code, name = one.unit.code, NAMES[one.moment.occasion]
        try:
            message = written(context, one, now, by_hand=True)
            file = f"{code} - {name}.eml"
            files.write(folder / file, mime.draft(context.campaign, message))
        except WorkspaceError as error:
            notes.append(f"{code}: {error.message}")
            kept += [draft for draft in before if draft.unit == code]
            continue
        if not message.to:
            notes.append(f"{code}: chưa có địa chỉ thư, {file} để trống nơi nhận")
        detail = f"{name}, gửi tay: {', '.join(message.to) or 'không có địa chỉ'}"
        marks = {mark: str(sent) for mark, sent in one.marks.items()}
        at = now.isoformat(timespec="seconds")
        new = Draft(code, at, file, detail, message.message_id, marks)
        laid.append(by_ref.get(new.ref, new))
    listed = laid + [draft for draft in kept if draft not in laid]
    _list(context, listed)
    refs, names = {draft.ref for draft in listed}, {draft.file for draft in listed}
    for draft in before:
        if draft.file not in names:
            _discard(context, draft)
    return Laid(
        tuple(laid),
        tuple(draft for draft in laid if draft.ref in by_ref),
        tuple(draft for draft in before if draft.ref not in refs),
        tuple(notes),
    )


def sent_by_hand(context: Context, codes: Sequence[str], now: datetime) -> Laid:
    """Record drafts as sent, those of `codes` or all: journal and sheets say what they would.

    A unit that was reminded since, by the program, keeps what its sheet says of that. Raises
    :class:`~dankheo_sheets.errors.UsageError`, before anything is done, for a code that is no
    unit's.
    """
    waiting = _listed(context)
    wanted = [context.asked(code).code for code in codes]
    chosen = [one for one in waiting if not wanted or one.unit in wanted]
    has = {one.unit for one in chosen}
    notes = [f"{code}: không có thư nháp nào chờ ghi" for code in wanted if code not in has]
    if not chosen:
        return Laid(notes=tuple(notes))
    sheets = {sheet.unit: sheet for sheet in context.workspace.sheets()}
    done = list[Draft]()
    for one in chosen:
        sheet = sheets.get(one.unit)
        if sheet is None or sheet.problem:
            notes.append(f"{one.unit}: {sheet.problem if sheet else 'không thấy biểu'}; chưa ghi")
            continue
        try:
            context.note(now, What.MAIL, one.unit, one.detail, one.ref)
            if marks := _new(one, sheet):
                context.workspace.mark(sheet, **marks)
        except Halted:
            raise  # the same call goes on from here
        except WorkspaceError as error:
            notes.append(f"{one.unit}: {error.message}")
            continue
        done.append(one)
    if not context.rehearses:
        _list(context, [one for one in waiting if one not in done])
        for one in done:
            _discard(context, one)
    context.keep_journal()
    return Laid(tuple(done), notes=tuple(notes))


def _new(one: Draft, sheet: Sheet) -> dict[str, str]:
    """Return what the sheet does not say yet; a later reminder is not made an earlier one."""
    marks = {**one.marks, MAIL_PROBLEM: ""}
    last, ours = Reminded.of(sheet.properties.get(REMINDED)), Reminded.of(marks.get(REMINDED))
    if last and ours and last.at > ours.at:
        del marks[REMINDED]
    return {mark: value for mark, value in marks.items() if sheet.properties.get(mark, "") != value}


# --- the list -------------------------------------------------------------------------------


def _listed(context: Context) -> list[Draft]:
    """Return the drafts that were not recorded as sent; a list that was damaged has none."""
    path = context.out / FOLDER / _LIST
    try:
        return _DRAFTS.validate_json(files.read(path)) if path.exists() else []
    except ValidationError:
        return []


def _list(context: Context, drafts: Sequence[Draft]) -> None:
    path = context.out / FOLDER / _LIST
    if drafts or path.exists():
        files.write(path, _DRAFTS.dump_json(list(drafts), indent=1))


def _discard(context: Context, draft: Draft) -> None:
    with suppress(OSError):  # open in a mail program: it is on no list any more
        (context.out / FOLDER / Path(draft.file).name).unlink(missing_ok=True)


_DRAFTS = TypeAdapter(list[Draft])
