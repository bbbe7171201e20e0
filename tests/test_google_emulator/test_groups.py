"""Sheets: groups of rows and columns (sheets.v4; reference/google.md §9.5)."""

from typing import Any

import pytest

from tests.test_google_emulator.api import Api
from tests.test_google_emulator.test_batch import get


def group(start: int, end: int, kind: str = "add", dimension: str = "COLUMNS") -> Any:
    where = {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}
    return {f"{kind}DimensionGroup": {"range": where}}


def told(*groups: tuple[int, int, int], dimension: str = "COLUMNS") -> list[Any]:
    return [
        {
            "range": {"dimension": dimension, "startIndex": start, "endIndex": end},
            "depth": depth,
        }
        for start, end, depth in groups
    ]


def columns(api: Api, sheet: str) -> Any:
    return get(api, sheet, "sheets/columnGroups")["sheets"][0].get("columnGroups", [])


def test_a_group_is_added_and_deleted_and_its_control_stays(user: Api, sheet: str) -> None:
    """Word for word as recorded."""
    grid = "sheets(properties/gridProperties,rowGroups,columnGroups)"

    added = user.batch(sheet, group(0, 2))
    after = get(user, sheet, grid)["sheets"][0]
    deleted = user.batch(sheet, group(0, 2, "delete"))

    size = {"rowCount": 1000, "columnCount": 26, "columnGroupControlAfter": True}
    assert added == [{"addDimensionGroup": {"dimensionGroups": told((0, 2, 1))}}]
    assert after == {"properties": {"gridProperties": size}, "columnGroups": told((0, 2, 1))}
    assert deleted == [{"deleteDimensionGroup": {}}]
    assert get(user, sheet, grid)["sheets"] == [{"properties": {"gridProperties": size}}]


@pytest.mark.parametrize(
    ("first", "second", "groups"),
    [
        ((2, 4), (1, 5), [(1, 5, 1), (2, 4, 2)]),
        ((1, 5), (2, 4), [(1, 5, 1), (2, 4, 2)]),
        ((1, 4), (2, 5), [(1, 5, 1), (2, 4, 2)]),
        ((1, 3), (6, 9), [(1, 3, 1), (6, 9, 1)]),
    ],
    ids=["around", "inside", "overlapping", "apart"],
)
def test_groups_over_groups_are_deeper(
    user: Api, sheet: str, first: tuple[int, int], second: tuple[int, int], groups: Any
) -> None:
    replies = user.batch(sheet, group(*first), group(*second))

    assert replies[1] == {"addDimensionGroup": {"dimensionGroups": told(*groups)}}
    assert columns(user, sheet) == told(*groups)


def test_deleting_takes_one_depth_from_the_range(user: Api, sheet: str) -> None:
    """B:E with C:D inside; without D:E they are B:D and C:C."""
    replies = user.batch(sheet, group(1, 5), group(2, 4), group(3, 5, "delete"))

    left = told((1, 4, 1), (2, 3, 2))
    assert replies[2] == {"deleteDimensionGroup": {"dimensionGroups": left}}


def test_rows_have_their_own_groups_which_move_with_them(user: Api, sheet: str) -> None:
    def rows(start: int, end: int) -> Any:
        return {"range": {"dimension": "ROWS", "startIndex": start, "endIndex": end}}

    user.batch(
        sheet,
        group(4, 8, dimension="ROWS"),
        group(1, 2),
        {"insertDimension": rows(6, 8)},
        {"deleteDimension": rows(0, 3)},
    )

    shown = get(user, sheet, "sheets(rowGroups,columnGroups)")["sheets"]
    assert shown == [
        {"rowGroups": told((1, 7, 1), dimension="ROWS"), "columnGroups": told((1, 2, 1))}
    ]


def test_what_is_not_known_of_groups_is_not_pretended(user: Api, sheet: str) -> None:
    user.batch(sheet, group(1, 3))

    assert user.batch_refused(sheet, group(3, 5))[0] == 501
    assert user.batch_refused(sheet, group(2, 4, "delete"))[0] == 501
    assert user.batch_refused(sheet, group(25, 27))[0] == 400
