"""The journal: who did what, when, about which unit. Lines are added and never changed.

One JSON object a line (``archive/nhat-ky.jsonl``). A thing done has one line, whoever writes it and
however often: its `ref` tells it from others of its kind. A run that dies before it writes one
leaves its mark on the sheet, from which a later run writes it (:mod:`.steps.telling`). Two machines
that ran one campaign each have lines of their own; :meth:`Journal.take_in` brings them together.
"""

import json
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from dankheo_sheets import files
from dankheo_sheets.vietnamese import clean

FILE = "nhat-ky.jsonl"
UNKNOWN = "không rõ"
"""Who did what only a mark tells of."""


Key = tuple[str, str, str]


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
    """Which of its unit's things of this kind: for a mail its Message-ID, else what its mark says.

    "" for what is done as often as it is said."""

    @property
    def key(self) -> Key | None:
        """What is the same only for the same thing; None where nothing tells."""
        return (self.what, self.unit, self.ref) if self.ref else None

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)


def event(now: datetime, who: str, what: What, unit: str, detail: str = "", ref: str = "") -> Event:
    """Return the line of something done now."""
    at = now.isoformat(timespec="seconds")
    return Event(at, clean(who), what.value, unit, clean(detail), ref)


class Journal:
    """The lines of one campaign, in one file.

    Its methods raise :class:`~dankheo_sheets.errors.WorkspaceError`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: set[Key] | None = None
        """Of what there are lines, once that was looked at."""
        self._read: tuple[bytes, Sequence[Event]] = (b"", ())
        """What the file held when it was last looked at, and its lines."""

    def add(self, events: Iterable[Event]) -> None:
        """Add lines at the end, all with one write; what is told already is not told again."""
        with self._lock:
            if self._known is None:
                self._known = {each.key for each in self.events() if each.key}
            new = []
            for each in events:
                if each.key not in self._known:
                    new.append(json.dumps(asdict(each), ensure_ascii=False))
                if each.key:
                    self._known.add(each.key)
            self._append(new)

    def events(self) -> list[Event]:
        """Return all lines by time; of several about one thing, the first that says who did it.

        One that a full disk cut short, or somebody damaged, is passed over.
        """
        data = self.data()
        if data != self._read[0]:
            found = [each for each in map(_event, _lines(data)) if each]
            found.sort(key=lambda each: (each.who == UNKNOWN, each.moment))
            told: dict[object, Event] = {}
            for each in found:
                told.setdefault(each.key or object(), each)
            self._read = data, sorted(told.values(), key=lambda each: each.moment)
        return list(self._read[1])

    def data(self) -> bytes:
        """Return the file as it is."""
        with files.translated(self._path):
            return self._path.read_bytes() if self._path.exists() else b""

    def take_in(self, other: bytes) -> None:
        """Add the whole lines of another machine's journal that this one lacks."""
        with self._lock:
            self._known = None
            known = set(_lines(self.data()))
            lines = dict.fromkeys(_lines(other))
            self._append([line for line in lines if line not in known and _event(line)])

    def _append(self, lines: Sequence[str]) -> None:
        if not lines:
            return
        text = "".join(f"{line}\n" for line in lines).encode()
        with files.translated(self._path):
            files.make_directory(self._path.parent)
            begun = self._path.exists()
            try:
                file = self._path.open("ab+")
            except PermissionError:  # a colleague's, which may be replaced but not added to
                before = self.data()
                files.write(self._path, before + (b"" if before.endswith(b"\n") else b"\n") + text)
                return
            with file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    text = text if file.read() == b"\n" else b"\n" + text
                file.write(text)
            if not begun:
                files.share(self._path)


class RehearsedJournal(Journal):
    """A journal whose new lines are in memory only."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._new = b""

    def data(self) -> bytes:
        """See :meth:`Journal.data`."""
        return super().data() + self._new

    def _append(self, lines: Sequence[str]) -> None:
        self._new += "".join(f"\n{line}" for line in lines).encode()


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", errors="replace").split("\n")


def _event(line: str) -> Event | None:
    try:
        told = json.loads(line)
        found = Event(**told)
        moment = found.moment
        texts = all(isinstance(text, str) for text in told.values())
        return found if texts and moment.tzinfo and 1 < moment.year < 9999 else None
    except (ValueError, TypeError, RecursionError):
        return None
