"""Words that the letter and the report have in common."""

from collections.abc import Sequence
from datetime import date

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.vietnamese import due_text, short_date


def plan(campaign: Campaign) -> str:
    """Return the parent plan as it is cited the first time (II.6.b)."""
    ours = campaign.plan
    return (
        f"Kế hoạch số {ours.number} ngày {short_date(ours.date)} của {ours.issuer} về việc "
        f"{ours.subject}"
    )


def letter_subject(campaign: Campaign) -> str:
    """Return what the letter is about, as it stands after “về việc”."""
    return campaign.letter.subject or lower_first(campaign.title)


def short_agency(campaign: Campaign) -> str:
    """Return what the agency is called in its own texts."""
    return campaign.agency.short or campaign.agency.name


def all_units(campaign: Campaign) -> str:
    """Return “các phòng, đơn vị thuộc Sở”."""
    return f"các phòng, đơn vị thuộc {short_agency(campaign)}"


def recipients(campaign: Campaign, named: Sequence[str]) -> tuple[str, ...]:
    """Return the recipients as named, after them the file: “Lưu: VT, HCTH” (II.9.d)."""
    named = named or ("Như trên",)
    if named[-1].casefold().lstrip("- ").startswith("lưu"):
        return tuple(named)
    drafter = campaign.letter.symbol.rpartition("-")[2]
    return (*named, f"Lưu: VT, {drafter}")


def due(campaign: Campaign) -> tuple[str, str]:
    """Return “trước ngày ” and “12/4/2022”: the letter prints what comes second in bold."""
    deadline = campaign.deadline
    if deadline.inclusive and isinstance(deadline.before, date):
        return "chậm nhất hết ngày ", short_date(deadline.before)
    text = due_text(deadline.moment)
    lead = next(lead for lead in ("trước ngày ", "trước ") if text.startswith(lead))
    return lead, text.removeprefix(lead)


def lower_first(text: str) -> str:
    """Return a title as it stands inside a sentence."""
    return text[:1].lower() + text[1:]
