"""The way through: look, decide, carry out, publish. Every command goes it, or a part of it.

What is to be done follows from the state and the time alone (:mod:`dankheo_sheets.decide`), and
each thing done is written on its sheet. So a run may come late, twice, or die: the next one does
what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dankheo_sheets.board.figures import board_of
from dankheo_sheets.decide.actions import (
    CLOSE,
    REMIND,
    REPORT,
    RUN,
    SYNC,
    Selection,
    decide,
)
from dankheo_sheets.decide.mails import Due, upcoming
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.notices.schedule import Later
from dankheo_sheets.operations import drafts
from dankheo_sheets.operations.closing import close_sheets, look_after
from dankheo_sheets.operations.collect import as_now, collect
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.drafts import Laid
from dankheo_sheets.operations.giving_out import Provisioned, give_out
from dankheo_sheets.operations.journal_lines import tell_again
from dankheo_sheets.operations.look import check_clock, look, marked, with_read
from dankheo_sheets.operations.publishing import Outcome, only_read, publish
from dankheo_sheets.operations.sending import Post, Sent, send, unseen, written
from dankheo_sheets.operations.telling import tell
from dankheo_sheets.register import Register
from dankheo_sheets.standing.deadlines import still_open

Write = Callable[[Sequence[Due]], Sent]
"""Writes the mails that are due."""


@dataclass(frozen=True)
class Run:
    """What a command did."""

    outcome: Outcome
    waits: datetime | None = None
    """When the campaign opens, where that is still to come; then nothing else is done."""
    provisioned: Provisioned = field(default_factory=Provisioned)
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Units whose deadline has not passed."""
    sent: Sent = field(default_factory=Sent)
    upcoming: Later | None = None
    """When the next mail will be due, if no unit does anything; None where none will be."""


def run(context: Context, now: datetime, post: Post | None = None) -> Run:
    """Do what the clock calls for: give out, read, close, write to units, publish.

    `post` opens the way to the mail server; without it no mail is sent. Raises
    :class:`WorkspaceError` where our clock is wrong.
    """
    if now < context.campaign.opening:
        nothing = board_of(Register(context.campaign, (), {}))
        return Run(Outcome(nothing, changed=False), waits=context.campaign.opening)
    return _carry_out(context, now, RUN, post)


def remind(context: Context, now: datetime, post: Post | None) -> Run:
    """Read what changed, write to the units, and publish that; give out and close nothing."""
    return _carry_out(context, now, REMIND, post)


def draft(context: Context, now: datetime) -> tuple[Laid, Run]:
    """Read what changed, lay drafts of the mails that are due, and publish what was read."""
    laid = Laid()

    def lay(dues: Sequence[Due]) -> Sent:
        nonlocal laid
        if context.rehearses:
            mails = [
                (one, written(context, one, now, by_hand=True)) for one in dues if one.is_current
            ]
            return Sent(tuple(mails))
        laid = drafts.lay(context, dues, now)
        return Sent(notes=laid.notes)

    result = _carry_out(context, now, REMIND, write=lay)
    return laid, result


def sync(context: Context, now: datetime, *, feedback: bool = True) -> Outcome:
    """Bring archive, feedback and results up to date with the sheets.

    Run again with nothing changed, it reads no workbook and writes nothing.
    """
    return _carry_out(context, now, replace(SYNC, tell=feedback)).outcome


def close(context: Context, now: datetime) -> Run:
    """Close every sheet that is due, each at its own deadline; look after those that are."""
    return _carry_out(context, now, CLOSE)


def report(context: Context, now: datetime) -> Outcome:
    """Rebuild all results, bao-cao.docx among them.

    Raises :class:`SettingsError` before anything is written, where campaign.toml lacks what the
    report needs to be signed. A schedule does not stop for that: :func:`run` makes a draft.
    """
    from dankheo_sheets.outputs.word.report import unready

    if mistakes := unready(context.campaign):
        raise SettingsError(mistakes)
    return _carry_out(context, now, REPORT).outcome


# --- the loop -----------------------------------------------------------------------------------


def _carry_out(
    context: Context,
    now: datetime,
    selection: Selection,
    post: Post | None = None,
    write: Write | None = None,
) -> Run:
    """Do what is to be done of what is selected; nothing is written where nothing is."""
    state = marked(context, look(context), now)
    if selection.mail:
        check_clock(context, now)
    open_still = still_open(context.campaign, context.units, state.sheets, now)
    todo = decide(state, now, selection)
    if not (todo or write) and state.last:
        quiet = Run(Outcome(state.last, changed=False), open=open_still)
        if not selection.mail:
            return quiet
        known = with_read(state, collect(context, state.sheets, now, download=False))
        dues = decide(known, now, selection).mails
        if not (post and (dues or unseen(context))):
            sent = send(context, dues, now, None)
            return replace(quiet, sent=sent, upcoming=upcoming(known, now))
    writes = write or (lambda dues: send(context, dues, now, post))
    return context.in_turn(
        lambda: _work(context, now, selection, writes),
        lambda why: Run(only_read(context, state, now, why), open=open_still),
    )


def _work(context: Context, now: datetime, selection: Selection, write: Write) -> Run:
    """Do it all, in the turn that was taken. What changes a sheet says how it is then."""
    state = marked(context, look(context), now)
    first = decide(state, now, selection)
    provisioned = Provisioned()
    if first.give_out:
        provisioned = give_out(context, state, now)
        state = look(context, state)
    tell_again(context, state.sheets, now)
    closing = decide(state, now, selection).closing
    looked_after = look_after(context, closing, now)
    state = state.with_sheets(looked_after.sheets)
    # Where a lock takes time to settle, all is read again after it anyway.
    anew = bool(closing.close) and not context.workspace.settle
    collected = collect(context, state.sheets, now, anew=anew)
    state = with_read(state, collected)
    closed = close_sheets(context, state, decide(state, now, selection).closing.close, now)
    news = [
        one for one in decide(state, now, selection).news if one.sheet.unit not in closed.standings
    ]
    told = looked_after.told + closed.told + tell(context, news)
    state = as_now(context, state.with_standings(closed.standings), closed.sheets)
    sent = write(decide(state, now, selection).mails)
    state = marked(context, as_now(context, state, sent.sheets), now)
    about = (*told.notes, *sent.notes)
    did = closing or about or told.again
    if state.last and not (did or first.publish or decide(state, now, selection).publish):
        outcome = Outcome(state.last, changed=False)
    else:
        state = replace(state, mark="" if told.again else state.mark)
        outcome = publish(context, state, [*collected.notes, *about], now, selection)
    read = collected.downloaded
    if context.workspace.settle:
        read = tuple(dict.fromkeys((*read, *closed.standings)))
    return Run(
        replace(outcome, downloaded=read, told=told.count),
        provisioned=provisioned,
        closed=tuple(closed.standings),
        open=still_open(context.campaign, context.units, state.sheets, now),
        sent=sent,
        upcoming=upcoming(state, now) if selection.mail else None,
    )
