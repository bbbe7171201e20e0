"""Two runs and a person in one folder: whatever meets what, it ends as if in turn.

Plays of random steps, some of which come in the middle of a run: before one of its writes. What
must hold in the end is what one run after the other would have come to.
"""

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets import files
from dankheo_sheets.errors import DankheoError
from dankheo_sheets.journal import FILE, Journal
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.standing.sheet_properties import CLOSED
from dankheo_sheets.steps.demo import fill
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import run, sync
from dankheo_sheets.workspace.base import Sheet
from dankheo_sheets.workspace.folder_lease import FolderLease
from tests.conftest import EXAMPLE
from tests.steps.conftest import COVER, ENTRY, at
from tests.steps.plays import PLAYS, STEPS, Killed, Play, telling

CODES = ("HCTH", "TTRA")


class FolderPlay(Play):
    """One play, in a folder that was given out."""

    def __init__(self, directory: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(CODES, seed)
        self.directory = directory
        self.before_write: Callable[[Path], None] = lambda _: None
        real = files.write

        def writing(path: Path, *args: Any, **kwargs: Any) -> Any:
            with files.translated(path):
                self.before_write(path)
            return real(path, *args, **kwargs)

        monkeypatch.setattr(files, "write", writing)

    def job(self) -> Context:
        """Return the job as a run of its own sees it, that waits for nobody."""
        job = load_context(self.directory)
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
        name, work = self.some_work()
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
        self.decide_on(self.chance.choice(CODES), self.job())

    # --- what must hold in the end --------------------------------------------------------------

    def end(self) -> None:
        """Let the runs come to rest, and look at everything."""
        self.now = max(self.now, *(unit.until for unit in self.units.values()))
        for _ in range(2):
            self.now += timedelta(minutes=40)
            run(self.job(), self.now, self.box.opened)
        self.now += timedelta(minutes=40)
        still = run(self.job(), self.now, self.box.opened)
        assert not still.outcome.changed
        sheets = {sheet.unit: sheet for sheet in self.job().workspace.sheets()}
        for code in CODES:
            self.check_sheet(code, sheets[code])
        shown = {code: sheets[code].properties for code in CODES}
        self.check_events(Journal(self.directory / "archive" / FILE).events(), shown)
        assert not self.mailed_twice()

    def check_sheet(self, code: str, sheet: Sheet) -> None:
        self.check_marks(code, sheet.properties)
        assert sheet.locked == (CLOSED in sheet.properties), code
        path = self.directory / "workbooks" / f"{code}.xlsx"
        assert bool(path.stat().st_mode & 0o200) != sheet.locked, code
        self.check_unit(self.directory, code, sheet.properties)


def sync_quietly(job: Context, now: datetime) -> None:
    """Read what a unit typed before another version of it lies there: a folder keeps but one."""
    with suppress(DankheoError):
        sync(job, now)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two units that was given out, to be copied."""
    directory = tmp_path_factory.mktemp("hai-luot") / "dot"
    directory.mkdir()
    shutil.copy(EXAMPLE / "campaign.toml", directory)
    rows = [f"{code},Đơn vị {code},{n},{code.lower()}@x.example" for n, code in enumerate(CODES, 1)]
    (directory / "units.csv").write_text("\n".join(["code,name,order,email", *rows]), "utf-8")
    provision(load_context(directory), now=at("05 08:00"))
    return directory


@pytest.mark.parametrize("seed", range(PLAYS))
def test_it_ends_as_if_one_run_came_after_the_other(
    stage: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(stage, tmp_path / "dot")
    play = FolderPlay(tmp_path / "dot", seed, monkeypatch)
    with telling(play):
        play.play()
