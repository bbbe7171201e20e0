"""Sheets: answers of the live service, as recorded (reference/google.md §9.3, §9.5)."""

from typing import Any

import pytest

from tests.google_emulator import Emulator
from tests.test_google_emulator.api import UNIT, USER, Api
from tests.test_google_emulator.test_batch import area, get

RED = {"rgbColor": {"red": 1}}
COLUMNS = {"dimension": "COLUMNS"}


def colour(api: Api, sheet: str, fields: str, **properties: Any) -> Any:
    """Change the colour of the tab; return what is told of it then."""
    change = {"properties": properties, "fields": fields}
    api.batch(sheet, {"updateSheetProperties": change})
    return get(api, sheet, "sheets/properties(tabColor,tabColorStyle)")["sheets"][0]["properties"]


def widths(api: Api, sheet: str) -> list[int]:
    shown = get(api, sheet, "sheets/data/columnMetadata/pixelSize", ranges="A1:C1")
    return [column["pixelSize"] for column in shown["sheets"][0]["data"][0]["columnMetadata"]]


@pytest.mark.parametrize(
    "unset", [{"users": [], "groups": []}, {"users": None}, {}], ids=["empty", "null", "none"]
)
def test_the_reply_to_a_protection_leaves_out_what_was_not_given(
    user: Api, sheet: str, unset: Any
) -> None:
    """As gspread sends it."""
    where = area(0, 0, 2, 2)
    sent = {
        "range": {**where, "sheetId": 0},
        "description": None,
        "warningOnly": False,
        "requestingUserCanEdit": False,
        "editors": unset,
    }

    (reply,) = user.batch(sheet, {"addProtectedRange": {"protectedRange": sent}})

    number = reply["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    told = {"protectedRangeId": number, "range": where, "requestingUserCanEdit": True}
    assert reply == {"addProtectedRange": {"protectedRange": {**told, "editors": {}}}}
    kept = get(user, sheet, "sheets/protectedRanges")["sheets"][0]["protectedRanges"]
    assert kept == [{**told, "editors": {"users": [USER]}}]


def test_a_protection_may_be_sent_with_editors_that_are_null(
    google: Emulator, user: Api, sheet: str
) -> None:
    """Which is as if there were none: everybody who may edit stays an editor."""
    user.share(sheet, UNIT)
    sent = {"range": area(0, 0, 1, 1), "editors": None, "description": ""}

    (reply,) = user.batch(sheet, {"addProtectedRange": {"protectedRange": sent}})

    assert "description" not in reply["addProtectedRange"]["protectedRange"]
    assert get(user, sheet, "sheets/protectedRanges(editors,description)") == {
        "sheets": [{"protectedRanges": [{"editors": {"users": [USER, UNIT]}}]}]
    }
    Api(google, UNIT).write(sheet, "A1", [["x"]])


def test_a_filter_without_edges_reads_back_with_those_of_the_grid(user: Api, sheet: str) -> None:
    user.batch(sheet, {"setBasicFilter": {"filter": {"range": {"sheetId": 0}}}})

    shown = get(user, sheet, "sheets/basicFilter")

    assert shown == {"sheets": [{"basicFilter": {"range": area(0, 0, 1000, 26)}}]}


@pytest.mark.parametrize(
    ("fields", "unset"),
    [
        ("tabColorStyle", {"tabColorStyle": {"rgbColor": None}}),
        ("tabColorStyle", {"tabColorStyle": {}}),
        ("tabColorStyle.rgbColor", {"tabColorStyle": {"rgbColor": None}}),
        ("tabColorStyle", {}),
        ("tabColor", {}),
    ],
)
def test_a_tab_colour_that_is_cleared_leaves_nothing(
    user: Api, sheet: str, fields: str, unset: Any
) -> None:
    assert colour(user, sheet, "tabColorStyle", tabColorStyle=RED) == {
        "tabColor": {"red": 1},
        "tabColorStyle": RED,
    }

    assert colour(user, sheet, fields, **unset) == {}


def test_a_tab_colour_is_rounded_and_black_is_one(user: Api, sheet: str) -> None:
    half = {"red": 0.5, "green": 0.0}

    assert colour(user, sheet, "tabColor", tabColor=half) == {
        "tabColor": {"red": 0.49803922},
        "tabColorStyle": {"rgbColor": {"red": 0.49803922}},
    }
    assert colour(user, sheet, "tabColorStyle", tabColorStyle={"rgbColor": {}}) == {
        "tabColor": {},
        "tabColorStyle": {"rgbColor": {}},
    }


def test_a_column_is_resized_to_its_text(user: Api, sheet: str) -> None:
    user.write(sheet, "A1:C3", [["A" * 1024, None, "ba dòng\ndài nhất"], ["A", None, 12]])

    resize = {"dimensions": {**COLUMNS, "startIndex": 0, "endIndex": 2}}
    replies = user.batch(sheet, {"autoResizeDimensions": resize})

    assert replies == [{}]
    assert widths(user, sheet) == [9483, 100, 100]
    both = {"dimensions": {**COLUMNS, "startIndex": 2, "endIndex": 3}}
    user.batch(sheet, {"autoResizeDimensions": both})
    assert widths(user, sheet)[2] == 75  # eight characters


def test_a_row_is_resized_to_the_default_and_stays_hidden(user: Api, sheet: str) -> None:
    where = {"dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    size = {"pixelSize": 200, "hiddenByUser": True}
    change = {"range": where, "properties": size, "fields": "pixelSize,hiddenByUser"}
    user.batch(sheet, {"updateDimensionProperties": change})

    user.batch(sheet, {"autoResizeDimensions": {"dimensions": where}})

    shown = get(user, sheet, "sheets/data/rowMetadata", ranges="A1")
    assert shown == {
        "sheets": [{"data": [{"rowMetadata": [{"pixelSize": 21, "hiddenByUser": True}]}]}]
    }
