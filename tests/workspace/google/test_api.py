"""A success that is not what was asked for is none, whatever was asked."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from google.auth.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.errors import OutcomeUnknown
from dankheo_sheets.workspace.google import render, wanted
from dankheo_sheets.workspace.google.api import SMALL, Api
from dankheo_sheets.workspace.google.drive_file import FIELDS
from dankheo_sheets.workspace.google.errors import NoAnswer
from dankheo_sheets.workspace.google.rate_limit import Limits, Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.workspace.google.scripted import JSON, Answer, Clock, Script, ok

FILE = {
    "id": "1", "name": "Biểu", "mimeType": "application/vnd.google-apps.spreadsheet",
    "createdTime": "2022-04-05T01:00:00.000Z", "modifiedTime": "2022-04-05T01:00:00.000Z",
}  # fmt: skip
GRANT = {"id": "2", "type": "user", "role": "writer"}
TAB = {"properties": {"title": "Đăng ký"}}
ADD: dict[str, Any] = {"addSheet": {}}

Call = Callable[[Api], object]

ASKED: dict[str, tuple[Call, Any]] = {
    "a listing": (lambda api: list(api.files("")), {"files": [FILE]}),
    "a file": (lambda api: api.file("1"), FILE),
    "an update": (lambda api: api.update("1", {}), FILE),
    "a move": (lambda api: api.move("1", "2", "3"), FILE),
    "an upload over a file": (lambda api: api.upload({}, b"x", "1"), FILE),
    "who we are": (lambda api: api.about(), {"user": {"emailAddress": "a@b.vn"}}),
    "a shared drive": (lambda api: api.drive("1"), {"id": "1"}),
    "the grants": (lambda api: api.grants("1"), {"permissions": [GRANT]}),
    "a change of role": (lambda api: api.change_role("1", "2", "reader"), GRANT),
    "an owner kept": (lambda api: api.keep_owner("1", "2", "writer"), GRANT),
    "a spreadsheet": (lambda api: api.spreadsheet("1", render.STRUCTURE), {"sheets": [TAB]}),
    "a spreadsheet's id": (
        lambda api: api.spreadsheet("1", "spreadsheetId"),
        {"spreadsheetId": "1"},
    ),
    "changes that may be repeated": (
        lambda api: api.batch_update("1", [ADD], again=True),
        {"replies": [{}]},
    ),
    "values written": (lambda api: api.write_values("1", [{}]), {"responses": [{}]}),
    "values read": (lambda api: api.values("1", ["A1"]), {"valueRanges": [{}]}),
}
"""What may be asked twice, and the least that is an answer."""
ONCE: dict[str, tuple[Call, Any]] = {
    "a new file": (lambda api: api.create({}), FILE),
    "a copy": (lambda api: api.copy("1", {}), FILE),
    "a new upload": (lambda api: api.upload({}, b"x"), FILE),
    "a grant": (lambda api: api.grant("1", "a@b.vn", "writer", notify=False), GRANT),
    "changes": (lambda api: api.batch_update("1", [ADD], again=False), {"replies": [{}]}),
}
OTHERS = (b"{}", b"[]", b"null", b'"words"', b"<html>", b"PK\x03\x04", b"", b'{"error": {}}')


@pytest.fixture
def api(person: Credentials, manners: Manners) -> Iterator[Api]:
    """Return it without a pace: each second slept is one of patience."""
    with closing(Clients(person, replace(manners, limits=Limits(10**6, 10**6, 10**9)))) as clients:
        yield Api(clients)


def spoilt(value: Any) -> Iterator[Any]:
    """Yield a value with one key gone, one of another type, one list empty or too long."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {k: v for k, v in value.items() if k != key}
            for other in (None, 7, [7], {"x": 7}, *spoilt(inner)):
                yield {**value, key: other}
    elif isinstance(value, list):
        yield []
        yield from ([other] for item in value for other in (None, "x", *spoilt(item)))


def bodies(good: Any) -> list[bytes]:
    """Return what is no such answer."""
    odd = [json.dumps(each).encode() for each in spoilt(good) if each != {"files": []}]
    return [*OTHERS, *odd]


@pytest.mark.parametrize("what", ASKED)
def test_what_may_be_repeated_is_until_it_is_an_answer(
    api: Api, google: Script, clock: Clock, what: str
) -> None:
    call, good = ASKED[what]
    for body in bodies(good):
        google.will_answer(Answer(200, body, JSON), ok(good))

        call(api)

        assert google.answers == [], body
    assert set(clock.slept) == {2.0}


@pytest.mark.parametrize("what", ASKED)
def test_and_is_refused_after_six_tries(api: Api, google: Script, clock: Clock, what: str) -> None:
    google.will_answer(*[Answer(200, b"{}", JSON)] * 6)

    with pytest.raises(NoAnswer) as raised:
        ASKED[what][0](api)

    assert raised.value.message == "Google trả lời không đúng điều được hỏi (200)"
    assert clock.slept == [2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize("what", ONCE)
def test_what_must_not_happen_twice_is_looked_for_first(
    api: Api, google: Script, clock: Clock, what: str
) -> None:
    call, good = ONCE[what]
    for body in bodies(good):
        google.will_answer(Answer(200, body, JSON))
        with pytest.raises(OutcomeUnknown):
            call(api)

    google.will_answer(ok(good))
    call(api)
    assert clock.slept == []


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(name, b"x" * 100)
    return target.getvalue()


def test_an_export_is_a_whole_workbook(api: Api, google: Script, clock: Clock) -> None:
    whole = archive("[Content_Types].xml", "xl/workbook.xml")
    odd = [*OTHERS, whole[:-30], whole[:200], archive("word/document.xml"), archive()]
    for body in odd:
        google.will_answer(Answer(200, body), Answer(200, whole))

        assert api.export("1") == whole

    assert clock.slept == [2.0] * len(odd)


def test_a_large_upload_is_begun_where_it_says_where_to(api: Api, google: Script) -> None:
    google.will_answer(ok(), ok({"id": "1"}))

    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            api.upload({}, b"x" * (SMALL + 1))


@pytest.mark.parametrize(
    ("listing", "key"), [("a listing", "files"), ("the grants", "permissions")]
)
def test_a_listing_that_leads_back_to_itself_ends(
    api: Api, google: Script, listing: str, key: str
) -> None:
    call, good = ASKED[listing]
    google.will_answer(*[ok({**good, "nextPageToken": "A"})] * 2)

    with pytest.raises(NoAnswer, match="liệt kê mãi một trang"):
        call(api)

    assert [asked.query.get("pageToken") for asked in google.asked] == [None, ["A"]]


def test_what_google_leaves_out_is_not_missed(api: Api, google: Script) -> None:
    """Zeros, false and empty lists (reference/google.md §9.1): a sheet of id 0, an empty folder."""
    google.will_answer(ok({"files": []}), ok({"sheets": [TAB]}), ok({"valueRanges": [{}]}))

    assert list(api.files("")) == []
    assert api.spreadsheet("1", render.STRUCTURE) == {"sheets": [TAB]}
    assert api.values("1", ["A1"]) == [[]]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*FILE, "files", "x"]), inner),
    max_leaves=20,
)


@given(value=json_values)
def test_no_value_is_too_odd_to_be_looked_at(value: object) -> None:
    values = {"valueRanges": wanted.as_many(["A"], {"values?": [list]})}
    for shape in (wanted.files_of(FIELDS), wanted.GRANTS, wanted.ABOUT, values):
        assert wanted.fits(value, shape) in (True, False)


def test_every_method_that_returns_something_is_tried_here() -> None:
    tried = {
        *("files", "file", "update", "upload", "about", "drive", "grants", "change_role", "move"),
        *("keep_owner", "spreadsheet", "batch_update", "write_values", "values", "create", "copy"),
        *("grant", "export"),
    }
    others = {"files_in", "clients", "delete", "revoke", "download"}

    assert {name for name in vars(Api) if not name.startswith("_")} - others == tried
