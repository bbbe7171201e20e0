"""Sheets: named ranges as something to hold on to (reference/google.md §9.5)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, Api
from tests.test_google_emulator.test_batch import area, get
from tests.test_google_emulator.test_structure_of_sheets import named

WHERE = area(0, 0, 1, 1)


def update(fields: str, **wanted: Any) -> Any:
    return {"updateNamedRange": {"namedRange": wanted, "fields": fields}}


def delete(number: str) -> Any:
    return {"deleteNamedRange": {"namedRangeId": number}}


def test_a_named_range_gets_another_name_and_another_place(user: Api, sheet: str) -> None:
    (reply,) = user.batch(sheet, named("cu", WHERE))
    number = reply["addNamedRange"]["namedRange"]["namedRangeId"]
    place = area(2, 2, 4, 4)

    replies = user.batch(sheet, update("name", namedRangeId=number, name="moi", range=place))
    assert get(user, sheet, "namedRanges") == {
        "namedRanges": [{"namedRangeId": number, "name": "moi", "range": WHERE}]
    }
    user.batch(sheet, update("range", namedRangeId=number, range={**place, "sheetId": 0}))

    assert replies == [{}]
    assert get(user, sheet, "namedRanges") == {
        "namedRanges": [{"namedRangeId": number, "name": "moi", "range": place}]
    }


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (update("name", namedRangeId="x", name="moi"), "No named range with id: x"),
        (
            update("name", namedRangeId="a", name="B"),
            "A named range with the name 'B' already exists.",
        ),
        (
            update("name", namedRangeId="a", name="A1"),
            "The name 'A1' is not valid for a named range.",
        ),
        (
            update("range", namedRangeId="a", range={"sheetId": 9}),
            "No grid with id: 9",
        ),
        (
            update("", namedRangeId="a", name="moi"),
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
        ),
    ],
)
def test_a_named_range_that_would_make_no_sense_is_refused(
    user: Api, sheet: str, request_: Any, message: str
) -> None:
    user.batch(sheet, named("a", WHERE, namedRangeId="a"), named("b", WHERE, namedRangeId="b"))

    refused = user.batch_refused(sheet, request_)

    assert refused == (400, f"Invalid requests[0].updateNamedRange: {message}")


def test_a_named_range_may_keep_its_name(user: Api, sheet: str) -> None:
    user.batch(sheet, named("a", WHERE, namedRangeId="a"))

    user.batch(sheet, update("*", namedRangeId="a", name="A", range=WHERE))

    assert get(user, sheet, "namedRanges/name") == {"namedRanges": [{"name": "A"}]}


def test_an_id_that_a_client_chose_is_taken_once(user: Api, sheet: str) -> None:
    user.batch(sheet, named("a", WHERE, namedRangeId="khoa"))

    refused = user.batch_refused(sheet, named("b", WHERE, namedRangeId="khoa"))

    assert refused == (400, "Invalid requests[0].addNamedRange: Duplicate namedRangeId: khoa")


def test_what_is_not_there_cannot_be_deleted(user: Api, sheet: str) -> None:
    refused = user.batch_refused(sheet, delete("khoa"))

    assert refused == (400, "Invalid requests[0].deleteNamedRange: No named range with id: khoa")


def test_of_two_comers_who_trade_a_named_range_for_another_the_second_gets_nothing(
    google: Emulator, user: Api, sheet: str
) -> None:
    """A lease is such a range: who deletes the old one holds the new one."""
    user.share(sheet, UNIT)
    user.batch(sheet, named("cho_thue", WHERE, namedRangeId="cu"))

    first = user.batch(sheet, delete("cu"), named("cho_thue", WHERE, namedRangeId="nhat"))
    second = Api(google, UNIT).batch_refused(
        sheet,
        {"addSheet": {"properties": {"title": "Của người thứ hai"}}},
        delete("cu"),
        named("thue_khac", WHERE, namedRangeId="nhi"),
    )

    assert first[0] == {}
    assert second == (400, "Invalid requests[1].deleteNamedRange: No named range with id: cu")
    assert get(user, sheet, "namedRanges,sheets/properties/title") == {
        "namedRanges": [{"namedRangeId": "nhat", "name": "cho_thue", "range": WHERE}],
        "sheets": [{"properties": {"title": "Sheet1"}}],
    }
