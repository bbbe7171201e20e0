"""How long a roster takes at least; and that the commands really ask for so much."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from dankheo_sheets.campaign import load
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.workspace.google.checkup.durations import Minutes, durations
from dankheo_sheets.workspace.google.rate_limit import Limits
from tests.google_campaign import GoogleCampaign
from tests.steps.conftest import COVER, ENTRY, at


def units(count: int, addresses: int = 1) -> list[Unit]:
    return [
        Unit(f"X{n}", f"Xã {n}", emails=tuple(f"x{n}.{m}@xa.vn" for m in range(addresses)))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("by_email", "by_link", "limits", "minutes"),
    [
        ([], [], Limits(), Minutes(0, 0, 0)),
        (units(55), [], Limits(), Minutes(0, 0, 0)),
        (units(56), [], Limits(), Minutes(1, 1, 1)),
        (units(50), units(6), Limits(), Minutes(1, 1, 1)),
        (units(3321), [], Limits(), Minutes(60, 60, 60)),
        # 3,321 × 470 + 50 and twelve lists: 1,728,120 units of Drive
        (units(3321), [], Limits(300, 3321, 100_000), Minutes(3, 10, 17)),
        (units(3321, 3), [], Limits(300, 3321, 100_000), Minutes(6, 10, 20)),
        ([], units(3321, 3), Limits(300, 3321, 100_000), Minutes(3, 10, 17)),
    ],
)
def test_the_least_a_roster_takes(
    by_email: Sequence[Unit], by_link: Sequence[Unit], limits: Limits, minutes: Minutes
) -> None:
    assert durations(by_email, by_link, limits) == minutes


@pytest.mark.parametrize("key", ["sheets_writes_per_minute = 2", "drive_units_per_minute = 400"])
def test_the_commands_take_no_less_and_little_more(tmp_path: Path, key: str) -> None:
    """The emulator's clock passes as the pace asks for; every unit hands something in."""
    with GoogleCampaign(tmp_path) as campaign:
        with (tmp_path / "campaign.toml").open("a", encoding="utf-8") as file:
            file.write(f"{key}\nsettle_minutes = 0\nworkers = 1\n")
        settings, roster = load(tmp_path)
        google = settings.google
        limits = Limits(55, google.sheets_writes_per_minute, google.drive_units_per_minute)
        clock, took = campaign.google.clock, []

        began = clock.now()
        provision(campaign.job())
        took.append(clock.now() - began)
        for unit in roster:
            campaign.fill(unit, [ENTRY], COVER, at("06 09:00"))
        began = clock.now()
        sync(campaign.job(), at("07 09:00"))
        took.append(clock.now() - began)
        for unit in roster:
            campaign.fill(unit, [ENTRY, ENTRY], COVER, at("08 09:00"))
        began = clock.now()
        close(campaign.job(), at("12 09:00"))
        took.append(clock.now() - began)

    least = durations(roster, [], limits)
    for minutes, seconds in zip((least.provision, least.sync, least.close), took, strict=True):
        assert minutes > 0
        assert minutes <= seconds / 60 <= minutes + 6
