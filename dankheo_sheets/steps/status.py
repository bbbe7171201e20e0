"""Status: where everyone stands by what was last read. Writes nothing."""

from datetime import datetime

from dankheo_sheets.board.figures import board_of
from dankheo_sheets.board.model import Board
from dankheo_sheets.notices import short
from dankheo_sheets.operations.collect import collect
from dankheo_sheets.operations.context import Context


def status(context: Context, now: datetime) -> Board:
    """Return the board of the last reads; sheets changed since are named in the notes."""
    collected = collect(context, context.workspace.sheets(), now, download=False)
    board, unread = board_of(collected.register).noting(collected.notes), collected.unread
    if unread:
        board = board.noting(
            [f"{len(unread)} biểu chưa đọc, chạy dankheo sync: {', '.join(unread)}"]
        )
    return board


def short_notices(context: Context, now: datetime, *, phone: bool) -> list[str]:
    """Return the short texts for a chat, or whom to call, by what was last read."""
    register = collect(context, context.workspace.sheets(), now, download=False).register
    return list(short.for_phone(register) if phone else short.for_chat(register, now))


def addresses(context: Context) -> list[tuple[str, str, str, str]]:
    """Return code, name, mail addresses and where the sheet is, for each unit that has one."""
    sheets = {sheet.unit: sheet for sheet in context.workspace.sheets()}
    return [
        (unit.code, unit.name, "; ".join(unit.emails), sheets[unit.code].url)
        for unit in context.units
        if unit.code in sheets
    ]
