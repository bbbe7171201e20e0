"""The values everything else speaks in. Frozen; imports nothing of ours.

A unit's return is a :class:`Registration` of :class:`Entry` rows; what is wrong with it is a
:class:`Finding`; the bytes it was read from are a :class:`Snapshot`; where the unit stands
is a :class:`Standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCK = "block"
    """What it is about does not count until it is mended."""
    WARN = "warn"
    """Counts, and is shown."""
    NOTE = "note"
    """For the coordinator only."""


class Scope(StrEnum):
    """What a finding is about, and so what a blocking one keeps from counting."""

    FILE = "file"
    """The whole workbook: none of its rows count."""
    UNIT = "unit"
    """The return as a whole: the unit is not done, its good rows count."""
    ENTRY = "entry"
    """One row."""


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """Where a value stands: the tab, the 1-based row, the column letter ("" for the row)."""

    tab: str
    row: int
    column: str = ""

    def __str__(self) -> str:
        return f"{self.column}{self.row}" if self.column else f"dòng {self.row}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, in words for the person who will mend it."""

    code: str
    severity: Severity
    scope: Scope
    message: str
    """What is wrong and what to do, in Vietnamese, one sentence."""
    cell: CellRef | None = None
    value: str = ""
    """What was typed there."""


class Holder(StrEnum):
    """Hình thức: who the model is of."""

    COLLECTIVE = "tập thể"
    INDIVIDUAL = "cá nhân"


class Origin(StrEnum):
    """Trong đó: newly built or replicated."""

    NEW = "xây dựng mới"
    REPLICATED = "nhân rộng"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the form (một mô hình, điển hình), each cell as it was typed."""

    row: int
    """The sheet's true row number, 1-based."""
    field: str = ""
    name: str = ""
    collective: str = ""
    individual: str = ""
    place: str = ""
    content: str = ""
    new: str = ""
    replicated: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The block the unit fills in above the table, as typed."""

    preparer: str = ""
    phone: str = ""
    number: str = ""
    date: str = ""
    confirmed: str = ""
    nil_reason: str = ""


EMPTY_COVER = Cover()


@dataclass(frozen=True, slots=True)
class Registration:
    """One unit's return, as read from its workbook."""

    unit: str
    entries: tuple[Entry, ...] = ()
    cover: Cover = EMPTY_COVER
    tab: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Where each column of the form was found: key → letter."""
    cover_cells: Mapping[str, CellRef] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    """What the reader met: the wrong file, a missing column, cells without a value."""

    @property
    def readable(self) -> bool:
        """Whether the file could be read: an emptied form can, a truncated one cannot."""
        return not any(
            problem.scope is Scope.FILE and problem.severity is Severity.BLOCK
            for problem in self.problems
        )

    def cell(self, entry: Entry, key: str) -> CellRef:
        """Return where column `key` of `entry` stands."""
        return CellRef(self.tab, entry.row, self.columns.get(key, ""))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of a unit's sheet, when, with which checksum."""

    unit: str
    sha256: str
    version: str
    modified_at: datetime
    read_at: datetime
    size: int
    rows: int
    """Entries found in it."""


class Status(StrEnum):
    """How far a unit got, in the order it gets there (design.md)."""

    NOT_PROVISIONED = "not-provisioned"
    UNTOUCHED = "untouched"
    DRAFTING = "drafting"
    NEEDS_FIXING = "needs-fixing"
    READY = "ready"
    SUBMITTED = "submitted"
    SUBMITTED_LATE = "submitted-late"
    NONE_REGISTERED = "none-registered"
    RETURNED = "returned"
    """Given back with a reason, and not changed since."""
    EXCLUDED = "excluded"
    """Left out with a reason: nothing is expected of it."""


RECEIVED = frozenset({Status.SUBMITTED, Status.SUBMITTED_LATE, Status.NONE_REGISTERED})


@dataclass(frozen=True, slots=True)
class Terms:
    """What was decided of one unit alone, and where its sheet is."""

    extended: bool = False
    """It has more time than the others."""
    returned_at: datetime | None = None
    return_reason: str = ""
    excluded: str = ""
    """Why nothing is expected of it; "" where something is."""
    mail_problem: str = ""
    """Why the last mail did not reach it; "" where it did."""
    url: str = ""
    """Where a person opens its sheet: an address on the web, or the name of a file."""


EVERYBODY = Terms()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit of the roster stands: one line of the board."""

    unit: str
    status: Status
    deadline: datetime
    registration: Registration
    findings: tuple[Finding, ...] = ()
    snapshot: Snapshot | None = None
    """The snapshot that counts; `None` while nothing was read."""
    late: bool = False
    """What counts came at or after the unit's deadline."""
    closed: bool = False
    terms: Terms = EVERYBODY

    @property
    def mended(self) -> bool:
        """Whether the unit changed its return after it was given back."""
        return self.terms.returned_at is not None and self.status is not Status.RETURNED

    @property
    def blocking(self) -> int:
        """How many findings must be mended."""
        return sum(finding.severity is Severity.BLOCK for finding in self.findings)

    @property
    def counted(self) -> tuple[Entry, ...]:
        """Return the entries that count: no blocking finding on the row or on the file.

        None of a unit that is excluded.
        """
        if self.status is Status.EXCLUDED:
            return ()
        blocks = [f for f in self.findings if f.severity is Severity.BLOCK]
        if any(f.scope is Scope.FILE for f in blocks):
            return ()
        rows = {f.cell.row for f in blocks if f.scope is Scope.ENTRY and f.cell}
        return tuple(entry for entry in self.registration.entries if entry.row not in rows)


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """One finding, as the unit's own workbook shows it."""

    cell: str
    typed: str
    message: str
    level: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the Phản hồi tab of one unit says after a sync."""

    headline: str
    deadline: str
    received: str
    read_at: str
    checksum: str
    lines: tuple[FeedbackLine, ...] = ()
    notice: str = ""
    """What was decided of this unit: more time, a return, an exclusion."""
