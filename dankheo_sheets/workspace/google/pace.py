"""How fast Google is asked, how often again, and how many requests that took.

Google's quotas are in reference/google.md §1.1, §1.2, the back-off in reference/google.md §6.3.
Sleeping, the clock and chance are arguments.
"""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import TypeVar

from dankheo_sheets.errors import GoogleError, OutcomeUnknown
from dankheo_sheets.workspace.google.answers import Again, Trouble

TRIES = 6
GIVEN_UP = 3
"""Requests in a row, each tried :data:`TRIES` times, after which Google is taken to be away."""
MAX_WAIT = 64.0
"""Seconds; Google's maximum_backoff (reference/google.md §6.3)."""
TIMEOUT = (10.0, 190.0)
"""Seconds to connect, and to wait: Google itself gives up after 180 (reference/google.md §1.1)."""

Answer = TypeVar("Answer")


class Kind(StrEnum):
    """What a request is counted as; each has its quota."""

    SHEETS_READ = "sheets-read"
    SHEETS_WRITE = "sheets-write"
    LIST = "drive-list"
    DRIVE_READ = "drive-read"
    DRIVE_WRITE = "drive-write"
    EXPORT = "export"
    TOKEN = "token"


class Tally:
    """Requests sent, by kind, from all threads; every attempt is one."""

    def __init__(self) -> None:
        self._counts: Counter[Kind] = Counter()
        self._lock = Lock()

    def add(self, kind: Kind) -> None:
        """Count one request."""
        with self._lock:
            self._counts[kind] += 1

    def by_kind(self) -> dict[Kind, int]:
        """Return the counts of all kinds, zeros too, in the order of :class:`Kind`."""
        with self._lock:
            return {kind: self._counts[kind] for kind in Kind}


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
    """At most `limit` tokens in any window of `per` seconds, over all threads.

    Tokens come back one by one, `per` seconds after each was taken: unlike a bucket filled at
    a steady rate, a burst and the refill never add up to more than `limit` in one window.
    """

    def __init__(
        self, limit: int, per: float, *, sleep: Callable[[float], None], now: Callable[[], float]
    ) -> None:
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._limit = limit
        self._per = per
        self._sleep = sleep
        self._now = now
        self._lock = Lock()

    def take(self, tokens: int = 1) -> None:
        """Wait for one's turn; turns are given in the order they were asked for."""
        with self._lock:
            now = self._now()
            turn = now
            while self._taken and self._sum + tokens > self._limit:
                taken, amount = self._taken.popleft()
                self._sum -= amount
                turn = max(turn, taken + self._per)
            if self._taken:
                turn = max(turn, self._taken[-1][0])
            self._taken.append((turn, tokens))
            self._sum += tokens
        if turn > now:
            self._sleep(turn - now)


class Pace:
    """The three buckets, and which kind takes from which; tokens wait for nothing."""

    def __init__(self, manners: Manners) -> None:
        def bucket(limit: int) -> Bucket:
            return Bucket(limit, 60.0, sleep=manners.sleep, now=manners.now)

        limits = manners.limits
        drive = bucket(limits.drive_units_per_minute)
        self._buckets: Mapping[Kind, Bucket] = {
            Kind.SHEETS_READ: bucket(limits.sheets_reads_per_minute),
            Kind.SHEETS_WRITE: bucket(limits.sheets_writes_per_minute),
            **dict.fromkeys(UNITS, drive),
        }

    def wait(self, kind: Kind) -> None:
        """Wait until one more request of this kind is within its quota."""
        if kind in self._buckets:
            self._buckets[kind].take(UNITS.get(kind, 1))


class Patience:
    """How often one request is tried: once only while Google answers nobody.

    After :data:`GIVEN_UP` requests in a row that every try was in vain for, each further one is
    tried once, until one gets through: an outage costs minutes, not the roster's length of them.
    Each kind of request has its own: Drive may answer while Sheets does not.
    """

    def __init__(self) -> None:
        self._in_vain = 0
        self._lock = Lock()

    @property
    def tries(self) -> int:
        """How often the next request is tried."""
        return 1 if self._in_vain >= GIVEN_UP else TRIES

    def note(self, *, in_vain: bool) -> None:
        """Remember what came of a request."""
        with self._lock:
            self._in_vain = self._in_vain + 1 if in_vain else 0


def patiently(
    attempt: Callable[[], Answer | Trouble],
    *,
    retry_safe: bool,
    manners: Manners,
    patience: Patience | None = None,
) -> Answer:
    """Call `attempt` until it gives an answer, at most :data:`TRIES` times.

    The waits are 2, 4, 8, 16, 32 seconds, each up to 1 more by chance, or what Google asks for:
    together over a minute, so a quota of one minute is whole again before the last try.

    Raises the last :class:`Trouble`'s error; :class:`OutcomeUnknown` where it may have been
    done and is not safe to do twice (reference/google.md §6.1); at once where Google asks for
    more than :data:`MAX_WAIT` seconds.
    """
    patience = patience or Patience()
    tries = patience.tries
    for tried in range(1, tries + 1):
        answer = attempt()
        if not isinstance(answer, Trouble):
            patience.note(in_vain=False)
            return answer
        again = _may_ask_again(answer, retry_safe) and answer.after <= MAX_WAIT
        if not again or tried == tries:
            if again or answer.again is Again.NEVER:  # else nobody knows whether it got through
                patience.note(in_vain=again)
            raise _final(answer, retry_safe) from answer.cause
        manners.sleep(max(min(2.0**tried + manners.random(), MAX_WAIT), answer.after))
    raise AssertionError("tries is at least one")


def _may_ask_again(trouble: Trouble, retry_safe: bool) -> bool:
    return trouble.again is Again.ALWAYS or (trouble.again is Again.IF_SAFE and retry_safe)


def _final(trouble: Trouble, retry_safe: bool) -> GoogleError:
    if trouble.again is not Again.IF_SAFE or retry_safe:
        return trouble.error
    error = trouble.error
    return OutcomeUnknown(
        f"Không biết Google đã làm xong hay chưa: {error.message}",
        "chạy lại lệnh này sau một phút: chương trình xem trên Drive trước khi làm lại",
        status=error.status,
        reason=error.reason,
        said=error.said,
    )
