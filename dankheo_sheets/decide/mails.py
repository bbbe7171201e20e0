"""Which mails are due: by the clock, where a unit stands, what its sheet says it was told. Pure.

So a run that comes late, twice or dies goes on where the last one stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.decide.state import State
from dankheo_sheets.notices import schedule
from dankheo_sheets.notices.mail_state import Mailed, Reminded, still_left
from dankheo_sheets.notices.schedule import Later, Moment, Occasion
from dankheo_sheets.registration import RECEIVED, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.sheet_properties import (
    CLOSED,
    RECEIPTED,
    REMINDED,
    RETURN_MAILED,
    moment,
)
from dankheo_sheets.workspace.base import Sheet


@dataclass(frozen=True)
class Due:
    """One mail to be sent now."""

    unit: Unit
    sheet: Sheet
    standing: Standing
    moment: Moment
    to: tuple[str, ...]
    marks: Mapping[str, Reminded | Mailed]
    """What the sheet's properties will say once it was sent."""

    @property
    def is_current(self) -> bool:
        """Whether the unit is judged by what its sheet says now: not where that was not read."""
        return self.standing.version == self.sheet.version or self.standing.closed


def mails_due(state: State, now: datetime) -> tuple[Due, ...]:
    """Return the mails that are to be sent now, in the units' order; none before all was read."""
    campaign = state.campaign
    if not schedule.awake(campaign, now) or now < campaign.opening:
        return ()
    return tuple(
        one
        for unit, sheet, standing in _issued(state)
        for one in _due_to(campaign, unit, sheet, standing, now)
    )


def upcoming(state: State, now: datetime) -> Later | None:
    """Return when the next mail will be due that is not due now, if no unit does anything.

    None where the plan has no more mails.
    """
    found = [
        later
        for unit, sheet, standing in _issued(state)
        if (later := _next_to(state.campaign, unit, sheet, standing, now))
    ]
    return min(found, key=lambda later: later.at, default=None)


def _next_to(
    campaign: Campaign, unit: Unit, sheet: Sheet, standing: Standing, now: datetime
) -> Later | None:
    last = Reminded.of(sheet.properties.get(REMINDED))
    for later in schedule.to_come(campaign, standing.deadline, last, now):
        if any(_due_to(campaign, unit, sheet, standing, later.at)):
            return later
    return None


def _issued(state: State) -> Iterator[tuple[Unit, Sheet, Standing]]:
    """Yield the units that have a sheet that can be written about."""
    sheets, register = state.by_code, state.register
    for unit in state.units if register else ():
        sheet = sheets.get(unit.code)
        if register and sheet and sheet.prepared and not (sheet.problem or sheet.gone):
            yield unit, sheet, register.standings[unit.code]


def _due_to(
    campaign: Campaign, unit: Unit, sheet: Sheet, standing: Standing, now: datetime
) -> Iterator[Due]:
    lost = any(finding.code == "final-lost" for finding in standing.findings)
    if standing.status is Status.EXCLUDED or lost:
        return
    last = Reminded.of(sheet.properties.get(REMINDED))
    count = last.count if last else 0
    for mark, once in _once(sheet, standing):
        about, told = once.at.isoformat(), Mailed.of(sheet.properties.get(mark))
        marks: dict[str, Reminded | Mailed] = {mark: Mailed(about)}
        if told and told.about == about:
            if again := still_left(told.left, unit.emails):
                yield Due(unit, sheet, standing, once, again, marks)
            continue
        if once.occasion is Occasion.RETURN:  # tells the deadline too
            marks[REMINDED] = Reminded(now, count, standing.deadline)
        yield Due(unit, sheet, standing, once, unit.emails, marks)
        return
    if standing.status in RECEIVED:
        return
    if newest := schedule.due(campaign, standing.deadline, last, now):
        counts = newest.occasion is not Occasion.MOVED
        if last and not counts:  # each time it moves it is another mail
            newest = replace(newest, at=last.at)
        sent = Reminded(now, count + counts, standing.deadline)
        yield Due(unit, sheet, standing, newest, unit.emails, {REMINDED: sent})
    elif (
        last
        and (again := still_left(last.left, unit.emails))
        and (newest := schedule.again(campaign, standing.deadline, last, now))
    ):
        yield Due(unit, sheet, standing, newest, again, {REMINDED: replace(last, left=())})


def _once(sheet: Sheet, standing: Standing) -> list[tuple[str, Moment]]:
    """Return what happened once and is told once: mark and moment."""
    happened = []
    at = moment(sheet.properties.get(CLOSED))
    if at and standing.closed and standing.status in RECEIVED and standing.snapshot:
        happened.append((RECEIPTED, Moment(at, Occasion.RECEIPT)))
    if standing.status is Status.RETURNED and standing.terms.returned_at:
        happened.append((RETURN_MAILED, Moment(standing.terms.returned_at, Occasion.RETURN)))
    return happened
