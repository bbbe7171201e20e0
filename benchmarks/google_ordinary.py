"""The usual gspread script for the same units: what our requests stand beside.

Sheets are given out by `gc.copy` and `share`, read by `open_by_key`, `worksheet`,
`get_all_values`, all with gspread's defaults. It writes no unit's name into its copy, checks,
answers, locks and archives nothing.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

import gspread
import requests
from google.auth.credentials import Credentials
from gspread.exceptions import APIError
from gspread.http_client import FileType, ParamsType

from benchmarks.google_clock import Timeline

_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class PoliteHTTP(gspread.HTTPClient):
    """gspread's HTTP, sent to the emulator; where Google says "too many", it waits a minute.

    Plain gspread would stop there, its BackOffHTTPClient would wait by guess and without end
    (reference/google.md §7). This waits till the next minute of Google's begins, so that what is
    measured is the quota and nothing beside.
    """

    def __init__(self, account: Credentials, endpoint: str, clock: Timeline) -> None:
        super().__init__(account)
        self._endpoint, self._clock = endpoint, clock

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Any = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """See gspread."""
        for host in _HOSTS:
            endpoint = endpoint.replace(host, self._endpoint)
        while True:
            try:
                return super().request(method, endpoint, params, data, json, files, headers)
            except APIError as error:
                if error.response.status_code != 429:
                    raise
            self._clock.sleep(60 - self._clock.now() % 60)


def client(account: Credentials, endpoint: str, clock: Timeline) -> gspread.Client:
    """Return gspread's client on the emulator."""
    made = gspread.Client(account)
    made.http_client = PoliteHTTP(account, endpoint, clock)
    return made


def provision(
    gc: gspread.Client, template: str, folder: str, units: Iterable[tuple[str, str]]
) -> list[str]:
    """Give each unit (its title, its address) a copy of the template; return the copies' ids."""
    made = []
    for title, address in units:
        sheet = gc.copy(template, title=title, folder_id=folder)
        sheet.share(address, perm_type="user", role="writer")
        made.append(sheet.id)
    return made


def read(gc: gspread.Client, keys: Iterable[str], tab: str) -> list[list[list[Any]]]:
    """Return all values of a tab of every sheet."""
    return [gc.open_by_key(key).worksheet(tab).get_all_values() for key in keys]
