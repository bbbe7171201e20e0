"""Words that the letter and the report have in common."""

from collections.abc import Sequence
from datetime import date

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.vietnamese import due_text, lower_first, short_date

_SEED_YEAR = 2022
"""Of the letter of 05/4/2022, which quotes its plan with a capital: “về việc Thực hiện …”."""


def plan(campaign: Campaign) -> str:
    """Return the parent plan as it is cited the first time (II.6.b)."""
    ours = campaign.plan
    about = ours.subject if is_seed(campaign) else lower_first(ours.subject)
    return (
        f"Kế hoạch số {ours.number} ngày {short_date(ours.date)} của {ours.issuer} về việc {about}"
    )


def is_seed(campaign: Campaign) -> bool:
    """Tell whether it is the letter's campaign: its wording stands (reference/form.md §2.2)."""
    return campaign.year == _SEED_YEAR


def letter_subject(campaign: Campaign) -> str:
    """Return what the letter is about, as it stands after “về việc”."""
    return campaign.letter.subject or lower_first(campaign.title)


def short_agency(campaign: Campaign) -> str:
    """Return what the agency is called in its own texts."""
    return campaign.agency.short or campaign.agency.name


def all_units(campaign: Campaign) -> str:
    """Return “các phòng, đơn vị thuộc Sở”, or as the letter's one addressee calls them."""
    addressees = campaign.letter.addressees
    if len(addressees) == 1:
        return _called(addressees[0])
    return f"các phòng, đơn vị thuộc {short_agency(campaign)}"


PAPER_FIELDS = 3
"""Fields that the paper form has room for (reference/form.md §3)."""


def sample_fields(campaign: Campaign) -> int:
    """Return how many fields the blank form is for: that of the letter is the paper's own."""
    fields = len(campaign.fields)
    return min(PAPER_FIELDS, fields) if is_seed(campaign) else fields


def authorities(campaign: Campaign) -> tuple[str, ...]:
    """Return whom the report is sent to; above, in and below its text they are the same."""
    return campaign.report.addressees or (campaign.authority.name,)


_PLURAL = {"các", "những", "toàn", "tất", "mọi"}


def _called(addressee: str) -> str:
    """Return an addressee inside a sentence: “các phòng …”, but “Văn phòng Sở”, a name."""
    plural = addressee.split(maxsplit=1)[0].casefold() in _PLURAL
    return lower_first(addressee) if plural else addressee


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
