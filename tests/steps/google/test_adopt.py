"""Adopt: files a person made become the units' sheets, and the whole cycle runs on them."""

import json

import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.operations.giving_out import Provisioned
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report, sync
from dankheo_sheets.steps.unit_decisions import reopen
from tests.google_campaign import ROBOT, GoogleCampaign
from tests.google_emulator import Fault
from tests.google_emulator.files import SPREADSHEET
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.steps.google.stage import (
    PERSON,
    access,
    by_hand,
    cell,
    emails,
    files,
    headline,
    in_a_persons_folder,
    in_my_drive,
    roster,
    settings,
    shares,
    sheet,
    sheets,
)

A, B = "A,Phòng Kế hoạch,1,a@x.example,,", "B,Phòng Kế hoạch - Tài chính,2,b@x.example,,"


def adopt(campaign: GoogleCampaign) -> Provisioned:
    """Adopt, as a new run."""
    return provision(campaign.job(), adopt=True, wait=campaign.google.clock.advance)


def blank(campaign: GoogleCampaign, folder: str, name: str) -> str:
    """Let the person make a blank spreadsheet; return its id."""
    campaign.google.clock.advance(1)
    body = {"name": name, "mimeType": SPREADSHEET, "parents": [folder]}
    return str(by_hand(campaign.google, PERSON, "POST", "/drive/v3/files", body)["id"])


@pytest.fixture
def folder(on_google: GoogleCampaign) -> str:
    """Return a person's folder in which the service account may write, and own nothing."""
    return in_a_persons_folder(on_google)


def test_blank_spreadsheets_become_the_units_sheets(on_google: GoogleCampaign, folder: str) -> None:
    for number in range(8):
        blank(on_google, folder, f"Bảng tính không có tiêu đề {number}")

    done = adopt(on_google)
    again = provision(on_google.job())

    units = on_google.job().units
    assert done.notes[0] == "HCTH: nhận tệp “Bảng tính không có tiêu đề 0”"
    assert (len(done.plan.create), again.plan) == (8, type(again.plan)())
    assert {u.code: access(sheet(on_google.google, u.code)) for u in units} == emails(units)
    assert {file.owner for file in files(on_google.google, "sheet")} == {PERSON}
    assert cell(sheet(on_google.google, "TTra"), layout.TAB_ENTRIES, 0, 0) == "THANH TRA SỞ"


def test_a_file_named_after_a_unit_is_that_units(on_google: GoogleCampaign, folder: str) -> None:
    """By its code or its name, the longest first; the others are dealt out in order."""
    roster(on_google, [A, B, "C,Phòng C,3,c@x.example,,", "C-1,Phòng C một,4,c1@x.example,,"])
    for name in ("phòng kế hoạch - tài chính", "Trống", "Phòng Kế hoạch (2022)", "C-1 nháp"):
        blank(on_google, folder, name)

    assert sorted(adopt(on_google).notes) == [
        "A: nhận tệp “Phòng Kế hoạch (2022)”",
        "B: nhận tệp “phòng kế hoạch - tài chính”",
        "C-1: nhận tệp “C-1 nháp”",
        "C: nhận tệp “Trống”",
    ]


def test_too_few_are_noted_and_more_are_taken_later(on_google: GoogleCampaign, folder: str) -> None:
    roster(on_google, [A, B])
    blank(on_google, folder, "Một")

    first = adopt(on_google)
    blank(on_google, folder, "Hai")
    second = adopt(on_google)

    assert first.notes == (
        "A: nhận tệp “Một”",
        "còn 1 đơn vị chưa có tệp: chép thêm bản sao của mẫu vào thư mục",
    )
    assert second.notes == ("B: nhận tệp “Hai”",)


def test_too_many_are_left_as_they_are(on_google: GoogleCampaign, folder: str) -> None:
    roster(on_google, [A])
    for name in ("Một", "Hai"):
        blank(on_google, folder, name)

    adopt(on_google)
    adopt(on_google)

    (left,) = [file for file in files(on_google.google) if file.name == "Hai"]
    assert (left.properties, access(left)) == ({}, {})


def test_a_file_with_something_else_in_it_is_left_as_it_is(
    on_google: GoogleCampaign, folder: str
) -> None:
    """Not renamed, not marked, not written into; a unit whose name it bears gets another."""
    roster(on_google, [A])
    private = blank(on_google, folder, "A danh sách riêng")
    on_google.google.type_into(private, "A1", [["riêng"]], PERSON)
    blank(on_google, folder, "Trống")

    done = adopt(on_google)

    file = on_google.google.store.files[private]
    assert (file.name, file.properties, access(file)) == ("A danh sách riêng", {}, {})
    assert done.notes == ("A: nhận tệp “Trống”",)


def test_whom_the_person_had_shared_it_with_loses_access(
    on_google: GoogleCampaign, folder: str
) -> None:
    """As many have access as should, but not the right ones."""
    roster(on_google, [A])
    name = blank(on_google, folder, "Một")
    on_google.google.store.grant(
        on_google.google.store.files[name], "user", "writer", "nguoi-la@x.example"
    )

    adopt(on_google)

    assert access(sheet(on_google.google, "A")) == {"a@x.example": "writer"}


@pytest.mark.parametrize("method", ["PATCH", "POST"])
@pytest.mark.parametrize("committed", [False, True])
def test_an_answer_lost_on_the_way_is_made_good(
    on_google: GoogleCampaign, folder: str, method: str, committed: bool
) -> None:
    roster(on_google, [A, B])
    blank(on_google, folder, "Một")
    blank(on_google, folder, "Hai")
    lost = Fault("drop", method, "/drive/v3/files/|:batchUpdate", times=2, committed=committed)
    on_google.google.faults.add(lost)

    adopt(on_google)
    adopt(on_google)

    assert {unit: len(found) for unit, found in sheets(on_google.google).items()} == {
        "A": 1,
        "B": 1,
    }
    assert [access(sheet(on_google.google, unit)) for unit in "AB"] == [
        {"a@x.example": "writer"},
        {"b@x.example": "writer"},
    ]
    assert cell(sheet(on_google.google, "B"), layout.TAB_ENTRIES, 0, 0) == (
        "PHÒNG KẾ HOẠCH - TÀI CHÍNH"
    )


def test_copies_of_the_template_made_by_the_same_person(on_google: GoogleCampaign) -> None:
    """With the scope that reaches what the program did not make itself."""
    in_my_drive(on_google)
    settings(on_google, ("[google]\n", '[google]\nscope = "drive"\n'))
    roster(on_google, [A])
    provision(on_google.job())
    (template,) = files(on_google.google, "template")
    on_google.google.clock.advance(1)
    body = {"name": "Bản sao của Mẫu biểu", "parents": list(template.parents)}
    by_hand(on_google.google, PERSON, "POST", f"/drive/v3/files/{template.id}/copy", body)
    roster(on_google, [A, B])

    done = adopt(on_google)

    assert done.notes == ("B: nhận tệp “Bản sao của Mẫu biểu”",)
    assert access(sheet(on_google.google, "B")) == {"b@x.example": "writer"}
    assert [file.id for file in files(on_google.google, "template")] == [template.id]


@pytest.mark.parametrize("with_master", [False, True])
def test_the_whole_cycle_on_adopted_sheets(
    on_google: GoogleCampaign, folder: str, with_master: bool
) -> None:
    """The account owns nothing: the results are here, and on Drive only in an adopted master.

    The lock is one that the owner, a person, can lift too.
    """
    roster(on_google, [A, B])
    for name in ("Một", "Hai", *(["Bảng tổng hợp"] if with_master else [])):
        blank(on_google, folder, name)
    adopt(on_google)
    on_google.fill(on_google.job().units[0], [ENTRY], COVER, at("07 09:00"))
    on_google.now_is(at("08 09:00"))

    outcome = sync(on_google.job(), at("08 09:00"))
    on_google.now_is(at("12 09:00"))
    closing = close(on_google.job(), at("12 09:00"))

    assert sorted(closing.closed) == ["A", "B"]
    assert bool(outcome.where) == with_master
    lacking = [note for note in outcome.board.notes if "Bảng tổng hợp" in note]
    assert (len(lacking), outcome.told) == (int(not with_master), 1)
    for unit in "AB":
        file = sheet(on_google.google, unit)
        assert set(access(file).values()) == {"reader"}
        assert file.restriction["readOnly"]
        assert not file.restriction["ownerRestricted"]
    assert headline(sheet(on_google.google, "A")).startswith("Đã nhận biểu, đúng hạn.")
    reopen(on_google.job(), ["B"], at("15 00:00"), at("12 10:00"))
    assert access(sheet(on_google.google, "B")) == {"b@x.example": "writer"}
    assert sheet(on_google.google, "B").restriction == {}
    on_google.fill(on_google.job().units[1], [ENTRY], COVER, at("13 09:00"))
    report(on_google.job(), at("13 10:00"))
    figures = json.loads((on_google.directory / "out" / "bao-cao.json").read_bytes())
    assert [unit_of(figures, unit)["status"] for unit in "AB"] == ["submitted", "submitted"]
    assert set(shares(on_google.google.log).values()) == {1}
    assert {file.owner for file in files(on_google.google)} == {PERSON}
    assert all(request.who in ("", PERSON, ROBOT) for request in on_google.google.log)
