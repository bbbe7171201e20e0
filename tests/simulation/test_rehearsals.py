"""A dry run says what the run after it does: over a whole campaign, its mails word for word."""

from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.operations.rehearsal import nobody, rehearsed
from dankheo_sheets.steps.run import Run, run
from tests.simulation import script
from tests.simulation.play import come, steady
from tests.simulation.world import WORLDS, World
from tests.steps.conftest import everything


def told(result: Run) -> dict[str, Any]:
    """Return what is printed of a run: what was made, read, closed, sent; where everyone stands."""
    plan, outcome = result.provisioned.plan, result.outcome
    made = {unit.code for unit in plan.create}
    return {
        "waits": result.waits,
        "made": sorted(made),
        "shared": sorted(share.sheet.unit for share in plan.share if share.sheet.unit not in made),
        "read": outcome.downloaded,
        "closed": result.closed,
        "changed": outcome.changed,
        "totals": outcome.board.totals,
        "standing": {unit.unit: unit.status for unit in outcome.board.units},
        "findings": [unit.findings for unit in outcome.board.units],
        # The link of a sheet is known once Google has made it.
        "mails": [
            (due.unit.code, message.subject if due.unit.code in made else message)
            for due, message in result.sent.mails
        ],
        "upcoming": result.upcoming,
    }


def rehearse(world: World, now: Any) -> Run:
    """Try a run; nothing of it is left."""
    before = everything(world.directory)
    result = run(rehearsed(world.job()), now, nobody)
    assert everything(world.directory) == before
    return result


@pytest.mark.long
@pytest.mark.parametrize("kind", WORLDS)
def test_a_dry_run_says_what_the_run_after_it_does(kind: str, tmp_path: Path) -> None:
    with WORLDS[kind](tmp_path / "dot") as world:
        # What a mail server will refuse nobody knows before.
        refusals = (script._refuse, script._refuse_for_good)
        waiting = [event for event in script.events() if event.happens not in refusals]
        mails = 0
        for call in steady(480):
            while waiting and waiting[0].at <= call.at:
                event = waiting.pop(0)
                world.now_is(event.at)
                event.happens(world)
            world.now_is(call.at)

            tried, done = rehearse(world, call.at), come(world, call.at)

            assert told(tried) == told(done), call.at
            mails += len(done.sent.mails)
        assert mails > 30
