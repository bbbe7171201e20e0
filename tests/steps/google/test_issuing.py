"""Versions of the report are kept on Drive: they outlive the machine of a scheduled run."""

import shutil

from dankheo_sheets.operations.issuing import Papers
from dankheo_sheets.operations.publishing import Outcome
from dankheo_sheets.steps.run import run
from dankheo_sheets.steps.unit_decisions import reopen
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Fault
from tests.steps.conftest import at
from tests.steps.google.stage import settings


def go(campaign: GoogleCampaign, when: str, *, fresh: bool = True) -> Papers:
    """Run, on a machine that has nothing but campaign.toml and units.csv; or on the same."""
    if fresh:
        for name in ("archive", "out"):
            shutil.rmtree(campaign.directory / name, ignore_errors=True)
    papers = run_again(campaign, when).papers
    assert papers
    return papers


def run_again(campaign: GoogleCampaign, when: str) -> Outcome:
    campaign.now_is(at(when))
    return run(campaign.job(), at(when)).outcome


def on_drive(campaign: GoogleCampaign) -> dict[str, bytes]:
    """Return the documents that are kept on Drive."""
    kept = campaign.job().workspace.results.kept
    names = ("bao-cao.docx", *(f"bao-cao-{n}.{end}" for n in (1, 2, 3) for end in ("docx", "txt")))
    return {name: data for name in names if (data := kept(name)) is not None}


def test_a_draft_is_kept_as_the_newest_only(given_out: GoogleCampaign) -> None:
    go(given_out, "06 09:00")

    assert list(on_drive(given_out)) == ["bao-cao.docx"]


def test_the_closed_campaigns_report_is_kept_once_whichever_machine_runs(
    given_out: GoogleCampaign,
) -> None:
    first = go(given_out, "12 08:00").report
    kept = on_drive(given_out)
    assert (first.number, first.new) == (1, True)
    assert list(kept) == ["bao-cao.docx", "bao-cao-1.docx", "bao-cao-1.txt"]
    assert kept["bao-cao.docx"] == kept["bao-cao-1.docx"] == first.data

    again = go(given_out, "12 09:00").report

    assert (again.data == first.data, again.number, again.new) == (True, 1, False)
    assert on_drive(given_out) == kept


def test_another_machine_goes_on_with_the_numbers(given_out: GoogleCampaign) -> None:
    go(given_out, "12 08:00")
    kept = on_drive(given_out)
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))

    second = go(given_out, "12 09:00").report

    assert (second.number, second.new) == (2, True)
    assert second.changes[-1] == "Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”"
    now = on_drive(given_out)
    assert {name: now[name] for name in kept if name != "bao-cao.docx"} == {
        name: data for name, data in kept.items() if name != "bao-cao.docx"
    }
    assert now["bao-cao.docx"] == now["bao-cao-2.docx"] == second.data


def removed(campaign: GoogleCampaign, name: str) -> None:
    """Throw files away on Drive whose names begin so."""
    for file in campaign.google.store.files.values():
        if file.name.startswith(name):
            file.trashed = True


def test_a_version_that_was_not_kept_is_kept_by_the_next_run_of_its_machine(
    given_out: GoogleCampaign,
) -> None:
    go(given_out, "12 08:00")
    first = on_drive(given_out)
    removed(given_out, "bao-cao-1")
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))

    go(given_out, "12 09:00", fresh=False)

    kept = on_drive(given_out)
    assert kept["bao-cao-1.docx"] == first["bao-cao-1.docx"]
    assert kept["bao-cao-1.txt"] == first["bao-cao-1.txt"]
    assert kept["bao-cao-2.docx"] == kept["bao-cao.docx"]


def test_a_gap_in_what_is_kept_gives_no_number_twice(given_out: GoogleCampaign) -> None:
    go(given_out, "12 08:00")
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))
    go(given_out, "12 09:00")
    removed(given_out, "bao-cao-1")
    settings(given_out, ("Trần Thị Mẫu", "Lê Văn Mẫu"))

    third = go(given_out, "12 10:00").report

    assert (third.number, third.new) == (3, True)
    assert third.changes == ("Sửa: “Trần Thị Mẫu” thành “Lê Văn Mẫu”",)
    assert on_drive(given_out)["bao-cao-3.docx"] == third.data


def test_two_machines_with_another_first_version_lose_neither(given_out: GoogleCampaign) -> None:
    """One died before it kept its own; the other knew of none."""
    ours = go(given_out, "12 08:00").report.data
    removed(given_out, "bao-cao")
    here = given_out.directory
    (here / "out").rename(here / "out-of-the-first")
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))
    theirs = go(given_out, "12 09:00").report.data
    shutil.rmtree(here / "out")
    (here / "out-of-the-first").rename(here / "out")

    settings(given_out, ("Trần Thị Mẫu", "Lê Văn Mẫu"))
    third = go(given_out, "12 10:00", fresh=False).report

    kept = on_drive(given_out)
    assert [kept[f"bao-cao-{n}.docx"] for n in (1, 2, 3)] == [theirs, ours, third.data]


def test_what_comes_instead_of_a_version_is_not_put_on_the_shelf(
    given_out: GoogleCampaign,
) -> None:
    first = go(given_out, "12 08:00").report
    google = given_out.google
    (file,) = (file for file in google.store.files.values() if file.name == "bao-cao-1.docx")
    google.faults.add(Fault("refuse", "GET", f"/{file.id}$", status=200, body="{}"))

    go(given_out, "12 09:00")

    assert google.faults.waiting == []
    here = given_out.directory.rglob("bao-cao*")
    assert [path.name for path in here if path.read_bytes() == b"{}"] == []
    assert on_drive(given_out)["bao-cao-1.docx"] == first.data
    assert go(given_out, "12 10:00").report.data == first.data


def test_what_was_typed_into_the_report_on_drive_is_put_aside(given_out: GoogleCampaign) -> None:
    go(given_out, "12 08:00")
    google = given_out.google
    (file,) = (file for file in google.store.files.values() if file.name == "bao-cao.docx")
    file.content = typed = b"typed on Drive"
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))

    outcome = run_again(given_out, "12 09:00")

    (note,) = (note for note in outcome.board.notes if "sửa bằng tay" in note)
    aside = note.rpartition(" ")[2]
    assert given_out.job().workspace.results.kept(aside) == typed
    assert on_drive(given_out)["bao-cao.docx"] == on_drive(given_out)["bao-cao-2.docx"]


def test_a_campaign_that_is_open_again_has_a_draft_beside_the_version(
    given_out: GoogleCampaign,
) -> None:
    go(given_out, "12 08:00")
    first = on_drive(given_out)["bao-cao-1.docx"]
    reopen(given_out.job(), ["TDC"], at("16 00:00"), at("12 09:00"))

    go(given_out, "12 10:00")

    kept = on_drive(given_out)
    assert kept["bao-cao-1.docx"] == first
    assert kept["bao-cao.docx"] != first
