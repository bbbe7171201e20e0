"""A campaign on the emulator, from its first day on: what tests and the demonstration start from.

The emulator's clock stands still until it is moved; units type into their sheets as people do,
with the access they were given.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import load
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.operations.context import Context
from dankheo_sheets.roster import Unit
from dankheo_sheets.workspace.google import auth
from dankheo_sheets.workspace.google.connect import manners, sign_in
from dankheo_sheets.workspace.google.transport import Clients
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from tests.form_2022 import COLUMNS, COVER_CELLS, FIRST_ROW
from tests.google_emulator import Clock, Emulator, Limits

EXAMPLE = Path(__file__).parent.parent / "examples" / "dan-van-kheo-2022"
ROBOT = "may@du-an.iam.gserviceaccount.com"
COORDINATOR = "dieu-phoi@so-khcn.example"
LEADER = "lanh-dao@so-khcn.example"
OPENED = datetime.fromisoformat("2022-04-05T08:00:00+07:00")


class GoogleCampaign:
    """The example campaign, in a folder here and in a shared drive of the emulator."""

    def __init__(self, directory: Path, limits: Limits | None = None) -> None:
        self.directory = directory
        self.google = Emulator(clock=Clock(OPENED.timestamp()), limits=limits or Limits.none())
        # The private key's JWT carries real times; its tokens last as long as the campaign.
        self.google.identities.lifetime = 10 * 86_400.0

    def __enter__(self) -> "GoogleCampaign":
        self.google.__enter__()
        self.drive = self.google.shared_drive({ROBOT: "organizer"})
        self._write_settings()
        return self

    def __exit__(self, *error: object) -> None:
        self.google.__exit__(*error)

    def _write_settings(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLE / "units.csv", self.directory)
        key = self.directory / "khoa.json"
        key.touch(mode=0o600)
        key.write_text(json.dumps(self.google.service_account(ROBOT)), encoding="utf-8")
        text = (EXAMPLE / "campaign.toml").read_text(encoding="utf-8")
        text = text.replace('workspace = "folder"', 'workspace = "google"')
        text = text.replace(
            "[authority]",
            f'coordinator = ["{COORDINATOR}"]\nleader = ["{LEADER}"]\n\n[authority]',
        )
        text += (
            f'\n[google]\nshared_drive = "{self.drive}"\ncredentials = "khoa.json"\n'
            f'endpoint = "{self.google.url}"\n'
        )
        (self.directory / "campaign.toml").write_text(text, encoding="utf-8")

    def job(self, directory: Path | None = None, who: str = "may-1") -> Context:
        """Return the job as a new run sees it: nothing remembered but what is on the disk.

        `directory` is another machine's. Back-off lets the emulator's clock pass instead of ours.
        """
        directory = directory or self.directory
        campaign, units = load(directory)
        form = Form(campaign)
        credentials = auth.credentials(sign_in(directory, campaign.google, {}))
        clock = self.google.clock
        patient = replace(manners(campaign.google), sleep=clock.advance, now=clock.now)
        workspace = GoogleWorkspace(directory / "out", form, units, Clients(credentials, patient))
        return Context(directory, campaign, units, workspace, Archive(directory / "archive"), who)

    def now_is(self, moment: datetime) -> None:
        """Move the emulator's clock forward to a moment."""
        self.google.clock.advance(max(0.0, moment.timestamp() - self.google.clock.now()))

    def sheet_of(self, unit: str) -> str:
        """Return the id of the sheet a unit was given."""
        return next(
            file.id
            for file in self.google.store.files.values()
            if file.properties.get("dk_unit") == unit and not file.trashed
        )

    def fill(
        self,
        unit: Unit,
        entries: Sequence[Mapping[str, str]],
        cover: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Let a unit fill in its sheet at a moment.

        What it types stays text, as its cells say; what begins with "=" is pasted as a formula,
        "#REF!" as one that points at nothing.
        """
        self.now_is(at)
        sheet, who = self.sheet_of(unit.code), unit.emails[0]
        tab = layout.TAB_ENTRIES
        rows = [[entry.get(key, "") for key in COLUMNS] for entry in entries]
        if rows:
            self.google.type_into(sheet, f"'{tab}'!A{FIRST_ROW}", rows, who)
        for row, values in enumerate(rows, FIRST_ROW - 1):
            for column, value in enumerate(values):
                if value.startswith("=") or value == "#REF!":
                    self._paste(sheet, row, column, value, who)
        for key, cell in COVER_CELLS.items():
            if value := cover.get(key, ""):
                self.google.type_into(sheet, f"'{tab}'!{cell}", [[value]], who)

    def _paste(self, sheet: str, row: int, column: int, value: str, who: str) -> None:
        formula = "=A99999" if value == "#REF!" else value
        tab = self.google.store.files[sheet].document.titled(layout.TAB_ENTRIES)  # type: ignore[union-attr]
        start = {"sheetId": tab.id, "rowIndex": row, "columnIndex": column}  # type: ignore[union-attr]
        cell = {"userEnteredValue": {"formulaValue": formula}}
        rows = [{"values": [cell]}]
        change = {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
        self.google.edit(sheet, [change], who)

    def answer(self, answer: Mapping[str, Any], at: datetime) -> None:
        """Let a unit write one of the sample answers."""
        unit = next(u for u in load(self.directory)[1] if u.code == answer["unit"])
        self.fill(unit, answer.get("entries", ()), answer.get("cover", {}), at)
