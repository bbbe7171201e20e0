"""Whatever Google answers with 200, nothing is done twice; what is no workbook is never kept."""

import zipfile
from contextlib import suppress

import pytest

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, run, sync
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Fault
from tests.steps.conftest import COVER, ENTRY, at
from tests.steps.google.ladder import STEPS, Ladder
from tests.steps.google.stage import access, differences, emails, files, many, roster, sheets, state
from tests.steps.google.test_faults import kinds, take

ODD = {
    "nothing in it": "{}",
    "a list": "[]",
    "lists that cannot be empty": '{"permissions": [], "sheets": [], "replies": [], '
    '"valueRanges": [], "responses": [], "user": {}, "access_token": ""}',
    "half of it": '{"id": "1", "files": [{"id": "1"}], "permissions": [{"id": "1"}], '
    '"sheets": [{"properties": {}}], "replies": {}, "user": {"emailAddress": 7}}',
    "no zip": "PK\x03\x04 and no more",
}


@pytest.mark.long
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("step", STEPS)
def test_every_kind_of_request_is_answered_oddly_once(ladder: Ladder, step: str, odd: str) -> None:
    """Once after it was done, and once before."""
    with ladder.at(step) as rung:
        for method, path in kinds(rung.log):
            if method != "DELETE" and "upload" not in path:  # its bytes come back as they are
                for done in (True, False):
                    fault = Fault("refuse", method, path, status=200, body=ODD[odd], committed=done)
                    ladder.campaign.google.faults.add(fault)

        done = any(take(ladder, step) for _ in range(2 * len(rung.log)))

        assert done
        assert differences(rung.ended, state(ladder.campaign)) == []


@pytest.mark.long
@pytest.mark.parametrize("odd", ["nothing in it", "no zip"])
@pytest.mark.parametrize(
    "path", ["^/drive/v3/files$", "/copy$|/permissions", "/export$", "^/drive/v3/", "^/v4/"]
)
def test_and_for_ever(on_google: GoogleCampaign, path: str, odd: str) -> None:
    """Each step ends after tries that can be counted; when Google is well again, all is well."""
    google, minutes = on_google.google, 60
    roster(on_google, many(8))
    for moment, work in (
        ("05 09:00", _provision), ("08 09:00", _sync), ("12 08:00", _close), ("12 09:00", _run),
    ):  # fmt: skip
        on_google.now_is(at(moment))
        google.log.clear()
        start = google.clock.now()
        fault = Fault("refuse", "", path, times=None, status=200, body=ODD[odd], committed=True)
        google.faults.add(fault)

        with suppress(WorkspaceError):
            work(on_google, moment)

        assert google.clock.now() - start < 15 * minutes
        assert len(google.log) < 150
        assert all(zipfile.is_zipfile(kept) for kept in on_google.directory.rglob("*.xlsx"))
        google.faults.clear()
        work(on_google, moment)
        if work is _provision:
            unit = on_google.job().units[0]
            on_google.fill(unit, [ENTRY], COVER, at("07 09:00"))

    found = sheets(google)
    assert [len(each) for each in found.values()] == [1] * 8
    given = {unit: access(each) for unit, (each,) in found.items()}
    assert given == {
        code: dict.fromkeys(roles, "reader")
        for code, roles in emails(on_google.job().units).items()
    }
    assert len(files(google, "template")) == len(files(google, "master")) == 1
    assert not any(sheet.spares for sheet in on_google.job().workspace.sheets())


def test_that_there_is_nothing_is_believed_when_it_is_told_twice(
    given_out: GoogleCampaign,
) -> None:
    """An empty listing looks like one of a new campaign's folder."""
    google, before = given_out.google, {file.id for file in files(given_out.google)}
    google.faults.add(Fault("refuse", "GET", "/files$", status=200, body='{"files": []}'))

    provision(given_out.job(), now=at("05 09:00"), wait=google.clock.advance)

    assert google.faults.waiting == []
    assert {file.id for file in files(google)} == before


def _provision(campaign: GoogleCampaign, moment: str) -> None:
    provision(campaign.job(), now=at(moment), wait=campaign.google.clock.advance)


def _sync(campaign: GoogleCampaign, moment: str) -> None:
    sync(campaign.job(), at(moment))


def _close(campaign: GoogleCampaign, moment: str) -> None:
    close(campaign.job(), at(moment))


def _run(campaign: GoogleCampaign, moment: str) -> None:
    run(campaign.job(), at(moment), None)
