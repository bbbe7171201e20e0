"""What is written on a sheet beside its content, read back whatever a person made of it."""

import json

import pytest

from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.standing.sheet_properties import moment
from dankheo_sheets.steps.run import run
from tests.steps.conftest import Fill, at, unit_of


@pytest.mark.parametrize("text", ["2022-04-20", "2022-04-06T10:00:00", "mai", "", None])
def test_what_is_no_moment_with_a_zone_is_none(text: str | None) -> None:
    assert moment(text) is None


def test_a_moment_is_read_back() -> None:
    assert moment(at("06 10:00").isoformat()) == at("06 10:00")


def test_damaged_moments_stop_no_run(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "06 09:00")
    marks = job.directory / "workbooks" / ".dankheo" / "HCTH.json"
    marks.parent.mkdir(exist_ok=True)
    broken = {"extended_until": "2022-04-20", "decision": "returned 2022-04-06T10:00:00"}
    marks.write_text(json.dumps({**broken, "mail_reminder": "x|y", "closed_at": "2022-04-12"}))

    outcome = run(job, at("07 09:00")).outcome

    assert unit_of(outcome.board, "HCTH")["status"] == "submitted"


def test_a_sheet_whose_closing_was_damaged_is_closed_again(job: Context, fill_in: Fill) -> None:
    fill_in("HCTH", "06 09:00")
    run(job, at("12 08:00"))
    marks = job.directory / "workbooks" / ".dankheo" / "HCTH.json"
    marks.write_text(json.dumps(json.loads(marks.read_text()) | {"closed_at": "12/4"}))

    outcome = run(load_context(job.directory), at("12 09:00")).outcome

    unit = unit_of(outcome.board, "HCTH")
    assert (unit["status"], unit["closed"], unit["late"]) == ("submitted", True, False)
    assert json.loads(marks.read_text())["closed_at"] == at("12 09:00").isoformat()
