"""Whatever Google answers, this run or the next ends where an undisturbed one does.

One sheet a unit, the same access, marks, locks and figures, no mail and no share twice.
"""

import re
from contextlib import suppress
from dataclasses import dataclass

import pytest

from dankheo_sheets.errors import UsageError, WorkspaceError
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import sync
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Clock, Fault, Limits, Request
from tests.steps.conftest import at
from tests.steps.google.ladder import STEPS, Ladder
from tests.steps.google.stage import access, differences, emails, files, many, roster, sheets, state

FAULTS = {
    "500 after it was done": {"status": 500, "committed": True},
    "500 before it was done": {"status": 500},
    "dropped before it was done": {"action": "drop"},
    "dropped after it was done": {"action": "drop", "committed": True},
    "an answer cut off": {"action": "cut"},
    "429 in HTML": {"action": "html"},
    "429": {"status": 429},
    "403 userRateLimitExceeded": {"status": 403, "reason": "userRateLimitExceeded"},
    "an expired token": {"status": 401},
    "slow": {"action": "slow", "seconds": 0.01},
}


def kinds(log: tuple[Request, ...]) -> list[tuple[str, str]]:
    """Return each kind of request there is: its method, and a pattern of its path."""
    found = []
    for request in log:
        path = re.sub(r"permissions/[^/]+$", "permissions/*", request.path)
        path = re.escape(re.sub(r"1[\w-]{20,}", "*", path)).replace(r"\*", "[^/:]+")
        found.append((request.method, f"^{path}$"))
    return list(dict.fromkeys(found))


def take(ladder: Ladder, step: str) -> bool:
    """Do a step, whatever comes of it; tell whether it met no fault any more."""
    waiting = len(ladder.campaign.google.faults.waiting)
    try:
        ladder.take(step)
    except WorkspaceError:
        return False
    except UsageError:  # it was reopened already
        assert step == "reopen"
    return len(ladder.campaign.google.faults.waiting) == waiting


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_in_every_kind_of_request(ladder: Ladder, step: str, fault: str) -> None:
    with ladder.at(step) as rung:
        for method, path in kinds(rung.log):
            wanted = Fault(method=method, path=path, **FAULTS[fault])  # type: ignore[arg-type]
            ladder.campaign.google.faults.add(wanted)

        done = any(take(ladder, step) for _ in range(len(rung.log)))

        assert done
        assert ladder.campaign.google.faults.waiting == []
        assert differences(rung.ended, state(ladder.campaign)) == []


def test_what_must_not_be_done_twice_is_done_and_its_answer_lost(ladder: Ladder) -> None:
    """One kind of request at a time."""
    for step in STEPS:
        for method, path in kinds(ladder.rungs[step].log):
            if method in ("GET", "PATCH"):
                continue
            with ladder.at(step) as rung:
                lost = Fault("drop", method, path, committed=True)
                ladder.campaign.google.faults.add(lost)

                take(ladder, step)
                take(ladder, step)

                assert not differences(rung.ended, state(ladder.campaign)), (step, method, path)


# --- storms and outages -------------------------------------------------------------------------


@dataclass
class Storm(Fault):
    """A fault that passes at a moment of the emulator's clock."""

    clock: Clock | None = None
    until: float = 0.0

    def matches(self, method: str, path: str) -> bool:
        """See :meth:`Fault.matches`."""
        assert self.clock is not None
        return self.clock.now() < self.until and super().matches(method, path)


def storm(ladder: Ladder, seconds: float, **fault: object) -> Storm:
    clock = ladder.campaign.google.clock
    until = clock.now() + seconds
    return Storm(times=None, clock=clock, until=until, **fault)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["^/drive/v3/", "^/v4/"])
@pytest.mark.parametrize("step", STEPS)
def test_a_storm_of_half_a_minute_is_waited_out(ladder: Ladder, step: str, path: str) -> None:
    with ladder.at(step) as rung:
        ladder.campaign.google.faults.add(storm(ladder, 30, status=429, path=path))

        ladder.take(step)

        assert differences(rung.ended, state(ladder.campaign)) == []


ENDLESS = {
    "429": {"status": 429},
    "500": {"status": 500},
    "dropped, though done": {"action": "drop", "committed": True},
}


@pytest.mark.long
@pytest.mark.parametrize("fault", ENDLESS)
@pytest.mark.parametrize("path", ["^/drive/v3/", "^/v4/", "/copy$|/permissions", "/export$"])
def test_an_outage_costs_minutes_whatever_the_length_of_the_roster(
    on_google: GoogleCampaign, path: str, fault: str
) -> None:
    """Requests and seconds are bounded; afterwards nothing is lost and nothing there twice.

    Seconds are those of all workers together.
    """
    google, minutes = on_google.google, 60
    roster(on_google, many(30))
    for work in (_provision, _sync):
        google.log.clear()
        start = google.clock.now()
        google.faults.add(Fault(path=path, times=None, **ENDLESS[fault]))  # type: ignore[arg-type]

        with suppress(WorkspaceError):
            work(on_google)

        assert google.clock.now() - start < 15 * minutes
        assert len(google.log) < 250
        google.faults.clear()
        work(on_google)

    found = sheets(google)
    assert [len(each) for each in found.values()] == [1] * 30
    given = {unit: access(each) for unit, (each,) in found.items()}
    assert given == emails(on_google.job().units)
    assert len(files(google, "template")) == len(files(google, "master")) == 1
    assert not any(sheet.spares for sheet in on_google.job().workspace.sheets())


def _provision(campaign: GoogleCampaign) -> None:
    provision(campaign.job(), wait=campaign.google.clock.advance)


def _sync(campaign: GoogleCampaign) -> None:
    sync(campaign.job(), at("07 09:00"))


def test_within_googles_quotas_nothing_is_refused(on_google: GoogleCampaign) -> None:
    """More units than a minute has requests: all sheets are filled in, read and told."""
    on_google.google.quotas.limits = Limits()
    roster(on_google, many(70))
    _provision(on_google)
    for unit in on_google.job().units:
        on_google.fill(unit, [{"name": "Chỉ có tên"}], {}, at("07 09:00"))

    outcome = sync(on_google.job(), at("07 10:00"))

    assert (outcome.read, outcome.told, outcome.board.notes) == (70, 70, [])
    assert {request.status for request in on_google.google.log} == {200}
    assert on_google.google.clock.now() - at("07 09:00").timestamp() < 5 * 60
