"""Time that nobody waits for: a simulated clock for several threads, and tokens that age by it."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from google.oauth2 import service_account

from tests.google_emulator import Clock


class Timeline(Clock):
    """The emulator's clock, on which sleeping takes no time of ours.

    Sleeping moves it *to* the moment slept until, counted from when the sleeper last looked at
    the clock. So two threads that sleep half a minute at once take half a minute, not a whole
    one. Who was awake meanwhile finds a clock that is ahead, and only waits for longer: minutes
    on this clock are never too few.
    """

    def __init__(self, start: float) -> None:
        super().__init__()
        self._moment = start
        self._change = threading.Lock()
        self._sleeper = threading.local()

    def now(self) -> float:
        """See :meth:`Clock.now`."""
        self._sleeper.looked_at = self._moment
        return self._moment

    def sleep(self, seconds: float) -> None:
        """Let the calling thread sleep."""
        until = getattr(self._sleeper, "looked_at", self._moment) + seconds
        self.advance_to(until)
        self._sleeper.looked_at = until

    def advance(self, seconds: float) -> None:
        """See :meth:`Clock.advance`."""
        with self._change:
            self._moment += seconds

    def advance_to(self, moment: float) -> None:
        """Go to a moment, unless it is past."""
        with self._change:
            self._moment = max(self._moment, moment)


class Punctual(service_account.Credentials):
    """A service account whose tokens expire by a simulated clock.

    google-auth judges by the machine's clock, on which a run of an hour takes a minute; its
    renewals would be missing from the count.
    """

    clock: Clock
    _until: float | None = None

    @classmethod
    def of(cls, key: dict[str, Any], clock: Clock, scopes: list[str]) -> "Punctual":
        """Return the account of a service-account file."""
        made: Punctual = cls.from_service_account_info(key, scopes=scopes)  # type: ignore[no-untyped-call]
        made.clock = clock
        return made

    @property
    def expiry(self) -> datetime | None:
        """When the token expires, on the machine's clock, if the simulated one ran as fast."""
        if self._until is None:
            return None
        return _utc() + timedelta(seconds=self._until - self.clock.now())

    @expiry.setter
    def expiry(self, moment: datetime | None) -> None:
        left = (moment - _utc()).total_seconds() if moment else None
        self._until = None if left is None else self.clock.now() + left


def _utc() -> datetime:
    """Return now as google-auth writes it, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
