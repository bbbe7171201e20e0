"""Two machines and a person on one campaign: whatever meets what, it ends as if in turn.

Plays of random steps, some of which come in the middle of another machine's: at one of its
requests. What must hold in the end is what one machine would have come to.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.errors import DankheoError
from dankheo_sheets.journal import FILE, Journal
from dankheo_sheets.operations.context import Context
from dankheo_sheets.standing import sheet_properties as marks
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import run
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace
from tests.google_campaign import GoogleCampaign
from tests.google_emulator.errors import Refusal
from tests.google_emulator.faults import Fault
from tests.steps.conftest import COVER, ENTRY, at
from tests.steps.google.stage import Branch, access, files, roster, settings, sheet
from tests.steps.plays import DEADLINE, PLAYS, STEPS, Killed, Play, figures, telling

ADDRESSES = {"A": "a@x.example", "B": "b@x.example"}
SECOND = "may-2"


class GooglePlay(Play):
    """One play."""

    def __init__(self, campaign: GoogleCampaign, second: Path, seed: int) -> None:
        super().__init__([*ADDRESSES], seed)
        self.campaign, self.google = campaign, campaign.google
        self.directories = {"may-1": campaign.directory, SECOND: second}
        self.before = 0
        """How many mails had gone out before this work began."""
        self.unmarked: set[str] = set()
        """Mails after which their machine was killed: another may send them once more."""

    def job(self, machine: str) -> Context:
        return self.campaign.job(self.directories[machine], machine)

    # --- steps ----------------------------------------------------------------------------------

    def play(self) -> None:
        for _ in range(STEPS):
            self.pass_time(self.chance.choice([1, 5, 31, 60 * 7, 60 * 30]))
            self.step(self.chance.choice([self.work, self.work, self.decide, self.type, self.tire]))
        self.end()

    def step(self, what: Callable[[], None]) -> None:
        with suppress(Killed):
            what()

    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.campaign.now_is(self.now)

    def work(self) -> None:
        """Let a machine work, and perhaps something come in the middle of it."""
        machine = self.chance.choice(sorted(self.directories))
        name, work = self.some_work()
        job = self.job(machine)
        moment = self.chance.randint(1, 60)
        meets = self.chance.choice(
            ["other", "decide", "decide", "type", "kill", "lost", "refused", ""]
        )
        self.told.append(f"{self.now:%d %H:%M} {machine} {name}, {meets} at request {moment}")
        self.before = len(self.box.mails)
        self.interrupt(job, moment, meets, machine)
        try:
            work(job)
        except DankheoError as error:
            self.told.append(f"  {machine}: {error.message}")

    def interrupt(self, job: Context, moment: int, meets: str, machine: str) -> None:
        assert isinstance(job.workspace, GoogleWorkspace)
        api, sent = job.workspace.api, 0
        send = api._send
        (other,) = self.directories.keys() - {machine}

        def sending(*args: Any, **kwargs: Any) -> Any:
            nonlocal sent
            sent += 1
            if sent == moment:
                self.meet(meets, other)
            return send(*args, **kwargs)

        api._send = sending  # type: ignore[method-assign]

    def meet(self, meets: str, other: str) -> None:
        if meets == "kill":
            # The mark of the mail that just went out was not yet written (docs/adr/0009).
            self.unmarked.update(self.box.mails[self.before :][-1:])
            raise Killed
        if meets == "lost":
            self.google.faults.add(Fault("drop", committed=True))
        elif meets == "refused":
            full = Fault(
                path="^/upload/", status=403, reason="storageQuotaExceeded", times=2, skip=0
            )
            self.google.faults.add(full)
        elif meets == "type":
            self.type()
        elif meets == "decide":
            self.decide()
        elif meets == "other":
            self.told.append(f"  meanwhile {other} runs")
            with suppress(DankheoError):
                run(self.job(other), self.now, self.box.opened)

    def tire(self) -> None:
        """Let the storage be full for a while, or free again."""
        self.google.faults.clear()
        if self.chance.random() < 0.5:
            full = Fault(path="^/upload/", status=403, reason="storageQuotaExceeded", times=None)
            self.google.faults.add(full)
        self.told.append(f"{self.now:%d %H:%M} the storage is {len(self.google.faults.waiting)}")

    def type(self) -> None:
        code = self.chance.choice(sorted(self.units))
        text = f"Mô hình {self.chance.randint(1, 999)} của {code}"
        units = {unit.code: unit for unit in self.job("may-1").units}
        self.google.clock.advance(1)
        self.now = max(self.now, self.google_now())
        try:
            self.campaign.fill(units[code], [ENTRY | {"name": text}], COVER, self.now)
        except Refusal:
            return
        self.told.append(f"{self.now:%d %H:%M} {code} types {text}")
        self.units[code].typed.append((self.now, text))

    def google_now(self) -> datetime:
        return datetime.fromtimestamp(self.google.clock.now(), DEADLINE.tzinfo)

    def decide(self) -> None:
        machine = self.chance.choice(sorted(self.directories))
        self.decide_on(self.chance.choice(sorted(self.units)), self.job(machine), machine)

    # --- what must hold in the end --------------------------------------------------------------

    def end(self) -> None:
        """Let both machines come to rest, and look at everything."""
        self.google.faults.clear()
        latest = max(unit.until for unit in self.units.values())
        self.now = max(self.now, latest, self.google_now())
        for machine in ("may-1", SECOND, "may-1", SECOND):
            self.pass_time(40)
            run(self.job(machine), self.now, self.box.opened)
        self.pass_time(40)
        still = [run(self.job(machine), self.now, self.box.opened) for machine in self.directories]
        assert [one.outcome.changed for one in still] == [False, False]
        self.check_drive()
        self.check_figures()
        self.check_journal()
        assert self.mailed_twice() <= self.unmarked

    def check_drive(self) -> None:
        for kind in ("template", "results", "master"):
            assert len(files(self.google, kind)) == 1, kind
        for code in self.units:
            file = sheet(self.google, code)
            self.check_marks(code, file.properties)
            closed = marks.CLOSED in file.properties
            assert bool(file.restriction) == closed, code
            assert access(file) == {ADDRESSES[code]: "reader" if closed else "writer"}, code
            if final := file.properties.get(marks.FINAL):
                kept = [
                    f for f in files(self.google, "kept") if f.name == f"{code}-{final[:12]}.xlsx"
                ]
                assert [hashlib.sha256(f.content).hexdigest() for f in kept] == [final], code

    def check_figures(self) -> None:
        found = [figures(directory) for directory in self.directories.values()]
        assert found[0] == found[1]
        for code in self.units:
            self.check_unit(self.campaign.directory, code, sheet(self.google, code).properties)

    def check_journal(self) -> None:
        (kept,) = [file for file in files(self.google, "kept") if file.name == FILE]
        lines = [json.loads(line) for line in kept.content.decode().splitlines()]
        told = Counter((line["what"], line["unit"], line["ref"]) for line in lines if line["ref"])
        twice = {key for key, times in told.items() if times > 1}
        (path := self.directories[SECOND] / "tren-drive.jsonl").unlink(missing_ok=True)
        journal = Journal(path)
        journal.take_in(kept.content)  # where both machines' lines come together
        mailed = {ref for what, _, ref in twice if what == "gửi thư"}
        assert mailed <= {name.strip("<>").partition("@")[0] for name in self.unmarked}
        shown = {code: sheet(self.google, code).properties for code in self.units}
        self.check_events(journal.events(), shown)


@pytest.fixture(scope="module")
def stage_set(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[GoogleCampaign, Branch, Path]]:
    """Return a campaign of two units that was given out, to come back to."""
    directory = tmp_path_factory.mktemp("two")
    with GoogleCampaign(directory / "dot") as campaign:
        settings(campaign, ("[google]\n", "[google]\nworkers = 1\nsettle_minutes = 15\n"))
        roster(campaign, [f"{code},Đơn vị {code},,{who},," for code, who in ADDRESSES.items()])
        campaign.now_is(at("05 08:00"))
        provision(campaign.job(), now=at("05 08:00"))
        yield campaign, Branch(campaign, directory / "kept"), directory / "second"
        assert campaign.google.violations == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(PLAYS))
def test_it_ends_as_if_one_machine_had_done_it(
    stage_set: tuple[GoogleCampaign, Branch, Path], seed: int
) -> None:
    campaign, branch, second = stage_set
    branch.back()
    shutil.rmtree(second, ignore_errors=True)
    second.mkdir()
    for name in ("campaign.toml", "units.csv", "khoa.json"):
        shutil.copy(campaign.directory / name, second)
    play = GooglePlay(campaign, second, seed)
    with telling(play):
        play.play()
