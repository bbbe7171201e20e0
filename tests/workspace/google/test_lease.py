"""The lease on Google: two machines and a spreadsheet of the emulator, request by request."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from hypothesis import example, given
from hypothesis import strategies as st

from dankheo_sheets.errors import InUse, Refused
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.errors import LeaseLost
from dankheo_sheets.workspace.google.lease import LASTS, PATIENCE, RENEWED, Holding, Lease
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.emulated import google
from tests.google_emulator import Clock, Emulator, Fault
from tests.test_google_emulator.api import USER
from tests.test_google_emulator.api import Api as Person

__all__ = ["google"]  # a fixture

SWAP = ":batchUpdate$"
BRIEFLY = timedelta(seconds=20)
"""More than this machine stands still between an answer and what it is asked for."""


@dataclass
class Machine:
    """One machine: whoever runs there, and how long it has waited."""

    google: Emulator
    file: str
    slept: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    """What happens while it waits."""

    def __post_init__(self) -> None:
        credentials = Credentials(token=self.google.token(USER))  # type: ignore[no-untyped-call]
        manners = Manners(endpoint=self.google.url, sleep=self.sleep, random=lambda: 0.0)
        self.clients = Clients(credentials, manners)
        self.api = Api(self.clients)
        self.lease = Lease(self.api, self.clients.clock.now, self.sleep)
        self.api.guard = self.lease.check

    def sleep(self, seconds: float) -> None:
        assert len(self.slept) < 100, "it waits for ever"
        self.slept.append(seconds)
        self.google.clock.advance(seconds)
        self.meanwhile()

    def look_at_the_time(self) -> None:
        """Ask something, as every run does before it takes its lease."""
        self.api.about()

    def turn(self, holder: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """Take the lease, on the file."""
        return self.lease.held(holder, self.file, wait=wait)

    def write(self) -> None:
        """Change something that is not the lease."""
        self.api.update(self.file, {"properties": {"a": "b"}})


Machines = Callable[[], Machine]


@pytest.fixture
def file(google: Emulator) -> str:
    return Person(google, USER).new_sheet("Mẫu biểu")


@pytest.fixture
def another(google: Emulator, file: str) -> Iterator[Machines]:
    """Return what makes a machine that has seen the time."""
    made: list[Machine] = []

    def make() -> Machine:
        made.append(Machine(google, file))
        made[-1].look_at_the_time()
        google.log.clear()
        return made[-1]

    yield make
    for machine in made:
        machine.clients.close()


@pytest.fixture
def one(another: Machines) -> Machine:
    return another()


@pytest.fixture
def two(another: Machines) -> Machine:
    return another()


def ranges(google: Emulator, file: str) -> list[str]:
    """Return the names of the named ranges."""
    document = google.store.files[file].document
    assert document
    return [str(named["name"]) for named in document.named.values()]


def put(google: Emulator, file: str, name: str) -> None:
    """Let somebody make a named range."""
    tab = google.store.files[file].document.tabs[0].id  # type: ignore[union-attr]
    area = {"sheetId": tab, "startRowIndex": 0, "endRowIndex": 1}
    area |= {"startColumnIndex": 0, "endColumnIndex": 1}
    google.edit(file, [{"addNamedRange": {"namedRange": {"name": name, "range": area}}}], USER)


def seen(google: Emulator, file: str) -> list[Holding]:
    """Return what the spreadsheet says of the lease."""
    document = google.store.files[file].document
    assert document
    return [each for named in document.named.values() if (each := Holding.of(named))]


def holder(google: Emulator, file: str) -> str:
    (found,) = seen(google, file)
    return found.holder


def refusal(machine: Machine, *, wait: bool = False) -> InUse:
    with pytest.raises(InUse) as refused, machine.turn("máy-2", wait=wait):
        pass
    return refused.value


def dies(machine: Machine, name: str = "máy-1") -> None:
    """Let a machine take the lease and be switched off: nothing is given back."""
    with machine.turn(name):
        machine.google.faults.add(Fault(path=SWAP, status=403))


def at_its_swap(machine: Machine, does: Callable[[], object]) -> None:
    """Let something happen just before the next swap of a machine is sent."""
    send, waiting = machine.api._send, [does]

    def sending(method: str, path: str, **more: Any) -> Any:
        if path.endswith(":batchUpdate") and waiting:
            waiting.pop()()
        return send(method, path, **more)

    machine.api._send = sending  # type: ignore[method-assign]


# --- what it costs ------------------------------------------------------------------------------


def test_it_is_taken_in_two_requests_and_given_back_in_one(
    google: Emulator, file: str, one: Machine
) -> None:
    with one.turn("máy-1"):
        assert holder(google, file) == "máy-1"

    assert google.calls() == [
        "sheets.spreadsheets.get",
        "sheets.spreadsheets.batchUpdate",
        "sheets.spreadsheets.batchUpdate",
    ]
    assert [(each.holder, each.until.timestamp()) for each in seen(google, file)] == [("", 0)]


def test_who_waits_gets_it_when_it_is_given_back(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    turn = ExitStack()
    turn.enter_context(one.turn("máy-1"))

    def third_time() -> None:
        if len(two.slept) == 3:
            turn.close()

    two.meanwhile = third_time

    with two.turn("máy-2"):
        assert holder(google, file) == "máy-2"

    assert two.slept == [5.0, 5.0, 5.0]


def test_who_waited_a_minute_is_told_who_is_at_work(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    with one.turn("máy-1"):
        refused = refusal(two, wait=True)

        assert holder(google, file) == "máy-1"
    assert 60.0 <= sum(two.slept) <= 65.0
    assert refused.message == "máy-1 đang chạy đợt này"
    assert refused.hint == (
        "đợi lượt ấy xong rồi chạy lại; máy ấy tắt giữa chừng thì sau 5 phút chạy lại được"
    )


# --- the dead, and clocks -----------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_the_lease_of_the_dead_is_free_after_five_minutes_of_googles_clock(hours: int) -> None:
    """However far this machine's own clock is off."""
    clock = Clock(datetime.now(UTC).timestamp() // 1 + hours * 3600)
    with Emulator(clock=clock) as google:
        file = Person(google, USER).new_sheet("Mẫu biểu")
        one, two = Machine(google, file), Machine(google, file)
        for machine in (one, two):
            machine.look_at_the_time()
        dies(one)
        clock.advance((LASTS - BRIEFLY).total_seconds())
        refused = refusal(two)
        clock.advance(BRIEFLY.total_seconds())

        with two.turn("máy-2", wait=False):
            there = holder(google, file)

        assert refused.message == "máy-1 đang chạy đợt này"
        assert (there, two.slept) == ("máy-2", [])
        one.clients.close()
        two.clients.close()


def test_who_waits_for_the_dead_takes_over_once_it_expires(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    dies(one)
    google.clock.advance((LASTS - timedelta(seconds=12)).total_seconds())

    with two.turn("máy-2"):
        assert holder(google, file) == "máy-2"

    assert two.slept == [5.0, 5.0, 5.0]


# --- newer programs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "dk_luot_2",
        "dk_luot_2_",
        "dk_luot_2_0_700000001_",
        "dk_luot_2_1_700000001_",
        "dk_luot_2_99999999999_700000001_",
        "dk_luot_2_tu_may_khac",
        "dk_luot_2x",
        "dk_luot_9999_1_2_3_4",
    ],
)
def test_one_of_a_newer_program_is_never_waited_for_nor_taken_over(
    google: Emulator, file: str, one: Machine, name: str
) -> None:
    put(google, file, name)
    google.log.clear()

    refused = refusal(one, wait=True)

    assert refused.message == "Một máy khác đang chạy đợt này bằng bản dankheo mới hơn"
    assert refused.hint == "cập nhật dankheo rồi chạy lại"
    assert (one.slept, google.calls()) == ([], ["sheets.spreadsheets.get"])
    assert ranges(google, file) == [name]


def test_whom_a_newer_program_names_is_named(google: Emulator, file: str, one: Machine) -> None:
    until = datetime.fromtimestamp(google.clock.now(), UTC) + LASTS
    put(google, file, Holding("700000009", 2, until, "Trần Văn Ðô", "5").name)

    refused = refusal(one, wait=True)

    assert refused.message == "Trần Văn Ðô đang chạy đợt này bằng bản dankheo mới hơn"
    assert one.slept == []


# --- renewing, losing ---------------------------------------------------------------------------


def test_who_writes_after_two_minutes_renews_it_first(
    google: Emulator, file: str, one: Machine
) -> None:
    with one.turn("máy-1"):
        (taken,) = seen(google, file)
        google.log.clear()
        google.clock.advance((RENEWED - BRIEFLY).total_seconds())
        one.look_at_the_time()
        one.write()
        young = google.calls()
        google.log.clear()
        google.clock.advance(BRIEFLY.total_seconds() * 2)
        one.look_at_the_time()
        one.write()
        one.write()

        assert young == ["drive.about.get", "drive.files.update"]
        assert google.calls() == [
            "drive.about.get",
            "sheets.spreadsheets.batchUpdate",
            "drive.files.update",
            "drive.files.update",
        ]
        (renewed,) = seen(google, file)
        assert renewed.until > taken.until
        assert (renewed.holder, renewed.id != taken.id) == ("máy-1", True)


def test_who_renews_is_not_taken_over(google: Emulator, one: Machine, two: Machine) -> None:
    with one.turn("máy-1"):
        for _ in range(5):
            google.clock.advance((RENEWED + BRIEFLY).total_seconds())
            one.look_at_the_time()
            one.write()
            assert refusal(two).message == "máy-1 đang chạy đợt này"


def test_who_was_taken_over_writes_nothing_more(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    """Not the first time it tries, and not after."""
    with ExitStack() as turns:
        turns.enter_context(one.turn("máy-1"))
        google.clock.advance(LASTS.total_seconds())
        turns.enter_context(two.turn("máy-2"))
        google.log.clear()
        one.look_at_the_time()

        lost = []
        for _ in range(3):
            with pytest.raises(LeaseLost) as error:
                one.write()
            lost.append((error.value.message, error.value.hint))

        assert set(lost) == {
            (
                "Lượt chạy này ngừng quá lâu, máy khác đã làm tiếp",
                "chạy lại: những gì đã làm xong được giữ nguyên",
            )
        }
        assert "drive.files.update" not in google.calls()
        assert one.lease.is_held, "else what is nested would take it anew"
        assert holder(google, file) == "máy-2"
    assert google.store.files[file].properties == {}


def test_who_was_taken_over_gives_nothing_back_and_may_come_again(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    lost = one.turn("máy-1")
    lost.__enter__()
    google.clock.advance(LASTS.total_seconds())
    with two.turn("máy-2"):
        one.look_at_the_time()
        with pytest.raises(LeaseLost):
            one.write()
        lost.__exit__(None, None, None)
        assert holder(google, file) == "máy-2"

    with one.turn("máy-1"):
        one.write()

    assert google.store.files[file].properties == {"a": "b"}


def test_a_renewal_that_google_refuses_leaves_it_held(
    google: Emulator, file: str, one: Machine
) -> None:
    """What was to be written is not; the next time it is tried again."""
    with one.turn("máy-1"):
        google.clock.advance((RENEWED + BRIEFLY).total_seconds())
        one.look_at_the_time()
        google.faults.add(Fault(path=SWAP, status=403))
        with pytest.raises(Refused):
            one.write()
        refused = dict(google.store.files[file].properties)
        one.write()

    assert (refused, google.store.files[file].properties) == ({}, {"a": "b"})


# --- at the same moment -------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["nothing", "free", "dead"])
def test_of_two_who_swap_at_the_same_moment_one_wins(
    google: Emulator, file: str, another: Machines, one: Machine, two: Machine, before: str
) -> None:
    """Both saw that it is free; the other's swap comes first."""
    if before == "free":
        with another().turn("trước"):
            pass
    elif before == "dead":
        dies(another(), "trước")
        google.clock.advance(LASTS.total_seconds())
    with ExitStack() as turn:
        at_its_swap(one, lambda: turn.enter_context(two.turn("máy-2")))

        refused = refusal(one)

        assert refused.message == "máy-2 đang chạy đợt này"
        assert (one.lease.is_held, two.lease.is_held) == (False, True)
        assert holder(google, file) == "máy-2"
    assert len(ranges(google, file)) == 1


def test_of_one_who_renews_and_one_who_takes_over_at_that_moment_one_wins(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    with ExitStack() as turn:
        turn.enter_context(one.turn("máy-1"))
        google.clock.advance(LASTS.total_seconds())
        one.look_at_the_time()
        at_its_swap(one, lambda: turn.enter_context(two.turn("máy-2")))

        with pytest.raises(LeaseLost):
            one.write()

        assert holder(google, file) == "máy-2"
    assert google.store.files[file].properties == {}


def test_who_comes_while_it_is_renewed_is_refused(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    with one.turn("máy-1"):
        google.clock.advance(LASTS.total_seconds())
        one.look_at_the_time()
        at_its_swap(two, one.write)

        assert refusal(two).message == "máy-1 đang chạy đợt này"
        assert holder(google, file) == "máy-1"


def test_a_swap_that_google_never_takes_ends_and_says_why(
    google: Emulator, file: str, one: Machine
) -> None:
    google.faults.add(Fault(path=SWAP, status=400, message="No grid", times=None))

    with pytest.raises(Refused) as refused, one.turn("máy-1"):
        pass

    assert (refused.value.status, refused.value.said) == (400, "No grid")
    assert sum(one.slept) <= PATIENCE.total_seconds() + 5
    assert ranges(google, file) == []


# --- answers that are lost ----------------------------------------------------------------------


def test_whoever_loses_the_answer_looks_and_knows_that_it_holds(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    google.faults.add(Fault("drop", path=SWAP, committed=True))

    with one.turn("máy-1"):
        assert (holder(google, file), one.lease.is_held, one.slept) == ("máy-1", True, [])
        assert refusal(two).message == "máy-1 đang chạy đợt này"

    assert holder(google, file) == ""


def test_whoever_loses_the_answer_of_what_was_not_done_tries_again(
    google: Emulator, file: str, one: Machine
) -> None:
    google.faults.add(Fault("drop", path=SWAP))

    with one.turn("máy-1"):
        assert (holder(google, file), one.slept) == ("máy-1", [5.0])


def test_whoever_loses_the_answer_of_a_refusal_knows_that_another_holds(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    with ExitStack() as turn:

        def other_first() -> None:
            turn.enter_context(two.turn("máy-2"))
            google.faults.add(Fault("drop", path=SWAP, committed=True))

        at_its_swap(one, other_first)

        assert refusal(one).message == "máy-2 đang chạy đợt này"
        assert (one.lease.is_held, holder(google, file)) == (False, "máy-2")


@pytest.mark.parametrize("committed", [True, False])
def test_a_renewal_whose_answer_is_lost_is_one(
    google: Emulator, file: str, one: Machine, committed: bool
) -> None:
    """Whether it was done, or is done once more."""
    with one.turn("máy-1"):
        google.clock.advance((RENEWED + BRIEFLY).total_seconds())
        one.look_at_the_time()
        google.faults.add(Fault("drop", path=SWAP, committed=committed))

        one.write()

        assert google.store.files[file].properties == {"a": "b"}
        assert holder(google, file) == "máy-1"
    assert holder(google, file) == ""


def test_what_cannot_be_given_back_expires(
    google: Emulator, file: str, one: Machine, two: Machine
) -> None:
    with one.turn("máy-1"):
        google.faults.add(Fault(path=SWAP, status=403))
    refused = refusal(two)
    google.clock.advance(LASTS.total_seconds())

    with two.turn("máy-2", wait=False):
        assert holder(google, file) == "máy-2"

    assert refused.message == "máy-1 đang chạy đợt này"


# --- names --------------------------------------------------------------------------------------

LONG = "Phòng Hành chính - Tổng hợp của Sở Khoa học và Công nghệ tỉnh mẫu"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Nguyễn Thị Ngữ", "Nguyễn Thị Ngữ"),
        ("👩🏽‍💻 máy", "👩🏽‍💻 máy"),
        ("a\ud800b\x00", "a\ufffdb"),
        ("", "Một máy khác"),
        (LONG * 9, LONG.encode()[:60].decode(errors="ignore")),
    ],
)
def test_whoever_holds_it_is_named_as_far_as_it_fits(
    google: Emulator, file: str, one: Machine, two: Machine, name: str, told: str
) -> None:
    with one.turn(name):
        assert refusal(two).message == f"{told} đang chạy đợt này"


@given(
    st.integers(0, 10**9 - 1).map(str),
    st.integers(0, 99_999_999_999),
    st.text().map(lambda text: text.encode(errors="replace")[:60].decode(errors="ignore")),
    st.integers(0, 10**9 - 1).map(str),
)
@example("700000001", 0, "", "0")
@example("999999999", 99_999_999_999, "ệ" * 20, "999999999")
def test_what_a_name_says_is_what_was_written(
    file_id: str, seconds: int, who: str, turn: str
) -> None:
    holding = Holding(file_id, 1, datetime.fromtimestamp(seconds, UTC), who, turn)

    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,249}", holding.name)
    assert Holding.of({"namedRangeId": file_id, "name": holding.name}) == holding


@given(st.from_regex(r"\Adk_luot_\w*\Z") | st.text())
@example("dk_luot_1_99999999999_1_B")
@example("dk_luot_1_1_1_AAAAAAAA")
@example("dk_luot_٣_1_1_")
def test_no_name_is_too_odd_to_be_looked_at(name: str) -> None:
    holding = Holding.of({"namedRangeId": "1", "name": name})

    assert holding is None or (name.startswith("dk_luot_") and holding.version >= 0)


@pytest.mark.parametrize(
    "name",
    [
        "Bang_1",
        "dk_don_vi",
        "dk_luot",
        "dk_luot_",
        "dk_luot_cua_toi",
        "dk_luot_1",
        "dk_luot_1_",
        "dk_luot_1_cua_toi",
        "dk_luot_1_5_5_chu_thuong",
        "dk_luot_0_9_9_",
        "dk_luot_12345",
        "x_dk_luot_1_99999999999_5_",
    ],
)
def test_a_persons_own_named_range_holds_nobody_up(
    google: Emulator, file: str, one: Machine, name: str
) -> None:
    """And it is left where it is."""
    put(google, file, name)

    with one.turn("máy-1", wait=False):
        assert holder(google, file) == "máy-1"

    assert name in ranges(google, file)


def test_of_two_ranges_the_one_that_goes_last_counts(
    google: Emulator, file: str, one: Machine
) -> None:
    """A person may have copied a tab with one."""
    now = datetime.fromtimestamp(google.clock.now(), UTC)
    for holding in (
        Holding("700000005", 1, now - LASTS, "xưa", "5"),
        Holding("700000006", 1, now + LASTS, "nay", "6"),
        Holding("700000007", 1, now, "vừa hết", "7"),
    ):
        put(google, file, holding.name)

    assert refusal(one).message == "nay đang chạy đợt này"
