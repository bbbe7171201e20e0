"""The board of a campaign at one moment: all figures, and where each unit stands.

bao-cao.json is this, key by key (docs/bao-cao.schema.json is made from these types), and every
renderer draws it: none of them counts anything, so all say the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from dankheo_sheets.notices.feedback import LEVELS
from dankheo_sheets.registration import FINISHED, RECEIVED, Severity, Status
from dankheo_sheets.standing.status_words import WORDS
from dankheo_sheets.vietnamese import count, dotted, due_text, percent, until_text, upper_first

COMPLETENESS = {
    "expected": "Phải gửi", "received": "Đã nhận", "on_time": "Đúng hạn",
    "late": "Muộn hạn", "missing": "Còn thiếu", "excluded": "Loại trừ",
}  # fmt: skip
"""The figures of :class:`Completeness` with their titles."""
_SAID = {
    "returned": "Trả lại: {}", "excluded": "Loại trừ: {}", "nil_reason": "Lý do: {}",
    "received": "Nhận lúc {}", "mail_problem": "Thư: {}",
}  # fmt: skip
_NAMED = 8
"""Units named beside what is to be done about them. Our choice: a line of the page."""

_MOMENT = {"type": "string", "format": "date-time"}
Moment = Annotated[
    datetime, PlainSerializer(lambda moment: moment.isoformat()), WithJsonSchema(_MOMENT)
]
"""With its zone."""
MomentOrNone = Annotated[
    datetime | None,
    BeforeValidator(lambda moment: moment or None),
    PlainSerializer(lambda moment: moment.isoformat() if moment else ""),
    WithJsonSchema({"anyOf": [_MOMENT, {"const": ""}]}),
]
"""None is "" in JSON."""


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class CampaignFacts(_Part):
    """Which campaign it is."""

    id: str
    title: str
    year: int
    agency: str
    opens: Moment
    deadline: Moment
    """The first moment that is too late, for units without more time."""


class Completeness(_Part):
    """How many units; those that are excluded are not expected."""

    expected: int
    received: int
    on_time: int
    late: int
    missing: int
    excluded: int

    def text(self, separator: str) -> str:
        """Return "Phải gửi 08, đã nhận 05, …"; those excluded only where there are some."""
        return upper_first(
            separator.join(
                f"{title.lower()} {count(getattr(self, key))}"
                for key, title in COMPLETENESS.items()
                if key != "excluded" or self.excluded
            )
        )


class Day(_Part):
    """How many of the units received by now had been by the end of a day."""

    date: date
    received: int


class Totals(_Part):
    """The five figures of all entries that count."""

    total: int
    collective: int
    individual: int
    new: int
    replicated: int


class FieldTotals(_Part):
    """The five figures of one field of work."""

    field: str
    total: int
    collective: int
    individual: int
    new: int
    replicated: int


class UnitTotals(_Part):
    """The five figures of one unit."""

    unit: str
    """Its code."""
    total: int
    collective: int
    individual: int
    new: int
    replicated: int


class UnitFinding(_Part):
    """One thing wrong with a unit's return."""

    code: str
    severity: Severity
    cell: str
    """"E10", "dòng 12"; "" where it is about the whole."""
    message: str
    about_file: bool
    """It is about the file and where it lies, not about what was typed into it."""


class Remark(NamedTuple):
    """One thing wrong with a unit's return, wherever in it: repeats are one remark."""

    level: str
    cells: str
    """The cells, "E10, E12"; "" where it is about the whole."""
    message: str


class UnitLine(_Part):
    """Where one unit stands."""

    unit: str
    """Its code."""
    name: str
    status: Status
    late: bool
    """What counts came at or after the unit's deadline."""
    closed: bool
    deadline: Moment
    changed_at: MomentOrNone
    """When the unit last changed what counts; "" if it wrote nothing."""
    sha256: str
    """Of the file that counts; "" while nothing was read."""
    entries: int
    """Entries it wrote."""
    counted: int
    """Those of them that count."""
    extended: bool
    """It has more time than the others."""
    returned: str
    """Why it was given back, while that is not mended."""
    excluded: str
    """Why nothing is expected of it; "" where something is."""
    nil_reason: str
    """Why it registers none, where it says that it does."""
    received: str
    """When and how the coordinator says that it was received, in words."""
    mail_problem: str
    """Why the last mail did not reach it; "" where it did."""
    url: str
    """Where a person opens its sheet: an address on the web, or the name of a file."""
    next_action: str
    """What the coordinator does next; "" where nothing is left to do."""
    findings: tuple[UnitFinding, ...]

    @property
    def status_name(self) -> str:
        """Its status, as a reader sees it."""
        return WORDS[self.status].name

    @property
    def tone(self) -> str:
        """Which colour its status has."""
        return WORDS[self.status].tone

    @property
    def done(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.status in FINISHED

    @property
    def handed_in(self) -> bool:
        """Whether it is among those received."""
        return self.status in RECEIVED

    @property
    def due(self) -> str:
        """Until when it may hand in, in words."""
        return until_text(self.deadline) if self.extended else due_text(self.deadline)

    @property
    def link(self) -> str:
        """Where its sheet opens in a browser, https only; "" where nowhere."""
        return self.url if self.url.startswith("https://") else ""

    @property
    def said(self) -> list[str]:
        """What was decided of it, why it registers none, what its mails met."""
        return [
            said.format(getattr(self, key)) for key, said in _SAID.items() if getattr(self, key)
        ]

    def number_of(self, severity: Severity) -> int:
        """Return how many findings weigh so much."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def blocking(self) -> int:
        """How many findings must be mended."""
        return self.number_of(Severity.BLOCK)

    @property
    def found(self) -> str:
        """What its findings are: "4 phải sửa, 1 nên xem"."""
        numbers = ((self.number_of(severity), level) for severity, level in LEVELS.items())
        return ", ".join(f"{number} {level.lower()}" for number, level in numbers if number)

    @property
    def remarks(self) -> list[Remark]:
        """Its findings, blocking ones first, those that say the same as one."""
        order = list(Severity)
        alike: dict[tuple[Severity, str], list[str]] = {}
        for finding in sorted(self.findings, key=lambda each: order.index(each.severity)):
            alike.setdefault((finding.severity, finding.message), []).append(finding.cell)
        return [
            Remark(LEVELS[severity], ", ".join(filter(None, cells)), message)
            for (severity, message), cells in alike.items()
        ]


class Tile(NamedTuple):
    """One of the main figures, in words."""

    key: str
    title: str
    value: str
    among: str = ""
    """How many of them are something else, too."""


class Board(_Part):
    """All figures of a campaign at one moment, and where each unit stands."""

    version: Literal[1] = 1
    """Of this form: another one where a key goes or means something else."""
    campaign: CampaignFacts
    as_of: MomentOrNone
    """When the latest of what counts was read; "" before anything was."""
    final: bool
    """Every unit that has a sheet was closed."""
    completeness: Completeness
    rate: float
    """How many of the expected units were received, in percent, to a tenth."""
    progress: tuple[Day, ...]
    """From the opening day on."""
    totals: Totals
    by_field: tuple[FieldTotals, ...]
    by_unit: tuple[UnitTotals, ...]
    units: tuple[UnitLine, ...]
    """All of the roster, in its order."""
    notes: list[str] = []
    """What the coordinator has to look after besides, in sentences."""
    fingerprint: str = ""
    """Of all that it was made from; "" where something could not be read or kept."""
    papers: str = ""
    """The fingerprint of those that the report and the units' forms were made of."""

    @property
    def lines(self) -> list[UnitLine]:
        """The units that are not done, then the others."""
        return sorted(self.units, key=lambda unit: unit.done)

    @property
    def year(self) -> int:
        """The year in which it was read; before that, the deadline's."""
        return (self.as_of or self.campaign.deadline).year

    @property
    def last_deadline(self) -> datetime:
        """The latest deadline of a unit that is asked."""
        asked = (unit.deadline for unit in self.units if unit.status is not Status.EXCLUDED)
        return max(asked, default=self.campaign.deadline)

    @property
    def until(self) -> str:
        """Until when it tells: "Tính đến 17 giờ 00, ngày 08/4/2022"."""
        return f"Tính {until_text(self.as_of)}" if self.as_of else "Chưa đọc biểu nào"

    @property
    def tiles(self) -> Iterator[Tile]:
        """Expected, received, on time, late, missing, rate; excluded where there are; the models.

        Of those received, how many register none.
        """
        none = sum(unit.status is Status.NONE_REGISTERED for unit in self.units)
        nothing = WORDS[Status.NONE_REGISTERED].name.lower()
        excluded = self.completeness.excluded
        for key, title in COMPLETENESS.items():
            if key == "excluded":
                yield Tile("rate", "Tỷ lệ", percent(self.rate))
            if key != "excluded" or excluded:
                among = f"trong đó {dotted(none)} {nothing}" if none and key == "received" else ""
                yield Tile(key, title, dotted(getattr(self.completeness, key)), among)
        yield Tile("total", "Mô hình được tính", dotted(self.totals.total))

    @property
    def statuses(self) -> list[tuple[Status, str, int]]:
        """The statuses that occur, in the order units get there: name, and of how many units."""
        numbers = Counter(unit.status for unit in self.units)
        return [(each, WORDS[each].name, numbers[each]) for each in Status if numbers[each]]

    @property
    def actions(self) -> list[str]:
        """Each next action with the units it is about: "Nhắc đơn vị ghi biểu: HCTH, TTra"."""
        units: dict[str, list[str]] = {}
        for unit in self.lines:
            if unit.next_action:
                units.setdefault(unit.next_action, []).append(unit.unit)
        return [f"{action}: {_named(codes)}" for action, codes in units.items()]

    @property
    def about_files(self) -> list[str]:
        """What is said of the units' files, and the notes: what a person has to look at."""
        found = [
            f"{unit.unit}: {finding.message}"
            for unit in self.units
            for finding in unit.findings
            if finding.about_file
        ]
        return [*found, *self.notes]

    @property
    def blocking(self) -> int:
        """How many findings must be mended, over all units."""
        return sum(unit.blocking for unit in self.units)

    @property
    def summary(self) -> str:
        """In a sentence: "Phải gửi 08, …; tỷ lệ 50%; tổng số 09 mô hình, điển hình được tính."."""
        return (
            f"{self.completeness.text(', ')}; tỷ lệ {percent(self.rate)}; tổng số "
            f"{count(self.totals.total)} mô hình, điển hình được tính."
        )

    def noting(self, *notes: Iterable[str]) -> Self:
        """Return it with more notes."""
        return self.model_copy(update={"notes": [*self.notes, *chain(*notes)]})

    def made_from(self, fingerprint: str, *, papers: str) -> Self:
        """Return it with what it was made from (:attr:`fingerprint`, :attr:`papers`)."""
        return self.model_copy(update={"fingerprint": fingerprint, "papers": papers})


def _named(codes: Sequence[str]) -> str:
    """Return "HCTH, TTra", or "3.321 đơn vị" where they are many."""
    return ", ".join(codes) if len(codes) <= _NAMED else f"{dotted(len(codes))} đơn vị"
