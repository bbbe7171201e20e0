"""A run killed at any request: the next ends where an undisturbed one does."""

import multiprocessing
import signal
from collections import Counter

import pytest

from dankheo_sheets.errors import UsageError
from dankheo_sheets.workspace.google.lease import LASTS
from tests.google_emulator import Fault
from tests.processes import processes
from tests.steps.google import killed_step
from tests.steps.google.ladder import STEPS, Ladder
from tests.steps.google.stage import differences, settings, shares, state

POINTS = 5
"""Requests at which a step is killed, spread over all of them."""


@pytest.mark.long
@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="SIGKILL")
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("part", range(POINTS))
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_made_good_by_the_next(
    ladder: Ladder, step: str, part: int, done: bool
) -> None:
    """Killed before a request is sent; or after it was done, its answer never seen."""
    with ladder.at(step) as rung:
        google = ladder.campaign.google
        # One at a time, so that no other request is cut in half: Google does not do half a one.
        settings(ladder.campaign, ("[google]\n", "[google]\nworkers = 1\n"))
        fatal = 1 + part * (len(rung.log) - 1) // (POINTS - 1)
        if done:
            google.faults.add(Fault("drop", committed=True, skip=fatal - 1))
        killed = processes().Process(
            target=killed_step.run,
            args=(str(ladder.campaign.directory), step, fatal + done),
        )
        killed.start()
        killed.join(60)
        google.faults.clear()
        google.clock.advance(LASTS.total_seconds())  # then what the dead one held is free

        try:
            ladder.take(step)
        except UsageError:  # it was reopened in spite of the kill
            assert step == "reopen"

        assert killed.exitcode == -signal.SIGKILL or (done and killed.exitcode == 0)
        assert differences(rung.ended, state(ladder.campaign)) == []
        assert max(Counter(shares(google.log)).values(), default=0) <= 1
