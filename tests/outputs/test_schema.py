"""docs/bao-cao.schema.json says what bao-cao.json holds, to whoever reads it with a program."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from dankheo_sheets.board.model import Board
from tests.outputs.figures import figures_of, unit

SCHEMA = Path(__file__).parents[2] / "docs" / "bao-cao.schema.json"


def schema() -> str:
    """Return the schema of the types; `python -m tests.outputs.test_schema` publishes it."""
    return json.dumps(Board.model_json_schema(mode="serialization"), ensure_ascii=False, indent=1)


def test_the_schema_that_is_published_is_the_one_of_the_types() -> None:
    assert SCHEMA.read_text("utf-8") == f"{schema()}\n"


def test_every_key_is_there_and_a_moment_is_one_or_nothing() -> None:
    told = json.loads(schema())
    line = told["$defs"]["UnitLine"]

    assert set(told["required"]) == set(told["properties"])
    assert set(line["required"]) == set(line["properties"])
    assert line["properties"]["changed_at"]["anyOf"] == [
        {"type": "string", "format": "date-time"}, {"const": ""},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"version": 2}, {"rate": "nhiều"}, {"units": [unit("A", "A") | {"status": "x"}]}]
)
def test_what_is_not_of_this_form_is_not_read(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Board.model_validate(figures_of([unit("A", "A")]) | wrong)


if __name__ == "__main__":
    SCHEMA.write_text(f"{schema()}\n", "utf-8")
