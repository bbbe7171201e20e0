"""A small campaign on its way, step by step, to come back to any of its steps."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report, sync
from dankheo_sheets.steps.unit_decisions import reopen
from tests.form_2022 import FIRST_ROW
from tests.google_campaign import GoogleCampaign
from tests.google_emulator import Request
from tests.steps.conftest import COVER, ENTRY, at
from tests.steps.google.stage import Branch, roster, settings, sheet, state

Wait = Callable[[float], None]

STEPS: Mapping[str, tuple[datetime, Callable[[Context, datetime, Wait], object]]] = {
    "provision": (at("05 08:00"), lambda job, now, wait: provision(job, wait=wait)),
    "sync": (at("08 17:00"), lambda job, now, wait: sync(job, now)),
    "provision again": (at("09 08:00"), lambda job, now, wait: provision(job, wait=wait)),
    "close": (at("12 08:00"), lambda job, now, wait: close(job, now)),
    "reopen": (at("12 09:00"), lambda job, now, wait: reopen(job, ["B"], at("15 00:00"), now)),
    "report": (at("12 10:00"), lambda job, now, wait: report(job, now)),
}
_ROSTER = [
    "A,Đơn vị A,1,a@x.example,,",
    "B,Đơn vị B,2,b1@x.example; b2@x.example,,",
    "C,Đơn vị C,3,c@x.example,liên kết,",
]
_LATER = [
    "A,Đơn vị A,1,a-moi@x.example,,",
    "B,Đơn vị B,2,b2@x.example,,",
    "D,Đơn vị D,4,d@x.example,,",
]
"""One address is another, one is gone, one unit is gone, one is new."""


@dataclass(frozen=True)
class Rung:
    """The moment before a step."""

    branch: Branch
    log: tuple[Request, ...]
    """What the step asks for."""
    ended: dict[str, Any]
    """The state it ends in, undisturbed."""


class Ladder:
    """The campaign, and each of its steps."""

    def __init__(self, campaign: GoogleCampaign, directory: Path) -> None:
        self.campaign = campaign
        self.rungs: dict[str, Rung] = {}
        settings(campaign, ("[google]\n", "[google]\nnotify = true\n"))
        roster(campaign, _ROSTER)
        for name, (moment, _) in STEPS.items():
            self._before(name)
            campaign.now_is(moment)
            branch = Branch(campaign, directory / name)
            campaign.google.log.clear()
            self.take(name)
            self.rungs[name] = Rung(branch, tuple(campaign.google.log), state(campaign))

    def _before(self, step: str) -> None:
        if step == "sync":
            units = {unit.code: unit for unit in self.campaign.job().units}
            self.campaign.fill(units["A"], [ENTRY], COVER, at("07 09:00"))
            self.campaign.fill(units["B"], [{"name": "Chỉ có tên"}], COVER, at("07 09:00"))
            google = self.campaign.google
            where = f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW}"
            google.type_into(sheet(google, "C").id, where, [["từ liên kết"]], "")
        elif step == "provision again":
            roster(self.campaign, _LATER)

    def take(self, step: str) -> object:
        """Do a step, as a new run."""
        moment, work = STEPS[step]
        return work(self.campaign.job(), moment, self.campaign.google.clock.advance)

    @contextmanager
    def at(self, step: str) -> Iterator[Rung]:
        """Go back to the moment before a step."""
        rung = self.rungs[step]
        rung.branch.back()
        yield rung
        self.campaign.google.faults.clear()
