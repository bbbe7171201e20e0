from pathlib import Path

from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.job import Job, load_job
from dankheo_sheets.steps.provision import Plan, Provisioned, plan, provision
from tests.steps.conftest import everything


def nobody(unit: Unit) -> None:
    """Say that the workspace does not manage who may edit."""


def test_every_unit_gets_a_workbook(job: Job) -> None:
    names = sorted(path.stem for path in (job.directory / "workbooks").glob("*.xlsx"))

    assert names == sorted(unit.code for unit in job.units)


def test_provisioning_again_writes_nothing(job: Job) -> None:
    before = everything(job.directory)

    done = provision(job)

    assert done == Provisioned(Plan())
    assert everything(job.directory) == before


def test_a_unit_added_to_the_roster_gets_its_own(job: Job) -> None:
    roster = job.directory / "units.csv"
    roster.write_text(roster.read_text("utf-8") + "MOI,Phòng mới,,,,,,,\n", "utf-8")

    done = provision(load_job(job.directory))

    assert [unit.code for unit in done.plan.create] == ["MOI"]
    assert (job.directory / "workbooks" / "MOI.xlsx").exists()


def test_a_workbook_lost_is_made_again(job: Job) -> None:
    (job.directory / "workbooks" / "QLKH.xlsx").unlink()

    assert [unit.code for unit in provision(job).plan.create] == ["QLKH"]


def test_a_dry_run_plans_and_makes_nothing(job: Job) -> None:
    Path(job.directory / "workbooks" / "QLKH.xlsx").unlink()
    before = everything(job.directory)

    planned = provision(job, dry_run=True)

    assert [unit.code for unit in planned.plan.create] == ["QLKH"]
    assert everything(job.directory) == before


def test_the_plan_is_what_the_roster_has_and_the_workspace_lacks() -> None:
    units = [Unit("A", "Phòng A"), Unit("B", "Phòng B")]

    assert plan(units, [], nobody) == Plan(create=tuple(units))


def test_a_sheet_that_was_filled_in_and_is_gone_is_not_replaced_by_a_blank_one() -> None:
    units = [Unit("A", "Phòng A"), Unit("B", "Phòng B")]

    assert plan(units, [], nobody, {"B"}) == Plan(create=(units[0],), lost=(units[1],))
