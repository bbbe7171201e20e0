"""The campaign that is measured on the emulator of Google: N units in a shared drive.

Google's documented quotas are on (reference/google.md §1.1, §1.2); the clock is simulated. Answers
come at once: neither latency nor the throttles Google does not document are there
(reference/google.md §1.3).
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from benchmarks import campaign
from benchmarks.google_clock import Punctual, Timeline
from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import FILE, load
from dankheo_sheets.form.layout import TAB_ENTRIES, Form
from dankheo_sheets.operations.context import Context
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google.connect import manners
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from tests.google_emulator import Emulator, Limits

MANY = 300
"""Units above which each has fewer entries: the emulator takes 50 ms to export a whole form."""
FEW_ENTRIES, FEW_ROWS = 3, 5

ROBOT = "may@du-an.iam.gserviceaccount.com"
_PEOPLE = 'coordinator = ["dieu-phoi@so-khcn.example"]\nleader = ["lanh-dao@so-khcn.example"]\n'
_DRIVE_SCOPE = "https://www.googleapis.com/auth/drive"

OPENED, FILLED, CLOSED = (
    datetime.fromisoformat(moment)
    for moment in (
        "2022-04-05T08:00:17+07:00",
        "2022-04-08T16:00:17+07:00",
        "2022-04-12T06:30:17+07:00",
    )
)
"""When sheets are given out, filled in, closed; never on a whole minute, so that our minutes of
asking and Google's minutes of counting are not the same."""


def entries_of(units: int) -> int:
    """Return how many entries each of so many units has."""
    return campaign.ENTRIES if units <= MANY else FEW_ENTRIES


class GoogleCampaign:
    """The campaign, in a folder here and in a shared drive of the emulator."""

    def __init__(self, directory: Path, units: int) -> None:
        self.directory = directory
        self.clock = Timeline(OPENED.timestamp())
        self.google = Emulator(clock=self.clock, limits=Limits())
        campaign.set_up(directory, units)

    def __enter__(self) -> "GoogleCampaign":
        self.google.__enter__()
        self.drive = self.google.shared_drive({ROBOT: "organizer"})
        file = self.directory / FILE
        text = file.read_text(encoding="utf-8")
        text = text.replace('workspace = "folder"', 'workspace = "google"')
        text = text.replace("[authority]", f"{_PEOPLE}\n[authority]")
        if entries_of(len(self.units)) < campaign.ENTRIES:
            text = text.replace("form_rows = 30", f"form_rows = {FEW_ROWS}")
        text += f'\n[google]\nshared_drive = "{self.drive}"\n'
        file.write_text(text, encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        self.google.__exit__(*error)

    def job(self) -> Context:
        """Return the job as a new run sees it, signed in as nobody yet."""
        settings, units = load(self.directory)
        form = Form(settings)
        account = Punctual.of(self.google.service_account(ROBOT), self.clock, [_DRIVE_SCOPE])
        timed = replace(
            manners(settings.google),
            endpoint=self.google.url,
            sleep=self.clock.sleep,
            now=self.clock.now,
        )
        out = self.directory / "out"
        workspace = GoogleWorkspace(out, form, units, Clients(account, timed))
        return Context(
            self.directory, settings, units, workspace, Archive(self.directory / "archive")
        )

    @cached_property
    def units(self) -> list[Unit]:
        """The roster."""
        return list(load(self.directory)[1])

    @property
    def now(self) -> datetime:
        """The moment it is on the simulated clock, in the campaign's zone."""
        return datetime.fromtimestamp(self.clock.now(), campaign.NOW.tzinfo)

    # --- what units do in a browser: no request of anybody's ---------------------------------

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The id of every unit's sheet, by the unit's code; once they are provisioned."""
        files = self.google.store.files.values()
        return {f.properties["dk_unit"]: f.id for f in files if "dk_unit" in f.properties}

    def fill(self) -> None:
        """Let every unit fill in and confirm its sheet."""
        self.clock.advance_to(FILLED.timestamp())
        form = Form(load(self.directory)[0])
        for number, unit in enumerate(self.units, 1):
            count = entries_of(len(self.units))
            entries = [campaign.entry(form, number, at) for at in range(count)]
            rows = [[*entry.texts.values()] for entry in entries]
            self._type(unit, f"A{form.first_row}", rows)
            cover = {
                "preparer": f"Nguyễn Văn Mẫu {unit.code}",
                "phone": f"09{unit.code[1:]:0>8}",
                "confirmed": "x",
            }
            for field in form.cover:
                if field.key in cover:
                    self._type(unit, field.cell, [[cover[field.key]]])

    def change(self, units: Iterable[Unit]) -> None:
        """Let some units change one cell: the place of their first entry."""
        form = Form(load(self.directory)[0])
        where = f"{form.letters['place']}{form.first_row}"
        for unit in units:
            self._type(unit, where, [[f"{unit.name}, sửa lúc {self.now:%H:%M}"]])

    def one_percent(self) -> list[Unit]:
        """Return one unit of a hundred, at least one."""
        return self.units[: math.ceil(len(self.units) / 100)]

    def _type(self, unit: Unit, cell: str, rows: list[list[str]]) -> None:
        where = f"'{TAB_ENTRIES}'!{cell}"
        self.google.type_into(self.sheets[unit.code], where, rows, unit.emails[0])
