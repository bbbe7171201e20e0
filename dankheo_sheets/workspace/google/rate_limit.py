"""How fast Google is asked, and how many requests that took.

Google's quotas are in reference/google.md §1.1, §1.2. Sleeping, the clock and chance are arguments.
"""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

TIMEOUT = (10.0, 190.0)
"""Seconds to connect, and to wait: Google itself gives up after 180 (reference/google.md §1.1)."""


class Kind(StrEnum):
    """What a request is counted as; each has its quota."""

    SHEETS_READ = "sheets-read"
    SHEETS_WRITE = "sheets-write"
    LIST = "drive-list"
    DRIVE_READ = "drive-read"
    DRIVE_WRITE = "drive-write"
    EXPORT = "export"
    TOKEN = "token"


UNITS: Mapping[Kind, int] = {
    Kind.LIST: 100, Kind.DRIVE_READ: 5, Kind.DRIVE_WRITE: 50, Kind.EXPORT: 200,
}  # fmt: skip
"""What a request to Drive costs of its quota, in Google's units (reference/google.md §1.2)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A little under what Google allows one account (reference/google.md §1.1, §1.2).

    That is 60, 60 and 325,000. What Drive does not document (reference/google.md §1.3) is kept
    by how few requests are under way at once.
    """

    sheets_reads_per_minute: int = 55
    sheets_writes_per_minute: int = 55
    drive_units_per_minute: int = 300_000


@dataclass(frozen=True, slots=True)
class Manners:
    """How all clients of one run behave; `sleep`, `now` and `random` are the tests' to give."""

    endpoint: str = ""
    """Takes the place of Google's hosts, the paths stay; "" is Google."""
    limits: Limits = field(default_factory=Limits)
    timeout: tuple[float, float] = TIMEOUT
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random


class Bucket:
    """At most `limit` tokens in any minute, over all threads.

    Tokens come back one by one, a minute after each was taken: unlike a bucket filled at a
    steady rate, a burst and the refill never add up to more than `limit` in one minute.
    """

    def __init__(self, limit: int, manners: Manners) -> None:
        self._limit, self._manners = limit, manners
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._lock = Lock()

    def take(self, tokens: int = 1) -> None:
        """Wait for one's turn; turns are given in the order they were asked for."""
        with self._lock:
            now = turn = self._manners.now()
            while self._taken and self._sum + tokens > self._limit:
                taken, amount = self._taken.popleft()
                self._sum -= amount
                turn = max(turn, taken + 60.0)
            if self._taken:
                turn = max(turn, self._taken[-1][0])
            self._taken.append((turn, tokens))
            self._sum += tokens
        if turn > now:
            self._manners.sleep(turn - now)


class RateLimit:
    """The three buckets, which kind takes from which, and the count of all that was let through."""

    def __init__(self, manners: Manners) -> None:
        limits = manners.limits
        drive = Bucket(limits.drive_units_per_minute, manners)
        self._buckets: Mapping[Kind, Bucket] = {
            Kind.SHEETS_READ: Bucket(limits.sheets_reads_per_minute, manners),
            Kind.SHEETS_WRITE: Bucket(limits.sheets_writes_per_minute, manners),
            **dict.fromkeys(UNITS, drive),
        }
        self._sent: Counter[Kind] = Counter()
        self._lock = Lock()

    def wait(self, kind: Kind) -> None:
        """Wait until one more request of this kind is within its quota, and count it.

        Requests for tokens wait for nothing.
        """
        if kind in self._buckets:
            self._buckets[kind].take(UNITS.get(kind, 1))
        with self._lock:
            self._sent[kind] += 1

    def sent(self) -> dict[Kind, int]:
        """Return how many requests of each kind were sent, zeros too; every attempt is one."""
        with self._lock:
            return {kind: self._sent[kind] for kind in Kind}
