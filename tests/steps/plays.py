"""What plays of several runs and a person share: random steps, and what must hold in the end.

Some steps come in the middle of a run. Whatever meets what, it ends as if one run had come after
the other.
"""

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from dankheo_sheets.errors import DankheoError
from dankheo_sheets.journal import Event
from dankheo_sheets.notices.message import Message
from dankheo_sheets.operations.context import Context
from dankheo_sheets.standing.sheet_properties import CLOSED, DECISION, EXTENDED
from dankheo_sheets.steps.run import close, run, sync
from dankheo_sheets.steps.unit_decisions import exclude, give_back, include, reopen
from tests.steps.conftest import at

PLAYS = int(os.environ.get("DANKHEO_PLAYS", "12"))
STEPS = 8
DEADLINE = at("12 00:00")
WORDS = {"reopen": "gia hạn", "exclude": "loại trừ", "include": "đưa lại vào", "return": "trả lại"}
"""What the journal calls the decisions."""


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
    """What is known of a unit, whatever the machines make of it."""

    until: datetime = DEADLINE
    excluded: bool = False
    typed: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def counts(self) -> str:
        """What counts in the end: what stood there last before the deadline, else the last."""
        in_time = [text for when, text in self.typed if when < self.until]
        return (in_time or [text for _, text in self.typed] or [""])[-1]

    @property
    def is_late(self) -> bool:
        return bool(self.typed) and all(when >= self.until for when, _ in self.typed)


class Play:
    """One play."""

    def __init__(self, codes: Sequence[str], seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = at("06 08:00")
        self.units = {code: Unit() for code in codes}
        self.box = Box()
        self.decisions: list[tuple[str, str]] = []
        self.told: list[str] = []
        """What happened, for whoever reads a failure."""

    def some_work(self) -> tuple[str, Callable[[Context], object]]:
        """Return what a machine may do, and what it is called."""
        works: list[tuple[str, Callable[[Context], object]]] = [
            ("run", lambda job: run(job, self.now, self.box.opened)),
            ("run", lambda job: run(job, self.now, self.box.opened)),
            ("close", lambda job: close(job, self.now)),
            ("sync", lambda job: sync(job, self.now)),
        ]
        return self.chance.choice(works)

    def decide_on(self, code: str, job: Context, who: str = "") -> None:
        """Decide something of a unit, as a person does at a machine."""
        unit, what = self.units[code], self.chance.choice([*WORDS])
        until = (self.now + timedelta(days=self.chance.choice([1, 3]))).replace(microsecond=0)
        line = f"{self.now:%d %H:%M} {who} {what} {code}"
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
        except DankheoError as error:
            self.told.append(f"{line}: {error.message}")
            return
        if not done.already:
            self.decisions.append((what, code))
        self.told.append(f"{line} ({until:%d %H:%M})")

    # --- what must hold in the end --------------------------------------------------------------

    def check_marks(self, code: str, marks: Mapping[str, str]) -> None:
        """Check that a sheet bears what was decided, and is closed where it is expected."""
        unit = self.units[code]
        assert marks.get(DECISION, "").startswith("excluded") == unit.excluded, code
        moved = unit.until.isoformat() if unit.until != DEADLINE else ""
        assert marks.get(EXTENDED, "") == moved, code
        assert unit.excluded or CLOSED in marks, code

    def check_unit(self, directory: Path, code: str, marks: Mapping[str, str]) -> None:
        """Check what a machine's figures say of a unit."""
        unit = self.units[code]
        found = figures(directory)[code]
        status, counted, _, names = found
        if unit.excluded:
            assert status == "excluded", code
        elif not unit.typed:
            assert (status, counted) == ("untouched", 0), code
        elif not marks.get(DECISION, "").startswith("returned"):
            late = "submitted-late" if unit.is_late else "submitted"
            assert (status, counted, names) == (late, 1, [unit.counts]), code

    def check_events(self, events: Sequence[Event], marks: Mapping[str, Mapping[str, str]]) -> None:
        """Check that the journal tells each thing once, in order, and every closing."""
        keys = [each.key for each in events if each.key]
        assert len(keys) == len({*keys})
        moments = [each.moment for each in events]
        assert moments == sorted(moments)
        for code in self.units:
            if closed_at := marks[code].get(CLOSED):
                assert ("chốt và khoá", code, closed_at) in keys, code
        counted = Counter((each.what, each.unit) for each in events)
        for (what, code), times in Counter(self.decisions).items():
            assert counted[WORDS[what], code] == times, (what, code)

    def mailed_twice(self) -> set[str]:
        """Return the mails that went out more than once."""
        return {name for name, times in Counter(self.box.mails).items() if name and times > 1}


Figures = tuple[str, int, str, list[str]]


def figures(directory: Path) -> dict[str, Figures]:
    """Return of each unit its status, what is counted, its deadline and what was read of it."""
    found = json.loads((directory / "out" / "bao-cao.json").read_bytes())
    return {
        unit["unit"]: (
            unit["status"],
            unit["counted"],
            unit["deadline"],
            names_in(directory / "archive" / unit["unit"], unit["sha256"]),
        )
        for unit in found["units"]
    }


def names_in(archive: Path, sha256: str) -> list[str]:
    """Return the names of the entries in what was read with that checksum."""
    for receipt in archive.glob("*.json"):
        read = json.loads(receipt.read_bytes())
        if read["snapshot"]["sha256"] == sha256:
            return [entry["texts"]["name"] for entry in read["registration"]["entries"]]
    return []


@contextmanager
def telling(play: Play) -> Iterator[None]:
    """Tell what happened in a play that fails."""
    try:
        yield
    except BaseException as error:
        error.add_note("\n".join(["What happened:", *play.told]))
        raise
