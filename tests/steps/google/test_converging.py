"""What older runs made twice on Drive is brought together on the oldest, and nothing is lost."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from dankheo_sheets.journal import FILE, Journal, What, event
from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.workspace.google.drive_file import DRAWING, FOLDER, Kind
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from tests.google_campaign import GoogleCampaign
from tests.steps.conftest import at, unit_of
from tests.steps.google.stage import files, fill_in, in_my_drive, roster, sheet
from tests.steps.google.test_provision import A, B, give_out

THEIRS = event(at("07 08:00"), "Máy khác", What.MAIL, "A", "mở đợt", "thu-1")


def drive_of(job: Context) -> GoogleWorkspace:
    """Return the job's workspace, which has looked at its folder."""
    assert isinstance(job.workspace, GoogleWorkspace)
    job.workspace.place.look()
    return job.workspace


def closed(campaign: GoogleCampaign) -> None:
    """Give out, let A fill in, and close."""
    roster(campaign, [A, B])
    give_out(campaign)
    fill_in(campaign, "A", "07 09:00")
    close(campaign.job(), at("12 08:00"))


def test_of_two_journals_the_lines_are_joined_and_the_younger_file_goes(
    on_google: GoogleCampaign, tmp_path: Path
) -> None:
    closed(on_google)
    job = on_google.job()
    ours, drive = job.journal.events(), drive_of(job)
    (first,) = [file.id for file in files(on_google.google, "kept") if file.name == FILE]
    on_google.google.clock.advance(60)
    body = {
        "name": FILE,
        "parents": [drive.place.find(Kind.RESULTS)[0].id],
        "properties": {**drive.place.properties(Kind.KEPT), DRAWING: "khac"},
    }
    line = json.dumps(asdict(THEIRS), ensure_ascii=False).encode()
    spare = drive.api.upload(body, line + b"\n")

    with drive.lease("máy-1"):
        pass

    (left,) = [file for file in files(on_google.google, "kept") if file.name == FILE]
    (tmp_path / FILE).write_bytes(left.content)
    assert left.id == first
    assert on_google.google.store.files[spare.id].trashed
    assert Journal(tmp_path / FILE).events() == sorted([THEIRS, *ours], key=lambda e: e.moment)


def test_what_counts_is_found_in_whichever_folder_of_results_it_is(
    on_google: GoogleCampaign, tmp_path: Path
) -> None:
    closed(on_google)
    drive = drive_of(on_google.job())
    first = drive.place.find(Kind.RESULTS)[0].id
    on_google.google.clock.advance(60)
    body = {
        "name": "Kết quả",
        "mimeType": FOLDER,
        "parents": [drive.place.folder],
        "properties": drive.place.properties(Kind.RESULTS),
    }
    second = drive.api.create(body).id
    for file in list(drive.api.files_in(first)):
        drive.api.move(file.id, first, second)
    for name in ("campaign.toml", "units.csv", "khoa.json"):
        shutil.copy(on_google.directory / name, tmp_path)

    unit = unit_of(sync(on_google.job(tmp_path, "may-2"), at("12 09:00")).board, "A")

    assert (unit["status"], unit["counted"]) == ("submitted", 1)


def test_a_second_folder_of_the_campaign_is_emptied_into_the_oldest(
    on_google: GoogleCampaign,
) -> None:
    in_my_drive(on_google)
    roster(on_google, [A, B])
    give_out(on_google)
    drive = drive_of(on_google.job())
    on_google.google.clock.advance(60)
    body = {"name": "Đợt", "mimeType": FOLDER, "properties": drive.place.properties(Kind.FOLDER)}
    double = drive.api.create(body)
    drive.api.move(sheet(on_google.google, "B").id, drive.place.folder, double.id)
    fill_in(on_google, "B", "07 09:00")

    read = sync(on_google.job(), at("08 08:00")).read

    assert read == 2
    assert sheet(on_google.google, "B").parents == (drive.place.folder,)
    assert on_google.google.store.files[double.id].trashed
