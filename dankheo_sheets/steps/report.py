"""Report: sync, and the Word report from the very same figures."""

from datetime import datetime

from dankheo_sheets.errors import SettingsError
from dankheo_sheets.steps.collect import collect
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.sync import Outcome, fingerprint, give_feedback, only_read, publish
from dankheo_sheets.steps.turn import in_turn


def report(job: Job, now: datetime, *, track: Track = silently) -> Outcome:
    """Rebuild all results, bao-cao.docx among them.

    Raises :class:`SettingsError` before anything is written, where campaign.toml lacks what the
    report needs to be signed. A schedule does not stop for that: :func:`.run.run` makes a draft.
    """
    from dankheo_sheets.outputs.word.report import unready

    if mistakes := unready(job.campaign):
        raise SettingsError(mistakes)

    def rebuild() -> Outcome:
        sheets = job.workspace.sheets()
        collected = collect(job, sheets, now, track=track)
        told = give_feedback(job, collected, track)
        mark = fingerprint(job, sheets, now)
        return publish(job, collected, told, mark, now, word=True, keep=True)

    return in_turn(job, rebuild, lambda why: only_read(job, now, why, track=track))
