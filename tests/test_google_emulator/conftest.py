"""An emulator without quotas, whose traffic must obey Google's published schema."""

from collections.abc import Callable, Iterator

import pytest

from tests.emulated import google, user
from tests.google_emulator import Emulator, Limits
from tests.test_google_emulator.api import ROBOT, USER, Api

__all__ = ["google", "user"]  # fixtures


@pytest.fixture
def loose() -> Iterator[Emulator]:
    """Start an emulator that may be asked what the schema does not allow."""
    with Emulator(limits=Limits.none()) as emulator:
        yield emulator


@pytest.fixture
def sign_in(google: Emulator) -> Callable[[str], Api]:
    return lambda email: Api(google, email)


@pytest.fixture
def drive(google: Emulator) -> str:
    """Return a shared drive that the robot manages."""
    return google.shared_drive({ROBOT: "organizer", USER: "organizer"})


@pytest.fixture
def robot(google: Emulator) -> Api:
    """Return a service account."""
    return Api(google, ROBOT)


@pytest.fixture
def sheet(user: Api) -> str:
    """Return a new spreadsheet of the user's."""
    return user.new_sheet("Đăng ký dân vận khéo")
