"""What tests on Google do beside running steps: rosters, who got what, the state of it all."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from dankheo_sheets.form import layout
from dankheo_sheets.outputs.master import JOURNAL
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google.lease import LOOK
from tests.google_campaign import ROBOT, GoogleCampaign
from tests.google_emulator import Emulator, Request
from tests.google_emulator.document import Document
from tests.google_emulator.files import FOLDER, SPREADSHEET, File, root_of
from tests.steps.conftest import COVER, ENTRY, at

HEADER = "Mã,Tên đơn vị,Thứ tự,Email,Cách mở biểu,Gia hạn đến"
PERSON = "dieu-phoi@gmail.example"
"""Somebody with a My Drive of their own."""


def roster(campaign: GoogleCampaign, rows: Sequence[str]) -> None:
    """Write units.csv: rows of `HEADER`."""
    (campaign.directory / "units.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")


def many(count: int) -> list[str]:
    """Return the rows of so many units, each with one address."""
    return [f"X{n:03d},Xã {n:03d},{n},xa{n:03d}@huyen.example,," for n in range(1, count + 1)]


def settings(campaign: GoogleCampaign, *changes: tuple[str, str]) -> None:
    """Replace pieces of campaign.toml; each must be there. "" adds to its end, [google]."""
    path = campaign.directory / "campaign.toml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new) if old else f"{text}{new}\n"
    path.write_text(text, "utf-8")


def in_my_drive(campaign: GoogleCampaign, person: str = PERSON) -> None:
    """Let a person's own account run the campaign, in a folder the program makes."""
    key = campaign.directory / "khoa.json"
    key.write_text(json.dumps(campaign.google.authorized_user(person)), encoding="utf-8")
    settings(campaign, (f'shared_drive = "{campaign.drive}"\n', ""))


def in_a_persons_folder(campaign: GoogleCampaign, person: str = PERSON) -> str:
    """Let the service account work in a folder of a person's My Drive; return the folder's id."""
    store, now = campaign.google.store, campaign.google.clock.now()
    folder = File(store.new_id(), "Dân vận khéo", FOLDER, (root_of(person),), now, now, person)
    store.add(folder)
    store.grant(folder, "user", "writer", ROBOT)
    settings(campaign, (f'shared_drive = "{campaign.drive}"', f'folder = "{folder.id}"'))
    return folder.id


def by_hand(google: Emulator, person: str, http: str, path: str, body: dict[str, Any]) -> Any:
    """Let a person do something on Drive, as the browser does it: through Drive itself."""
    import requests

    headers = {"Authorization": f"Bearer {google.token(person)}"}
    params = {"supportsAllDrives": "true", "fields": "id"}
    answer = requests.request(
        http, google.url + path, headers=headers, params=params, json=body, timeout=10
    )
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else {}


# --- who has what ---------------------------------------------------------------------------


def files(google: Emulator, kind: str = "") -> list[File]:
    """Return the files that are not in the bin, of a kind of the program's."""
    return [
        file
        for file in google.store.files.values()
        if not file.trashed and (not kind or file.properties.get("dk_kind") == kind)
    ]


def sheets(google: Emulator) -> dict[str, list[File]]:
    """Return the sheets of each unit."""
    found: dict[str, list[File]] = {}
    for file in files(google, "sheet"):
        found.setdefault(file.properties["dk_unit"], []).append(file)
    return found


def sheet(google: Emulator, unit: str) -> File:
    """Return a unit's only sheet."""
    (file,) = sheets(google)[unit]
    return file


def access(file: File) -> dict[str, str]:
    """Return who was given a role on the file itself; "anyone" is whoever has the link."""
    return {
        str(grant.get("emailAddress", grant["type"])): grant["role"]
        for grant in file.permissions.values()
        if grant["role"] != "owner"
    }


def shares(log: Sequence[Request]) -> Counter[tuple[str, str]]:
    """Return how often access was given, by file and grantee, whatever was answered."""
    return Counter(
        (request.path.split("/")[4], request.body.get("emailAddress", "anyone"))
        for request in log
        if request.call == "drive.permissions.create" and request.body
    )


def of_the_lease(request: Request) -> bool:
    """Tell whether a request takes the campaign's lease, renews it or gives it back."""
    return request.query.get("fields") == [LOOK] or "dk_luot_" in str(request.body)


def emails(units: Sequence[Unit]) -> dict[str, dict[str, str]]:
    """Return the access that a roster means: all its addresses write."""
    return {unit.code: dict.fromkeys(unit.emails, "writer") for unit in units}


# --- the state of it all ----------------------------------------------------------------------

_TIMES = {"closed_at", "final", "final_changed_at", "feedback"}
_MOVING = re.compile(
    r"[0-9a-f]{64}|[0-9a-f]{12,16}|\d+ giờ \d+, ngày \d+/\d+/\d+|\d+:\d+ \d+/\d+/\d+"
)
"""Checksums and the times of reading."""


@lru_cache(maxsize=100_000)
def _still(text: str) -> str:
    return _MOVING.sub("*", text)


def state(campaign: GoogleCampaign) -> dict[str, Any]:
    """Return all that a campaign came to; checksums and the times of our own work left out."""
    listed = [
        {
            "name": _still(file.name),
            "parents": [_called(campaign.google, name) for name in file.parents],
            "properties": {
                key: "*" if key in _TIMES else value
                for key, value in sorted(file.properties.items())
                if key not in ("dk_ours", "dk_drawing", "dk_for")
            },
            "access": access(file),
            "lock": {key: file.restriction.get(key) for key in ("reason", "ownerRestricted")},
            "content": _content(file.document) if file.mime == SPREADSHEET else "",
        }
        for file in files(campaign.google)
        if file.properties.get("dk_kind") != "kept"
    ]
    return {
        "kept": {_still(file.name) for file in files(campaign.google, "kept")},
        "files": sorted(listed, key=lambda each: (each["name"], str(each["properties"]))),
        "figures": figures(campaign.directory),
        "mails": Counter((m.to, _called(campaign.google, m.file_id)) for m in _mails(campaign)),
    }


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Return where two states differ, a line each."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted(expected.keys() | found.keys(), key=str)
            for line in differences(expected.get(key), found.get(key), f"{where}/{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [
            line
            for at, pair in enumerate(zip(expected, found, strict=True))
            for line in differences(*pair, f"{where}/{at}")
        ]
    return [] if expected == found else [f"{where}: {expected!r} → {found!r}"]


def figures(directory: Path) -> Any:
    """Return bao-cao.json without checksums."""
    path = directory / "out" / "bao-cao.json"
    if not path.exists():
        return None
    found = json.loads(path.read_bytes())
    for unit in found["units"]:
        del unit["sha256"]
    for mark in ("fingerprint", "papers"):
        found[mark] = bool(found[mark])
    return found


def _mails(campaign: GoogleCampaign) -> Iterator[Any]:
    yield from campaign.google.world.mails


def _called(google: Emulator, name: str) -> str:
    file = google.store.files.get(name)
    return file.name if file else "?"


def _content(document: Document | None) -> dict[str, Any]:
    assert document is not None
    return {
        tab.title: {
            f"{row},{column}": _still(str(cell["userEnteredValue"]))
            for (row, column), cell in sorted(tab.cells.items())
            if "userEnteredValue" in cell
        }
        for tab in document.tabs
        if tab.title != JOURNAL  # tells of every try, in the order it was made
    }


class Branch:
    """A campaign as it stands now, to come back to any number of times."""

    def __init__(self, campaign: GoogleCampaign, directory: Path) -> None:
        self._campaign, self._kept = campaign, directory
        self._google = campaign.google.snapshot()
        shutil.copytree(campaign.directory, directory)

    def back(self) -> None:
        """Go back there; the log is empty. What the emulator consists of is made anew."""
        self._campaign.google.restore(self._google)
        self._campaign.google.log.clear()
        shutil.rmtree(self._campaign.directory)
        shutil.copytree(self._kept, self._campaign.directory)


class Stages:
    """A campaign at the moments that tests start from: each is made once, and gone back to."""

    def __init__(self, campaign: GoogleCampaign, directory: Path) -> None:
        self.campaign, self._directory = campaign, directory
        self._branches: dict[str, Branch] = {}

    def at(
        self, name: str, make: Callable[[GoogleCampaign], object] = lambda campaign: None
    ) -> GoogleCampaign:
        """Go to a moment; the first time, `make` leads there from where the campaign stands."""
        if name not in self._branches:
            make(self.campaign)
            self._branches[name] = Branch(self.campaign, self._directory / name)
        self._branches[name].back()
        return self.campaign


def cell(file: File, tab: str, row: int, column: int) -> str:
    """Return the text of a cell, counted from 0."""
    assert file.document is not None
    found = file.document.titled(tab)
    assert found is not None
    return str(found.value(row, column).get("stringValue", ""))


def headline(file: File) -> str:
    """Return what a sheet's Phản hồi tab says first."""
    return cell(file, layout.TAB_FEEDBACK, 2, 1)


def fill_in(
    campaign: GoogleCampaign,
    unit: str,
    when: str,
    entries: Sequence[Mapping[str, str]] = (ENTRY,),
    cover: Mapping[str, str] = COVER,
) -> None:
    """Let a unit fill in its sheet at a moment."""
    units = {unit.code: unit for unit in campaign.job().units}
    campaign.fill(units[unit], entries, cover, at(when))
