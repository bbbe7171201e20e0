"""What somebody wrote by hand, and wrongly: a run passes over it, or says what is wrong once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dankheo_sheets.campaign import load_campaign
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.journal import Journal, What, event
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import run
from dankheo_sheets.written_dates import MOMENT_EXPECTED
from tests.conftest import EXAMPLE
from tests.steps.conftest import at

EVENT = {
    "at": "2022-04-05T08:00:00+07:00", "who": "Lan", "what": "đọc biểu", "unit": "HCTH",
    "detail": "x", "ref": "",
}  # fmt: skip
Changed = Callable[[str, str], Path]


@pytest.fixture
def job(tmp_path: Path) -> Context:
    for name in ("campaign.toml", "units.csv"):
        shutil.copy(EXAMPLE / name, tmp_path)
    return load_context(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "{", "null", "[1]", '"x"', "{}", "\x00\x01", "[" * 100_000,
        json.dumps({"at": 5}),
        json.dumps({**EVENT, "more": 1}),
        json.dumps({**EVENT, "who": 1}),
        json.dumps({**EVENT, "unit": {}}),
        json.dumps({**EVENT, "ref": []}),
        json.dumps({**EVENT, "what": None}),
        json.dumps({**EVENT, "at": "2022-04-05T08:00:00"}),
        json.dumps({**EVENT, "at": "hôm nay"}),
        json.dumps({**EVENT, "at": "0001-01-01T00:00:00+07:00"}),
        json.dumps({**EVENT, "at": "9999-12-31T23:59:59-12:00"}),
    ],
    ids=lambda line: line[:40],
)  # fmt: skip
def test_a_damaged_line_of_the_journal_is_passed_over(job: Context, line: str) -> None:
    run(job, at("05 08:10"))
    before = job.journal.events()
    path = job.directory / "archive" / "nhat-ky.jsonl"
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")

    result = run(load_context(job.directory), at("05 09:10"))

    assert not result.waits
    assert job.journal.events() == before


def test_who_runs_it_may_be_called_anything(tmp_path: Path) -> None:
    """An environment variable need not be UTF-8."""
    journal = Journal(tmp_path / "nhat-ky.jsonl")

    journal.add([event(at("05 08:10"), "Lan \udcff", What.READ, "HCTH", "=1+1\x00")])

    assert [(each.who, each.detail) for each in journal.events()] == [("Lan \ufffd", "=1+1")]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    def changed(old: str, new: str) -> Path:
        text = (EXAMPLE / "campaign.toml").read_text("utf-8")
        assert old in text
        path = tmp_path / "campaign.toml"
        path.write_text(text.replace(old, new), "utf-8")
        return path

    return changed


@pytest.mark.parametrize(
    ("typed", "found"), [('"đầu tháng 4"', "đầu tháng 4"), ("08:00:00", "08:00:00"), ("5", "5")]
)
def test_a_wrong_opening_day_is_one_mistake(changed: Changed, typed: str, found: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_campaign(changed("opens = 2022-04-05 ", f"opens = {typed} "))

    assert caught.value.mistakes == (f"campaign.toml: opens: ghi “{found}”; {MOMENT_EXPECTED}",)


def test_a_deadline_is_kept_in_whole_seconds(changed: Changed) -> None:
    """That is how sheets remember which one their unit was told."""
    campaign = load_campaign(changed("2022-04-12 ", "2022-04-12T17:00:00.5+07:00 "))

    assert campaign.deadline.moment == at("12 17:00")
