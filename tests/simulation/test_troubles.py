"""A campaign meets a wrong clock, another deadline or roster, a mail server that is away.

In both kinds of workspace.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dankheo_sheets.errors import WorkspaceError
from dankheo_sheets.form import layout
from dankheo_sheets.journal import What
from dankheo_sheets.steps.run import Run
from dankheo_sheets.steps.unit_decisions import exclude
from tests.google_campaign import COORDINATOR
from tests.simulation.outcome import mailboxes, state
from tests.simulation.play import Call, come, died
from tests.simulation.script import WHY_OUT
from tests.simulation.world import (
    WORLDS,
    GoogleWorld,
    World,
    change_address,
    remove_unit,
    settings,
)
from tests.steps.conftest import COVER, ENTRY, at, everything
from tests.steps.google.stage import access, sheet
from tests.steps.google.stage import state as google_state

EVERYBODY = ["HCTH", "TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTUD", "TTTT", "TTKD"]


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return the campaign after its first morning: all have the opening mail."""
    with WORLDS[request.param](tmp_path / "dot") as world:
        assert units(go(world, "05 08:00")) == EVERYBODY
        yield world


def go(world: World, when: str) -> Run:
    """Let a run come at a moment."""
    world.now_is(at(when))
    return come(world, at(when))


def units(done: Run) -> list[str]:
    """Return to which units a run wrote."""
    return [due.unit.code for due, _ in done.sent.mails]


def occasions(done: Run) -> dict[str, list[str]]:
    """Return to which units a run wrote, by occasion."""
    found: dict[str, list[str]] = {}
    for due, _ in done.sent.mails:
        found.setdefault(due.moment.occasion.value, []).append(due.unit.code)
    return found


# --- the first run ------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("fatal", [12, 36, 44])
@pytest.mark.parametrize("kind", WORLDS)
def test_what_a_run_gave_out_before_it_died_stands_in_the_journal_too(
    kind: str, fatal: int, tmp_path: Path
) -> None:
    with WORLDS[kind](tmp_path / "dot") as world:
        world.now_is(at("05 00:00"))
        assert died(world, Call(at("05 00:00"), True, fatal=fatal))

        go(world, "05 01:00")

        events = world.job().journal.events()
        given = Counter(event.unit for event in events if event.what == What.PROVISION)
        assert given == Counter(EVERYBODY)
        if kind == "google":
            shared = Counter((e.unit, e.detail) for e in events if e.what == What.SHARE)
            assert shared == Counter({(u.code, u.emails[0]): 1 for u in world.job().units})
        size = len(world.job().journal.data())
        go(world, "05 02:00")
        assert len(world.job().journal.data()) == size


# --- clocks -------------------------------------------------------------------------------------


def test_a_clock_behind_the_journal_does_nothing(world: World) -> None:
    before, mails = everything(world.directory), len(world.server.received)

    with pytest.raises(WorkspaceError, match="Đồng hồ của máy"):
        come(world, at("05 07:50"))

    assert everything(world.directory) == before
    assert len(world.server.received) == mails
    come(world, at("05 07:56"))  # five minutes are nothing


def test_a_clock_that_is_off_by_googles_does_nothing(tmp_path: Path) -> None:
    with WORLDS["google"](tmp_path / "dot") as world:
        assert isinstance(world, GoogleWorld)
        go(world, "05 08:00")
        world.now_is(at("11 23:52"))
        before, there = everything(world.directory), google_state(world.campaign)
        world.campaign.google.log.clear()

        with pytest.raises(WorkspaceError, match="còn Google chỉ 23 giờ 52 phút, ngày 11/4/2022"):
            come(world, at("12 00:02"))

        assert everything(world.directory) == before
        assert google_state(world.campaign) == there
        assert {request.method for request in world.campaign.google.log} == {"GET", "POST"}
        assert world.campaign.google.calls() == ["drive.files.list"]
        assert come(world, at("11 23:56")).closed == ()


# --- another deadline ---------------------------------------------------------------------------


def moved(world: World, old: int, new: int) -> None:
    """Write another deadline into campaign.toml."""
    settings(world, (f"before = 2022-04-{old}", f"before = 2022-04-{new}"))


_STAMP = "trước ngày 14/4/2022 (chậm nhất hết ngày 13/4/2022)"


def stamped(world: World, unit: str) -> str:
    """Return the deadline that a unit's sheet shows."""
    shown: str = state(world)["sheets"][unit]["content"][f"{layout.TAB_FEEDBACK}!B5"]
    return shown


def test_a_deadline_that_is_moved_is_told_once_to_those_who_are_not_done(world: World) -> None:
    world.write("HCTH", [ENTRY], COVER, at("06 09:00"))
    go(world, "07 08:00")
    moved(world, 12, 14)

    told = [occasions(go(world, when)) for when in ("07 12:00", "07 12:00", "07 13:00")]

    # TTUD has until the 15th by the roster: nothing is new to it.
    missing = ["TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTTT", "TTKD"]
    assert told == [{"moved": missing}, {}, {}]
    assert stamped(world, "HCTH") == stamped(world, "KHTC") == _STAMP
    assert go(world, "12 00:00").closed == ()
    assert set(go(world, "14 00:00").closed) == {"HCTH", *missing}
    assert occasions(go(world, "14 08:00")) == {
        "receipt": ["HCTH"], "after": missing, "before": ["TTUD"],
    }  # fmt: skip


def test_a_deadline_that_is_moved_back_and_forth_is_told_each_time(world: World) -> None:
    moved(world, 12, 14)
    first = occasions(go(world, "06 10:00"))
    moved(world, 14, 12)
    back = occasions(go(world, "06 14:00"))
    moved(world, 12, 14)
    again = occasions(go(world, "07 09:00"))

    everybody = [unit for unit in EVERYBODY if unit != "TTUD"]
    assert [first, back, again] == [{"moved": everybody}] * 3
    assert go(world, "07 10:00").sent.mails == ()


def test_two_lists_of_the_same_mails_are_two_previews(world: World) -> None:
    """Mail systems drop a second mail of one Message-ID."""
    settings(world, ("[agency]", "[reminders]\nmidway = false\n\n[agency]"))
    both = [occasions(go(world, when)) for when in ("06 08:00", "08 08:00")]

    assert [list(each) for each in both] == [["before"]] * 2
    assert both[0] == both[1]
    previews = [mail for mail in world.server.received if mail.to == (COORDINATOR,)]
    assert len({mail.message["Message-ID"] for mail in previews}) == len(previews) == 3


# --- a unit that is asked no more ---------------------------------------------------------------


def test_a_unit_that_is_taken_out_of_the_roster_loses_access_and_gets_no_mail(
    world: World,
) -> None:
    before = mailboxes(world.server)
    remove_unit(world, "KHTC")

    done = [go(world, when) for when in ("06 08:00", "11 08:00", "12 00:00", "12 08:00")]

    assert "KHTC" not in {unit for each in done for unit in units(each)}
    assert "KHTC" not in done[2].closed
    address = ("khtc@so-khcn.example",)
    assert {mail for mail in mailboxes(world.server) - before if address == mail[0]} == set()
    assert "KHTC" not in {unit["unit"] for unit in state(world)["figures"]["units"]}
    if isinstance(world, GoogleWorld):
        assert access(sheet(world.campaign.google, "KHTC")) == {}
        revoked = [e.detail for e in world.job().journal.events() if "thu quyền" in e.detail]
        assert revoked == ["thu quyền sửa: KHTC - Phòng Kế hoạch - Tài chính"]


# --- a mail server that is away -----------------------------------------------------------------


@pytest.mark.parametrize("kind", WORLDS)
def test_a_mail_server_that_is_down_for_a_day_holds_up_nothing_but_mails(
    tmp_path: Path, kind: str
) -> None:
    with WORLDS[kind](tmp_path / "dot") as world:
        world.server.greeting = "554 5.3.2 Not accepting mail today"
        down = [go(world, when) for when in ("05 00:00", "05 08:00", "05 14:00", "05 20:00")]
        assert [len(each.provisioned.plan.create) for each in down] == [9, 0, 0, 0]
        assert [each.sent.left for each in down] == [0, 9, 9, 9]
        assert all(each.sent.halted for each in down[1:])
        assert world.server.received == []
        world.write("HCTH", [ENTRY], COVER, at("05 21:00"))
        read = go(world, "05 22:00")
        assert (read.outcome.read, read.outcome.board.completeness.received) == (1, 1)

        world.server.greeting = ""
        sent = [occasions(go(world, when)) for when in ("06 08:00", "06 09:00", "08 08:00")]

        not_done = [unit for unit in EVERYBODY if unit != "HCTH"]
        assert sent == [{"opening": not_done}, {}, {"midway": [u for u in not_done if u != "TTUD"]}]
        assert set(mailboxes(world.server).values()) == {1}


def test_a_mail_server_that_is_down_at_the_closing_delays_the_receipts_only(world: World) -> None:
    world.write("HCTH", [ENTRY], COVER, at("06 09:00"))
    go(world, "11 08:00")
    world.server.greeting = "421 4.3.2 Closing"
    assert len(go(world, "12 00:00").closed) == 8
    assert go(world, "12 08:00").sent.halted

    world.server.greeting = ""

    assert occasions(go(world, "13 08:00")) == {
        "receipt": ["HCTH"],
        "after": ["TTra", "QLKH", "QLCN", "KHTC", "TDC", "TTTT", "TTKD"],
        "midway": ["TTUD"],
    }
    assert go(world, "13 09:00").sent.mails == ()


def test_an_address_that_was_refused_gets_what_the_others_got_and_that_once(
    tmp_path: Path,
) -> None:
    """Not the next reminder early, and then once more with the others."""
    first, second = "hcth@so-khcn.example", "vp@so-khcn.example"
    with WORLDS["folder"](tmp_path / "dot") as world:
        change_address(world, "HCTH", f"{first}; {second}")
        world.server.refused = {second: "451 4.2.1 Mailbox busy"}
        go(world, "05 20:00")
        world.server.refused = {}

        for when in ("06 10:00", "06 12:00", "06 16:00", "06 17:00"):
            go(world, when)

        got = [(to, subject.partition(" của ")[0].partition(":")[0])
               for to, subject in mailboxes(world.server).elements()
               if to[0] in (first, second)]  # fmt: skip
        opening, before = "Biểu đăng ký", "Nhắc gửi biểu đăng ký"
        assert got == [((first,), opening), ((second,), opening), ((first, second), before)]


# --- a unit that is left out ----------------------------------------------------------------------


def test_a_unit_that_is_left_out_has_nothing_to_mend(world: World) -> None:
    """Else every run to come would end with "findings remain"."""
    before = go(world, "06 08:00").outcome
    exclude(world.job(), "TTKD", WHY_OUT, at("06 09:00"))

    after = go(world, "06 10:00").outcome

    assert before is not None
    assert after is not None
    blocking = before.board.blocking
    each = blocking // len(EVERYBODY)
    assert (blocking, after.board.blocking) == (each * len(EVERYBODY), blocking - each)
