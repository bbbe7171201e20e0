"""Play the campaign: the clock steps on, things happen, runs come, or come late, twice, or die."""

import random
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from dankheo_sheets.steps.run import Run, run
from tests.processes import processes
from tests.simulation import killed_run
from tests.simulation.script import DEADLINES, Event, events
from tests.simulation.world import World, post_of
from tests.steps.conftest import at

BEGIN, END = at("05 00:00"), at("20 00:00")
LATEST = timedelta(hours=6)
"""How long no run may come through, for the same mails to be sent."""


@dataclass(frozen=True)
class Call:
    """One time a run is called."""

    at: datetime
    dies: bool = False
    fatal: int = 0
    """Before which write, request or word it dies; 0 where it does not."""
    fatal_mail: int = 0
    """Right after which mail it dies."""


def steady(minutes: int) -> list[Call]:
    """Return a call every so many minutes, as the schedule means it."""
    step = timedelta(minutes=minutes)
    return [Call(BEGIN + n * step) for n in range(int((END - BEGIN) / step) + 1)]


def disturbed(seed: int, minutes: int) -> list[Call]:
    """Return the calls of a bad fortnight: some skipped, late, twice, or killed on their way.

    Between two that come through are at most `LATEST`; the last one comes through. Where there
    is work they are killed, and more than once: where there is none they hardly write anything.
    """
    chance = random.Random(seed)
    step = timedelta(minutes=minutes)
    mornings = {at(f"{day:02} 08:00") for day in (5, 6, 7, 8, 11, 12, 13, 15, 16, 18, 19)}
    work = {BEGIN, *mornings, *chain(*DEADLINES.values()), *(each.at for each in events())}
    calls: list[Call] = []
    moment, through = BEGIN, BEGIN - step
    while moment < END:
        is_busy = any(through < each <= moment for each in work)
        what = chance.choices(("", "late", "twice", "skip"), (4, 2, 1, 2))[0]
        most = int((LATEST - (moment - through)) / step)  # calls that can be left out from here
        if what == "skip" and most:
            moment += step * chance.randint(1, most)
            continue
        while is_busy and chance.random() < 0.6 and moment + step - through < LATEST:
            calls.append(_deadly(chance, moment))
            moment += timedelta(minutes=7)
        if what == "late" and most:
            moment += timedelta(minutes=chance.randrange(1, minutes))
        through = moment
        calls += [Call(through)] * (2 if what == "twice" else 1)
        moment = BEGIN + step * (int((moment - BEGIN) / step) + 1)
    return [*calls, Call(END)]


def _deadly(chance: random.Random, moment: datetime) -> Call:
    if chance.random() < 0.4:
        return Call(moment, True, fatal_mail=chance.choice((1, 1, 2, 3, 5)))
    return Call(moment, True, fatal=int(1.7 ** chance.uniform(0, 10)))


@dataclass
class Played:
    """What became of a play."""

    calls: list[Call] = field(default_factory=list)
    killed: list[datetime] = field(default_factory=list)
    runs: list[tuple[datetime, Run]] = field(default_factory=list)
    """Those that came through."""

    def may_close_at(self, deadline: datetime) -> list[datetime]:
        """Return when a unit may be closed: at the first run from its deadline on.

        Where that one died, also at the next.
        """
        moments: list[datetime] = []
        died = set(self.killed)
        for call in sorted(self.calls, key=lambda each: each.at):
            if call.at >= deadline:
                moments.append(call.at)
                if call.at not in died:
                    break
        return moments


def play(
    world: World,
    calls: Sequence[Call],
    happenings: Sequence[Event] | None = None,
    *,
    fresh: bool = False,
) -> Played:
    """Let things happen and runs come, by time; what happens at a run's moment comes first.

    With `fresh`, each run has a new machine: only the settings are there.
    """
    played = Played()
    waiting = list(events() if happenings is None else happenings)
    for call in calls:
        while waiting and waiting[0].at <= call.at:
            event = waiting.pop(0)
            world.now_is(event.at)
            event.happens(world)
        world.now_is(call.at)
        if fresh:
            for name in ("archive", "out"):
                shutil.rmtree(world.directory / name, ignore_errors=True)
        played.calls.append(call)
        if call.dies:
            if died(world, call):
                played.killed.append(call.at)
                continue
        else:
            played.runs.append((call.at, come(world, call.at)))
    return played


def come(world: World, now: datetime) -> Run:
    """Let a run come through."""
    job = world.job()
    return run(job, now, post_of(job, world.server.environ))


def died(world: World, call: Call) -> bool:
    """Let a run die on its way; tell whether it got that far."""
    process = processes().Process(
        target=killed_run.call,
        args=(
            str(world.directory), call.at, world.server.environ, call.fatal, call.fatal_mail,
        ),
    )  # fmt: skip
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def each_mail(played: Played) -> Iterator[tuple[datetime, str, str]]:
    """Yield when, to which unit and on which occasion a mail went out."""
    for moment, done in played.runs:
        for due, _ in done.sent.mails:
            yield moment, due.unit.code, due.moment.occasion.value
