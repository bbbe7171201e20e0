"""The pieces that are read in one place: masks, schema, examples in docstrings."""

import doctest
import importlib
from typing import Any

import pytest

from tests.google_emulator import fields, schema


@pytest.mark.parametrize("module", ["a1", "calc", "clock", "colours", "export", "fields"])
def test_the_examples_in_the_docstrings_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"tests.google_emulator.{module}"))

    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("a", {"a": {"b": 1, "c": [{"d": 2, "e": 3}, {}]}}),
        ("a.b", {"a": {"b": 1}}),
        ("a/c/d", {"a": {"c": [{"d": 2}, {}]}}),
        ("a(b,c(e))", {"a": {"b": 1, "c": [{"e": 3}, {}]}}),
        ("a/*", {"a": {"b": 1, "c": [{"d": 2, "e": 3}, {}]}}),
        ("z", {}),
        ("a(z)", {"a": {}}),
    ],
)
def test_a_mask_selects_and_keeps_empty_branches(mask: str, expected: Any) -> None:
    value = {"a": {"b": 1, "c": [{"d": 2, "e": 3}, {}]}, "x": 0}

    assert fields.select(value, fields.parse(mask)) == expected


@pytest.mark.parametrize("mask", ["", "a(", "a)", "a,,b", "(a)", "a b(", "a(b))"])
def test_a_mask_that_is_none_is_refused(mask: str) -> None:
    with pytest.raises(fields.BadMask):
        fields.parse(mask)


@pytest.mark.parametrize(
    ("name", "body", "problems"),
    [
        ("File", {"name": "x", "properties": {"k": "v", "gone": None}}, []),
        ("File", {"properties": {"k": 1}}, ["properties.k: 1 is no string"]),
        ("File", {"version": 3}, ["version: 3 is no int64"]),
        ("File", {"createdTime": "today"}, ["createdTime: 'today' is no date-time"]),
        ("File", {"parents": "x"}, ["parents: 'x' is no array"]),
        ("Permission", {"role": "writer", "withLink": False}, ["withLink: unknown field"]),
    ],
)
def test_a_body_is_held_against_the_published_schema(
    name: str, body: Any, problems: list[str]
) -> None:
    assert [str(item) for item in schema.check_body("drive", name, body)] == problems


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"majorDimension": "DIAGONAL"}, 1),
        ({"values": [["x", 1, True, None]]}, 0),
        ({"range": None}, 0),
        ([], 1),
    ],
)
def test_enums_and_free_values_are_checked_too(body: Any, problems: int) -> None:
    assert len(schema.check_body("sheets", "ValueRange", body)) == problems


def test_an_answer_has_no_null() -> None:
    (problem,) = schema.check_body("sheets", "ValueRange", {"range": None}, answer=True)

    assert str(problem) == "range: null in an answer"


@pytest.mark.parametrize(
    ("http", "path", "method"),
    [
        ("GET", "/drive/v3/files", "drive.files.list"),
        ("POST", "/upload/drive/v3/files", "drive.files.create"),
        ("POST", "/v4/spreadsheets/x:batchUpdate", "sheets.spreadsheets.batchUpdate"),
        ("GET", "/v4/spreadsheets/x/values:batchGet", "sheets.spreadsheets.values.batchGet"),
        ("POST", "/v4/spreadsheets/x/values/A1:B2:append", "sheets.spreadsheets.values.append"),
        ("GET", "/v4/spreadsheets/x/values/%27a%2Fb%27!A1", "sheets.spreadsheets.values.get"),
    ],
)
def test_a_path_belongs_to_one_method(http: str, path: str, method: str) -> None:
    found = schema.find(http, path)

    assert found is not None
    assert found[0].id == method


def test_every_route_is_a_method_that_google_publishes() -> None:
    from tests.google_emulator.server import ROUTES

    assert ROUTES.keys() <= {method.id for method in schema.methods()}
