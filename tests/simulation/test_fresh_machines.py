"""Every run on a machine of its own, as an Action without its cache: only Drive remembers."""

import hashlib
import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from dankheo_sheets import journal
from dankheo_sheets.journal import What
from dankheo_sheets.standing import sheet_properties as marks
from tests.simulation import outcome
from tests.simulation.checks import (
    assert_each_closed_at_its_own_time,
    assert_mails_went_out_once,
    assert_receipts_are_of_what_counts,
)
from tests.simulation.play import END, Call, play
from tests.simulation.script import DEADLINES
from tests.simulation.test_plays import MAILS
from tests.simulation.world import google
from tests.steps.conftest import at

DAYS = {
    "00:00": (5, 12, 16, 18, 19), "08:00": (5, 6, 7, 8, 11, 12, 15, 16, 18, 19),
    "16:00": (5, 6, 7, 8, 9, 11, 12, 13, 14, 16),
}  # fmt: skip
CALLS = sorted(at(f"{day:02} {hour}") for hour, days in DAYS.items() for day in days)
"""When something is to be done, and one run more."""


def calls(seed: int) -> list[Call]:
    """Return those calls; before some of them, one that dies. Seed 0 kills nobody."""
    chance = random.Random(seed)
    found = []
    for moment in CALLS:
        if seed and chance.random() < 0.3:
            found.append(Call(moment, True, fatal_mail=chance.choice((0, 0, 1, 2)),
                              fatal=int(1.7 ** chance.uniform(2, 10))))  # fmt: skip
            moment += timedelta(minutes=7)
        found.append(Call(moment))
    return [*found, Call(END)]


MORE = os.environ.get("DANKHEO_SEEDS", "")


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("seed", range(int(MORE)) if MORE else [1])
def test_on_fresh_machines_no_mail_comes_twice_and_nothing_is_lost(
    seed: int, tmp_path: Path
) -> None:
    with google(tmp_path / "a") as world:
        played = play(world, calls(seed), fresh=True)

        assert_mails_went_out_once(world, played)
        written = [line.partition(": ")[2].split() for line in MAILS.strip().splitlines()]
        assert outcome.mailboxes(world.server).total() == sum(map(len, written))
        assert_receipts_are_of_what_counts(world)
        assert_each_closed_at_its_own_time(world, played)
        # The last machine has what counts of each closed unit, got from Drive.
        for sheet in world.job().workspace.sheets():
            if sheet.unit in DEADLINES:
                final = sheet.properties[marks.FINAL]
                kept = world.directory / "archive" / sheet.unit / f"{final}.xlsx"
                assert hashlib.sha256(kept.read_bytes()).hexdigest() == final
        # ... and the lines of all machines.
        here = (world.directory / "archive" / journal.FILE).read_bytes()
        assert world.job().workspace.results.kept(journal.FILE) == here
        mailed = {e.ref for e in world.job().journal.events() if e.what == What.MAIL and e.unit}
        went_out = {m["Message-ID"].strip("<>").partition("@")[0]
                    for _, m in outcome.to_units(world.server)}  # fmt: skip
        assert mailed <= went_out
        assert len(went_out - mailed) <= 5 * len(played.killed)  # lines that died with a machine
