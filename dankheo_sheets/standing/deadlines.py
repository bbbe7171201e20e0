"""Until when each unit may hand in, and what else was decided of it alone: the one place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.registration import Terms
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.sheet_properties import (
    CLOSED,
    CLOSED_DUE,
    EXTENDED,
    FINAL_CHANGED,
    excluded,
    is_closed,
    moment,
    terms,
)
from dankheo_sheets.workspace.base import Sheet


def deadline(campaign: Campaign, unit: Unit, sheet: Sheet | None) -> datetime:
    """Return the first instant that is too late for `unit`.

    A closed sheet keeps the deadline it was closed at; else the latest of the campaign's, the
    roster's and the one given when it was reopened.
    """
    properties = sheet.properties if sheet else {}
    if closed_at := moment(properties.get(CLOSED_DUE)):
        return closed_at.astimezone(campaign.zone)
    extended = moment(properties.get(EXTENDED))
    return campaign.deadline_of(unit, extended).astimezone(campaign.zone)


def terms_of(campaign: Campaign, unit: Unit, sheet: Sheet | None) -> Terms:
    """Return what was decided of `unit` alone."""
    more_time = deadline(campaign, unit, sheet) > campaign.deadline.moment
    return terms(sheet, extended=more_time)


def to_close(
    campaign: Campaign, units: Sequence[Unit], sheets: Sequence[Sheet], now: datetime
) -> list[Sheet]:
    """Return the sheets to be closed now: past their deadline and not closed."""
    by_code = {unit.code: unit for unit in units}
    return [
        sheet
        for sheet in sheets
        if (unit := by_code.get(sheet.unit))
        and not (is_closed(sheet) or sheet.problem or excluded(sheet))
        and now >= deadline(campaign, unit, sheet)
    ]


def still_open(
    campaign: Campaign, units: Sequence[Unit], sheets: Sequence[Sheet], now: datetime
) -> tuple[str, ...]:
    """Return the units whose deadline has not passed."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    return tuple(
        unit.code for unit in units if now < deadline(campaign, unit, by_unit.get(unit.code))
    )


def may_be_late_news(sheet: Sheet, settle: timedelta) -> bool:
    """Tell whether a closed sheet shows a change that may be older than its lock.

    Only where the workspace needs time to settle: a change then appears minutes later.
    """
    closed_at = moment(sheet.properties.get(CLOSED))
    counted = moment(sheet.properties.get(FINAL_CHANGED))
    if not (settle and closed_at and counted):
        return False
    return counted != sheet.modified_at <= closed_at + settle
