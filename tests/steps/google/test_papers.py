"""Versions of the report are kept on Drive: they outlive the machine of a scheduled run."""

import shutil

from dankheo_sheets.steps.decide import reopen
from dankheo_sheets.steps.run import run
from dankheo_sheets.steps.sync import Outcome
from tests.google_campaign import GoogleCampaign
from tests.steps.conftest import at
from tests.steps.google.stage import settings


def go(campaign: GoogleCampaign, when: str, *, fresh: bool = True) -> Outcome:
    """Run, on a machine that has nothing but campaign.toml and units.csv."""
    if fresh:
        for name in ("archive", "out"):
            shutil.rmtree(campaign.directory / name, ignore_errors=True)
    campaign.now_is(at(when))
    outcome = run(campaign.job(), at(when)).outcome
    assert outcome
    return outcome


def on_drive(campaign: GoogleCampaign) -> dict[str, bytes]:
    """Return the documents that are kept on Drive."""
    kept = campaign.job().workspace.kept
    names = ("bao-cao.docx", *(f"bao-cao-{n}.{end}" for n in (1, 2, 3) for end in ("docx", "txt")))
    return {name: data for name in names if (data := kept(name)) is not None}


def test_a_draft_is_kept_as_the_newest_only(given_out: GoogleCampaign) -> None:
    go(given_out, "06 09:00")

    assert list(on_drive(given_out)) == ["bao-cao.docx"]


def test_the_closed_campaigns_report_is_kept_once_whichever_machine_runs(
    given_out: GoogleCampaign,
) -> None:
    first = go(given_out, "12 08:00").papers[0]
    kept = on_drive(given_out)
    assert (first.number, first.new) == (1, True)
    assert list(kept) == ["bao-cao.docx", "bao-cao-1.docx", "bao-cao-1.txt"]
    assert kept["bao-cao.docx"] == kept["bao-cao-1.docx"] == first.data

    again = go(given_out, "12 09:00").papers[0]

    assert (again.data == first.data, again.number, again.new) == (True, 1, False)
    assert on_drive(given_out) == kept


def test_another_machine_goes_on_with_the_numbers(given_out: GoogleCampaign) -> None:
    go(given_out, "12 08:00")
    kept = on_drive(given_out)
    settings(given_out, ("Nguyễn Văn Mẫu", "Trần Thị Mẫu"))

    second = go(given_out, "12 09:00").papers[0]

    assert (second.number, second.new) == (2, True)
    assert second.changes[-1] == "Sửa: “Nguyễn Văn Mẫu” thành “Trần Thị Mẫu”"
    now = on_drive(given_out)
    assert {name: now[name] for name in kept if name != "bao-cao.docx"} == {
        name: data for name, data in kept.items() if name != "bao-cao.docx"
    }
    assert now["bao-cao.docx"] == now["bao-cao-2.docx"] == second.data


def test_a_run_that_died_before_the_version_was_kept_is_finished_by_the_next(
    given_out: GoogleCampaign,
) -> None:
    go(given_out, "12 08:00")
    for file in given_out.google.store.files.values():
        if file.name.startswith("bao-cao-1"):
            file.trashed = True
    (given_out.directory / "out" / "bao-cao.json").unlink()

    go(given_out, "12 09:00", fresh=False)

    assert "bao-cao-1.docx" in on_drive(given_out)


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
