"""What units do to their sheets is a finding of that unit; all others go on."""

from collections.abc import Callable
from typing import Any

import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from tests.form_2022 import CHECK_COLUMN, FIRST_ROW
from tests.google_campaign import COORDINATOR, ROBOT, GoogleCampaign
from tests.google_emulator import Refusal
from tests.google_emulator.files import File
from tests.steps.conftest import COVER, ENTRY, at, unit_of
from tests.steps.google.stage import by_hand, headline, roster, sheet, sheets

WHO = "a@x.example"
TAB = layout.TAB_ENTRIES
ROWS = ["A,Đơn vị A,1,a@x.example,,", "B,Đơn vị B,2,b@x.example,,"]


@pytest.fixture
def two(on_google: GoogleCampaign) -> GoogleCampaign:
    """Return two units that have filled in their sheets."""
    on_google.google.store.drives[on_google.drive].members[COORDINATOR] = "organizer"
    roster(on_google, ROWS)
    provision(on_google.job())
    for unit in on_google.job().units:
        on_google.fill(unit, [ENTRY], COVER, at("07 09:00"))
    on_google.now_is(at("07 10:00"))
    return on_google


def tab_id(file: File, title: str) -> int:
    assert file.document is not None
    found = file.document.titled(title)
    assert found is not None
    return found.id


def edit(campaign: GoogleCampaign, *requests: dict[str, Any], who: str = WHO) -> None:
    campaign.google.edit(sheet(campaign.google, "A").id, list(requests), who)


def type_in(campaign: GoogleCampaign, where: str, *rows: list[Any], raw: bool = False) -> None:
    file = sheet(campaign.google, "A").id
    campaign.google.type_into(file, f"'{TAB}'!{where}", list(rows), WHO, raw=raw)


def entries(campaign: GoogleCampaign) -> int:
    return tab_id(sheet(campaign.google, "A"), TAB)


# --- what a unit may do, protected as its sheet is ----------------------------------------------


def deletes_a_tab(campaign: GoogleCampaign) -> None:
    edit(campaign, {"deleteSheet": {"sheetId": entries(campaign)}})


def renames_the_tab(campaign: GoogleCampaign) -> None:
    properties = {"sheetId": entries(campaign), "title": "Của chúng tôi"}
    edit(campaign, {"updateSheetProperties": {"properties": properties, "fields": "title"}})


def inserts_a_row(campaign: GoogleCampaign) -> None:
    place = {"sheetId": entries(campaign), "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    edit(campaign, {"insertDimension": {"range": place, "inheritFromBefore": False}})


def writes_over_a_header(campaign: GoogleCampaign) -> None:
    type_in(campaign, f"A{FIRST_ROW - 2}", ["khác"])


@pytest.mark.parametrize(
    "odd", [deletes_a_tab, renames_the_tab, inserts_a_row, writes_over_a_header]
)
def test_protection_keeps_it_from_breaking_the_form(
    two: GoogleCampaign, odd: Callable[[GoogleCampaign], None]
) -> None:
    with pytest.raises(Refusal):
        odd(two)


def adds_a_tab(campaign: GoogleCampaign) -> None:
    edit(campaign, {"addSheet": {"properties": {"title": "Ghi chú riêng"}}})


def leaves_a_note(campaign: GoogleCampaign) -> None:
    start = {"sheetId": entries(campaign), "rowIndex": FIRST_ROW - 1, "columnIndex": 1}
    edit(
        campaign,
        {"updateCells": {"start": start, "rows": [{"values": [{"note": "?"}]}], "fields": "note"}},
    )


def leaves_a_picture(campaign: GoogleCampaign) -> None:
    campaign.google.put_picture(sheet(campaign.google, "A").id, f"'{TAB}'!B{FIRST_ROW}", WHO)


def renames_the_file(campaign: GoogleCampaign) -> None:
    path = f"/drive/v3/files/{sheet(campaign.google, 'A').id}"
    by_hand(campaign.google, WHO, "PATCH", path, {"name": "Biểu của chúng tôi"})


def breaks_a_validation(campaign: GoogleCampaign) -> None:
    place = {"sheetId": entries(campaign), "startRowIndex": FIRST_ROW - 1}
    edit(
        campaign,
        {
            "setDataValidation": {
                "range": place
                | {"endRowIndex": FIRST_ROW + 5}
                | {"startColumnIndex": 0, "endColumnIndex": 1}
            }
        },
    )


@pytest.mark.parametrize(
    "odd", [adds_a_tab, leaves_a_note, leaves_a_picture, renames_the_file, breaks_a_validation]
)
def test_what_does_no_harm_is_no_finding(
    two: GoogleCampaign, odd: Callable[[GoogleCampaign], None]
) -> None:
    odd(two)

    outcome = sync(two.job(), at("08 09:00"))
    again = sync(two.job(), at("08 10:00"))

    for unit in outcome.board.model_dump(mode="json")["units"]:
        assert (unit["status"], unit["counted"], unit["findings"]) == ("submitted", 1, [])
    assert (outcome.told, outcome.board.notes, again.changed) == (2, [], False)
    assert headline(sheet(two.google, "A")) == "Đã nhận biểu, đúng hạn."
    assert provision(two.job()).plan == type(provision(two.job()).plan)()


def writes_a_formula(campaign: GoogleCampaign) -> None:
    entry = ENTRY | {"name": '="Mô hình " & 1'}
    campaign.fill(campaign.job().units[0], [entry], {}, at("07 11:00"))


def leaves_an_error(campaign: GoogleCampaign) -> None:
    campaign.fill(campaign.job().units[0], [ENTRY | {"place": "#REF!"}], {}, at("07 11:00"))


def empties_everything(campaign: GoogleCampaign) -> None:
    type_in(campaign, f"A{FIRST_ROW}", [""] * CHECK_COLUMN)


def writes_far_too_much(campaign: GoogleCampaign) -> None:
    type_in(campaign, f"F{FIRST_ROW}", ["dài " * 12_000])


@pytest.mark.parametrize(
    ("odd", "status", "codes"),
    [
        (writes_a_formula, "submitted", ["formula"]),
        (leaves_an_error, "needs-fixing", ["error-value", "minimum"]),
        (writes_far_too_much, "submitted", ["too-long"]),
        (empties_everything, "needs-fixing", ["nil-needs-reason"]),
    ],
)
def test_what_stands_in_the_cells_is_found_by_cell(
    two: GoogleCampaign,
    odd: Callable[[GoogleCampaign], None],
    status: str,
    codes: list[str],
) -> None:
    odd(two)

    figures = sync(two.job(), at("08 09:00")).board.model_dump(mode="json")

    unit = unit_of(figures, "A")
    assert (unit["status"], [finding["code"] for finding in unit["findings"]]) == (status, codes)
    assert unit_of(figures, "B")["status"] == "submitted"
    assert figures["notes"] == []


def test_more_than_a_cell_holds_is_refused_by_google(two: GoogleCampaign) -> None:
    with pytest.raises(Refusal):
        type_in(two, f"F{FIRST_ROW}", ["x" * 60_000])


# --- what only an editor of the protection may do -----------------------------------------------


def test_a_tab_that_is_gone_is_one_finding_and_is_not_written_into(two: GoogleCampaign) -> None:
    tab = {"deleteSheet": {"sheetId": entries(two)}}
    two.google.edit(sheet(two.google, "A").id, [tab], ROBOT)

    outcome = sync(two.job(), at("08 09:00"))

    unit = unit_of(outcome.board, "A")
    assert unit["status"] == "needs-fixing"
    assert [finding["code"] for finding in unit["findings"]] == ["no-table"]
    assert unit_of(outcome.board, "B")["status"] == "submitted"


def test_a_feedback_tab_that_is_gone_is_noted_and_the_unit_still_counts(
    two: GoogleCampaign,
) -> None:
    file = sheet(two.google, "A")
    tab = {"deleteSheet": {"sheetId": tab_id(file, layout.TAB_FEEDBACK)}}
    two.google.edit(file.id, [tab], ROBOT)

    outcome = sync(two.job(), at("08 09:00"))
    again = sync(two.job(), at("08 10:00"))
    closing = close(two.job(), at("12 08:00"))

    note = "A: không còn trang “Phản hồi”, nội dung phản hồi xem ở bảng tổng hợp"
    assert outcome.board.notes == [note]
    assert (outcome.told, again.changed) == (1, False)
    assert unit_of(outcome.board, "A")["status"] == "submitted"
    assert sorted(closing.closed) == ["A", "B"]
    assert file.restriction["readOnly"]


def test_a_tab_renamed_by_an_organizer_is_read_all_the_same(two: GoogleCampaign) -> None:
    file = sheet(two.google, "A")
    properties = {"sheetId": entries(two), "title": "Đăng ký (2)"}
    change = {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    two.google.edit(file.id, [change], ROBOT)

    figures = sync(two.job(), at("08 09:00")).board.model_dump(mode="json")

    unit = unit_of(figures, "A")
    assert (unit["counted"], unit["findings"]) == (1, [])
    assert unit_of(figures, "B")["status"] == "submitted"


def test_rows_and_columns_put_in_by_an_organizer_are_read_past(two: GoogleCampaign) -> None:
    file = sheet(two.google, "A")
    changes = [
        {
            "insertDimension": {
                "range": {
                    "sheetId": entries(two),
                    "dimension": dimension,
                    "startIndex": 0,
                    "endIndex": 1,
                },
                "inheritFromBefore": False,
            }
        }
        for dimension in ("ROWS", "COLUMNS")
    ]
    two.google.edit(file.id, changes, ROBOT)

    figures = sync(two.job(), at("08 09:00")).board.model_dump(mode="json")

    unit = unit_of(figures, "A")
    assert (unit["counted"], unit["findings"]) == (1, [])
    assert unit_of(figures, "B")["status"] == "submitted"


# --- files in the folder ------------------------------------------------------------------------


def test_an_uploaded_workbook_is_nobodys_and_is_noted(two: GoogleCampaign) -> None:
    now = two.google.clock.now()
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    two.google.store.add(
        File("1tailen", "A.xlsx", mime, (two.drive,), now, now, drive=two.drive, content=b"PK")
    )

    outcome = sync(two.job(), at("08 09:00"))

    assert outcome.board.notes == [
        "A.xlsx: không rõ của đơn vị nào, không đọc: đổi tên tệp theo mã đơn vị, hoặc chuyển đi"
    ]
    assert outcome.board.completeness.received == 2
    assert list(two.google.store.files["1tailen"].permissions) == []


def test_a_sheet_in_the_bin_still_counts_and_gets_no_blank_one(two: GoogleCampaign) -> None:
    sync(two.job(), at("08 09:00"))
    path = f"/drive/v3/files/{sheet(two.google, 'A').id}"
    by_hand(two.google, COORDINATOR, "PATCH", path, {"trashed": True})

    done = provision(two.job())
    figures = sync(two.job(), at("08 10:00")).board.model_dump(mode="json")

    assert [unit.code for unit in done.plan.lost] == ["A"]
    assert list(sheets(two.google)) == ["B"]
    unit = unit_of(figures, "A")
    assert (unit["counted"], [f["code"] for f in unit["findings"]]) == (1, ["sheet-missing"])
