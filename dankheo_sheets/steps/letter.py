"""Letter: the letter that asks the units, with the form attached, from campaign.toml alone."""

from datetime import datetime
from pathlib import Path

from dankheo_sheets.campaign import Campaign
from dankheo_sheets.operations.document_versions import Version, Versions

FILE = "cong-van.docx"


def letter(directory: Path, campaign: Campaign, now: datetime, *, dry_run: bool = False) -> Version:
    """Write out/cong-van.docx, a new version of it where its content changed.

    Raises :class:`~dankheo_sheets.errors.SettingsError` before anything is written.
    """
    from dankheo_sheets.outputs.word.letter import letter

    versions = Versions(directory / "out")
    version = versions.plan(FILE, letter(campaign))
    if not dry_run and not version.settled:
        versions.write({FILE: version}, now.astimezone(campaign.zone))
    return version
