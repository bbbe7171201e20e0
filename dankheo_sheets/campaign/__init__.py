"""The campaign: what is asked, of whom, before when; read from campaign.toml."""

from dankheo_sheets.campaign.settings import (
    FILE,
    Agency,
    Authority,
    Campaign,
    Deadline,
    FieldOfWork,
    Google,
    Mail,
    Reminders,
    load,
    load_campaign,
)

__all__ = [
    "FILE", "Agency", "Authority", "Campaign", "Deadline", "FieldOfWork", "Google", "Mail",
    "Reminders", "load", "load_campaign",
]  # fmt: skip
