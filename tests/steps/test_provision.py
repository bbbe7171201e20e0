from collections.abc import Sequence, Set
from pathlib import Path

from dankheo_sheets.campaign import load
from dankheo_sheets.decide.giving_out import GivingOut, giving_out
from dankheo_sheets.decide.state import Editors, State
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.giving_out import Provisioned
from dankheo_sheets.operations.rehearsal import rehearsed
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.workspace.base import Sheet
from tests.conftest import EXAMPLE
from tests.steps.conftest import everything


def plan(
    units: Sequence[Unit],
    sheets: Sequence[Sheet],
    editors: Editors,
    filled: Set[str] = frozenset(),
) -> GivingOut:
    return giving_out(State(load(EXAMPLE)[0], units, sheets, editors=editors, filled=filled))


def nobody(unit: Unit) -> None:
    """Say that the workspace does not manage who may edit."""


def test_every_unit_gets_a_workbook(job: Context) -> None:
    names = sorted(path.stem for path in (job.directory / "workbooks").glob("*.xlsx"))

    assert names == sorted(unit.code for unit in job.units)


def test_provisioning_again_writes_nothing(job: Context) -> None:
    before = everything(job.directory)

    done = provision(job)

    assert done == Provisioned()
    assert everything(job.directory) == before


def test_a_unit_added_to_the_roster_gets_its_own(job: Context) -> None:
    roster = job.directory / "units.csv"
    roster.write_text(roster.read_text("utf-8") + "MOI,Phòng mới,,,,,,,\n", "utf-8")

    done = provision(load_context(job.directory))

    assert [unit.code for unit in done.plan.create] == ["MOI"]
    assert (job.directory / "workbooks" / "MOI.xlsx").exists()


def test_a_workbook_lost_is_made_again(job: Context) -> None:
    (job.directory / "workbooks" / "QLKH.xlsx").unlink()

    assert [unit.code for unit in provision(job).plan.create] == ["QLKH"]


def test_a_dry_run_plans_and_makes_nothing(job: Context) -> None:
    Path(job.directory / "workbooks" / "QLKH.xlsx").unlink()
    before = everything(job.directory)

    planned = provision(rehearsed(job))

    assert [unit.code for unit in planned.plan.create] == ["QLKH"]
    assert everything(job.directory) == before


def test_the_plan_is_what_the_roster_has_and_the_workspace_lacks() -> None:
    units = [Unit("A", "Phòng A"), Unit("B", "Phòng B")]

    assert plan(units, [], nobody) == GivingOut(create=tuple(units))


def test_a_sheet_that_was_filled_in_and_is_gone_is_not_replaced_by_a_blank_one() -> None:
    units = [Unit("A", "Phòng A"), Unit("B", "Phòng B")]

    assert plan(units, [], nobody, {"B"}) == GivingOut(create=(units[0],), lost=(units[1],))
