"""One run at a time: who may not write only reads and says so; what cannot be kept is told of."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import typer

from dankheo_sheets.cli.results import finish, ran
from dankheo_sheets.errors import DankheoError, InUse, Refused
from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.kept import judged_name, kept_name
from dankheo_sheets.operations.publishing import Outcome
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import Run, close, run, sync
from tests.form_2022 import COLUMNS, COVER_CELLS, FIRST_ROW
from tests.google_campaign import COORDINATOR, ROBOT, GoogleCampaign
from tests.google_emulator import Fault
from tests.steps.conftest import ENTRY, at, unit_of
from tests.steps.google.stage import Branch, files, fill_in, roster, settings, sheet, state

A, B = "A,Đơn vị A,1,a@x.example,,", "B,Đơn vị B,2,b@x.example,,"
HERE = "chỉ có trên máy này"


@pytest.fixture(scope="module")
def stage_set(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[GoogleCampaign, Branch]]:
    """Return a campaign of two units, one of which filled in its sheet and was read."""
    directory = tmp_path_factory.mktemp("turn")
    with GoogleCampaign(directory / "dot") as campaign:
        settings(campaign, ("[google]\n", "[google]\nworkers = 1\n"))
        roster(campaign, [A, B])
        provision(campaign.job(), now=at("05 08:00"))
        fill_in(campaign, "A", "07 09:00")
        campaign.now_is(at("08 08:00"))
        run(campaign.job(), at("08 08:00"))
        yield campaign, Branch(campaign, directory / "kept")
        assert campaign.google.violations == []


@pytest.fixture
def two(stage_set: tuple[GoogleCampaign, Branch]) -> GoogleCampaign:
    """Go back there."""
    campaign, branch = stage_set
    branch.back()
    campaign.google.store.drives[campaign.drive].members[ROBOT] = "organizer"
    return campaign


@pytest.fixture
def fresh(two: GoogleCampaign, tmp_path: Path) -> Path:
    """Return the folder of a machine that never ran."""
    for name in ("campaign.toml", "units.csv", "khoa.json"):
        shutil.copy(two.directory / name, tmp_path)
    return tmp_path


def ran_out(job: Context, when: str) -> tuple[Outcome, int]:
    """Run; return the outcome and the exit code."""
    done = run(job, at(when))
    return done.outcome, ran(job, done)


def synced(job: Context, when: str) -> tuple[Outcome, int]:
    return _finished(job, Run(sync(job, at(when))))


def closed(job: Context, when: str) -> tuple[Outcome, int]:
    return _finished(job, close(job, at(when)))


def _finished(job: Context, result: Run) -> tuple[Outcome, int]:
    outcome = result.outcome
    try:
        finish(job, result)
    except DankheoError as error:
        return outcome, error.exit_code
    except typer.Exit as done:
        return outcome, done.exit_code
    return outcome, 0


Step = Callable[[Context, str], tuple[Outcome, int]]
STEPS: Sequence[Step] = (ran_out, synced, closed)


def written(campaign: GoogleCampaign) -> list[str]:
    """Return what was changed on Google, beside the lease."""
    return [
        request.call
        for request in campaign.google.log
        if request.method != "GET" and request.call and request.status < 400
    ]


# --- who may not write --------------------------------------------------------------------------


def may_only_read(campaign: GoogleCampaign) -> None:
    campaign.google.store.drives[campaign.drive].members[ROBOT] = "reader"


def may_not_write_the_template(campaign: GoogleCampaign) -> None:
    (template,) = files(campaign.google, "template")
    campaign.google.faults.add(Fault(path=f"{template.id}:batchUpdate", status=403, times=None))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("refuses", [may_only_read, may_not_write_the_template])
def test_an_account_that_may_not_write_the_template_only_reads_and_says_so(
    two: GoogleCampaign, fresh: Path, step: Step, refuses: Callable[[GoogleCampaign], None]
) -> None:
    """Though there is much to do: a unit typed, the deadline passed."""
    fill_in(two, "B", "11 09:00", [ENTRY, ENTRY | {"name": "Thứ hai"}])
    two.now_is(at("12 08:00"))
    refuses(two)
    before = state(two)
    two.google.log.clear()

    outcome, code = step(two.job(fresh, "máy-2"), "12 08:00")

    assert isinstance(outcome.busy, Refused)
    assert outcome.busy.message.startswith("Google: tài khoản không đủ quyền")
    assert outcome.busy.hint == (
        "chia sẻ tệp, thư mục hoặc bộ nhớ dùng chung cho tài khoản đang đăng nhập"
    )
    assert (code, written(two)) == (4, [])
    assert state(two) == before
    counted = {unit.unit: unit.counted for unit in outcome.board.units}
    assert counted == {"A": 1, "B": 2}
    here = json.loads((fresh / "out" / "bao-cao.json").read_bytes())
    assert here["fingerprint"] == "", "the next run does what this one left"


def test_once_it_may_write_all_of_it_is_done(two: GoogleCampaign) -> None:
    fill_in(two, "B", "11 09:00")
    two.now_is(at("12 08:00"))
    may_only_read(two)
    closed(two.job(), "12 08:00")
    two.google.store.drives[two.drive].members[ROBOT] = "organizer"

    done = close(two.job(), at("12 09:00"))

    assert (sorted(done.closed), done.outcome.busy) == (["A", "B"], None)


@pytest.mark.parametrize("step", STEPS)
def test_who_comes_while_another_is_at_work_only_reads_and_says_who(
    two: GoogleCampaign, fresh: Path, step: Step
) -> None:
    """After a minute; a scheduled run is no failure: the other does the work."""
    two.now_is(at("12 08:00"))
    first = two.job()
    first.workspace.sheets()
    with first.workspace.lease("Bà Ngữ"):
        before = state(two)
        two.google.log.clear()

        outcome, code = step(two.job(fresh, "máy-2"), "12 08:00")

        assert (written(two), state(two)) == ([], before)
    assert isinstance(outcome.busy, InUse)
    assert outcome.busy.message == "Bà Ngữ đang chạy đợt này"
    assert code == (0 if step is ran_out else 4)
    assert unit_of(outcome.board, "A")["status"] == "submitted"


# --- storage that is full -----------------------------------------------------------------------


def fills_up(campaign: GoogleCampaign, after: int = 0) -> None:
    """Let the storage be full after some more uploads."""
    full = Fault(path="^/upload/", status=403, reason="storageQuotaExceeded", skip=after)
    full.times = None
    campaign.google.faults.add(full)


def notes(outcome: Outcome) -> list[str]:
    return [note for note in outcome.board.notes if HERE in note]


def final_names(campaign: GoogleCampaign, unit: str) -> set[str]:
    """Return what is kept on Drive of what was closed of a unit."""
    sha256 = sheet(campaign.google, unit).properties["final"]
    names = {file.name for file in files(campaign.google, "kept")}
    return names & {kept_name(unit, sha256), judged_name(unit, sha256)}


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("step", [closed, ran_out])
def test_a_closing_ends_though_the_storage_fills_up_and_says_what_is_here_only(
    two: GoogleCampaign, step: Step, after: int
) -> None:
    two.now_is(at("12 08:00"))
    fills_up(two, after)

    outcome, code = step(two.job(), "12 08:00")

    assert {unit.unit: unit.closed for unit in outcome.board.units} == {
        "A": True, "B": True,
    }  # fmt: skip
    assert [sheet(two.google, unit).restriction["readOnly"] for unit in "AB"] == [True, True]
    (note,) = notes(outcome)
    lacking = {
        name for unit in "AB" for name in all_final_names(two, unit) - final_names(two, unit)
    }
    assert len(lacking) == 4 - after
    assert [name for name in sorted(lacking)[:3] if name not in note] == []
    assert "không còn dung lượng để tạo tệp" in note
    assert "Giữ thư mục archive; " in note
    assert (outcome.unkept, code) == (True, 4)
    assert HERE in (two.directory / "out" / "tien-do.html").read_text("utf-8")


def all_final_names(campaign: GoogleCampaign, unit: str) -> set[str]:
    sha256 = sheet(campaign.google, unit).properties["final"]
    return {kept_name(unit, sha256), judged_name(unit, sha256)}


@pytest.mark.parametrize("step", STEPS)
def test_once_there_is_room_the_next_run_keeps_it_and_says_nothing_more(
    two: GoogleCampaign, step: Step
) -> None:
    two.now_is(at("12 08:00"))
    fills_up(two, 1)
    close(two.job(), at("12 08:00"))
    two.now_is(at("12 09:00"))
    still, still_code = step(two.job(), "12 09:00")
    two.google.faults.clear()

    then, code = step(two.job(), "12 09:01")
    quiet, quiet_code = step(two.job(), "12 09:02")

    assert (len(notes(still)), still_code) == (1, 4)
    assert (notes(then), then.unkept, code) == ([], False, 0)
    assert [final_names(two, unit) == all_final_names(two, unit) for unit in "AB"] == [True, True]
    assert (notes(quiet), quiet.changed, quiet_code) == ([], False, 0)
    assert HERE not in (two.directory / "out" / "tien-do.html").read_text("utf-8")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("wiped", [False, True])
def test_a_fresh_machine_never_calls_untouched_what_is_on_another_only(
    two: GoogleCampaign, fresh: Path, step: Step, wiped: bool
) -> None:
    """Also where somebody with the right to do so emptied the closed sheet."""
    two.now_is(at("12 08:00"))
    fills_up(two)
    close(two.job(), at("12 08:00"))
    two.now_is(at("12 10:00"))
    if wiped:
        wipe(two, "A")

    outcome, _ = step(two.job(fresh, "máy-2"), "12 10:00")

    assert unit_of(outcome.board, "A")["status"] != "untouched"
    if not wiped:
        assert unit_of(outcome.board, "A")["status"] == "submitted"
        assert unit_of(outcome.board, "A")["counted"] == 1


def wipe(campaign: GoogleCampaign, unit: str) -> None:
    """Let a coordinator who may do everything empty a closed sheet."""
    campaign.google.store.drives[campaign.drive].members[COORDINATOR] = "organizer"
    file = sheet(campaign.google, unit)
    restriction, file.restriction = file.restriction, {}
    where = f"'{layout.TAB_ENTRIES}'!A{FIRST_ROW}"
    campaign.google.type_into(file.id, where, [[""] * len(COLUMNS)], COORDINATOR)
    for cell in COVER_CELLS.values():
        where = f"'{layout.TAB_ENTRIES}'!{cell}"
        campaign.google.type_into(file.id, where, [[""]], COORDINATOR)
    file.restriction = restriction
