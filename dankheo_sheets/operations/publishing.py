"""The results: made from what was collected, put where people look for them.

bao-cao.json comes last and says what they were made from, so that an interrupted run is not taken
for a whole one.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dankheo_sheets import program, vietnamese
from dankheo_sheets import register as registers
from dankheo_sheets.decide.actions import SYNC, Selection, decide
from dankheo_sheets.decide.state import Figures, State
from dankheo_sheets.errors import NoRoom, Refused, WorkspaceError
from dankheo_sheets.operations import issuing
from dankheo_sheets.operations.collect import collect
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.issuing import Papers
from dankheo_sheets.operations.kept import keep_finals
from dankheo_sheets.standing.deadlines import deadline
from dankheo_sheets.standing.sheet_properties import shown
from dankheo_sheets.workspace.base import Drawing, Sheet

MASTER, FIGURES, PAGE = "tong-hop.xlsx", "bao-cao.json", "tien-do.html"
PAPERS = "papers"
"""In the figures: the fingerprint of those that the report and the units' forms were made of."""
_STALE = f"{issuing.REPORT} lập trước lần đọc này: chạy dankheo report"


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    figures: Figures
    """The content of bao-cao.json."""
    downloaded: tuple[str, ...] = ()
    """Units whose sheet was read."""
    told: int = 0
    """Units whose Phản hồi tab was rewritten."""
    changed: bool = True
    where: str = ""
    """Where the results were put, where they were."""
    documents: bool = False
    """The report and the units' forms are among the results."""
    papers: Papers | None = None
    """What became of them, where they were looked at."""
    unkept: bool = False
    """Something is on this machine only: it could not be kept where the sheets live."""
    busy: WorkspaceError | None = None
    """Why it was only read: another run is at work, or nothing may be written."""

    @property
    def read(self) -> int:
        """How many sheets were read."""
        return len(self.downloaded)

    @property
    def blocking(self) -> int:
        """How many findings must be mended, over all units."""
        return sum(
            finding["severity"] == "block"
            for unit in self.figures["units"]
            for finding in unit["findings"]
        )


NOTHING = Outcome({"units": [], "notes": []}, changed=False)
"""Of a campaign that has not opened."""


def fingerprint(context: Context, sheets: Sequence[Sheet], now: datetime) -> str:
    """Return a checksum of all that the results depend on."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    state = [
        program.fingerprint(),
        context.campaign.model_dump_json(),
        [repr(unit) for unit in context.units],
        [[s.unit, s.id, s.version, s.problem, s.gone, s.prepared, s.said_unit] for s in sheets],
        [[[b.id, b.version] for b in s.beside] for s in sheets],
        [shown(s.properties) for s in sheets],
        [context.archive.count(unit.code) for unit in context.units],
        len(context.journal.data()),
        [now >= deadline(context.campaign, unit, by_unit.get(unit.code)) for unit in context.units],
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def last_figures(context: Context) -> dict[str, Any] | None:
    """Return the bao-cao.json of the last run, if there is a whole one."""
    try:
        figures = json.loads((context.out / FIGURES).read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(figures, dict) and "fingerprint" in figures
    return figures if whole and isinstance(figures.get("units"), list) else None


def publish(
    context: Context,
    state: State,
    notes: Sequence[str],
    now: datetime,
    selection: Selection = SYNC,
    *,
    local: bool = False,
) -> Outcome:
    """Rebuild the results from what was read.

    The figures come last and carry the state's mark, so an interrupted run is not taken for a
    whole one; a run that could not read a unit carries none, so that the next one tries again.
    With `local` nothing is written where the sheets live.
    """
    from dankheo_sheets import unlisted_fields
    from dankheo_sheets.outputs import master, master_xlsx

    register, keep = state.register, decide(state, now, selection).keep
    assert register is not None  # it was read
    if context.rehearses:
        figures = registers.figures(register) | {"notes": [*notes]}
        return Outcome(figures, documents=selection.papers)
    if not local:
        keep_finals(context, state.sheets)
    if keep:
        context.keep_journal()
    drawing = master_xlsx.Master(register, master.tables(register, context.journal.events()))
    files = {MASTER: master_xlsx.workbook(register, drawing.tables)}
    made = issuing.write(context, register, now) if selection.papers else None
    about = issuing.lacking(context, made.report) if made else []
    if made and keep:
        about += issuing.keep(context, made)
    if not made and (context.out / issuing.REPORT).exists():
        about.append(_STALE)
    where, lacking = ("", []) if local else _shown(context, drawing)
    figures, unlisted = registers.figures(register), unlisted_fields.notes(register)
    if keep:
        context.keep(MASTER, files[MASTER])
    figures["notes"] = [*notes, *unlisted, *lacking, *about]
    figures["fingerprint"] = "" if state.unread or lacking else state.mark
    figures[PAPERS] = figures["fingerprint"] if made else (state.last or {}).get(PAPERS, "")
    figures, unkept = _told_unkept(context, figures)
    files |= _boards(figures)
    if keep and not unkept:
        for name in (PAGE, FIGURES):
            context.keep(name, files[name])
        figures, unkept = _told_unkept(context, figures)
        files |= _boards(figures) if unkept else {}
    context.workspace.results.publish(files)
    context.unkept.clear()
    return Outcome(figures, where=where, documents=selection.papers, papers=made, unkept=unkept)


def only_read(context: Context, state: State, now: datetime, why: WorkspaceError) -> Outcome:
    """Return the figures without writing where the sheets live, and say `why`.

    What is read is kept here, with the results of it, unless the other run works here too.
    """
    here_alone = context.workspace.results.are_kept_apart
    sheets = context.workspace.sheets()
    read = collect(context, sheets, now, download=here_alone)
    if not here_alone:
        return Outcome(registers.figures(read.register), changed=False, busy=why)
    state = replace(state, sheets=sheets, register=read.register, unread=read.unread, mark="")
    outcome = publish(context, state, read.notes, now, local=True)
    return replace(outcome, downloaded=read.downloaded, busy=why)


def _boards(figures: dict[str, Any]) -> dict[str, bytes]:
    """Return what shows the figures; bao-cao.json comes last: with it the results are whole."""
    from dankheo_sheets.outputs import page

    text = json.dumps(figures, ensure_ascii=False, indent=1)
    return {PAGE: page.page(figures), FIGURES: text.encode()}


def _told_unkept(context: Context, figures: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the figures with what is on this machine only: the next run tries to keep it."""
    if not context.unkept:
        return figures, False
    names = sorted(context.unkept)
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    why = next(iter(context.unkept.values()))
    remedy = why.hint or "lần tới chạy dankheo run hay report sẽ lưu lại"
    note = (
        f"{vietnamese.count(len(names))} tệp chưa lưu được lên {context.workspace.where}, chỉ có "
        f"trên máy này ({some}): {why.message}. Giữ thư mục archive; {remedy}."
    )
    return {**figures, "notes": [*figures["notes"], note], "fingerprint": "", PAPERS: ""}, True


_NAMED = 3


def _shown(context: Context, drawing: Drawing) -> tuple[str, list[str]]:
    """Show the master; return where, and what of it did not work: the results do not wait."""
    try:
        return context.workspace.results.show(drawing), []
    except NoRoom as error:
        return "", [error.message]
    except Refused as error:
        return "", [f"Bảng tổng hợp trên {context.workspace.where}: {error.message}"]
