"""How long a roster takes at least; and that the commands really ask for so much."""

from pathlib import Path

import pytest

from dankheo_sheets.campaign import load
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.workspace.google.checkup.doctor_plans import minutes
from tests.google_campaign import GoogleCampaign
from tests.steps.conftest import COVER, ENTRY, at


@pytest.mark.parametrize(
    ("units", "least"), [(0, 0), (1, 0), (55, 0), (56, 1), (110, 1), (111, 2), (3321, 60)]
)
def test_the_least_a_roster_takes(units: int, least: int) -> None:
    assert minutes(units, 55) == least


def test_the_commands_take_no_less_and_little_more(tmp_path: Path) -> None:
    """The emulator's clock passes as the pace asks for; every unit hands something in."""
    with GoogleCampaign(tmp_path) as campaign:
        with (tmp_path / "campaign.toml").open("a", encoding="utf-8") as file:
            file.write("sheets_writes_per_minute = 2\nsettle_minutes = 0\nworkers = 1\n")
        settings, roster = load(tmp_path)
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

    least = minutes(len(roster), settings.google.sheets_writes_per_minute)
    for seconds in took:
        assert least > 0
        assert least <= seconds / 60 <= least + 6
