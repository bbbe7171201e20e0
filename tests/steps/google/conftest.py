"""A campaign on the emulator; whatever is asked of it obeys Google's published schema."""

from collections.abc import Iterator

import pytest

from dankheo_sheets.steps.provision import provision
from tests.google_campaign import OPENED, GoogleCampaign
from tests.steps.google.ladder import Ladder
from tests.steps.google.stage import Stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """Return the campaign that `on_google` and `given_out` go back in."""
    directory = tmp_path_factory.mktemp("stages")
    with GoogleCampaign(directory / "dot") as campaign:
        yield Stages(campaign, directory)


@pytest.fixture
def on_google(stages: Stages) -> Iterator[GoogleCampaign]:
    """Return the example campaign in a shared drive, on its first day."""
    yield stages.at("first day")
    assert stages.campaign.google.violations == []


@pytest.fixture
def given_out(on_google: GoogleCampaign, stages: Stages) -> GoogleCampaign:
    """Return it after its sheets were given out; the log is empty."""
    return stages.at("given out", lambda campaign: provision(campaign.job(), now=OPENED))


@pytest.fixture(scope="session")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    """Return a small campaign that can go back to any of its steps."""
    directory = tmp_path_factory.mktemp("ladder")
    with GoogleCampaign(directory / "dot") as campaign:
        yield Ladder(campaign, directory)
        assert campaign.google.violations == []
