"""A row as the checks look at it: what was typed, and the values of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dankheo_sheets.declaration import sheet_text as text
from dankheo_sheets.declaration import typed
from dankheo_sheets.declaration.evaluation import Row, Value
from dankheo_sheets.declaration.model import Declaration, Group
from dankheo_sheets.declaration.typed import Misfit, Reading

READINGS: Mapping[str, Reading] = {
    "integer": typed.INTEGER, "number": typed.NUMBER, "money": typed.NUMBER,
    "percent": typed.PERCENT, "date": typed.DAY, "phone": typed.PHONE, "email": typed.EMAIL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lists:
    """What counts as what, folded by :func:`sheet_text.sheet_key`."""

    marks: frozenset[str]
    not_marks: frozenset[str]
    accepted: Mapping[str, Mapping[str, str]]
    """Of each choice: spelling → its name."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row as the checks look at it."""

    texts: Mapping[str, str]
    """As typed; a key that is missing is empty."""
    values: Row = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    """Columns that hold no value of their kind."""
    rows: Sequence[Row] = ()
    """The values of all rows."""

    def text(self, key: str) -> str:
        """Return what was typed there."""
        return self.texts.get(key, "")


def read(texts: Mapping[str, str], declaration: Declaration, lists: Lists) -> Judged:
    """Return a row with its typed values; computed columns are in them too."""
    values: dict[str, Value] = {}
    wrong = set()
    for column in declaration.column:
        written = texts.get(column.key, "")
        if column.kind == "mark":
            values[column.key] = is_marked(written, lists)
        elif column.kind in READINGS:
            value = READINGS[column.kind].value(written)
            if isinstance(value, Misfit):
                wrong.add(column.key)
            else:
                values[column.key] = value
        elif column.kind != "computed":
            values[column.key] = written
    for group in declaration.group:
        values[group.key] = group_value(group, values)
    return Judged(texts, values, frozenset(wrong))


def is_marked(written: str, lists: Lists) -> bool:
    """Tell whether a cell of a mark is set: something stands there, and not a "no"."""
    return not text.is_empty(written) and not text.in_list(written, lists.not_marks)


def group_value(group: Group, values: Row) -> str:
    """Return the value of a group of marks; "" where not exactly one is set."""
    found = [name for key, name in group.names.items() if values.get(key)]
    return found[0] if len(found) == 1 else ""
