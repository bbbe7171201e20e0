"""Fixtures of tests against the emulator; import those a test wants."""

from collections.abc import Iterator

import pytest

from tests.google_emulator import Emulator, Limits
from tests.test_google_emulator.api import USER, Api

__all__ = ["google", "user"]


@pytest.fixture
def google() -> Iterator[Emulator]:
    """Return a Google without quotas; what was sent must obey its published schema."""
    with Emulator(limits=Limits.none()) as emulator:
        yield emulator
        assert emulator.violations == []


@pytest.fixture
def user(google: Emulator) -> Api:
    """Return a person with a My Drive."""
    return Api(google, USER)
