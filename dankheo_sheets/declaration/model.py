"""form.toml → a frozen :class:`Declaration`: all that is particular to one office's form.

The vocabulary is Frictionless Table Schema's where it has a word (`required`, `minimum`, `pattern`,
`unique`). What a form may leave out follows from the rest. What belongs together across sections
is checked by :mod:`dankheo_sheets.declaration.consistency`.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator

from dankheo_sheets import vietnamese
from dankheo_sheets.registration import Severity
from dankheo_sheets.settings.section import Line, Section, Text, Texts, Typed

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
"""By which a column, group or cover cell is known everywhere: small letters, digits, _."""

Kind = Literal[
    "text", "choice", "mark", "integer", "number", "money", "percent", "date", "phone", "email",
    "unit", "line", "order", "computed",
]  # fmt: skip
NUMERIC = frozenset({"integer", "number", "money", "percent", "computed"})
FILLED_IN = frozenset({
    "text", "choice", "mark", "integer", "number", "money", "percent", "date", "phone", "email",
})  # fmt: skip
"""Kinds that a unit types into; the others are written by the program."""


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _path(value: object) -> object:
    return (value,) if isinstance(value, str) else _tuple(value)


def _decimal(value: object) -> object:
    return Decimal(str(value)) if type(value) in (int, float) else value


Heading = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(vietnamese.curly)
]
"""A text that may have several lines."""
Exact = Annotated[Decimal, BeforeValidator(_decimal)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_tuple)]
Words = Annotated[Text, StringConstraints(max_length=250)]
"""What a formula shows: 255 characters are the most (reference/measurements.md §4.8)."""


class Says(Section):
    """How a check is told; what is left out is worded from the column's label."""

    severity: Literal["", "block", "warn"] = ""
    code: str = ""
    sentence: Line = ""
    """The rule itself, in the guide."""
    message: Line = ""
    """What to do where it is broken."""

    @property
    def weight(self) -> Severity | None:
        """The severity that was declared."""
        return Severity(self.severity) if self.severity else None


class Length(Says):
    """Characters of what is typed."""

    minimum: Annotated[int, Field(ge=1, le=2000)] = 1
    maximum: Annotated[int, Field(ge=1, le=32_000)] = 32_000


class Bounds(Says):
    """The least and the greatest number or date."""

    minimum: Exact | None = None
    maximum: Exact | None = None


class Pattern(Says):
    """What a text looks like: # a digit, @ a letter, all else itself, as “##.##.@”."""

    like: Words


class Choice(Section):
    """One of the values a cell may have, and the other ways people write it."""

    name: Typed
    aliases: Annotated[tuple[Typed, ...], Field(strict=False)] = ()


def _choice(value: object) -> object:
    if isinstance(value, list):
        return tuple({"name": each} if isinstance(each, str) else each for each in value)
    return value


class Column(Section):
    """One column of the table."""

    key: Key
    header: Annotated[
        tuple[Heading, ...], BeforeValidator(_path), Field(min_length=1, max_length=6)
    ]
    """From the uppermost cell down; neighbours that begin alike stand under one merged cell."""
    number: Line = ""
    """As printed in the number row, with its formula: "3=4+6+8"."""
    kind: Kind
    label: Line = ""
    """What it is called in a sentence; "" is the lowest header, in small letters."""
    names: Texts = ()
    """Beginnings by which a reworded header is known besides."""
    width: Annotated[Exact | None, Field(gt=0, le=120)] = None
    """In characters; None follows from the kind."""
    help: Line = ""
    example: Line = ""
    required: bool | Says = False
    only_words: bool | Says = False
    """A number or a date alone is no answer."""
    length: Length | None = None
    bounds: Bounds | None = None
    pattern: Pattern | None = None
    choices: Annotated[str | tuple[Choice, ...], BeforeValidator(_choice)] = ()
    """The values of a choice; a word is the name of a list of the campaign (`fields`)."""
    listed: Literal["only", "also-others"] | Says = "only"
    """Whether another value than the choices counts, with a remark."""
    personal: bool = False
    """Of a person: kept out of the board, the figures for machines and public outputs."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    formula: Line = ""
    """Of a computed column, where the printed number has none."""
    within: Key | Literal[""] = ""
    """The column it is a part of (“trong đó”): at most that."""
    totalled: bool | None = None
    """Whether totals sum it; None: integers, numbers and money are, ratios are reckoned anew."""
    unit_of_measure: Line = ""

    @property
    def title(self) -> str:
        """What it is called by itself: the lowest header, or as `names` begin."""
        return self.names[0] if self.names else self.header[-1].split("\n")[0]

    @property
    def called(self) -> str:
        """What it is called in a sentence."""
        leaf = self.header[-1]
        return self.label or leaf[:1].lower() + leaf[1:]


class Mark(Section):
    """One of a group: its column, and what it means."""

    column: Key
    means: Typed


def _marks(value: object) -> object:
    if isinstance(value, dict):
        return tuple({"column": column, "means": means} for column, means in value.items())
    return value


class Group(Section):
    """Marks of which exactly one is set, and what each means: a value of its own."""

    key: Key
    marks: Annotated[tuple[Mark, ...], BeforeValidator(_marks)]
    """Column → what it means where its mark is set."""
    label: Line
    one: Says = Says()
    """Neither or both."""
    mark: Says = Says()
    """Something else than a mark stands there."""

    @property
    def names(self) -> dict[str, str]:
        """Column → what it means where its mark is set."""
        return {mark.column: mark.means for mark in self.marks}


class Rule(Says):
    """What must hold of every row, in the language of expressions."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
    column: Key
    """Where the finding points."""
    expect: Line
    message: Words
    sentence: Words


class Unique(Says):
    """Columns that no two rows of a return have alike, the first of which is not empty."""

    columns: Annotated[Keys, Field(min_length=1)]


class OutlineLine(Section):
    """One printed line of a form with fixed lines."""

    id: str
    """The codes or places of the lines it stands under and its own, as "I.1.2"."""
    code: str
    label: str
    level: int
    summed: bool
    """Its figures are the sums of the lines below it."""


_OUTLINE = re.compile(r"(?P<level> *)(?:(?P<code>[^|]{1,12}?) *\| *)?(?P<label>.*?)(?P<sum> +=)?")


def outline(text: str) -> tuple[OutlineLine, ...]:
    """Return the lines of an outline: two blanks a level, `code | label`, " =" where it sums.

    Raises ValueError, in Vietnamese.
    """
    lines: list[OutlineLine] = []
    path: list[str] = []
    for number, raw in enumerate(text.strip("\n").split("\n"), 1):
        found = _OUTLINE.fullmatch(raw.rstrip())
        if not raw.strip() or found is None or not found["label"]:
            raise ValueError(
                f"lines, dòng {number}: cần “mã | nội dung”, thụt hai dấu cách mỗi cấp"
            )
        level, odd = divmod(len(found["level"]), 2)
        if odd or level > len(path):
            raise ValueError(f"lines, dòng {number}: thụt vào đúng hai dấu cách cho mỗi cấp")
        siblings = sum(
            line.level == level and line.id.rpartition(".")[0] == ".".join(path[:level])
            for line in lines
        )
        own = (found["code"] or str(siblings + 1)).replace(".", "")
        path[level:] = [own]
        lines.append(
            OutlineLine(
                id=".".join(path), code=found["code"] or "", label=found["label"], level=level,
                summed=found["sum"] is not None,
            )
        )  # fmt: skip
    return tuple(lines)


class Rows(Section):
    """What a row of the table is."""

    kind: Literal["free", "sections", "unit", "lines"] = "free"
    """As many as the unit has; in sections by a choice; one of the unit itself; printed lines."""
    section: Key | Literal[""] = ""
    """The choice whose values are the sections on paper."""
    entry: Line = "dòng"
    """What one row is called: “mô hình, điển hình”."""
    entry_short: Line = ""
    """The same in few words: “mô hình”."""
    lines: str = ""
    """The printed lines, as :func:`outline` reads them."""
    open_tail: Annotated[int, Field(ge=0, le=100)] = 0
    """Empty lines after the printed ones, for what the form did not foresee."""

    @field_validator("lines")
    @classmethod
    def _outlined(cls, text: str) -> str:
        if text:
            outline(text)
        return text

    @property
    def short(self) -> str:
        """What one row is called in few words."""
        return self.entry_short or self.entry

    @property
    def outlined(self) -> tuple[OutlineLine, ...]:
        """The printed lines; () where rows are no lines."""
        return outline(self.lines) if self.lines else ()


class Signature(Section):
    """One who signs the paper of the unit, from left to right."""

    title: Text
    note: Line = "(Ký, ghi rõ họ và tên)"


class TotalsRow(Section):
    """The row of totals in what is gathered."""

    place: Literal["first", "last"] = "last"
    label: Line = "Tổng"


class Paper(Section):
    """How it prints."""

    size: Literal["A4", "A3"] = "A4"


class Statistic(Section):
    """One table of figures of all units."""

    title: Text
    measure: Literal["count", "sum", "mean", "share"] = "count"
    column: Key | Literal[""] = ""
    """What is summed or averaged."""
    by: Key
    """A choice or group; "unit" and "line" are words of their own."""
    across: Key | Literal[""] = ""


class Phrases(Section):
    """Words of the documents."""

    action: Line = "báo cáo"
    """What the units do: “đăng ký”."""
    none: Line = "không có số liệu"
    """What a unit says that has nothing to enter."""
    period: Line = ""
    """The line in the head, with {start} and {end}: “Số liệu tính từ ngày … đến ngày …”."""
    unit_of_measure: Line = ""
    """Of the whole table: “Đvt: Người”."""


Columns = Annotated[tuple[Column, ...], BeforeValidator(_tuple), Field(min_length=1, max_length=60)]


class Declaration(Section):
    """A form, as one office declares it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
    version: Text
    """Of a year or an edition: sheets carry it."""
    title: Text
    gather: Literal["list", "sum", "units"] = "list"
    """Entries one under another; cell by cell; one row a unit."""
    column: Columns
    group: Annotated[tuple[Group, ...], BeforeValidator(_tuple)] = ()
    rule: Annotated[tuple[Rule, ...], BeforeValidator(_tuple)] = ()
    unique: Annotated[tuple[Unique, ...], BeforeValidator(_tuple)] = ()
    rows: Rows = Rows()
    signature: Annotated[tuple[Signature, ...], BeforeValidator(_tuple), Field(max_length=3)] = ()
    totals: TotalsRow | None = None
    paper: Paper = Paper()
    statistic: Annotated[tuple[Statistic, ...], BeforeValidator(_tuple)] = ()
    phrases: Phrases = Phrases()
    checked: Keys = ()
    """Columns and groups in the order their faults are told; () is the order of the columns."""

    def of(self, key: str) -> Column:
        """Return the column of that key. Raises KeyError."""
        for column in self.column:
            if column.key == key:
                return column
        raise KeyError(key)

    def group_of(self, key: str) -> Group | None:
        """Return the group a mark belongs to."""
        return next((group for group in self.group if key in group.names), None)
