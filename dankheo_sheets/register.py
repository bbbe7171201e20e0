"""All registrations as one tidy table, and its figures. The only room where rows are tables.

Every output (master, report, board, bao-cao.json) takes its figures from here, so they agree
by construction.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import pandas as pd

from dankheo_sheets import vietnamese
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form import entry_rules
from dankheo_sheets.form.fields import Fields
from dankheo_sheets.form.layout import Form
from dankheo_sheets.registration import (
    AT_UNIT,
    RECEIVED,
    Entry,
    Holder,
    Origin,
    Severity,
    Standing,
    Status,
)
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import findings, is_untouched
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
        rows = [
            self._row(order, unit, self.standings[unit.code], entry, counted)
            for order, unit in enumerate(self.units)
            for entry, counted in _with_counted(self.standings[unit.code])
        ]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
        return frame.sort_values(
            ["field_order", "field", "unit_order", "row"], kind="stable", ignore_index=True
        )

    def _row(
        self, order: int, unit: Unit, standing: Standing, entry: Entry, counted: bool
    ) -> tuple[object, ...]:
        form = self.form
        field = self.fields.of(entry.field)
        return (
            unit.code,
            unit.name,
            WORDS[standing.status].name,
            entry.row,
            field,
            vietnamese.nfc(entry.field.strip()),
            vietnamese.nfc(entry.name.strip()),
            entry_rules.holder_of(entry, form).value if counted else "",
            vietnamese.nfc(entry.place.strip()),
            vietnamese.nfc(entry.content.strip()),
            entry_rules.origin_of(entry, form).value if counted else "",
            counted,
            form.field_names.index(field) if field in form.field_names else len(form.field_names),
            order,
        )

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The entries that count."""
        return self.entries[self.entries["counted"]]

    @cached_property
    def by_field(self) -> pd.DataFrame:
        """The five figures of each field: the campaign's all, then the other one if it occurs."""
        occurring = [*self.form.field_names, *self.counted["field"]]
        return _figures(self.counted, "field", list(dict.fromkeys(occurring)))

    @cached_property
    def by_unit(self) -> pd.DataFrame:
        """The five figures of each unit of the roster, by code."""
        return _figures(self.counted, "code", [unit.code for unit in self.units])

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """The five figures of the whole campaign."""
        return {key: int(self.by_field[key].sum()) for key in FIGURES}

    @cached_property
    def completeness(self) -> Mapping[str, int]:
        """How many units are expected, received, on time, late, missing and excluded."""
        received = self._received
        late = sum(standing.late for standing in received)
        excluded = sum(s.status is Status.EXCLUDED for s in self.standings.values())
        expected = len(self.units) - excluded
        return {
            "expected": expected,
            "received": len(received),
            "on_time": len(received) - late,
            "late": late,
            "missing": expected - len(received),
            "excluded": excluded,
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
            # At midnight the day before was the last.
            until = min(until, (self.last_deadline - timedelta.resolution).date())
        last = max([first, until, *changed])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [(day, bisect_right(changed, day)) for day in days]

    @property
    def _received(self) -> list[Standing]:
        return [s for s in self.standings.values() if s.status in RECEIVED]

    @property
    def final(self) -> bool:
        """Whether every unit that has a sheet was closed."""
        open_ones = (Status.NOT_PROVISIONED, Status.EXCLUDED)
        asked = [s for s in self.standings.values() if s.status not in open_ones]
        return bool(asked) and all(s.closed for s in asked)

    @property
    def last_deadline(self) -> datetime:
        """The latest deadline of a unit that is asked, in the campaign's zone."""
        asked = [s for s in self.standings.values() if s.status is not Status.EXCLUDED]
        deadlines = (s.deadline.astimezone(self.campaign.zone) for s in asked)
        return max(deadlines, default=self.campaign.deadline.moment)

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


def _with_counted(standing: Standing) -> list[tuple[Entry, bool]]:
    counted = {entry.row for entry in standing.counted}
    return [(entry, entry.row in counted) for entry in standing.registration.entries]


def _figures(counted: pd.DataFrame, by: str, index: Sequence[str]) -> pd.DataFrame:
    """Return the five figures, one row per value of `by`, as `index` orders them."""
    marks = pd.DataFrame({
        by: counted[by],
        "total": 1,
        "collective": counted["holder"] == Holder.COLLECTIVE.value,
        "individual": counted["holder"] == Holder.INDIVIDUAL.value,
        "new": counted["origin"] == Origin.NEW.value,
        "replicated": counted["origin"] == Origin.REPLICATED.value,
    })  # fmt: skip
    sums = marks.groupby(by, observed=True).sum().reindex(list(index), fill_value=0)
    return sums[list(FIGURES)].astype("int64")


def rows_of(figures: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Return (name, the five figures) of each row of a table of figures."""
    return list(zip(figures.index.tolist(), figures.to_numpy().tolist(), strict=True))


def figures(register: Register) -> dict[str, object]:
    """Return the content of bao-cao.json: the same figures as every other output, for machines."""
    campaign = register.campaign
    return {
        "campaign": {
            "id": campaign.id,
            "title": campaign.title,
            "year": campaign.year,
            "agency": campaign.agency.name,
            "opens": campaign.opening.isoformat(),
            "deadline": campaign.deadline.moment.isoformat(),
        },
        "as_of": register.as_of.isoformat(timespec="seconds") if register.as_of else "",
        "final": register.final,
        "completeness": dict(register.completeness),
        "rate": register.rate,
        "progress": [
            {"date": day.isoformat(), "received": received} for day, received in register.progress
        ],
        "totals": dict(register.totals),
        "by_field": [
            {"field": field} | dict(zip(FIGURES, counts, strict=True))
            for field, counts in rows_of(register.by_field)
        ],
        "by_unit": [
            {"unit": code} | dict(zip(FIGURES, counts, strict=True))
            for code, counts in rows_of(register.by_unit)
        ],
        "units": [_unit_figures(unit, register.standings[unit.code]) for unit in register.units],
    }


def _unit_figures(unit: Unit, standing: Standing) -> dict[str, object]:
    snapshot, terms = standing.snapshot, standing.terms
    return {
        "unit": unit.code,
        "name": unit.name,
        "status": standing.status.value,
        "late": standing.late,
        "closed": standing.closed,
        "deadline": standing.deadline.isoformat(),
        "changed_at": last_change(standing),
        "sha256": snapshot.sha256 if snapshot else "",
        "entries": len(standing.registration.entries),
        "counted": len(standing.counted),
        "extended": terms.extended,
        "returned": terms.return_reason if standing.status is Status.RETURNED else "",
        "excluded": terms.excluded,
        "nil_reason": nil_reason(standing),
        "received": reception(standing),
        "mail_problem": terms.mail_problem,
        "url": terms.url,
        "next_action": next_action(standing),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "cell": str(finding.cell) if finding.cell else "",
                "message": finding.message,
                "about_file": finding.about_file,
            }
            for finding in findings(standing)
        ],
    }


_SETTLE = {
    "two-files": "Chọn tệp của đơn vị",
    "paper-beside": "Đề nghị đơn vị ghi vào biểu",
    "arrived-late": "Xem bản đến sau hạn",
    "changed-after-closing": "Xem bản gửi sau khi chốt",
}
"""What the coordinator does about a finding that is not the unit's to mend, by its code."""


def next_action(standing: Standing) -> str:
    """Return what the coordinator does next about this unit; "" when nothing is left to do."""
    found = {f.code for f in findings(standing) if f.severity is not Severity.NOTE}
    settle = [action for code, action in _SETTLE.items() if code in found]
    action = "; ".join(settle) or WORDS[standing.status].todo
    if not settle and standing.closed and standing.status in AT_UNIT:
        action = "Gia hạn nếu còn nhận, biểu đã khoá"
    elif action and standing.closed:
        action += "; đã khoá biểu"
    if standing.mended:
        action = "; ".join(filter(None, ("Xem lại biểu đơn vị vừa sửa", action)))
    if standing.terms.mail_problem and standing.status is not Status.EXCLUDED:
        action = "; ".join(filter(None, (action, "Xem lại địa chỉ thư")))
    return action


def nil_reason(standing: Standing) -> str:
    """Return why a unit registers none, in its own words; "" of all others."""
    none = standing.status is Status.NONE_REGISTERED
    return vietnamese.nfc(standing.registration.cover.nil_reason.strip()) if none else ""


def reception(standing: Standing) -> str:
    """Return when and how the coordinator says it was received; "" where nothing is said."""
    terms = standing.terms
    if terms.received_at is None:
        return ""
    at = vietnamese.moment(terms.received_at.astimezone(standing.deadline.tzinfo))
    return f"{at}: {terms.received_reason}" if terms.received_reason else at


def last_change(standing: Standing) -> str:
    """Return when the unit last changed what counts (ISO, its zone), or "" if it never did."""
    if standing.snapshot is None or is_untouched(standing.registration):
        return ""
    changed = standing.snapshot.modified_at.astimezone(standing.deadline.tzinfo)
    return changed.isoformat(timespec="seconds")


def blocking(standing: Standing) -> int:
    """Return how many findings must be mended."""
    return sum(finding.severity is Severity.BLOCK for finding in findings(standing))


def warnings(standing: Standing) -> int:
    """Return how many findings count but are shown."""
    return sum(finding.severity is Severity.WARN for finding in findings(standing))
