"""The library the product uses talks to the emulator unchanged but for the address."""

import threading
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
import requests
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError

from tests.google_emulator import Emulator, Limits
from tests.test_google_emulator.api import UNIT, USER, Api

SCOPES = ["https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/spreadsheets"]


@pytest.fixture
def client(loose: Emulator) -> Iterator[gspread.Client]:
    """Sign a service account in that acts for a person; gspread sends some undocumented fields."""
    loose.identities.delegated.add("may@du-an.iam.gserviceaccount.com")

    class Relocated(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, loose.url)
            return super().request(method, endpoint, *args, **kwargs)

    untyped: Any = Credentials
    credentials = untyped.from_service_account_info(
        loose.service_account(), scopes=SCOPES, subject=USER
    )
    client = gspread.authorize(credentials, http_client=Relocated)
    client.set_timeout(20)
    yield client
    client.http_client.session.close()


def test_a_sheet_is_made_filled_read_and_shared(client: gspread.Client, loose: Emulator) -> None:
    book = client.create("Biểu")
    tab = book.add_worksheet("Đăng ký", rows=20, cols=5)
    tab.update([["Tên", "Số"], ["A", 1]], "A1:B2")
    tab.append_row(["B", 2])
    book.share(UNIT, perm_type="user", role="writer", notify=False)

    assert book.worksheet("Đăng ký").get_all_values() == [["Tên", "Số"], ["A", "1"], ["B", "2"]]
    assert [grant["role"] for grant in book.list_permissions()] == ["owner", "writer"]
    assert [file["name"] for file in client.list_spreadsheet_files()] == ["Biểu"]


def test_a_copy_is_opened_and_exported(client: gspread.Client) -> None:
    book = client.create("Mẫu")
    book.sheet1.update([["x"]], "A1")

    copied = client.copy(book.id, title="Bản sao")

    assert copied.title == "Bản sao"
    assert copied.sheet1.acell("A1").value == "x"
    assert copied.export(gspread.utils.ExportFormat.EXCEL)[:2] == b"PK"


def test_formats_merges_and_protection_go_through(client: gspread.Client) -> None:
    book = client.create("Mẫu")
    tab = book.sheet1
    tab.format("A1:B1", {"textFormat": {"bold": True}})
    tab.merge_cells("A1:B1")
    tab.add_protected_range("A1:B1", editor_users_emails=[USER])
    tab.freeze(rows=1)
    tab.hide_columns(1, 2)

    assert [item["range"]["endColumnIndex"] for item in book.list_protected_ranges(tab.id)] == [2]
    assert book.get_worksheet(0).frozen_row_count == 1


def test_refusals_are_what_gspread_expects(client: gspread.Client, loose: Emulator) -> None:
    book = client.create("Biểu")

    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("khong-co")
    with pytest.raises(APIError, match=r"\[400\]: Unable to parse range: 'Sheet1'!A0"):
        book.sheet1.get("A0")
    stranger = Api(loose, UNIT).new_sheet("Của đơn vị")
    with pytest.raises(PermissionError):
        client.open_by_key(stranger)


def test_the_counted_requests_are_those_of_the_usual_script(
    client: gspread.Client, loose: Emulator
) -> None:
    """Three reads where one would do (reference/google.md §7)."""
    book = client.create("Biểu")
    loose.log.clear()

    client.open_by_key(book.id).worksheet("Sheet1").get_all_values()

    assert loose.calls() == [
        "sheets.spreadsheets.get",
        "sheets.spreadsheets.get",
        "sheets.spreadsheets.values.get",
    ]


def test_many_threads_copy_at_once_and_nothing_is_lost() -> None:
    with Emulator(limits=Limits.none()) as google:
        user = Api(google, USER)
        sheet = user.new_sheet("Mẫu")

        def copy(n: int) -> None:
            with requests.Session() as session:
                for k in range(5):
                    answer = session.post(
                        f"{google.url}/drive/v3/files/{sheet}/copy",
                        json={"name": f"{n}-{k}"},
                        headers=user.headers,
                        timeout=20,
                    )
                    assert answer.status_code == 200

        threads = [threading.Thread(target=copy, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(user.ok("GET", "/drive/v3/files", pageSize=1000)["files"]) == 31
        assert google.violations == []
