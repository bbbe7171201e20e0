"""When a unit is written to: the campaign's plan, and what of it is due. Pure.

The plan is opening, midway, some working days before the last day, the last day, and the first
working day after the deadline (reference/practice.md §1). A run may come late, twice or not at
all: a mail is due from its moment on until something was sent since, and of several only the
newest is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.mail_state import Reminded

_SHORT = timedelta(days=3)
"""A campaign no longer than this has no midway mail (CHEFS has none: reference/practice.md §1)."""


class Occasion(StrEnum):
    """Why a unit is written to."""

    OPENING = "opening"
    MIDWAY = "midway"
    BEFORE = "before"
    LAST_DAY = "last-day"
    MOVED = "moved"
    """Its deadline is another one now than the one it was told."""
    AFTER = "after"
    RECEIPT = "receipt"
    """What counts was taken at the closing."""
    RETURN = "return"
    """Its return was given back."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """An occasion of the plan, and from when on it is due."""

    at: datetime
    occasion: Occasion


class Wait(StrEnum):
    """What a mail waits for."""

    HOUR = "hour"
    """The hour from which mails go out."""
    GAP = "gap"
    """The least time between two reminders."""
    PLAN = "plan"
    """Its day."""


@dataclass(frozen=True, slots=True)
class Later:
    """A moment to come at which a mail may be due that is not due now."""

    at: datetime
    wait: Wait


def moments(campaign: Campaign, deadline: datetime) -> tuple[Moment, ...]:
    """Return the plan for a unit with this deadline, by time."""
    return tuple(sorted(_moments(campaign, deadline)))


def _moments(campaign: Campaign, deadline: datetime) -> Iterator[Moment]:
    plan, opening = campaign.reminders, campaign.opening
    last_day = last_day_of(deadline)
    if plan.opening:
        yield Moment(max(opening, _at_hour(campaign, opening.date())), Occasion.OPENING)
    if plan.midway and deadline - opening > _SHORT:
        day = (opening + (deadline - opening) / 2).date()
        while not campaign.works(day):
            day += timedelta(days=1)
        if day < last_day:
            yield Moment(_at_hour(campaign, day), Occasion.MIDWAY)
    for days in plan.working_days_before:
        day = last_day
        for _ in range(days):
            day -= timedelta(days=1)
            while not campaign.works(day):
                day -= timedelta(days=1)
        if day > opening.date():
            yield Moment(_at_hour(campaign, day), Occasion.BEFORE)
    if plan.last_day and last_day > opening.date():
        yield Moment(_at_hour(campaign, last_day), Occasion.LAST_DAY)
    if plan.after:
        day = deadline.date()
        while not campaign.works(day) or _at_hour(campaign, day) < deadline:
            day += timedelta(days=1)
        yield Moment(_at_hour(campaign, day), Occasion.AFTER)


def last_day_of(deadline: datetime) -> date:
    """Return the last day on which a unit is in time."""
    return (deadline - timedelta(microseconds=1)).date()


def time_left(deadline: datetime, now: datetime) -> str:
    """Return "còn 03 ngày", in whole days to the last one of a deadline that has not passed."""
    days = (last_day_of(deadline) - now.astimezone(deadline.tzinfo).date()).days
    return f"còn {vietnamese.count(days)} ngày" if days > 0 else "hôm nay là ngày cuối cùng"


def _at_hour(campaign: Campaign, day: date) -> datetime:
    return datetime.combine(day, time(campaign.reminders.hour), campaign.zone)


def awake(campaign: Campaign, now: datetime) -> bool:
    """Tell whether mails go out at this hour."""
    return now.astimezone(campaign.zone).hour >= campaign.reminders.hour


def due(
    campaign: Campaign, deadline: datetime, last: Reminded | None, now: datetime
) -> Moment | None:
    """Return why a unit that is not done is to be reminded now; None where it is not.

    `last` is None for a unit that was never reminded; its first mail before the deadline is the
    opening's, however late.
    """
    plan = campaign.reminders
    if last and last.deadline != deadline and now < deadline:
        return Moment(deadline, Occasion.MOVED)
    passed = [m for m in moments(campaign, deadline) if m.at <= now and _fits(m, deadline, now)]
    if not passed:
        return None
    newest = passed[-1]
    if last is None and plan.maximum:
        return passed[0] if passed[0].occasion is Occasion.OPENING else newest
    if (
        last is None
        or last.count >= plan.maximum
        or now < last.at + timedelta(hours=plan.minimum_gap_hours)
    ):
        return None
    return newest if newest.at > last.at else None


def to_come(
    campaign: Campaign, deadline: datetime, last: Reminded | None, now: datetime
) -> list[Later]:
    """Return the moments after `now` at which a unit may be written to, by time."""
    today = now.astimezone(campaign.zone).date()
    found = [Later(_at_hour(campaign, today), Wait.HOUR)]
    found += [Later(moment.at, Wait.PLAN) for moment in moments(campaign, deadline)]
    if last:
        gap = timedelta(hours=campaign.reminders.minimum_gap_hours)
        end = (last.at + gap).astimezone(campaign.zone)
        found.append(Later(max(end, _at_hour(campaign, end.date())), Wait.GAP))
    return sorted((later for later in found if later.at > now), key=lambda later: later.at)


def again(campaign: Campaign, deadline: datetime, last: Reminded, now: datetime) -> Moment | None:
    """Return the moment of the last mail, for addresses that it did not reach.

    None where it makes no sense any more: then the next mail of the plan goes to all of them.
    """
    passed = [m for m in moments(campaign, deadline) if m.at <= last.at and _fits(m, deadline, now)]
    if not passed:
        return None
    is_first = last.count <= 1 and passed[0].occasion is Occasion.OPENING
    return passed[0] if is_first else passed[-1]


def _fits(moment: Moment, deadline: datetime, now: datetime) -> bool:
    """Tell whether it still makes sense: nobody is reminded of a deadline that has passed."""
    return (moment.occasion is Occasion.AFTER) == (now >= deadline)
