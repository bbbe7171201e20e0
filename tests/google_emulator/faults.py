"""Faults on demand: refuse, commit then fail, drop the connection, be slow, answer in HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from . import errors
from .errors import Refusal

Action = Literal["refuse", "drop", "cut", "slow", "html"]

# "your computer or network may be sending automated queries" (reference/google.md §1.3).
HTML = (
    "<html><head><title>Sorry...</title></head><body><h1>We're sorry...</h1><p>... but your "
    "computer or network may be sending automated queries. To protect our users, we can't "
    "process your request right now.</p></body></html>"
)
_DRIVE_REASON = {
    400: ("badRequest", "Bad Request"),
    401: ("authError", "Invalid Credentials"),
    403: ("rateLimitExceeded", "Rate Limit Exceeded"),
    404: ("notFound", "File not found."),
    429: ("rateLimitExceeded", "Rate Limit Exceeded"),
    500: ("internalError", "Internal Error"),
    503: ("backendError", "Backend Error"),
}
_USAGE = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "dailyLimitExceeded",
    "storageQuotaExceeded",
}


@dataclass
class Fault:
    """What happens to the next ``times`` requests that match, after letting ``skip`` pass.

    ``committed`` does the work first and then answers wrongly: the answer is lost, the change
    is not. ``drop`` closes the connection without an answer, ``cut`` in the middle of it;
    ``slow`` waits ``seconds`` and then answers as usual.
    """

    action: Action = "refuse"
    method: str = ""
    """An HTTP method; empty for any."""
    path: str = ""
    """A regular expression searched for in the path."""
    times: int | None = 1
    skip: int = 0
    status: int = 503
    reason: str = ""
    message: str = ""
    seconds: float = 0.0
    committed: bool = False
    body: str | None = None
    """The body to answer with, word for word, instead of Google's envelope."""

    def matches(self, method: str, path: str) -> bool:
        """Whether the request meets this fault."""
        return self.method.upper() in {"", method} and re.search(self.path, path) is not None

    def refusal(self, family: str) -> Refusal:
        """Return the answer in the envelope of the API that was called."""
        if family == "token":
            reason = self.reason or "internal_failure"
            return Refusal(self.status, {"error": reason, "error_description": self.message})
        if family == "sheets":
            return errors.sheets(self.status, self.message, self.reason)
        reason, message = _DRIVE_REASON.get(self.status, ("backendError", "Backend Error"))
        reason, message = self.reason or reason, self.message or message
        domain = "usageLimits" if reason in _USAGE else "global"
        return errors.drive(self.status, reason, message, domain=domain)


@dataclass
class Faults:
    """The faults that are waiting, in the order they are tried."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait for the requests it matches."""
        self.waiting.append(fault)
        return fault

    def add_from(self, wanted: Mapping[str, Any]) -> Fault:
        """Add a fault written as JSON; raises :class:`ValueError` for one that is none."""
        try:
            fault = Fault(**wanted)
            re.compile(fault.path)
        except (TypeError, re.error) as error:
            raise ValueError(str(error)) from error
        if fault.action not in {"refuse", "drop", "cut", "slow", "html"}:
            raise ValueError(f"no such action: {fault.action}")
        return self.add(fault)

    def clear(self) -> None:
        """Forget the faults that are waiting."""
        self.waiting.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the fault this request meets, and count it."""
        for fault in self.waiting:
            if not fault.matches(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
            return fault
        return None
