"""How long a campaign's commands take at least, under the limits they keep.

The limits are a little under Google's (reference/google.md §1.1, §1.2). Only what grows with the
roster is counted; the throttles Google does not document (reference/google.md §1.3) and the time
answers take are not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google.api import PAGE
from dankheo_sheets.workspace.google.rate_limit import UNITS, Kind, Limits

COPIES_A_DAY = 300
"""Copies after which Google was seen to refuse more until next day (reference/google.md §1.3)."""

_PROVISION: Mapping[Kind, int] = {Kind.DRIVE_WRITE: 1, Kind.SHEETS_WRITE: 1}
"""For each unit: the copy, the texts; and one more to Drive for each address."""
_SYNC: Mapping[Kind, int] = {
    Kind.EXPORT: 1, Kind.DRIVE_READ: 1, Kind.DRIVE_WRITE: 2, Kind.SHEETS_WRITE: 1,
}  # fmt: skip
"""The export, whether it changed meanwhile; the feedback, announced before and marked after."""
_CLOSE: Mapping[Kind, int] = {**_SYNC, Kind.DRIVE_READ: 4, Kind.DRIVE_WRITE: 5}
"""The same; the restriction, read back, the snapshot that is kept, the mark; and one more to
Drive for each address."""
_LISTINGS: Mapping[str, int] = {"provision": 2, "sync": 1, "close": 3}


@dataclass(frozen=True, slots=True)
class Minutes:
    """Whole minutes that each command waits for quotas at least, when all units are in it."""

    provision: int
    sync: int
    close: int


def durations(by_email: Sequence[Unit], by_link: Sequence[Unit], limits: Limits) -> Minutes:
    """Return how long the commands take for units shared with their addresses, or by link. Pure."""
    units = len(by_email) + len(by_link)
    grants = sum(len(unit.emails) for unit in by_email) + len(by_link)
    return Minutes(
        _minutes("provision", units, _PROVISION, grants, limits),
        _minutes("sync", units, _SYNC, 0, limits),
        _minutes("close", units, _CLOSE, grants, limits),
    )


def _minutes(
    command: str, units: int, each: Mapping[Kind, int], grants: int, limits: Limits
) -> int:
    lists = _LISTINGS[command] * -(-units // PAGE)
    drive = sum(UNITS.get(kind, 0) * times for kind, times in each.items()) * units
    drive += UNITS[Kind.DRIVE_WRITE] * grants + UNITS[Kind.LIST] * lists
    return max(
        _waits(drive, limits.drive_units_per_minute),
        _waits(each.get(Kind.SHEETS_READ, 0) * units, limits.sheets_reads_per_minute),
        _waits(each.get(Kind.SHEETS_WRITE, 0) * units, limits.sheets_writes_per_minute),
    )


def _waits(tokens: int, limit: int) -> int:
    """Return how many minutes pass until the last token is given: the first lot costs none."""
    return max(0, tokens - 1) // limit
