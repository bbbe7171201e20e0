"""Sync: read the sheets back, tell each unit what was found, rebuild the results.

Run again with nothing changed, it reads no workbook and writes nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from dankheo_sheets import program, vietnamese
from dankheo_sheets import register as registers
from dankheo_sheets.errors import NoFeedback, NoRoom, Refused, SharingLimit, WorkspaceError
from dankheo_sheets.notices import feedback as notices
from dankheo_sheets.registration import Feedback, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps import papers
from dankheo_sheets.steps.case import deadline
from dankheo_sheets.steps.collect import Collected, collect
from dankheo_sheets.steps.each import each
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.kept import keep_finals
from dankheo_sheets.steps.marks import FEEDBACK, shown
from dankheo_sheets.steps.papers import Papers
from dankheo_sheets.steps.telling import tell_again
from dankheo_sheets.steps.turn import in_turn, keep_journal
from dankheo_sheets.workspace.base import Drawing, Sheet

MASTER, FIGURES, PAGE = "tong-hop.xlsx", "bao-cao.json", "tien-do.html"
PAPERS = "papers"
"""In the figures: the fingerprint of those that the report and the units' forms were made of."""
_NO_MASTER = (
    "Tài khoản không được tạo tệp trên Drive, kết quả chỉ có trên máy này: chép một bảng tính "
    "trống tên “Bảng tổng hợp” vào thư mục rồi chạy dankheo provision --adopt"
)
_STALE = f"{papers.REPORT} lập trước lần đọc này: chạy dankheo report"


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    figures: dict[str, Any]
    """The content of bao-cao.json."""
    read: int = 0
    told: int = 0
    """Units whose Phản hồi tab was rewritten."""
    changed: bool = True
    pending: tuple[str, ...] = ()
    """Units whose sheet changed and was not read."""
    where: str = ""
    """Where the results were put, where they were."""
    papers: Papers | None = None
    """The documents, where they were looked at."""
    unkept: bool = False
    """Something is on this machine only: it could not be kept where the sheets live."""
    busy: WorkspaceError | None = None
    """Why it was only read: another run is at work, or nothing may be written."""

    @property
    def blocking(self) -> int:
        """How many findings must be mended, over all units."""
        return sum(
            finding["severity"] == "block"
            for unit in self.figures["units"]
            for finding in unit["findings"]
        )


def sync(
    job: Job,
    now: datetime,
    *,
    feedback: bool = True,
    keep: bool = False,
    track: Track = silently,
) -> Outcome:
    """Bring archive, feedback and results up to date with the sheets; `keep`: :func:`publish`."""
    if last := _unchanged(job, now):
        return last

    def bring_up_to_date() -> Outcome:
        sheets = job.workspace.sheets()
        tell_again(job, sheets, now)
        collected = collect(job, sheets, now, track=track)
        told = give_feedback(job, collected, track) if feedback else Told()
        return publish(job, collected, told, fingerprint(job, sheets, now), now, keep=keep)

    return in_turn(job, bring_up_to_date, lambda why: only_read(job, now, why, track=track))


def _unchanged(job: Job, now: datetime) -> Outcome | None:
    """Return the last outcome, where the results are whole and nothing changed since."""
    last = last_figures(job)
    mark = fingerprint(job, job.workspace.sheets(), now)
    whole = last and last["fingerprint"] == mark and (job.out / MASTER).exists()
    return Outcome(last, changed=False) if last and whole else None


def only_read(job: Job, now: datetime, why: WorkspaceError, *, track: Track = silently) -> Outcome:
    """Return the figures without writing where the sheets live, and say `why`.

    What is read is kept here, with the results of it, unless the other run works here too.
    """
    here_alone = job.workspace.keeps_apart
    collected = collect(job, job.workspace.sheets(), now, download=here_alone, track=track)
    if here_alone:
        outcome = publish(job, collected, Told(again=True), "", now, local=True)
        return replace(outcome, busy=why)
    return Outcome(registers.figures(collected.register), changed=False, busy=why)


def fingerprint(job: Job, sheets: Sequence[Sheet], now: datetime) -> str:
    """Return a checksum of all that the results depend on."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    state = [
        program.fingerprint(),
        job.campaign.model_dump_json(),
        [repr(unit) for unit in job.units],
        [[s.unit, s.id, s.version, s.problem, s.gone, s.prepared, s.said_unit] for s in sheets],
        [[[b.id, b.version] for b in s.beside] for s in sheets],
        [shown(s.properties) for s in sheets],
        [job.archive.count(unit.code) for unit in job.units],
        len(job.journal.data()),
        [now >= deadline(job, unit, by_unit.get(unit.code)) for unit in job.units],
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def last_figures(job: Job) -> dict[str, Any] | None:
    """Return the bao-cao.json of the last run, if there is a whole one."""
    try:
        figures = json.loads((job.out / FIGURES).read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(figures, dict) and "fingerprint" in figures
    return figures if whole and isinstance(figures.get("units"), list) else None


@dataclass(frozen=True)
class Told:
    """What came of telling the units."""

    count: int = 0
    """Sheets whose feedback was rewritten."""
    notes: tuple[str, ...] = ()
    """For the coordinator: units that could not be told, and why."""
    again: bool = False
    """Some of them may be told by a later run."""


def give_feedback(job: Job, collected: Collected, track: Track = silently) -> Told:
    """Write the Phản hồi tab of each unit for which it changed."""
    before = {unit["unit"]: unit["deadline"] for unit in (last_figures(job) or _NONE)["units"]}
    unread = set(collected.unread)

    def tell_one(unit: Unit) -> bool:
        sheet = collected.sheets.get(unit.code)
        standing = collected.register.standings[unit.code]
        if sheet is None or unit.code in unread:
            return False
        moved = before.get(unit.code, "") not in ("", standing.deadline.isoformat())
        return tell(job, sheet, standing, anyway=moved)

    workers = job.workspace.workers
    told = each(tell_one, job.units, "Ghi phản hồi", workers=workers, track=track)
    if told.halted:
        raise told.halted  # who was told is marked, and is not told again
    return Told(
        count=sum(was_told for _, was_told in told.done),
        notes=tuple(f"{unit.code}: {error.message}" for unit, error in told.failed),
        again=any(not isinstance(error, NoFeedback) for _, error in told.failed),
    )


_NONE: dict[str, Any] = {"units": []}


@dataclass(frozen=True)
class News:
    """What a unit's sheet is to show and does not."""

    message: Feedback
    marks: Mapping[str, str]
    """What its properties say once it does."""


def news_for(sheet: Sheet, standing: Standing, *, anyway: bool = False) -> News | None:
    """Return what a unit is to be told; None where its sheet shows that already. Pure.

    An untouched sheet is left as it was given out, for it says itself what to do; unless it was
    closed or, `anyway`, has another deadline now.
    """
    untouched = standing.status is Status.UNTOUCHED and FEEDBACK not in sheet.properties
    if untouched and not standing.closed and not anyway:
        return None
    if sheet.problem or sheet.gone or not standing.readable or not standing.registration.tab:
        return None  # what it was told before is not known, or there is no workbook to write into
    message = notices.feedback(standing)
    # Where the same was read once more, by another machine or program, there is nothing to tell.
    told = replace(message, read_at="", checksum="")
    content = standing.registration.content
    mark = hashlib.sha256(repr((astuple(told), content)).encode()).hexdigest()
    return News(message, {FEEDBACK: mark}) if sheet.properties.get(FEEDBACK) != mark else None


def tell(job: Job, sheet: Sheet, standing: Standing, *, anyway: bool = False) -> bool:
    """Write one unit's feedback if it differs from what its sheet shows; tell whether it did."""
    news = news_for(sheet, standing, anyway=anyway)
    if news:
        open_to_type = standing.there if not sheet.locked else None
        job.workspace.give_feedback(sheet, news.message, news.marks, open_to_type)
    return news is not None


def publish(
    job: Job,
    collected: Collected,
    told: Told,
    mark: str,
    now: datetime,
    *,
    word: bool = False,
    keep: bool = False,
    local: bool = False,
) -> Outcome:
    """Rebuild the results from what was collected.

    The figures come last and carry `mark`, so an interrupted run is not taken for a whole one;
    a run that could not read or tell a unit carries none, so that the next one tries again.
    With `keep` all of them are also kept where the sheets live; with `local` nothing is written
    there at all.
    """
    from dankheo_sheets import unlisted_fields
    from dankheo_sheets.outputs import master, master_xlsx

    if not local:
        keep_finals(job, collected.sheets.values())
    if keep:
        keep_journal(job)
    register, last = collected.register, last_figures(job)
    drawing = master_xlsx.Master(register, master.tables(register, job.journal.events()))
    files = {MASTER: master_xlsx.workbook(register, drawing.tables)}
    made = papers.write(job, register, now) if word else None
    about = papers.lacking(job, made.report) if made else []
    if made and keep:
        about += papers.keep(job, made)
    if not word and (job.out / papers.REPORT).exists():
        about.append(_STALE)
    where, lacking = ("", []) if local else _shown(job, drawing)
    figures: dict[str, Any] = registers.figures(register)
    unlisted = unlisted_fields.notes(register)
    if keep:
        job.keep(MASTER, files[MASTER])
    figures["notes"] = [*collected.notes, *told.notes, *unlisted, *lacking, *about]
    figures["fingerprint"] = "" if collected.unread or told.again or lacking else mark
    figures[PAPERS] = figures["fingerprint"] if word else (last or {}).get(PAPERS, "")
    figures, unkept = _told_unkept(job, figures)
    files |= _boards(figures)
    if keep and not unkept:
        for name in (PAGE, FIGURES):
            job.keep(name, files[name])
        figures, unkept = _told_unkept(job, figures)
        files |= _boards(figures)
    job.workspace.publish(files)
    job.unkept.clear()
    return Outcome(figures, collected.read, told.count, where=where, papers=made, unkept=unkept)


def _boards(figures: dict[str, Any]) -> dict[str, bytes]:
    """Return what shows the figures; bao-cao.json comes last: with it the results are whole."""
    from dankheo_sheets.outputs import page

    text = json.dumps(figures, ensure_ascii=False, indent=1)
    return {PAGE: page.page(figures), FIGURES: text.encode()}


def _told_unkept(job: Job, figures: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the figures with what is on this machine only: the next run tries to keep it."""
    if not job.unkept:
        return figures, False
    names = sorted(job.unkept)
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    why = next(iter(job.unkept.values()))
    remedy = why.hint or "lần tới chạy dankheo run hay report sẽ lưu lại"
    note = (
        f"{vietnamese.count(len(names))} tệp chưa lưu được lên Google Drive, chỉ có trên máy này "
        f"({some}): {why.message}. Giữ thư mục archive; {remedy}."
    )
    return {**figures, "notes": [*figures["notes"], note], "fingerprint": "", PAPERS: ""}, True


_NAMED = 3


def _shown(job: Job, drawing: Drawing) -> tuple[str, list[str]]:
    """Show the master; return where, and what of it did not work: the results do not wait."""
    try:
        return job.workspace.show(drawing), []
    except NoRoom:
        return "", [_NO_MASTER]
    except (Refused, SharingLimit) as error:
        return "", [f"Bảng tổng hợp trên Google Drive: {error.message}"]
