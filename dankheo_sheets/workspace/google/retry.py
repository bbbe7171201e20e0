"""How often Google is asked the same again, and when (reference/google.md §6.3)."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from dankheo_sheets.errors import OutcomeUnknown, ServiceError
from dankheo_sheets.workspace.google.error_mapping import Again, Trouble
from dankheo_sheets.workspace.google.rate_limit import Manners

TRIES = 6
GIVEN_UP = 3
"""Requests in a row, each tried :data:`TRIES` times, after which Google is taken to be away."""
MAX_WAIT = 64.0
"""Seconds; Google's maximum_backoff (reference/google.md §6.3)."""

Answer = TypeVar("Answer")


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
        may_be_done = answer.again is Again.IF_SAFE and not retry_safe
        again = answer.again is not Again.NEVER and not may_be_done and answer.after <= MAX_WAIT
        if not again or tried == tries:
            if again or answer.again is Again.NEVER:  # else nobody knows whether it got through
                patience.note(in_vain=again)
            raise (_unknown(answer.error) if may_be_done else answer.error) from answer.cause
        manners.sleep(max(min(2.0**tried + manners.random(), MAX_WAIT), answer.after))
    raise AssertionError("tries is at least one")


def _unknown(error: ServiceError) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"Không biết Google đã làm xong hay chưa: {error.message}",
        "chạy lại lệnh này sau một phút: chương trình xem trên Drive trước khi làm lại",
        status=error.status,
        reason=error.reason,
        said=error.said,
    )
