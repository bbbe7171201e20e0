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
from dankheo_sheets.register import Register
from dankheo_sheets.standing.deadlines import still_open
from dankheo_sheets.steps import drafts
from dankheo_sheets.steps.closing import close_sheets, look_after
from dankheo_sheets.steps.collect import as_now, collect
from dankheo_sheets.steps.drafts import Laid
from dankheo_sheets.steps.feedback import Told, tell
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.look import check_clock, look, marked, with_read
from dankheo_sheets.steps.provision import Provisioned, give_out
from dankheo_sheets.steps.publishing import Outcome, only_read, publish
from dankheo_sheets.steps.sending import Post, Sent, send, unseen, written
from dankheo_sheets.steps.telling import tell_again
from dankheo_sheets.steps.turn import in_turn

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


def run(job: Job, now: datetime, post: Post | None = None, *, track: Track = silently) -> Run:
    """Do what the clock calls for: give out, read, close, write to units, publish.

    `post` opens the way to the mail server; without it no mail is sent. Raises
    :class:`WorkspaceError` where our clock is wrong.
    """
    if now < job.campaign.opening:
        nothing = board_of(Register(job.campaign, (), {}))
        return Run(Outcome(nothing, changed=False), waits=job.campaign.opening)
    return _carry_out(job, now, RUN, track, post)


def remind(job: Job, now: datetime, post: Post | None, *, track: Track = silently) -> Run:
    """Read what changed, write to the units, and publish that; give out and close nothing."""
    return _carry_out(job, now, REMIND, track, post)


def draft(job: Job, now: datetime, *, track: Track = silently) -> tuple[Laid, Run]:
    """Read what changed, lay drafts of the mails that are due, and publish what was read."""
    laid = Laid()

    def lay(dues: Sequence[Due]) -> Sent:
        nonlocal laid
        if job.rehearses:
            mails = [(one, written(job, one, now, by_hand=True)) for one in dues if one.is_current]
            return Sent(tuple(mails))
        laid = drafts.lay(job, dues, now, track=track)
        return Sent(notes=laid.notes)

    result = _carry_out(job, now, REMIND, track, write=lay)
    return laid, result


def sync(job: Job, now: datetime, *, feedback: bool = True, track: Track = silently) -> Outcome:
    """Bring archive, feedback and results up to date with the sheets.

    Run again with nothing changed, it reads no workbook and writes nothing.
    """
    return _carry_out(job, now, replace(SYNC, tell=feedback), track).outcome


def close(job: Job, now: datetime, *, track: Track = silently) -> Run:
    """Close every sheet that is due, each at its own deadline; look after those that are."""
    return _carry_out(job, now, CLOSE, track)


def report(job: Job, now: datetime, *, track: Track = silently) -> Outcome:
    """Rebuild all results, bao-cao.docx among them.

    Raises :class:`SettingsError` before anything is written, where campaign.toml lacks what the
    report needs to be signed. A schedule does not stop for that: :func:`run` makes a draft.
    """
    from dankheo_sheets.outputs.word.report import unready

    if mistakes := unready(job.campaign):
        raise SettingsError(mistakes)
    return _carry_out(job, now, REPORT, track).outcome


# --- the loop -----------------------------------------------------------------------------------


def _carry_out(
    job: Job,
    now: datetime,
    selection: Selection,
    track: Track,
    post: Post | None = None,
    write: Write | None = None,
) -> Run:
    """Do what is to be done of what is selected; nothing is written where nothing is."""
    state = marked(job, look(job), now)
    if selection.mail:
        check_clock(job, now)
    open_still = still_open(job.campaign, job.units, state.sheets, now)
    todo = decide(state, now, selection)
    if not (todo or write) and state.last:
        quiet = Run(Outcome(state.last, changed=False), open=open_still)
        if not selection.mail:
            return quiet
        known = with_read(state, collect(job, state.sheets, now, download=False))
        dues = decide(known, now, selection).mails
        if not (post and (dues or unseen(job))):
            sent = send(job, dues, now, None)
            return replace(quiet, sent=sent, upcoming=upcoming(known, now))
    writes = write or (lambda dues: send(job, dues, now, post, track=track))
    return in_turn(
        job,
        lambda: _work(job, now, selection, writes, track),
        lambda why: Run(only_read(job, now, why, track=track), open=open_still),
    )


def _work(job: Job, now: datetime, selection: Selection, write: Write, track: Track) -> Run:
    state = marked(job, look(job), now)
    first = decide(state, now, selection)
    provisioned = Provisioned()
    if first.give_out:
        provisioned = give_out(job, state, now, track=track)
        state = look(job, state)
    tell_again(job, state.sheets, now)
    closing = decide(state, now, selection).closing
    notes = look_after(job, closing, now)
    # Where a lock takes time to settle, all is read again after it anyway.
    anew = bool(closing.close) and not job.workspace.settle
    collected = collect(job, state.sheets, now, anew=anew, track=track)
    state = with_read(state, collected)
    closed = close_sheets(job, decide(state, now, selection).closing.close, collected, now, track)
    collected = collected.with_closed(closed.standings)
    if job.workspace.settle:
        again = dict.fromkeys((*collected.downloaded, *closed.standings))
        collected = replace(collected, downloaded=tuple(again))
    state = with_read(state, collected)
    others = [
        news
        for news in decide(state, now, selection).news
        if news.sheet.unit not in closed.standings
    ]
    told = Told(notes=tuple(notes)) + closed.told + tell(job, others, track)
    if closing:
        state = look(job, state)
    collected = as_now(job, collected, state.sheets, now)
    state = with_read(state, collected)
    sent = write(decide(state, now, selection).mails)
    if sent.mails or sent.notes:
        state = look(job, state)
        collected = as_now(job, collected, state.sheets, now)
        state = with_read(state, collected)
    about = (*told.notes, *sent.notes)
    state = marked(job, state, now)
    done = first.publish or closing or about or told.again
    if done or not state.last or decide(state, now, selection).publish:
        mark = "" if told.again else state.mark
        outcome = publish(job, collected, about, mark, now, selection)
    else:
        outcome = Outcome(state.last, changed=False)
    return Run(
        replace(outcome, told=told.count),
        provisioned=provisioned,
        closed=tuple(closed.standings),
        open=still_open(job.campaign, job.units, state.sheets, now),
        sent=sent,
        upcoming=upcoming(state, now) if selection.mail else None,
    )
