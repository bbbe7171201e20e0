"""Quotas per minute, on the emulator's clock (reference/google.md §1.1, §1.2)."""

from dataclasses import dataclass, field

from . import errors
from .clock import Clock
from .errors import Json, Refusal
from .identities import PROJECT, Caller

SHEETS_READ, SHEETS_WRITE, DRIVE = "sheets read", "sheets write", "drive"

# Quota units of 2026; copy, permissions and export are inferred (reference/google.md §1.2).
_UNITS = {
    "drive.files.list": 100,
    "drive.files.export": 200,
    "drive.files.create": 50,
    "drive.files.copy": 50,
    "drive.files.update": 50,
    "drive.files.delete": 50,
    "drive.permissions.create": 50,
    "drive.permissions.update": 50,
    "drive.permissions.delete": 50,
}
_READS = {
    "sheets.spreadsheets.get",
    "sheets.spreadsheets.values.get",
    "sheets.spreadsheets.values.batchGet",
}


@dataclass
class Limits:
    """What a minute (or a day) allows; ``None`` is no limit."""

    sheets_per_user: int | None = 60
    sheets_per_project: int | None = 300
    drive_units_per_user: int | None = 325_000
    drive_units_per_project: int | None = 1_000_000
    drive_queries_per_user: int | None = None
    """12,000 for projects older than May 2026."""
    copies_per_day: int | None = None
    shares_per_day: int | None = None
    """Undocumented throttles (reference/google.md §1.3): give a number to meet them."""

    @classmethod
    def none(cls) -> "Limits":
        """Return no limit at all."""
        return cls(None, None, None, None)


def kind(method: str) -> str:
    """Return which quota a method draws on."""
    if method.startswith("drive."):
        return DRIVE
    return SHEETS_READ if method in _READS else SHEETS_WRITE


@dataclass
class Quotas:
    """Counts per minute and per day; refuses what is too much."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _window: dict[str, int] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def spend(self, method: str, caller: Caller) -> None:
        """Count one request, or refuse it."""
        limits = self.limits
        what = kind(method)
        if what == DRIVE:
            units = _UNITS.get(method, 5)
            if self._over("units", caller.email, units, limits.drive_units_per_user):
                raise _user_rate()
            if self._over("queries", caller.email, 1, limits.drive_queries_per_user):
                raise _user_rate()
            if self._over("units", "", units, limits.drive_units_per_project):
                message = "Rate Limit Exceeded"
                raise errors.drive(403, "rateLimitExceeded", message, domain="usageLimits")
            return
        if self._over(what, caller.email, 1, limits.sheets_per_user):
            raise _sheets_rate(what, limits.sheets_per_user, per_user=True)
        if self._over(what, "", 1, limits.sheets_per_project):
            raise _sheets_rate(what, limits.sheets_per_project, per_user=False)

    def copy(self, caller: Caller) -> None:
        """Count one copy against the day, or refuse it."""
        if self._over("copies", caller.email, 1, self.limits.copies_per_day, seconds=86_400):
            raise _user_rate()

    def share(self, caller: Caller, name: str) -> None:
        """Count one share against the day, or refuse it."""
        if self._over("shares", caller.email, 1, self.limits.shares_per_day, seconds=86_400):
            message = (
                'Rate limit exceeded. User message: "These item(s) could not be shared because '
                f"a rate limit was exceeded: {name}"
            )
            outer = "Rate Limit Exceeded"
            raise errors.drive(403, "sharingRateLimitExceeded", message, outer=outer)

    def _over(
        self, what: str, who: str, amount: int, limit: int | None, seconds: float = 60
    ) -> bool:
        window = int(self.clock.now() // seconds)
        if self._window.get(what) != window:
            self._window[what] = window
            self._counts = {key: n for key, n in self._counts.items() if key[0] != what}
        spent = self._counts.get((what, who), 0) + amount
        if limit is not None and spent > limit:
            return True
        self._counts[what, who] = spent
        return False


def _user_rate() -> Refusal:
    message = "User Rate Limit Exceeded"
    return errors.drive(403, "userRateLimitExceeded", message, domain="usageLimits")


def _sheets_rate(what: str, limit: int | None, *, per_user: bool) -> Refusal:
    name = "Read" if what == SHEETS_READ else "Write"
    whose = " per user" if per_user else ""
    details: list[Json] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "RATE_LIMIT_EXCEEDED",
            "domain": "googleapis.com",
            "metadata": {
                "service": "sheets.googleapis.com",
                "consumer": f"projects/{PROJECT}",
                "quota_metric": f"sheets.googleapis.com/{name.lower()}_requests",
                "quota_limit": f"{name}RequestsPerMinutePer{'User' if per_user else 'Project'}",
                "quota_limit_value": str(limit),
                "quota_location": "global",
            },
        },
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [
                {
                    "description": "Request a higher quota limit.",
                    "url": "https://cloud.google.com/docs/quota#requesting_higher_quota",
                }
            ],
        },
    ]
    message = (
        f"Quota exceeded for quota metric '{name} requests' and limit '{name} requests per "
        f"minute{whose}' of service 'sheets.googleapis.com' for consumer "
        f"'project_number:{PROJECT}'."
    )
    return errors.sheets(429, message, details=details)
