"""Two runs and a person in one folder: whatever meets what, it ends as if in turn.

Plays of random steps, some of which come in the middle of a run: before one of its writes. What
must hold in the end is what one run after the other would have come to.
"""

import errno
import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets import files
from dankheo_sheets.errors import DankheoError, UsageError
from dankheo_sheets.journal import FILE, Journal
from dankheo_sheets.notices.message import Message
from dankheo_sheets.steps.close import close
from dankheo_sheets.steps.decide import exclude, give_back, include, reopen
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.job import Job, load_job
from dankheo_sheets.steps.marks import CLOSED, DECISION, EXTENDED
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import run
from dankheo_sheets.steps.sync import sync
from dankheo_sheets.workspace.folder_lease import FolderLease
from tests.conftest import EXAMPLE
from tests.steps.conftest import COVER, ENTRY, at

PLAYS = int(os.environ.get("DANKHEO_PLAYS", "12"))
STEPS = 8
CODES = ("HCTH", "TTRA")
DEADLINE = at("12 00:00")
WORDS = {"reopen": "gia hạn", "exclude": "loại trừ", "include": "đưa lại vào", "return": "trả lại"}


class Killed(BaseException):
    """The machine is switched off."""


@dataclass
class Box:
    """A mail server that takes everything."""

    mails: list[str] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator["Box"]:
        yield self

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        self.mails.append(message.message_id)
        return {}


@dataclass
class Unit:
    """What is known of a unit, whatever the runs make of it."""

    until: datetime = DEADLINE
    excluded: bool = False
    typed: list[tuple[datetime, str]] = field(default_factory=list)

    def counts(self) -> set[str]:
        """Return what may count in the end: the last that came in time, else the last."""
        in_time = [text for when, text in self.typed if when < self.until]
        return {(in_time or [text for _, text in self.typed])[-1]}


class Play:
    """One play, in a folder that was given out."""

    def __init__(self, directory: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory, self.chance = directory, random.Random(seed)
        self.now = at("06 08:00")
        self.units = {code: Unit() for code in CODES}
        self.box = Box()
        self.decisions: list[tuple[str, str]] = []
        self.told: list[str] = []
        """What happened, for whoever reads a failure."""
        self.before_write: Callable[[Path], None] = lambda _: None
        real = files.write

        def writing(path: Path, *args: Any, **kwargs: Any) -> Any:
            with files.translated(path):
                self.before_write(path)
            return real(path, *args, **kwargs)

        monkeypatch.setattr(files, "write", writing)

    def job(self) -> Job:
        """Return the job as a run of its own sees it, that waits for nobody."""
        job = load_job(self.directory)
        job.workspace._lease = FolderLease(self.directory / "workbooks" / ".dankheo", 0)  # type: ignore[attr-defined]
        return job

    # --- steps ----------------------------------------------------------------------------------

    def play(self) -> None:
        for _ in range(STEPS):
            self.now += timedelta(minutes=self.chance.choice([1, 5, 31, 60 * 7, 60 * 30]))
            step = self.chance.choice([self.work, self.work, self.decide, self.type])
            with suppress(Killed):
                step()
            self.before_write = lambda _: None
        self.end()

    def work(self) -> None:
        """Let a run work, and perhaps something come in the middle of it."""
        works: list[tuple[str, Callable[[Job], object]]] = [
            ("run", lambda job: run(job, self.now, self.box.opened)),
            ("run", lambda job: run(job, self.now, self.box.opened)),
            ("close", lambda job: close(job, self.now)),
            ("sync", lambda job: sync(job, self.now)),
        ]
        name, work = self.chance.choice(works)
        moment = self.chance.randint(1, 30)
        meets = self.chance.choice(["other", "decide", "decide", "kill", "full", ""])
        self.told.append(f"{self.now:%d %H:%M} {name}, {meets} at write {moment}")
        job, written = self.job(), 0

        def before(path: Path) -> None:
            nonlocal written
            written += 1
            # While one writes a state file, the other waits: here both are one thread.
            waits = meets in ("other", "decide") and path.parent.name == ".dankheo"
            if written >= moment and not waits:
                self.before_write = lambda _: None
                self.meet(meets)

        self.before_write = before
        try:
            work(job)
        except DankheoError as error:
            self.told.append(f"  {error.message}")

    def meet(self, meets: str) -> None:
        if meets == "kill":
            raise Killed
        if meets == "full":
            raise OSError(errno.ENOSPC, "full")
        if meets == "decide":
            self.decide()
        elif meets == "other":
            self.told.append("  meanwhile another runs")
            with suppress(DankheoError):
                run(self.job(), self.now, self.box.opened)

    def type(self) -> None:
        code = self.chance.choice(CODES)
        path = next((self.directory / "workbooks").glob(f"{code}.xlsx"))
        if not path.stat().st_mode & 0o200:
            return  # Excel does not save into what is locked
        text = f"Mô hình {self.chance.randint(1, 999)} của {code}"
        self.now += timedelta(seconds=1)
        fill(path, [ENTRY | {"name": text}], COVER, self.now)
        self.told.append(f"{self.now:%d %H:%M:%S} {code} types {text}")
        self.units[code].typed.append((self.now, text))
        sync_quietly(self.job(), self.now)

    def decide(self) -> None:
        code = self.chance.choice(CODES)
        unit, job = self.units[code], self.job()
        what = self.chance.choice([*WORDS])
        until = (self.now + timedelta(days=self.chance.choice([1, 3]))).replace(microsecond=0)
        try:
            if what == "reopen":
                (done,) = reopen(job, [code], until, self.now)
                unit.until = until
            elif what == "return":
                done = give_back(job, code, "sửa lại", self.now, until=until)
                unit.until = until
            elif what == "exclude":
                done = exclude(job, code, "sáp nhập", self.now)
                unit.excluded = True
            else:
                done = include(job, code, self.now)
                unit.excluded = False
        except UsageError as error:
            self.told.append(f"{self.now:%d %H:%M} {what} {code}: {error.message}")
            return
        if not done.already:
            self.decisions.append((what, code))
        self.told.append(f"{self.now:%d %H:%M} {what} {code} ({until:%d %H:%M})")

    # --- what must hold in the end --------------------------------------------------------------

    def end(self) -> None:
        """Let the runs come to rest, and look at everything."""
        self.now = max(self.now, *(unit.until for unit in self.units.values()))
        for _ in range(2):
            self.now += timedelta(minutes=40)
            run(self.job(), self.now, self.box.opened)
        self.now += timedelta(minutes=40)
        still = run(self.job(), self.now, self.box.opened)
        assert still.outcome is None or not still.outcome.changed
        self.check_sheets()
        self.check_figures()
        self.check_journal()
        assert not [name for name, times in Counter(self.box.mails).items() if name and times > 1]

    def sheets(self) -> dict[str, Any]:
        return {sheet.unit: sheet for sheet in self.job().workspace.sheets()}

    def check_sheets(self) -> None:
        for code, unit in self.units.items():
            sheet = self.sheets()[code]
            marks = sheet.properties
            assert marks.get(DECISION, "").startswith("excluded") == unit.excluded, code
            moved = unit.until.isoformat() if unit.until != DEADLINE else ""
            assert marks.get(EXTENDED, "") == moved, code
            assert unit.excluded or CLOSED in marks, code
            assert sheet.locked == (CLOSED in marks), code
            assert not (path := Path(sheet.id)).exists() or (
                bool(path.stat().st_mode & 0o200) != sheet.locked
            ), code

    def check_figures(self) -> None:
        figures = json.loads((self.directory / "out" / "bao-cao.json").read_bytes())
        found = {unit["unit"]: unit for unit in figures["units"]}
        for code, unit in self.units.items():
            each, marks = found[code], self.sheets()[code].properties
            if unit.excluded:
                assert each["status"] == "excluded", code
            elif not unit.typed:
                assert (each["status"], each["counted"]) == ("untouched", 0), code
            elif not marks.get(DECISION, "").startswith("returned"):
                late = all(when >= unit.until for when, _ in unit.typed)
                assert each["status"] == ("submitted-late" if late else "submitted"), code
                assert each["counted"] == 1, code
                assert set(names_in(self.directory / "archive" / code, each["sha256"])) == (
                    unit.counts()
                ), code

    def check_journal(self) -> None:
        events = Journal(self.directory / "archive" / FILE).events()
        assert len({e.key for e in events if e.key}) == sum(bool(e.key) for e in events)
        assert [e.moment for e in events] == sorted(e.moment for e in events)
        told = {(e.what, e.unit, e.ref) for e in events}
        for code in CODES:
            if closed_at := self.sheets()[code].properties.get(CLOSED):
                assert ("chốt và khoá", code, closed_at) in told, code
        counted = Counter((e.what, e.unit) for e in events)
        for (what, code), times in Counter(self.decisions).items():
            assert counted[WORDS[what], code] == times, (what, code)


def sync_quietly(job: Job, now: datetime) -> None:
    """Read what a unit typed before another version of it lies there: a folder keeps but one."""
    with suppress(DankheoError):
        sync(job, now)


def names_in(archive: Path, sha256: str) -> list[str]:
    """Return the names of the entries in what was read with that checksum."""
    for receipt in archive.glob("*.json"):
        read = json.loads(receipt.read_bytes())
        if read["snapshot"]["sha256"] == sha256:
            return [entry["name"] for entry in read["registration"]["entries"]]
    return []


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two units that was given out, to be copied."""
    directory = tmp_path_factory.mktemp("hai-luot") / "dot"
    directory.mkdir()
    shutil.copy(EXAMPLE / "campaign.toml", directory)
    rows = [f"{code},Đơn vị {code},{n},{code.lower()}@x.example" for n, code in enumerate(CODES, 1)]
    (directory / "units.csv").write_text("\n".join(["code,name,order,email", *rows]), "utf-8")
    provision(load_job(directory), now=at("05 08:00"))
    return directory


@pytest.mark.parametrize("seed", range(PLAYS))
def test_it_ends_as_if_one_run_came_after_the_other(
    stage: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(stage, tmp_path / "dot")
    play = Play(tmp_path / "dot", seed, monkeypatch)
    try:
        play.play()
    except BaseException as error:
        error.add_note("\n".join(["What happened:", *play.told]))
        raise
