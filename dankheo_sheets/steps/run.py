"""Run: whatever the clock calls for. What a schedule calls, as often as it likes."""

from dataclasses import dataclass
from datetime import datetime

from dankheo_sheets.steps.close import Closing, close
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.provision import Provisioned, provision
from dankheo_sheets.steps.report import report
from dankheo_sheets.steps.sync import Outcome


@dataclass(frozen=True)
class Run:
    """What a run did."""

    provisioned: Provisioned
    closing: Closing
    outcome: Outcome


def run(job: Job, now: datetime, *, track: Track = silently) -> Run:
    """Provision what is missing, close what is due, bring all results up to date."""
    provisioned = provision(job, track=track)
    closing = close(job, now, track=track)
    return Run(provisioned, closing, report(job, now, track=track))
