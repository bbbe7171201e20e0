"""What `make bench` counts on Google is counted rightly; nothing here is timed."""

import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from benchmarks import campaign, formatted_rows, google, google_rows, phases
from benchmarks.google_campaign import GoogleCampaign
from benchmarks.google_clock import Timeline
from dankheo_sheets.form.reader import read
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.workspace.google.rate_limit import Kind, Manners, RateLimit


def at_once(threads: int, work: Callable[[], None]) -> None:
    """Do it in several threads, none of which begins before all are there."""
    ready = threading.Barrier(threads)

    def begin() -> None:
        ready.wait()
        work()

    with ThreadPoolExecutor(threads) as pool:
        for running in [pool.submit(begin) for _ in range(threads)]:
            running.result()


def test_two_who_sleep_half_a_minute_at_once_take_half_a_minute() -> None:
    clock = Timeline(1000.0)
    asleep = threading.Barrier(2)

    def sleep() -> None:
        clock.now()
        asleep.wait()
        clock.sleep(30)

    at_once(2, sleep)
    assert clock.now() == 1030


def test_who_sleeps_twice_takes_both() -> None:
    clock = Timeline(1000.0)
    clock.now()
    clock.sleep(30)
    clock.sleep(30)
    assert clock.now() == 1060


@pytest.mark.parametrize(
    ("requests", "minutes"), [(55, 0), (56, 1), (110, 1), (111, 2), (3_321, 60)]
)
def test_five_threads_write_as_many_sheets_in_a_minute_as_one(requests: int, minutes: int) -> None:
    """55 at once, the next 55 a minute later: the quota's arithmetic, whoever waits."""
    clock = Timeline(1000.0)
    pace = RateLimit(Manners(sleep=clock.sleep, now=clock.now))
    left = iter(range(requests))

    def write() -> None:
        for _ in left:
            pace.wait(Kind.SHEETS_WRITE)

    at_once(5, write)
    assert clock.now() == 1000 + 60 * minutes


def test_a_token_lasts_an_hour_of_the_simulated_clock(tmp_path: Path) -> None:
    with GoogleCampaign(tmp_path / "campaign", 1) as one:
        workspace = one.job().workspace
        asked = []
        for seconds in (0, 1800, 1800):
            one.clock.advance(seconds)
            workspace.sheets()
            asked.append(workspace.requests()["token"])
        assert asked == [1, 1, 2]
        assert {request.status for request in one.google.log} == {200}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return the campaign of one unit that has filled in its workbook."""
    campaign.set_up(tmp_path / "site", 1)
    campaign.fill(tmp_path / "site")
    return tmp_path / "site"


def test_the_floors_do_what_they_are_the_floor_of(site: Path) -> None:
    """They give out and tell workbooks that are read like ours, and keep what was read."""
    phases.run("sync", site)
    (path,) = (site / "workbooks").glob("*.xlsx")
    before = path.read_bytes()
    form = load_context(site).form
    for floor in ("provision_floor", "feedback_floor"):
        phases.run(floor, site)
        (made,) = (site / "floor").glob("*.xlsx")
        assert read(made.read_bytes(), form, "U0001") == read(before, form, "U0001")

    phases.run("sync_floor", site)

    kept = {each.name: each for each in (site / "floor").iterdir()}
    master = openpyxl.load_workbook(kept.pop("master.xlsx"))
    ours = openpyxl.load_workbook(site / "out" / "tong-hop.xlsx")
    assert [each.read_bytes() for each in kept.values()] == [before]
    assert master["Dữ liệu"]["H11"].value == ours["Dữ liệu"]["H11"].value
    assert path.read_bytes() == before


def test_formatted_rows_are_there_and_empty(site: Path) -> None:
    path = formatted_rows.workbook(site)
    form = load_context(site).form
    before = read(path.read_bytes(), form, "U0001")

    phases.run("formatted_rows", site)

    with zipfile.ZipFile(path) as package:
        rows = package.read("xl/worksheets/sheet1.xml").count(b'customFormat="1"')
    assert rows == formatted_rows.ROWS
    assert read(path.read_bytes(), form, "U0001") == before


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All that is counted, for three units."""
    work = tmp_path_factory.mktemp("bench")
    found = [
        {**step, "units": 3}
        for name in google_rows.PHASES
        for step in google.run(name, work / name, 3)
    ]
    return {step["name"]: step for step in found}


def test_every_step_is_counted_and_has_its_line(steps: dict[str, dict[str, Any]]) -> None:
    assert sorted(steps) == sorted(google_rows.STEPS)
    for step in steps.values():
        assert sum(step["requests"].values()) == sum(step["calls"].values()) > 0


def test_figures_with_a_limit_keep_it(steps: dict[str, dict[str, Any]]) -> None:
    measures = [m for m in google_rows.measures(list(steps.values())) if m.limit is not None]
    assert {m.name: m.verdict for m in measures} == {
        "google_provision_requests_per_unit": "ok",
        "google_provision_requests_beside": "ok",
        "google_sync_unchanged_requests": "ok",
        "google_close_requests_per_unit": "ok",
        "google_rate_refusals": "ok",
        "google_schema_violations": "ok",
    }


def test_the_lease_takes_three_requests_and_closing_ten_a_unit(
    steps: dict[str, dict[str, Any]],
) -> None:
    """Where nothing is written there is none."""
    assert {name: step["lease"] for name, step in steps.items()} == {
        "provision": 3,
        "sync_all": 3,
        "sync_all_no_feedback": 3,
        "sync_1_percent": 3,
        "sync_unchanged": 0,
        "close": 3,
        "ordinary_provision": 0,
        "ordinary_read": 0,
    }
    assert steps["close"]["of_units"] == 10 * steps["close"]["units"]


def test_the_usual_script_takes_four_requests_to_give_a_sheet_and_three_to_read_it(
    steps: dict[str, dict[str, Any]],
) -> None:
    """Copy, open, comments, share; open, find the tab, its values (reference/google.md §7)."""
    assert steps["ordinary_provision"]["calls"] == {
        "/token": 1,
        "drive.files.copy": 3,
        "sheets.spreadsheets.get": 3,
        "drive.comments.list": 3,
        "drive.permissions.create": 3,
    }
    assert steps["ordinary_read"]["calls"] == {
        "/token": 1,
        "sheets.spreadsheets.get": 6,
        "sheets.spreadsheets.values.get": 3,
    }
