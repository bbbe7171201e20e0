"""What must hold after a play, however its runs came."""

from collections import Counter
from datetime import datetime

from dankheo_sheets.journal import Event, What
from dankheo_sheets.standing import sheet_properties as marks
from tests.google_campaign import COORDINATOR
from tests.simulation import outcome
from tests.simulation.play import Played, come
from tests.simulation.script import DEADLINES, REFUSED, WHY_BACK, WHY_OUT
from tests.simulation.world import GoogleWorld, World
from tests.steps.conftest import at, everything
from tests.steps.google.stage import access, sheets

RECEIVED = Counter(["HCTH", "TTra", "QLKH", "QLKH", "QLCN", "TTUD", "TTTT", "BQL"])
"""Whose return was received, once for each closing; QLKH was given its back after the first."""
DECIDED = {
    (What.EXCLUDE, "TTKD", WHY_OUT),
    (What.RETURN, "HCTH", WHY_BACK),
    (What.RETURN, "QLKH", f"{WHY_BACK}; đến hết ngày 17/4/2022"),
    (What.REOPEN, "QLCN", "đến hết ngày 18/4/2022"),
    (What.REOPEN, "KHTC", "đến hết ngày 18/4/2022"),
    (What.REOPEN, "TDC", "đến hết ngày 18/4/2022"),
}


def assert_mails_went_out_once(world: World, played: Played) -> None:
    """At the wire only a mail that was in the air when a run died comes again, as the same one."""
    assert outcome.repeats(world.server) <= len(played.killed)
    twice = [mail for mail, times in outcome.mailboxes(world.server).items() if times > 1]
    assert [who for who, subject in twice if "Đã nhận biểu" not in subject] == []
    assert [who for who, _ in twice] == [(REFUSED,)]  # closed twice, received twice


def assert_receipts_are_of_what_counts(world: World) -> None:
    found = outcome.receipts(world.server)
    assert Counter(name.removesuffix(".xlsx") for name, _ in found) == RECEIVED
    assert set(found.values()) == {1}
    for sheet in world.job().workspace.sheets():
        if sheet.unit in RECEIVED:
            assert (f"{sheet.unit}.xlsx", sheet.properties[marks.FINAL]) in found


def assert_each_closed_at_its_own_time(world: World, played: Played) -> None:
    """At the first run from a unit's own deadline on, and not before."""
    lines = [event for event in world.job().journal.events() if event.what == What.LOCK]
    closed = {sheet.unit: sheet.properties for sheet in world.job().workspace.sheets()}
    assert {event.unit for event in lines} == DEADLINES.keys()
    for unit, deadlines in DEADLINES.items():
        moments = [event.moment for event in lines if event.unit == unit]
        for deadline, until in zip(deadlines, [*deadlines[1:], None], strict=True):
            these = [m for m in moments if m >= deadline and (until is None or m < until)]
            allowed = played.may_close_at(deadline)
            assert these, (unit, deadline)
            assert set(these) <= set(allowed), (unit, deadline, these, allowed)
        assert min(moments) >= deadlines[0]
        assert closed[unit][marks.CLOSED_DUE] == deadlines[-1].isoformat()
        assert datetime.fromisoformat(closed[unit][marks.CLOSED]) == max(moments)
    assert marks.CLOSED not in closed["TTKD"]


def assert_the_journal_says_what_was_done(world: World) -> None:
    """One line for each thing that was done, and none for what was not."""
    events = world.job().journal.events()
    refs = {event.ref for event in events if event.what == What.MAIL and event.ref}
    mails = outcome.to_units(world.server)
    assert refs == {message["Message-ID"].strip("<>").partition("@")[0] for _, message in mails}
    decided = [_short(event) for event in events if event.what in _DECISIONS]
    assert sorted(decided) == sorted(DECIDED)
    if isinstance(world, GoogleWorld):
        google = world.campaign.google
        shared = {(e.unit, who) for e in events if e.what == What.SHARE
                  for who in e.detail.split(", ")}  # fmt: skip
        given = {(unit, who) for unit, files in sheets(google).items()
                 for who in access(files[0])}  # fmt: skip
        assert given <= shared
        assert shared - given == {("TTra", "thanhtra@so-khcn.example")}


_DECISIONS = {What.EXCLUDE, What.RETURN, What.REOPEN, What.INCLUDE}


def _short(event: Event) -> tuple[str, str, str]:
    return What(event.what), event.unit, event.detail


def assert_the_coordinator_saw_every_mail(world: World) -> None:
    texts = [
        str(mail.message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        for mail in world.server.received
        if mail.to == (COORDINATOR,)
    ]
    for event in world.job().journal.events():
        if event.what == What.MAIL and event.unit:
            assert any(f"{event.unit}, {event.detail}" in text for text in texts), event


def assert_nothing_is_left_to_do(world: World) -> None:
    """One more run asks for a list, and that is all."""
    before, mails = everything(world.directory), len(world.server.received)
    connections = world.server.connections
    if isinstance(world, GoogleWorld):
        world.campaign.google.log.clear()

    again = come(world, at("20 00:00"))

    assert everything(world.directory) == before
    assert (len(world.server.received), world.server.connections) == (mails, connections)
    assert again.outcome is not None
    assert (again.outcome.changed, again.closed, again.open, again.sent.left) == (False, (), (), 0)
    if isinstance(world, GoogleWorld):
        assert world.campaign.google.calls() == ["drive.files.list"]


def assert_all_of_it(world: World, played: Played) -> None:
    """Assert what must hold after every play."""
    assert_mails_went_out_once(world, played)
    assert_receipts_are_of_what_counts(world)
    assert_each_closed_at_its_own_time(world, played)
    assert_the_journal_says_what_was_done(world)
    assert_the_coordinator_saw_every_mail(world)
    assert_nothing_is_left_to_do(world)
