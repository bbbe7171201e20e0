"""What holds for every sequence of edits, copies, accidents, decisions and looks.

(a) A return that was read in time counts until the unit hands in another one, or the coordinator
decides otherwise. (b) What is said of a unit follows from what was read. (c) Every file in the
folder is read, or named. Beside them: no decision is forgotten, nothing that was read is lost.
"""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dankheo_sheets.errors import UsageError
from dankheo_sheets.form import reader
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.registration import Cover, Entry
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.steps.take_in import accept, receive
from dankheo_sheets.steps.unit_decisions import exclude, give_back, include, reopen
from tests.conftest import EXAMPLE
from tests.form.workbooks import DONE, good
from tests.steps.conftest import at, unit_of

UNIT, OTHER = "HCTH", "TDC"
ROSTER = f"Mã,Tên đơn vị,Email\n{UNIT},Phòng Mẫu,a@so.example\n{OTHER},Chi cục Mẫu,b@so.example\n"
CONTENTS: dict[str, tuple[tuple[Entry, ...], Cover]] = {
    "one": ((good(),), DONE),
    "two": ((good(), good(11, name="Mô hình thứ hai")), DONE),
    "draft": (
        (good(12, name="Chưa xong", place=""), good(13, name="Còn nháp")),
        Cover("Nguyễn Mẫu"),
    ),
    "blank": ((), Cover()),
}
COUNTED = {"one": 1, "two": 2, "draft": 1, "blank": 0}
DAMAGES = (b"", b"not a workbook", b"PK\x05\x06" + bytes(18))
START, DEADLINE = at("06 08:00"), at("12 00:00")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a campaign of two units, given out, and each content as the unit's workbook."""
    directory = tmp_path_factory.mktemp("laws")
    shutil.copy(EXAMPLE / "campaign.toml", directory)
    (directory / "units.csv").write_text(ROSTER, "utf-8")
    job = load_context(directory)
    provision(job, now=START)
    form = Form(job.campaign)
    identity = Identity(UNIT, "Phòng Mẫu", "trước ngày 12/4/2022")
    (directory / "mau").mkdir()
    for name, (entries, cover) in CONTENTS.items():
        (directory / "mau" / name).write_bytes(render(form, identity, entries, cover))
    return directory


class Campaign(RuleBasedStateMachine):
    """One unit's workbook and all that happens to it; the other unit does nothing."""

    prepared: Path

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp()) / "dot"
        shutil.copytree(self.prepared, self.directory)
        self.workbooks = self.directory / "workbooks"
        self.now = START
        self.closed = self.excluded = self.returned = False
        self.until = DEADLINE
        self.there = "blank"
        """What stands in the unit's workbook: a content, "damaged" or "gone"."""
        self.in_time = ""
        """What was read in time, and nothing else since, nor decided of it."""
        self.read = "blank"
        """What was read last and could be."""
        self.laid = False
        self.handed_in: set[str] = set()
        """Checksums of all bytes that lay there when somebody looked."""
        self.figures: dict[str, Any] = {}

    def teardown(self) -> None:
        if hasattr(self, "directory"):
            for path in self.directory.rglob("*"):
                with suppress(OSError):
                    path.chmod(0o755)
            shutil.rmtree(self.directory.parent)

    @property
    def path(self) -> Path:
        """Where the unit's workbook is, under whatever name."""
        named = sorted(p for p in self.workbooks.glob("*HCTH.xlsx") if not p.name.startswith("~"))
        return named[0] if named else self.workbooks / f"{UNIT}.xlsx"

    # --- what people and machines do ------------------------------------------------------------

    @rule(
        content=st.sampled_from(sorted(CONTENTS)),
        age=st.sampled_from([0, 1, 30, 100, 24 * 200, -24 * 30]),
    )
    def lay(self, content: str, age: int) -> None:
        """Save a content, or copy it in with a date some hours back, or ahead."""
        data = (self.directory / "mau" / content).read_bytes()
        self._write(self.path, data, self.now - timedelta(hours=age))
        self.there, self.laid = content, True

    @rule(data=st.sampled_from(DAMAGES), keeps_date=st.booleans())
    def damage(self, data: bytes, keeps_date: bool) -> None:
        path = self.path
        when = path.stat().st_mtime if keeps_date and path.exists() else self.now.timestamp()
        self._write(path, data, datetime.fromtimestamp(when, self.now.tzinfo))
        self.there, self.laid = "damaged", True

    @rule()
    def vanish(self) -> None:
        self.path.unlink(missing_ok=True)
        self.there = "gone"

    @rule()
    def touch(self) -> None:
        """Save the same again, or copy it without its date."""
        with suppress(FileNotFoundError):
            os.utime(self.path, (self.now.timestamp(),) * 2)

    @rule(name=st.sampled_from(["Nộp HCTH.xlsx", "HCTH.xlsx"]))
    def rename(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self.path.rename(self.workbooks / name)

    @rule(
        name=st.sampled_from(
            ["HCTH (1).xlsx", "HCTH.xls", "DVK - Phòng Mẫu.docx", "lạ.pdf", "~$HCTH.xlsx", "x.tmp"]
        ),
        content=st.sampled_from([*sorted(CONTENTS), "damaged"]),
    )
    def put_beside(self, name: str, content: str) -> None:
        mould = self.directory / "mau" / content
        self._write(self.workbooks / name, mould.read_bytes() if mould.exists() else b"x", self.now)

    @rule(
        name=st.sampled_from(["HCTH (1).xlsx", "HCTH.xls", "DVK - Phòng Mẫu.docx", "~$HCTH.xlsx"])
    )
    def take_away(self, name: str) -> None:
        (self.workbooks / name).unlink(missing_ok=True)

    @rule(hours=st.sampled_from([1, 7, 30, 80]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # --- what the coordinator does ----------------------------------------------------------------

    @rule()
    def sync(self) -> None:
        self.now += timedelta(minutes=1)
        self._look()
        self.figures = sync(load_context(self.directory), self.now).board.model_dump(mode="json")
        self._check()

    @rule()
    def close(self) -> None:
        self.now += timedelta(minutes=1)
        self._look()
        closing = close(load_context(self.directory), self.now)
        self.figures = closing.outcome.board.model_dump(mode="json")
        self.closed = self.closed or UNIT in closing.closed
        self._check()

    @rule(days=st.sampled_from([2, 9]))
    def extend(self, days: int) -> None:
        until = self.now + timedelta(days=days)
        with suppress(UsageError):
            reopen(load_context(self.directory), [UNIT], until, self.now)
            self.until, self.closed = until, False

    @rule()
    def give_back(self) -> None:
        until = self.now + timedelta(days=3)
        with suppress(UsageError):
            decided = give_back(load_context(self.directory), UNIT, "lý do", self.now, until=until)
            if not decided.already:
                self.in_time, self.until, self.closed, self.returned = "", until, False, True

    @precondition(lambda self: not self.excluded)
    @rule()
    def exclude(self) -> None:
        exclude(load_context(self.directory), UNIT, "sáp nhập", self.now)
        self.excluded, self.returned, self.in_time = True, False, ""

    @precondition(lambda self: self.excluded)
    @rule()
    def include(self) -> None:
        include(load_context(self.directory), UNIT, self.now)
        self.excluded = False

    @rule()
    def accept(self) -> None:
        self.now += timedelta(minutes=1)
        with suppress(UsageError):
            accept(load_context(self.directory), UNIT, self.now)
            self._look()
            self.in_time = ""

    @rule(hours=st.sampled_from([1, 60]))
    def receive(self, hours: int) -> None:
        self.now += timedelta(minutes=1)
        at_most = max(START, self.now - timedelta(hours=hours))
        with suppress(UsageError):
            receive(load_context(self.directory), UNIT, at_most, "qua thư", self.now)
            self._look()
            self.in_time = ""

    # --- what must hold ---------------------------------------------------------------------------

    def _write(self, path: Path, data: bytes, when: datetime) -> None:
        if path.exists():
            path.chmod(0o644)
        path.write_bytes(data)
        os.utime(path, (when.timestamp(),) * 2)

    def _look(self) -> None:
        """Remember what lies there before the program looks at it."""
        if self.laid and self.path.exists():
            self.handed_in.add(hashlib.sha256(self.path.read_bytes()).hexdigest())
        self.laid = False
        if self.there in CONTENTS and self.there != self.read:
            self.read = self.there
            self.in_time = self.there if self.now < self.until and not self.closed else ""
            if self.returned or self.excluded:
                self.in_time = ""

    def _check(self) -> None:
        unit = unit_of(self.figures, UNIT)
        self._check_that_what_was_in_time_counts(unit)
        self._check_that_what_is_said_was_read(unit)
        self._check_that_every_file_is_read_or_named(unit)
        assert (unit["status"] == "excluded") is self.excluded
        assert unit["deadline"] == self.until.isoformat()
        assert unit["closed"] is self.closed
        kept = {path.stem for path in (self.directory / "archive" / UNIT).glob("*.xlsx")}
        assert self.handed_in <= kept

    def _check_that_what_was_in_time_counts(self, unit: dict[str, Any]) -> None:
        if not self.in_time or self.excluded:
            return
        assert unit["counted"] == COUNTED[self.in_time]
        if self.in_time in ("one", "two"):
            assert (unit["status"], unit["late"]) == ("submitted", False)

    def _check_that_what_is_said_was_read(self, unit: dict[str, Any]) -> None:
        assert unit["counted"] in {0, *COUNTED.values()}
        if not unit["sha256"]:
            assert (unit["entries"], unit["counted"], unit["changed_at"]) == (0, 0, "")
            return
        data = (self.directory / "archive" / UNIT / f"{unit['sha256']}.xlsx").read_bytes()
        job = load_context(self.directory)
        assert len(reader.read(data, job.form, UNIT).entries) == unit["entries"]

    def _check_that_every_file_is_read_or_named(self, unit: dict[str, Any]) -> None:
        said = [finding["message"] for finding in unit["findings"]] + self.figures["notes"]
        for path in self.workbooks.iterdir():
            passed_over = path.name.startswith((".", "~$")) or path.suffix == ".tmp"
            if passed_over or path.name == f"{OTHER}.xlsx" or path == self._taken():
                continue
            assert self.excluded or any(path.name in line for line in said), path.name

    def _taken(self) -> Path:
        sheet = next(s for s in load_context(self.directory).workspace.sheets() if s.unit == UNIT)
        return self.workbooks / sheet.id


EXAMPLES, STEPS = int(os.environ.get("DANKHEO_LAWS", "25")), 20
PHASES = tuple(p for p in Phase if p is not Phase.shrink or "DANKHEO_LAWS" not in os.environ)


def test_the_laws_hold_for_every_sequence(prepared: Path) -> None:
    Campaign.prepared = prepared
    run_state_machine_as_test(
        Campaign,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
        ),
    )
