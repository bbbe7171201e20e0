"""Who is at work on the campaign: a named range of the template says it, and until when.

Drive has no precondition, and an id made in advance is refused for spreadsheets
(reference/google.md §6.1), but one batch of Sheets is done whole or not at all: whoever deletes the
range with the id that was seen, and adds one with another id, was the only one; the second comer's
batch is refused.
"""

import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Self

from dankheo_sheets.errors import InUse, OutcomeUnknown, Refused, ServiceError
from dankheo_sheets.vietnamese import clean
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.drawing.shapes import Area
from dankheo_sheets.workspace.google.drive_file import Json
from dankheo_sheets.workspace.google.errors import LeaseLost

LASTS = timedelta(minutes=5)
"""How long it holds after it was taken or renewed, by Google's clock; then others may take it."""
RENEWED = timedelta(minutes=2)
"""How old it may be when something is written: one request may wait for up to three minutes
more, with all its tries (:mod:`.retry`)."""
PATIENCE = timedelta(minutes=1)
"""How long a comer waits for the one who is at work."""
_STEP = 5.0
_FIRST = "700000001"
"""The id of the first one there ever is: of two who add it, one is refused."""
_VERSION = 1
_NAME = re.compile(r"dk_luot_([0-9]{1,4})(?![0-9])(.*)", re.DOTALL)
_SAID = re.compile(r"_([0-9]{1,11})_([0-9]+)_([A-Z2-7]*)")
LOOK = "sheets(properties(sheetId,title)),namedRanges(namedRangeId,name)"
"""What is asked of the spreadsheet."""
_MAX_HOLDER = 60
_NOBODY = datetime.fromtimestamp(0, UTC)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Holding:
    """The range as it was seen: who holds it until when; `holder` is "" where nobody does."""

    id: str
    version: int
    until: datetime
    holder: str
    turn: str
    """No two have the same, whoever takes it."""

    @classmethod
    def of(cls, named: Json) -> Self | None:
        """Return what a named range says; None for one that is something else.

        What a newer program wrote may say it in any way.
        """
        found = _NAME.fullmatch(str(named.get("name", "")))
        version = int(found[1]) if found else 0
        said = _SAID.fullmatch(found[2]) if found else None
        if version < _VERSION or (version == _VERSION and said is None):
            return None
        until = datetime.fromtimestamp(int(said[1]), UTC) if said else _FOR_EVER
        who, turn = (_holder(said[3]), said[2]) if said else ("", "")
        return cls(str(named.get("namedRangeId", "")), version, until, who, turn)

    @property
    def is_newer(self) -> bool:
        """Whether a newer program wrote it: what it means is not known here."""
        return self.version > _VERSION

    @property
    def name(self) -> str:
        """What the range is called: letters, digits and "_" only, at most 250 (drive.v3)."""
        holder = b32encode(self.holder.encode()).decode().rstrip("=")
        return f"dk_luot_{self.version}_{int(self.until.timestamp())}_{self.turn}_{holder}"


class Lease:
    """The campaign's lease, as one machine sees it; may be asked from several threads."""

    def __init__(
        self, api: Api, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self._api, self._now, self._sleep = api, now, sleep
        self._lock = RLock()
        self._held: Holding | None = None
        self._lost = False
        self._file, self._tab = "", 0

    @property
    def is_held(self) -> bool:
        """Whether this machine took it and has not given it back, though it may have lost it."""
        return self._held is not None or self._lost

    @contextmanager
    def held(self, holder: str, carrier: str, *, wait: bool = True) -> Iterator[None]:
        """Hold it; it is written on the spreadsheet `carrier`.

        Raises :class:`InUse` where another is at work, after :data:`PATIENCE` or at once, and
        :class:`~dankheo_sheets.errors.Refused` where the account may not write the template.
        """
        self._file = carrier
        self._take(_short(holder), PATIENCE if wait else timedelta())
        try:
            yield
        finally:
            self._give_back()

    def check(self) -> None:
        """Make sure, before something is written, that it is still held; renew it where it ages.

        Raises :class:`LeaseLost` where another took it over, until this run ends.
        """
        with self._lock:
            if self._lost:
                raise _lost()
            held = self._held
            if held is None or self._now() < held.until - LASTS + RENEWED:
                return
            new = self._new(held.holder)
            self._held = None  # its own renewal is not checked
            try:
                refused = self._swap(held.id, new)
                if isinstance(refused, OutcomeUnknown):  # it was not done: else it were ours
                    refused = self._swap(held.id, new)
            except ServiceError:
                self._held = held
                raise
            if refused:
                self._lost = True
                raise _lost()
            self._held = new

    # --- taking and giving back -------------------------------------------------------------

    def _take(self, holder: str, patience: timedelta) -> None:
        start = None
        while True:
            seen = self._look()
            start = start or self._now()  # by that answer: only Google's clock counts
            waited = self._now() - start
            if seen and (seen.is_newer or (self._now() < seen.until and waited >= patience)):
                raise _in_use(seen)
            if seen is None or self._now() >= seen.until:
                new = self._new(holder, id_="" if seen else _FIRST)
                refused = self._swap(seen.id if seen else "", new)
                if not refused:
                    self._held = new
                    return
                if waited >= PATIENCE:  # nobody was faster all the time: it is not that
                    raise refused
            self._sleep(_STEP)

    def _give_back(self) -> None:
        with self._lock:
            held, self._held, self._lost = self._held, None, False
            if held:
                free = Holding(_new_id(), _VERSION, _NOBODY, "", _new_id())
                with suppress(ServiceError):  # then it expires
                    self._swap(held.id, free)

    def _new(self, holder: str, id_: str = "") -> Holding:
        return Holding(id_ or _new_id(), _VERSION, self._now() + LASTS, holder, _new_id())

    def _look(self) -> Holding | None:
        """Return who holds it: of several, which a person may have made, the one to go last."""
        found = self._api.spreadsheet(self._file, LOOK)
        self._tab = found["sheets"][0]["properties"].get("sheetId", 0)
        seen = [each for named in found.get("namedRanges", []) if (each := Holding.of(named))]
        return max(seen, key=lambda each: (each.is_newer, each.until), default=None)

    def _swap(self, old: str, new: Holding) -> ServiceError | None:
        """Put `new` in the place of the one with the id `old`; why not, where that is not there."""
        try:
            self._api.batch_update(self._file, swapping(old, new, self._tab), again=False)
        except OutcomeUnknown as error:
            seen = self._look()
            return None if seen and seen.turn == new.turn else error
        except Refused as error:
            if error.status != 400:
                raise
            return error
        return None


def swapping(old: str, new: Holding, tab: int) -> list[Json]:
    """Return the batch that puts `new` in the place of the one with the id `old`, or of none."""
    named = {"namedRangeId": new.id, "name": new.name, "range": Area(0, 0, 1, 1).grid(tab)}
    gone: list[Json] = [{"deleteNamedRange": {"namedRangeId": old}}] if old else []
    return [*gone, {"addNamedRange": {"namedRange": named}}]


def _in_use(seen: Holding) -> InUse:
    what = f"{seen.holder or 'Một máy khác'} đang chạy đợt này"
    if seen.is_newer:
        return InUse(f"{what} bằng bản dankheo mới hơn", "cập nhật dankheo rồi chạy lại")
    return InUse(
        what, "đợi lượt ấy xong rồi chạy lại; máy ấy tắt giữa chừng thì sau 5 phút chạy lại được"
    )


def _lost() -> LeaseLost:
    return LeaseLost(
        "Lượt chạy này ngừng quá lâu, máy khác đã làm tiếp",
        "chạy lại: những gì đã làm xong được giữ nguyên",
    )


def _new_id() -> str:
    return str(secrets.randbelow(900_000_000) + 100_000_000)


def _short(holder: str) -> str:
    return clean(holder).encode()[:_MAX_HOLDER].decode(errors="ignore")


def _holder(code: str | None) -> str:
    text = code or ""
    try:
        return b32decode(text + "=" * (-len(text) % 8)).decode()
    except ValueError:
        return ""
