"""What people do in a browser: no request, no quota, no log, but access, lock, protection.

An empty e-mail is somebody who is not signed in and has the link: only a link permission lets
them in, and what they change has no ``lastModifyingUser`` (reference/google.md §3.3).
"""

from typing import Any

from . import a1, errors, schema, sheets, typed, values
from .errors import Json
from .guard import check_cells, writable
from .identities import Caller
from .world import Call, World


def type_into(
    world: World, file_id: str, a1_range: str, rows: list[list[Any]], email: str, *, raw: bool
) -> None:
    """Type rows from a place on; ``raw`` pastes them as they are."""
    path = {"spreadsheetId": file_id, "range": a1_range}
    query = {"valueInputOption": ["RAW" if raw else "USER_ENTERED"]}
    call = _call(world, "PUT", "/v4/spreadsheets/x/values/A1", email, path, query, {"values": rows})
    if not raw:
        call.body["values"] = _as_typed(call, rows)
    values.update(call)


def edit(world: World, file_id: str, requests: list[Json], email: str) -> None:
    """Change a sheet: the same requests as batchUpdate takes."""
    path, body = {"spreadsheetId": file_id}, {"requests": requests}
    sheets.batch_update(
        _call(world, "POST", "/v4/spreadsheets/x:batchUpdate", email, path, {}, body)
    )


def put_picture(world: World, file_id: str, a1_cell: str, email: str) -> None:
    """Lay a picture over the cells; the API does not show it, the export does."""
    path = {"spreadsheetId": file_id}
    call = _call(world, "POST", "/v4/spreadsheets/x:batchUpdate", email, path, {}, {})
    file = writable(call)
    assert file.document is not None
    draft = file.document.copy()
    area = a1.find(draft, a1_cell)
    check_cells(call, file, area.tab, [(area.top, area.left)])
    area.tab.pictures.append((area.top, area.left))
    file.document = draft
    world.store.touch(file, call.caller)


def _call(
    world: World,
    http: str,
    target: str,
    email: str,
    path: dict[str, str],
    query: dict[str, list[str]],
    body: Json,
) -> Call:
    found = schema.find(http, target)
    assert found is not None
    problems = schema.check_body("sheets", found[0].request, body)
    if problems:  # a mistake of the test: a person cannot do it
        raise errors.sheets(400, "; ".join(map(str, problems)))
    return Call(world, found[0], Caller(email), path, query, body)


def _as_typed(call: Call, rows: list[list[Any]]) -> list[list[Any]]:
    """Write numbers as a person types them where the cells are plain text."""
    document = writable(call).document
    assert document is not None
    area = a1.find(document, call.path["range"])

    def one(row: int, column: int, value: Any) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        cell = area.tab.cells.get((area.top + row, area.left + column), {})
        return typed.shown(value, {}, document) if number and typed.is_text(cell) else value

    return [[one(r, c, value) for c, value in enumerate(line)] for r, line in enumerate(rows)]
