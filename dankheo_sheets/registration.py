"""The values everything else speaks in. Frozen; imports nothing of ours.

A unit's return is a :class:`Registration` of :class:`Entry` rows; what is wrong with it is a
:class:`Finding`; the bytes it was read from are a :class:`Snapshot`; where the unit stands
is a :class:`Standing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter


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
    about_file: bool = False
    """It is about the file and where it lies, not about what was typed into it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the form, each cell as it was typed, by the key of its column."""

    row: int
    """The sheet's true row number, 1-based."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """In the order of the columns; none is missing of a row that was read."""
    line: str = ""
    """Which printed line it is, of a form that has such."""

    def __hash__(self) -> int:
        return hash((self.row, tuple(self.texts.values())))

    def __getitem__(self, key: str) -> str:
        """Return what was typed in a column; "" where nothing was."""
        return self.texts.get(key, "")


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
_cover = attrgetter(*(each.name for each in fields(Cover)))


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
    first_row: int = field(default=1, compare=False)
    """Of the rows that entries may stand in."""

    def cell(self, entry: Entry, key: str) -> CellRef:
        """Return where column `key` of `entry` stands."""
        return CellRef(self.tab, entry.row, self.columns.get(key, ""))

    @property
    def readable(self) -> bool:
        """Whether it is a return at all: nothing of the file as a whole blocks."""
        blocks = (p for p in self.problems if p.severity is Severity.BLOCK)
        return all(problem.scope is not Scope.FILE for problem in blocks)

    @property
    def content(self) -> str:
        """What was typed, as a checksum of 16 hex digits: the same wherever the rows stand."""
        typed = repr(([tuple(e.texts.values()) for e in self.entries], _cover(self.cover)))
        return hashlib.sha256(typed.encode(errors="surrogatepass")).hexdigest()[:16]


class Way(StrEnum):
    """How something of a unit came to be read."""

    SHEET = "sheet"
    """It stood in the unit's own sheet."""
    BESIDE = "beside"
    """It stood in another file that seems to be the unit's; it does not count by itself."""
    RECEIVED = "received"
    """The coordinator took it in from a file: mailed, posted, handed over."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read of a unit, when, with which checksum."""

    unit: str
    sha256: str
    version: str
    modified_at: datetime
    """Since when it is so: when it was changed, as far as that can be known."""
    read_at: datetime
    size: int
    rows: int
    """Entries found in it."""
    said_at: datetime | None = None
    """When the file says it was changed, where that cannot be: its content was another then."""
    way: Way = Way.SHEET
    name: str = ""
    """The file it was in, where that is not the unit's sheet."""


class Status(StrEnum):
    """How far a unit got, in the order it gets there."""

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
    LOST = "lost"
    """Its sheet was issued and is not there now, and what was read of it is not done."""


RECEIVED = frozenset({Status.SUBMITTED, Status.SUBMITTED_LATE, Status.NONE_REGISTERED})
FINISHED = RECEIVED | {Status.EXCLUDED}
"""Nothing more is expected of the unit."""
AT_UNIT = frozenset({
    Status.UNTOUCHED, Status.DRAFTING, Status.NEEDS_FIXING, Status.READY, Status.RETURNED,
})  # fmt: skip
"""Where the unit goes on: it cannot once its workbook is locked, however often it is reminded."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was decided of one unit alone, and where its sheet is."""

    extended: bool = False
    """It has more time than the others."""
    returned_at: datetime | None = None
    return_reason: str = ""
    returned: str = ""
    """What was given back (:attr:`Registration.content`); "" where that is not known."""
    accepted: str = ""
    """What counts by the coordinator's word (:attr:`Registration.content`); "" for nothing."""
    received: str = ""
    """What was received at another time than it was read, likewise."""
    received_file: str = ""
    """The first 12 digits of its checksum, where it came as a file of its own."""
    received_at: datetime | None = None
    received_known_at: datetime | None = None
    """When the coordinator said so."""
    received_reason: str = ""
    excluded: str = ""
    """Why nothing is expected of it; "" where something is."""
    mail_problem: str = ""
    """Why the last mail did not reach it; "" where it did."""
    url: str = ""
    """Where a person opens its sheet: an address on the web, or the name of a file."""

    @property
    def link(self) -> str:
        """Where its sheet is on the web; "" where it is a file."""
        return self.url if self.url.startswith("https://") else ""

    @property
    def file(self) -> str:
        """What the file is called that its sheet is; "" where it is on the web."""
        return "" if self.link else self.url.replace("\\", "/").rpartition("/")[2]


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
    version: str = ""
    """Of the sheet, when it was read last; "" where it is not read as it stands."""
    readable: bool = True
    """The sheet as it stands can be read."""
    there: Registration | None = field(default=None, compare=False, repr=False)
    """What stands in the sheet, counting or not; None where it was not read as it stands."""

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
