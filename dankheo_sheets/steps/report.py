"""Report: sync, and the Word report from the very same figures."""

from datetime import datetime

from dankheo_sheets.steps.collect import collect
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.sync import Outcome, fingerprint, give_feedback, publish


def report(job: Job, now: datetime, *, track: Track = silently) -> Outcome:
    """Rebuild all results, bao-cao.docx among them."""
    sheets = job.workspace.sheets()
    collected = collect(job, sheets, now, track=track)
    told = give_feedback(job, collected, track)
    mark = fingerprint(job, sheets, now)
    return publish(job, collected, told, mark, now, word=True, keep=True)
