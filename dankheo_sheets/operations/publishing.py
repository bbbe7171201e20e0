"""The results: made from what was collected, put where people look for them.

bao-cao.json comes last and says what they were made from, so that an interrupted run is not taken
for a whole one.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dankheo_sheets import program, vietnamese
from dankheo_sheets.board.figures import board_of
from dankheo_sheets.board.model import Board
from dankheo_sheets.decide.actions import SYNC, Selection, decide
from dankheo_sheets.decide.state import State
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
_STALE = f"{issuing.REPORT} lập trước lần đọc này: chạy dankheo report"


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    board: Board
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


def last_board(context: Context) -> Board | None:
    """Return the bao-cao.json of the last run, if there is a whole one."""
    try:
        return Board.model_validate_json((context.out / FIGURES).read_bytes())
    except (OSError, ValueError):
        return None


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
    from dankheo_sheets.outputs.master import tables
    from dankheo_sheets.outputs.master_xlsx import Master, workbook

    register, keep = state.register, decide(state, now, selection).keep
    assert register is not None  # it was read
    board = board_of(register)
    if context.rehearses:
        return Outcome(board.noting(notes), documents=selection.papers)
    if not local:
        keep_finals(context, state.sheets)
    if keep:
        context.keep_journal()
    drawing = Master(context.campaign, tables(register, board, context.journal.events()))
    files = {MASTER: workbook(drawing)}
    made = issuing.write(context, register, now) if selection.papers else None
    about = issuing.lacking(context, made.report) if made else []
    if made and keep:
        about += issuing.keep(context, made)
    if not made and (context.out / issuing.REPORT).exists():
        about.append(_STALE)
    where, lacking = ("", []) if local else _shown(context, drawing)
    if keep:
        context.keep(MASTER, files[MASTER])
    whole = "" if state.unread or lacking else state.mark
    before = state.last.papers if state.last else ""
    board = board.noting(notes, unlisted_fields.notes(register), lacking, about).made_from(
        whole, papers=whole if made else before
    )
    board = _with_unkept(context, board)
    files |= _boards(board)
    if keep and not context.unkept:
        for name in (PAGE, FIGURES):
            context.keep(name, files[name])
        if context.unkept:
            board = _with_unkept(context, board)
            files |= _boards(board)
    unkept = bool(context.unkept)
    context.workspace.results.publish(files)
    context.unkept.clear()
    return Outcome(board, where=where, documents=selection.papers, papers=made, unkept=unkept)


def only_read(context: Context, state: State, now: datetime, why: WorkspaceError) -> Outcome:
    """Return the board without writing where the sheets live, and say `why`.

    What is read is kept here, with the results of it, unless the other run works here too.
    """
    here_alone = context.workspace.results.are_kept_apart
    sheets = context.workspace.sheets()
    read = collect(context, sheets, now, download=here_alone)
    if not here_alone:
        return Outcome(board_of(read.register), changed=False, busy=why)
    state = replace(state, sheets=sheets, register=read.register, unread=read.unread, mark="")
    outcome = publish(context, state, read.notes, now, local=True)
    return replace(outcome, downloaded=read.downloaded, busy=why)


def _boards(board: Board) -> dict[str, bytes]:
    """Return what shows the board; bao-cao.json comes last: with it the results are whole."""
    from dankheo_sheets.board.html import page

    return {PAGE: page(board), FIGURES: board.model_dump_json(indent=1).encode()}


def _with_unkept(context: Context, board: Board) -> Board:
    """Return the board with what is on this machine only: the next run tries to keep it."""
    if not context.unkept:
        return board
    names = sorted(context.unkept)
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    why = next(iter(context.unkept.values()))
    remedy = why.hint or "lần tới chạy dankheo run hay report sẽ lưu lại"
    note = (
        f"{vietnamese.count(len(names))} tệp chưa lưu được lên {context.workspace.where}, chỉ có "
        f"trên máy này ({some}): {why.message}. Giữ thư mục archive; {remedy}."
    )
    return board.noting([note]).made_from("", papers="")


_NAMED = 3


def _shown(context: Context, drawing: Drawing) -> tuple[str, list[str]]:
    """Show the master; return where, and what of it did not work: the results do not wait."""
    try:
        return context.workspace.results.show(drawing), []
    except NoRoom as error:
        return "", [error.message]
    except Refused as error:
        return "", [f"Bảng tổng hợp trên {context.workspace.where}: {error.message}"]
