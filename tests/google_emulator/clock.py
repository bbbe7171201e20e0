"""The clock of the emulator: quotas, delays, expiry and every time it answers with."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class Clock:
    """A clock that stands still until it is advanced; or, with ``source``, one that also runs."""

    def __init__(self, start: float = 0.0, source: Callable[[], float] | None = None) -> None:
        self._start = start
        self._source = source
        self._lock = threading.Lock()

    @classmethod
    def running(cls) -> "Clock":
        """Return the real clock (it can still be advanced)."""
        return cls(source=time.time)

    @classmethod
    def still(cls) -> "Clock":
        """Return a clock standing at the present second."""
        return cls(start=float(int(time.time())))

    def now(self) -> float:
        """Return seconds since 1970."""
        return self._start + (self._source() if self._source else 0.0)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Clock":
        return Clock(self._start, self._source)

    def advance(self, seconds: float) -> None:
        """Let time pass; fits where a ``sleep`` is wanted."""
        with self._lock:
            self._start += seconds


def rfc3339(moment: float) -> str:
    """Write a time as Drive does: three decimals and ``Z`` (reference/google.md §9.2).

    >>> rfc3339(0.5)
    '1970-01-01T00:00:00.500Z'
    """
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def seconds(text: str) -> float:
    """Read an RFC 3339 time; without an offset it is UTC (reference/google.md §5)."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
