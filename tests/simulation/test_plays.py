"""A whole campaign, its runs skipped, doubled, delayed and killed: it ends as an undisturbed one.

By hand, with more seeds: ``DANKHEO_SEEDS=200 pytest -n 2 tests/simulation/test_plays.py``.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.checks import assert_all_of_it
from tests.simulation.outcome import repeats, state
from tests.simulation.play import Played, disturbed, each_mail, play, steady
from tests.simulation.world import WORLDS
from tests.steps.google.stage import differences

MORE = os.environ.get("DANKHEO_SEEDS", "")
SEEDS = [(kind, n) for n in range(int(MORE)) for kind in WORLDS] if MORE else [
    ("folder", 0), ("folder", 1), ("google", 2),
]  # fmt: skip
STEP = 120
"""Minutes from one call to the next; undisturbed, twice as many."""

MAILS = """
05 08:00 opening: HCTH TTra QLCN KHTC TDC TTUD TTTT TTKD
06 08:00 before: HCTH TTra QLCN KHTC TDC TTTT TTKD
07 08:00 opening: QLKH
07 12:00 opening: BQL
08 08:00 midway: TTra QLKH QLCN KHTC TDC BQL
08 12:00 return: HCTH
11 08:00 last-day: QLCN KHTC TDC
12 08:00 receipt: HCTH TTra QLKH TTTT BQL
12 08:00 after: QLCN KHTC TDC
13 12:00 moved: QLCN KHTC TDC
14 12:00 return: QLKH
15 08:00 before: QLKH QLCN KHTC TDC
16 08:00 receipt: TTUD
18 08:00 receipt: QLKH
19 08:00 receipt: QLCN
"""
"""Who is written to when and why. QLKH's address is refused until 07 06:00; TTUD has until 15/4
and hands in on the 12th; six mails that remind are the most, so KHTC and TDC get none after 15/4.
"""


_undisturbed: dict[str, dict[str, Any]] = {}


@pytest.fixture
def undisturbed(kind: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a run every four hours ends in, in that kind of world; played once.

    It is as it should be, too.
    """
    if kind not in _undisturbed:
        with WORLDS[kind](tmp_path_factory.mktemp(kind) / "dot") as world:
            played = play(world, steady(2 * STEP))
            ended = state(world)
            assert sorted(by_moment(played)) == sorted(MAILS.strip().splitlines())
            assert ended["figures"]["completeness"] == {
                "expected": 9, "received": 7, "on_time": 7, "late": 0, "missing": 2,
                "excluded": 1,
            }  # fmt: skip
            assert repeats(world.server) == 0
            assert_all_of_it(world, played)
        _undisturbed[kind] = ended
    return _undisturbed[kind]


def by_moment(played: Played) -> Iterator[str]:
    """Yield a line for each moment and occasion of mails."""
    lines: dict[str, list[str]] = {}
    for moment, unit, occasion in each_mail(played):
        lines.setdefault(f"{moment:%d %H:%M} {occasion}", []).append(unit)
    for head, units in lines.items():
        yield f"{head}: {' '.join(units)}"


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize(("kind", "seed"), SEEDS)
def test_a_disturbed_campaign_ends_as_an_undisturbed_one(
    kind: str, seed: int, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    with WORLDS[kind](tmp_path / "dot") as world:
        played = play(world, disturbed(seed, STEP))

        assert differences(undisturbed, state(world)) == []
        assert_all_of_it(world, played)
        assert played.killed
