"""The journal: who did what, when, about which unit. Lines are added and never changed.

One JSON object a line (``archive/nhat-ky.jsonl``). A line is written before the mark that says
the thing is done, so a run that dies in between leaves at worst a line twice, never none. Two
machines that ran one campaign each have lines of their own; :meth:`Journal.take_in` brings them
together.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.vietnamese import clean

FILE = "nhat-ky.jsonl"


class What(StrEnum):
    """What was done; the values are what people read."""

    PROVISION = "phát biểu"
    SHARE = "chia sẻ"
    MAIL = "gửi thư"
    READ = "đọc biểu"
    LOCK = "chốt và khoá"
    REOPEN = "gia hạn"
    RETURN = "trả lại"
    EXCLUDE = "loại trừ"
    INCLUDE = "đưa lại vào"
    RECEIVE = "nhận"
    ACCEPT = "chấp nhận"
    RESTORE = "đặt lại biểu"


@dataclass(frozen=True, slots=True)
class Event:
    """One line."""

    at: str
    """ISO 8601 with the zone, to the second."""
    who: str
    what: str
    unit: str
    """The unit's code; "" where it was about none alone."""
    detail: str = ""
    ref: str = ""
    """The Message-ID of a mail: what was sent is not sent again, whatever became of its mark."""

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)


def event(now: datetime, who: str, what: What, unit: str, detail: str = "", ref: str = "") -> Event:
    """Return the line of something done now."""
    at = now.isoformat(timespec="seconds")
    return Event(at, clean(who), what.value, unit, clean(detail), ref)


class Journal:
    """The lines of one campaign, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, events: Iterable[Event]) -> None:
        """Add lines at the end, all with one write.

        Raises :class:`~dankheo_sheets.errors.WorkspaceError`.
        """
        self._append([_line(each) for each in events])

    def events(self) -> list[Event]:
        """Return all lines by time.

        One that a full disk cut short, or somebody damaged, is passed over.
        """
        return sorted(filter(None, map(_event, self._lines())), key=lambda e: e.moment)

    def data(self) -> bytes:
        """Return the file as it is."""
        with files.translated(self._path):
            return self._path.read_bytes() if self._path.exists() else b""

    def take_in(self, other: bytes) -> None:
        """Add the whole lines of another machine's journal that this one lacks."""
        known = set(self._lines())
        lines = dict.fromkeys(other.decode("utf-8", errors="replace").split("\n"))
        self._append([line for line in lines if line not in known and _event(line)])

    def _lines(self) -> list[str]:
        return self.data().decode("utf-8", errors="replace").split("\n")

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        text = "".join(f"{line}\n" for line in lines).encode()
        with files.translated(self._path), self._lock:
            files.make_directory(self._path.parent)
            begun = self._path.exists()
            try:
                file = self._path.open("ab+")
            except PermissionError:  # a colleague's, which may be replaced but not added to
                before = self.data()
                files.write(self._path, before + (b"" if before.endswith(b"\n") else b"\n") + text)
                return
            with file:
                if file.tell() and not self._ends_whole():
                    file.write(b"\n")
                file.write(text)
            if not begun:
                files.share(self._path)

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, 2)
            return file.read() == b"\n"


def _line(each: Event) -> str:
    return json.dumps(asdict(each), ensure_ascii=False)


def _event(line: str) -> Event | None:
    try:
        found = Event(**json.loads(line))
        texts = all(isinstance(text, str) for text in asdict(found).values())
        return found if texts and found.moment.tzinfo and 1 < found.moment.year < 9999 else None
    except (ValueError, TypeError, RecursionError):
        return None
