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
from dankheo_sheets.decide.actions import SYNC, Selection
from dankheo_sheets.errors import NoRoom, Refused, SharingLimit, WorkspaceError
from dankheo_sheets.standing.deadlines import deadline
from dankheo_sheets.standing.sheet_properties import shown
from dankheo_sheets.steps import papers
from dankheo_sheets.steps.collect import Collected, collect
from dankheo_sheets.steps.job import Job, Track, silently
from dankheo_sheets.steps.kept import keep_finals
from dankheo_sheets.steps.papers import Papers
from dankheo_sheets.steps.turn import keep_journal
from dankheo_sheets.workspace.base import Drawing, Sheet

MASTER, FIGURES, PAGE = "tong-hop.xlsx", "bao-cao.json", "tien-do.html"
_NO_MASTER = (
    "Tài khoản không được tạo tệp trên Drive, kết quả chỉ có trên máy này: chép một bảng tính "
    "trống tên “Bảng tổng hợp” vào thư mục rồi chạy dankheo provision --adopt"
)
_STALE = f"{papers.REPORT} lập trước lần đọc này: chạy dankheo report"


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
        [now >= deadline(job.campaign, unit, by_unit.get(unit.code)) for unit in job.units],
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def last_board(job: Job) -> Board | None:
    """Return the bao-cao.json of the last run, if there is a whole one."""
    try:
        return Board.model_validate_json((job.out / FIGURES).read_bytes())
    except (OSError, ValueError):
        return None


def publish(
    job: Job,
    collected: Collected,
    notes: Sequence[str],
    mark: str,
    now: datetime,
    selection: Selection = SYNC,
    *,
    local: bool = False,
) -> Outcome:
    """Rebuild the results from what was collected.

    The figures come last and carry `mark`, so an interrupted run is not taken for a whole one;
    a run that could not read a unit carries none, so that the next one tries again.
    With `local` nothing is written where the sheets live.
    """
    from dankheo_sheets import unlisted_fields
    from dankheo_sheets.outputs.master import tables
    from dankheo_sheets.outputs.master_xlsx import Master, workbook

    if job.rehearses:
        noted = board_of(collected.register).noting(collected.notes, notes)
        return Outcome(noted, collected.downloaded, documents=selection.papers)
    if not local:
        keep_finals(job, collected.sheets.values())
    if selection.keep:
        keep_journal(job)
    register, last = collected.register, last_board(job)
    board = board_of(register)
    drawing = Master(job.campaign, tables(register, board, job.journal.events()))
    files = {MASTER: workbook(drawing)}
    made = papers.write(job, register, now) if selection.papers else None
    about = papers.lacking(job, made.report) if made else []
    if made and selection.keep:
        about += papers.keep(job, made)
    if not made and (job.out / papers.REPORT).exists():
        about.append(_STALE)
    where, lacking = ("", []) if local else _shown(job, drawing)
    if selection.keep:
        job.keep(MASTER, files[MASTER])
    whole = "" if collected.unread or lacking else mark
    before = last.papers if last else ""
    board = board.noting(
        collected.notes, notes, unlisted_fields.notes(register), lacking, about
    ).made_from(whole, papers=whole if made else before)
    board = _with_unkept(job, board)
    files |= _boards(board)
    if selection.keep and not job.unkept:
        for name in (PAGE, FIGURES):
            job.keep(name, files[name])
        if job.unkept:
            board = _with_unkept(job, board)
            files |= _boards(board)
    unkept = bool(job.unkept)
    job.workspace.publish(files)
    job.unkept.clear()
    return Outcome(
        board,
        collected.downloaded,
        where=where,
        documents=selection.papers,
        papers=made,
        unkept=unkept,
    )


def only_read(job: Job, now: datetime, why: WorkspaceError, *, track: Track = silently) -> Outcome:
    """Return the board without writing where the sheets live, and say `why`.

    What is read is kept here, with the results of it, unless the other run works here too.
    """
    here_alone = job.workspace.keeps_apart
    collected = collect(job, job.workspace.sheets(), now, download=here_alone, track=track)
    if here_alone:
        outcome = publish(job, collected, (), "", now, local=True)
        return replace(outcome, busy=why)
    return Outcome(board_of(collected.register), changed=False, busy=why)


def _boards(board: Board) -> dict[str, bytes]:
    """Return what shows the board; bao-cao.json comes last: with it the results are whole."""
    from dankheo_sheets.board.html import page

    return {PAGE: page(board), FIGURES: board.model_dump_json(indent=1).encode()}


def _with_unkept(job: Job, board: Board) -> Board:
    """Return the board with what is on this machine only: the next run tries to keep it."""
    if not job.unkept:
        return board
    names = sorted(job.unkept)
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    why = next(iter(job.unkept.values()))
    remedy = why.hint or "lần tới chạy dankheo run hay report sẽ lưu lại"
    note = (
        f"{vietnamese.count(len(names))} tệp chưa lưu được lên Google Drive, chỉ có trên máy này "
        f"({some}): {why.message}. Giữ thư mục archive; {remedy}."
    )
    return board.noting([note]).made_from("", papers="")


_NAMED = 3


def _shown(job: Job, drawing: Drawing) -> tuple[str, list[str]]:
    """Show the master; return where, and what of it did not work: the results do not wait."""
    try:
        return job.workspace.show(drawing), []
    except NoRoom:
        return "", [_NO_MASTER]
    except (Refused, SharingLimit) as error:
        return "", [f"Bảng tổng hợp trên Google Drive: {error.message}"]
