"""A campaign on the emulator; whatever is asked of it obeys Google's published schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dankheo_sheets.steps.provision import provision
from tests.google_campaign import OPENED, GoogleCampaign
from tests.steps.google.ladder import Ladder


@pytest.fixture
def on_google(tmp_path: Path) -> Iterator[GoogleCampaign]:
    """Return the example campaign in a shared drive, on its first day."""
    with GoogleCampaign(tmp_path / "dot") as campaign:
        yield campaign
        assert campaign.google.violations == []


@pytest.fixture
def given_out(on_google: GoogleCampaign) -> GoogleCampaign:
    """Return it after its sheets were given out; the log is empty."""
    provision(on_google.job(), now=OPENED)
    on_google.google.log.clear()
    return on_google


@pytest.fixture(scope="session")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    """Return a small campaign that can go back to any of its steps."""
    directory = tmp_path_factory.mktemp("ladder")
    with GoogleCampaign(directory / "dot") as campaign:
        yield Ladder(campaign, directory)
        assert campaign.google.violations == []
