"""What a unit types while it is told is read by the next sync; where it types nothing, nothing is.

Right after the feedback the sheet is asked what stands there (typed_values.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import sync
from tests.form_2022 import COLUMNS, COVER_CELLS, FIRST_ROW
from tests.google_campaign import GoogleCampaign
from tests.steps.conftest import at
from tests.steps.google.stage import Branch, fill_in, roster, settings, sheet, sheets
from tests.steps.google.test_sync import Meanwhile

Json = dict[str, Any]
TAB = layout.TAB_ENTRIES


def text(value: str) -> Json:
    return {"userEnteredValue": {"stringValue": value}}


def number(value: float, pattern: str = "", kind: str = "NUMBER") -> Json:
    shown = {"numberFormat": {"type": kind, "pattern": pattern}} if pattern else {}
    return {"userEnteredValue": {"numberValue": value}, "userEnteredFormat": shown}


def formula(value: str) -> Json:
    return {"userEnteredValue": {"formulaValue": value}}


KINDS: Mapping[str, Json] = {
    "plain": text("Mô hình mẫu"),
    "leading-zeros": text("0012"),
    "trailing-spaces": text("Mô hình mẫu  "),
    "leading-spaces": text("  Mô hình mẫu"),
    "inner-spaces": text("Mô  hình\u00a0mẫu"),
    "lines": text("Mô hình\nmẫu\n"),
    "decomposed": text("Mo\u0302 hi\u0300nh"),
    "text-like-a-date": text("01/3/2022"),
    "text-like-a-formula": text("=1+1"),
    "whole-number": number(7),
    "decimal": number(1.5),
    "tenth": number(0.1),
    "large-number": number(12345678901),
    "shown-with-zeros": number(7, "0000"),
    "shown-as-percent": number(0.25, "0%", "PERCENT"),
    "date": number(44621, "dd/mm/yyyy", "DATE"),
    "date-and-time": number(44621.5, "dd/mm/yyyy hh:mm", "DATE_TIME"),
    "truth": {"userEnteredValue": {"boolValue": True}},
    "formula-of-text": formula('="Mô hình "&"mẫu"'),
    "formula-of-number": formula("=1+1"),
    "formula-of-nothing": formula('=""'),
}
"""How a unit may have entered the name of a model."""
UNITS = [f"U{n:02d}" for n in range(len(KINDS))]


def put(
    campaign: GoogleCampaign, unit: str, cell: Json, row: int = FIRST_ROW, key: str = "name"
) -> None:
    """Let a unit paste a cell as it is, with how it is shown."""
    file = sheet(campaign.google, unit)
    tab = file.document.titled(TAB)  # type: ignore[union-attr]
    column = COLUMNS.index(key)
    start = {"sheetId": tab.id, "rowIndex": row - 1, "columnIndex": column}  # type: ignore[union-attr]
    fields = ",".join(cell)
    change = {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}}
    campaign.google.edit(file.id, [change], f"{unit.lower()}@x.example")


def exported(campaign: GoogleCampaign) -> set[str]:
    """Return the units whose sheet was read."""
    read = {r.path.split("/")[4] for r in campaign.google.log if r.call == "drive.files.export"}
    return {unit for unit, (file,) in sheets(campaign.google).items() if file.id in read}


@contextmanager
def given_out(directory: Path, units: Sequence[str]) -> Iterator[tuple[GoogleCampaign, Branch]]:
    """Yield a campaign whose sheets were given out, to come back to."""
    with GoogleCampaign(directory / "dot") as campaign:
        settings(campaign, ("[google]\n", "[google]\nworkers = 1\n"))
        roster(campaign, [f"{u},Đơn vị {u},,{u.lower()}@x.example,," for u in units])
        provision(campaign.job(), now=at("05 08:00"))
        yield campaign, Branch(campaign, directory / "kept")
        assert campaign.google.violations == []


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GoogleCampaign, Branch]]:
    with given_out(tmp_path_factory.mktemp("typed"), UNITS[:1]) as stage:
        yield stage


@pytest.fixture
def one(alone: tuple[GoogleCampaign, Branch]) -> GoogleCampaign:
    """Return a campaign of one unit."""
    campaign, branch = alone
    branch.back()
    return campaign


def test_where_nothing_was_typed_meanwhile_nothing_is_read_anew(tmp_path: Path) -> None:
    """However it was entered: a number, a date, a formula, zeros in front, spaces behind."""
    with given_out(tmp_path, UNITS) as (many, _):
        for unit, cell in zip(UNITS, KINDS.values(), strict=True):
            fill_in(many, unit, "07 09:00")
            put(many, unit, cell)
        first = sync(many.job(), at("08 08:00"))
        many.google.log.clear()

        again = sync(many.job(), at("08 09:00"))

        named = dict(zip(UNITS, KINDS, strict=True))
        assert (first.read, first.told) == (len(UNITS), len(UNITS))
        assert sorted(named[unit] for unit in exported(many)) == []
        assert (again.read, again.changed) == (0, False)


@pytest.mark.parametrize("moment", [":batchUpdate$", ":batchGet$"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plain", "text-like-a-date"),
        ("formula-of-number", "plain"),
        ("whole-number", "decimal"),
        ("date", "date-and-time"),
        ("shown-with-zeros", "leading-zeros"),
        ("shown-as-percent", "tenth"),
    ],
)
def test_what_a_unit_enters_while_it_is_told_is_read_by_the_next_sync(
    one: GoogleCampaign, before: str, after: str, moment: str
) -> None:
    """Between our announcement and the feedback, or right after the feedback."""
    fill_in(one, "U00", "07 09:00")
    put(one, "U00", KINDS[before])
    meanwhile(one, moment, lambda: put(one, "U00", KINDS[after]))
    first = sync(one.job(), at("08 08:00"))
    one.google.log.clear()

    again = sync(one.job(), at("08 09:00"))
    third = sync(one.job(), at("08 10:00"))

    assert (first.told, one.google.faults.waiting) == (1, [])
    assert exported(one) == {"U00"}
    assert (again.read, third.read, third.changed) == (1, 0, False)


@pytest.mark.parametrize(
    ("key", "row", "value"),
    [
        ("name", FIRST_ROW + 1, "Mô hình thứ hai"),
        ("name", FIRST_ROW, ""),
        ("place", FIRST_ROW, "Xã khác"),
        (COLUMNS[-1], FIRST_ROW + 1, "x"),
    ],
)
def test_wherever_in_the_table_it_is_entered_it_is_read(
    one: GoogleCampaign, key: str, row: int, value: str
) -> None:
    fill_in(one, "U00", "07 09:00")
    meanwhile(one, ":batchUpdate$", lambda: put(one, "U00", text(value), row, key))
    sync(one.job(), at("08 08:00"))

    assert sync(one.job(), at("08 09:00")).read == 1


@pytest.mark.parametrize("field", COVER_CELLS)
def test_what_is_entered_above_the_table_is_read(one: GoogleCampaign, field: Any) -> None:
    fill_in(one, "U00", "07 09:00", cover={})
    where = f"'{TAB}'!{COVER_CELLS[field]}"
    file = sheet(one.google, "U00").id
    meanwhile(
        one,
        ":batchUpdate$",
        lambda: one.google.type_into(file, where, [["x"]], "u00@x.example"),
    )
    sync(one.job(), at("08 08:00"))

    assert sync(one.job(), at("08 09:00")).read == 1


def meanwhile(campaign: GoogleCampaign, moment: str, does: Callable[[], object]) -> None:
    """Let U00 do something just before one request about its sheet is answered."""

    def once() -> None:
        campaign.google.clock.advance(5)
        does()

    path = f"{sheet(campaign.google, 'U00').id}/values{moment}"
    campaign.google.faults.add(Meanwhile(path=path, does=once))
