"""All registrations as one tidy table, and its figures. The only room where rows are tables.

Every output (master, report, board, bao-cao.json) takes its figures from here, so they agree
by construction.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import pandas as pd

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.fields import Fields
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.reckoning import reckoned
from dankheo_sheets.registration import RECEIVED, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.status_words import WORDS

FIGURES = {
    "total": "Tổng số",
    "collective": "Tập thể",
    "individual": "Cá nhân",
    "new": "Xây dựng mới",
    "replicated": "Nhân rộng",
}
"""The five figures that reports count (reference/form.md §7), with their titles."""

_COLUMNS = {
    "code": "str", "unit": "str", "status": "str", "row": "int64", "field": "str",
    "typed_field": "str", "name": "str", "holder": "str", "place": "str", "content": "str",
    "origin": "str", "counted": "bool", "field_order": "int64", "unit_order": "int64",
}  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The whole campaign at one moment: the units' standings and all their entries."""

    campaign: Campaign
    units: Sequence[Unit]
    standings: Mapping[str, Standing]
    strays: Sequence[str] = ()
    """What is to be done about files of no unit, and units that are asked no more."""

    @cached_property
    def form(self) -> Form:
        """The form the entries were written on."""
        return Form(self.campaign)

    @cached_property
    def fields(self) -> Fields:
        """Under which field each entry stands."""
        return Fields(self.form)

    @cached_property
    def entries(self) -> pd.DataFrame:
        """One row per entry, counted or not, by field, then unit, then sheet row.

        Text is as typed, in NFC; `holder` and `origin` are "" where the row does not say. `field`
        is what :attr:`fields` says, `typed_field` what the unit wrote.
        """
        frame = pd.DataFrame(self._rows(), columns=list(_COLUMNS)).astype(_COLUMNS)
        return frame.sort_values(
            ["field_order", "field", "unit_order", "row"], kind="stable", ignore_index=True
        )

    def _rows(self) -> Iterator[tuple[object, ...]]:
        form, nfc = self.form, vietnamese.nfc
        order = {name: number for number, name in enumerate(form.section_names)}
        for number, unit in enumerate(self.units):
            standing = self.standings[unit.code]
            counted = {entry.row for entry in standing.counted}
            entries = standing.registration.entries
            for entry, row in zip(entries, reckoned(entries, form), strict=True):
                field, counts = self.fields.of(entry["field"]), entry.row in counted
                yield (
                    unit.code,
                    unit.name,
                    WORDS[standing.status].name,
                    entry.row,
                    field,
                    nfc(entry["field"].strip()),
                    nfc(entry["name"].strip()),
                    row.values["holder"] if counts else "",
                    nfc(entry["place"].strip()),
                    nfc(entry["content"].strip()),
                    row.values["origin"] if counts else "",
                    counts,
                    order.get(field, len(order)),
                    number,
                )

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The entries that count."""
        return self.entries[self.entries["counted"]]

    @cached_property
    def by_field(self) -> pd.DataFrame:
        """The five figures of each field: the campaign's all, then the other one if it occurs."""
        occurring = [*self.form.section_names, *self.counted["field"]]
        return self._figures("field", list(dict.fromkeys(occurring)))

    @cached_property
    def by_unit(self) -> pd.DataFrame:
        """The five figures of each unit of the roster, by code."""
        return self._figures("code", [unit.code for unit in self.units])

    def _figures(self, by: str, index: Sequence[str]) -> pd.DataFrame:
        """Return the five figures, one row per value of `by`, as `index` orders them."""
        counted = self.counted
        marks = pd.DataFrame({by: counted[by], "total": 1})
        for group in self.campaign.form.group:
            for key, name in group.names.items():
                marks[key] = counted[group.key] == name
        sums = marks.groupby(by, observed=True).sum().reindex(list(index), fill_value=0)
        return sums[list(FIGURES)].astype("int64")

    @property
    def figures_of_units(self) -> list[tuple[str, list[int]]]:
        """The name and the five figures of each unit that is asked."""
        figures = zip(self.units, rows_of(self.by_unit), strict=True)
        return [(unit.name, counts) for unit, (code, counts) in figures if code in self.asked]

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """The five figures of the whole campaign."""
        return {key: int(self.by_field[key].sum()) for key in FIGURES}

    @cached_property
    def asked(self) -> Mapping[str, Standing]:
        """Where the units stand of which something is expected."""
        return {
            code: standing
            for code, standing in self.standings.items()
            if standing.status is not Status.EXCLUDED
        }

    @cached_property
    def _received(self) -> list[Standing]:
        return [standing for standing in self.asked.values() if standing.status in RECEIVED]

    @cached_property
    def completeness(self) -> Mapping[str, int]:
        """How many units are expected, received, on time, late, missing and excluded."""
        expected, received = len(self.asked), len(self._received)
        late = sum(standing.late for standing in self._received)
        return {
            "expected": expected,
            "received": received,
            "on_time": received - late,
            "late": late,
            "missing": expected - received,
            "excluded": len(self.units) - expected,
        }

    @property
    def rate(self) -> float:
        """How many of the expected units were received, in percent (:func:`percentage`)."""
        return percentage(self.completeness["received"], self.completeness["expected"])

    @cached_property
    def progress(self) -> Sequence[tuple[date, int]]:
        """How many of the units received by now had been by the end of each day.

        From the opening day to the last day on which one was read; once all is closed, to the last
        unit's deadline, or a change after it. Judged by when what counts was changed, so it is the
        same however often and late it was read.
        """
        zone = self.campaign.zone
        changed = sorted(
            s.snapshot.modified_at.astimezone(zone).date() for s in self._received if s.snapshot
        )
        first = self.campaign.opening.date()
        until = self.as_of.date() if self.as_of else first
        if self.final:
            deadlines = (standing.deadline.astimezone(zone) for standing in self.asked.values())
            # At midnight the day before was the last.
            until = min(until, (max(deadlines) - timedelta.resolution).date())
        last = max([first, until, *changed])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [(day, bisect_right(changed, day)) for day in days]

    @property
    def final(self) -> bool:
        """Whether every unit that has a sheet was closed."""
        issued = [s for s in self.asked.values() if s.status is not Status.NOT_PROVISIONED]
        return bool(issued) and all(standing.closed for standing in issued)

    @property
    def as_of(self) -> datetime | None:
        """When the latest of what counts was read, in the campaign's zone."""
        read = [s.snapshot.read_at for s in self.standings.values() if s.snapshot]
        return max(read).astimezone(self.campaign.zone) if read else None


def percentage(part: int, whole: int) -> float:
    """Return a share in percent, to a tenth, halves up as people round.

    0 where `whole` is 0; 100 only where all are there, so that one who is missing is not rounded
    away.
    """
    if not whole:
        return 0
    tenths = (2000 * part + whole) // (2 * whole)
    return (min(tenths, 999) if part < whole else tenths) / 10


def rows_of(figures: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Return (name, the five figures) of each row of a table of figures."""
    return list(zip(figures.index.tolist(), figures.to_numpy().tolist(), strict=True))


def reception(standing: Standing) -> str:
    """Return when and how the coordinator says it was received; "" where nothing is said."""
    terms = standing.terms
    if terms.received_at is None:
        return ""
    at = vietnamese.moment(terms.received_at.astimezone(standing.deadline.tzinfo))
    return f"{at}: {terms.received_reason}" if terms.received_reason else at
