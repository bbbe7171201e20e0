"""When a unit is written to: the campaign's plan, and what of it is due."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.notices.mail_state import Reminded
from dankheo_sheets.notices.schedule import Moment, Occasion, awake, due, moments
from tests.steps.conftest import at

Change = Callable[..., Campaign]
DEADLINE = at("12 00:00")
LONG_AGO = at("05 08:00") - timedelta(days=30)


@pytest.fixture
def of_2022(campaign: Campaign) -> Change:
    """Return the campaign of 2022, changed: its opening, holidays, or plan of reminders."""

    def change(
        opens: date | datetime | None = None, holidays: tuple[date, ...] = (), **plan: Any
    ) -> Campaign:
        reminders = campaign.reminders.model_copy(update=plan)
        update = {"opens": opens, "holidays": holidays, "reminders": reminders}
        return campaign.model_copy(update=update)

    return change


def days(plan: tuple[Moment, ...]) -> list[tuple[str, str]]:
    return [(f"{m.at:%d/%m %H:%M}", m.occasion.value) for m in plan]


def test_the_plan_of_the_2022_letter(of_2022: Change) -> None:
    """11/4 was a day off (reference/form.md §6): the last working day before it is Friday 8/4."""
    campaign = of_2022(holidays=(date(2022, 4, 11),))

    assert days(moments(campaign, DEADLINE)) == [
        ("05/04 08:00", "opening"), ("06/04 08:00", "before"), ("08/04 08:00", "before"),
        ("08/04 08:00", "midway"), ("11/04 08:00", "last-day"), ("12/04 08:00", "after"),
    ]  # fmt: skip


def test_a_deadline_at_five_has_its_last_day_that_day_and_its_after_the_next(
    of_2022: Change,
) -> None:
    plan = moments(of_2022(), at("08 17:00"))

    assert days(plan)[-2:] == [("08/04 08:00", "last-day"), ("11/04 08:00", "after")]


def test_a_campaign_of_three_days_has_no_midway_mail(of_2022: Change) -> None:
    occasions = [m.occasion for m in moments(of_2022(), at("08 00:00"))]

    assert occasions == [
        Occasion.OPENING, Occasion.BEFORE, Occasion.LAST_DAY, Occasion.AFTER,
    ]  # fmt: skip


def test_a_plan_of_nothing_writes_nothing(of_2022: Change) -> None:
    campaign = of_2022(
        opening=False, midway=False, working_days_before=(), last_day=False, after=False
    )

    assert moments(campaign, DEADLINE) == ()
    assert due(campaign, DEADLINE, None, at("08 09:00")) is None


@pytest.mark.parametrize(
    ("now", "occasion"),
    [
        ("05 07:59", None), ("05 08:00", Occasion.OPENING), ("07 10:00", Occasion.OPENING),
        ("11 23:59", Occasion.OPENING), ("12 00:00", None), ("12 08:00", Occasion.AFTER),
    ],
)  # fmt: skip
def test_a_unit_never_written_to_gets_the_opening_mail_however_late(
    of_2022: Change, now: str, occasion: Occasion | None
) -> None:
    found = due(of_2022(), DEADLINE, None, at(now))

    assert (found and found.occasion) == occasion


def sent(when: str, count: int = 1, deadline: datetime = DEADLINE) -> Reminded:
    return Reminded(at(when), count, deadline)


@pytest.mark.parametrize(
    ("last", "now", "occasion"),
    [
        ("05 08:07", "06 07:59", None),                     # nothing has come since
        ("05 08:07", "07 08:00", Occasion.BEFORE),          # three working days before 11/4
        ("05 08:07", "11 09:00", Occasion.LAST_DAY),        # of several, the newest
        ("07 08:07", "07 09:00", None),                     # once is enough
        ("10 20:00", "11 08:00", None),                     # too soon after the last
        ("10 20:00", "11 16:00", Occasion.LAST_DAY),        # once the gap is over
        ("11 08:07", "12 00:10", None),                     # nobody is reminded of what is past
        ("11 08:07", "12 08:00", Occasion.AFTER),
        ("12 08:07", "20 08:00", None),
    ],
)  # fmt: skip
def test_what_is_due_after_the_last_mail(
    of_2022: Change, last: str, now: str, occasion: Occasion | None
) -> None:
    found = due(of_2022(), DEADLINE, sent(last), at(now))

    assert (found and found.occasion) == occasion


def test_there_is_a_most(of_2022: Change) -> None:
    assert due(of_2022(maximum=3), DEADLINE, sent("05 08:00", 3), at("11 09:00")) is None
    assert due(of_2022(maximum=3), DEADLINE, sent("05 08:00", 2), at("11 09:00"))


def test_another_deadline_is_told_at_once_also_beyond_the_most(of_2022: Change) -> None:
    later = at("16 00:00")

    found = due(of_2022(maximum=1), later, sent("12 08:00", 9), at("12 08:30"))

    assert found == Moment(later, Occasion.MOVED)
    assert due(of_2022(), later, sent("12 08:30", 9, later), at("12 09:00")) is None


def test_a_unit_given_more_time_has_a_plan_of_its_own_again(of_2022: Change) -> None:
    later = at("16 00:00")
    told = sent("12 08:30", 2, later)

    occasions = [due(of_2022(), later, told, at(f"{day} 08:00")) for day in (13, 14, 15)]

    assert [found and found.occasion for found in occasions] == [
        None, Occasion.BEFORE, Occasion.LAST_DAY,
    ]  # fmt: skip


def test_mails_wait_for_the_morning(of_2022: Change) -> None:
    assert [awake(of_2022(), at(f"12 {hour}")) for hour in ("00:07", "07:59", "08:00")] == [
        False, False, True,
    ]  # fmt: skip


RUNS = st.lists(st.integers(min_value=0, max_value=15 * 24 * 4 - 1), max_size=60)
"""Quarters of an hour after 05/4 00:00 at which a run comes, in any order, often or never."""


@given(runs=RUNS)
def test_however_runs_come_nobody_gets_too_many_nor_one_twice(
    campaign: Campaign, runs: list[int]
) -> None:
    start = at("05 00:00")
    last: Reminded | None = None
    got: list[tuple[datetime, Moment]] = []
    for quarters in sorted(runs):
        now = start + timedelta(minutes=15 * quarters)
        if awake(campaign, now) and (moment := due(campaign, DEADLINE, last, now)):
            got.append((now, moment))
            last = Reminded(now, (last.count if last else 0) + 1, DEADLINE)

    moments_sent = [moment for _, moment in got]
    assert len(set(moments_sent)) == len(moments_sent)
    assert len(got) <= campaign.reminders.maximum
    assert all(now >= moment.at for now, moment in got)
    gap = timedelta(hours=campaign.reminders.minimum_gap_hours)
    times = [now for now, _ in got]
    assert all(b - a >= gap for a, b in pairwise(times))
    assert all((m.occasion is Occasion.AFTER) == (now >= DEADLINE) for now, m in got)


@given(
    opens=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    length=st.integers(min_value=1, max_value=60 * 24),
    off=st.lists(st.dates(date(2020, 1, 1), date(2030, 3, 1)), max_size=10),
)
def test_every_plan_is_by_time_within_the_campaign_and_on_working_days(
    campaign: Campaign, opens: date, length: int, off: list[date]
) -> None:
    campaign = campaign.model_copy(update={"opens": opens, "holidays": tuple(off)})
    deadline = campaign.opening + timedelta(hours=length)

    plan = moments(campaign, deadline)

    assert list(plan) == sorted(plan)
    assert all(m.at.hour == campaign.reminders.hour for m in plan)
    assert all(m.at >= campaign.opening for m in plan)
    assert all(
        campaign.works(m.at.date())
        for m in plan
        if m.occasion in (Occasion.MIDWAY, Occasion.BEFORE, Occasion.AFTER)
    )
    assert all(m.at >= deadline for m in plan if m.occasion is Occasion.AFTER)
    assert all(m.at < deadline for m in plan if m.occasion is Occasion.BEFORE)
