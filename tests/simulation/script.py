"""What happens to the campaign of 2022 from outside: units write, the coordinator decides.

Nothing happens within six hours after a mail to that unit falls due, or after its deadline: so
runs that are up to six hours late send the same mails, and the answers are the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dankheo_sheets.steps import unit_decisions as decide
from dankheo_sheets.steps.demo import load_answers
from tests.conftest import EXAMPLE
from tests.simulation.world import World, add_unit, change_address
from tests.steps.conftest import COVER, ENTRY, at

REFUSED = "qlkh@so-khcn.example"
NEW_ADDRESS = "thanhtra-moi@so-khcn.example"
WHY_BACK, WHY_OUT = "Chưa rõ địa chỉ thực hiện", "Đơn vị đang sáp nhập"


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    happens: Callable[[World], object]


def _write(unit: str, when: str, *names: str) -> Event:
    """Let a unit hand in models of these names, all as they should be."""
    entries = [{**ENTRY, "name": name} for name in names]
    return Event(at(when), lambda world: world.write(unit, entries, COVER, at(when)))


def _draft(unit: str, when: str) -> Event:
    entries = [{"name": "Mới ghi tên"}]
    return Event(at(when), lambda world: world.write(unit, entries, {}, at(when)))


def _answer(answer: Mapping[str, Any]) -> Event:
    moment = answer["at"].replace(tzinfo=at("05 00:00").tzinfo)
    entries, cover = answer.get("entries", ()), answer.get("cover", {})
    return Event(moment, lambda world: world.write(answer["unit"], entries, cover, moment))


def _refuse(world: World) -> None:
    world.server.refused = {REFUSED: "451 4.2.1 Mailbox busy"}


def _refuse_for_good(world: World) -> None:
    world.server.refused = {REFUSED: "550 5.1.1 No such user"}


def _take(world: World) -> None:
    world.server.refused = {}


def _exclude(when: str) -> Event:
    return Event(at(when), lambda world: decide.exclude(world.job(), "TTKD", WHY_OUT, at(when)))


def _give_back(unit: str, when: str, until: str = "") -> Event:
    new = at(until) if until else None
    return Event(
        at(when),
        lambda world: decide.give_back(world.job(), unit, WHY_BACK, at(when), until=new),
    )


def _reopen_missing(when: str, until: str) -> Event:
    def happens(world: World) -> None:
        codes = decide.missing(world.job(), at(when))
        assert codes == ["QLCN", "KHTC", "TDC"]
        decide.reopen(world.job(), codes, at(until), at(when))

    return Event(at(when), happens)


def events() -> list[Event]:
    """Return what happens, by time."""
    return sorted(
        [
            *map(_answer, load_answers(EXAMPLE)),
            Event(at("04 12:00"), _refuse),
            Event(at("06 00:00"), _refuse_for_good),
            Event(at("07 06:00"), _take),
            Event(at("06 18:00"), lambda world: change_address(world, "TTra", NEW_ADDRESS)),
            _draft("TTKD", "05 20:00"),
            _exclude("06 18:30"),
            Event(at("07 10:00"), add_unit),
            _give_back("HCTH", "08 10:05"),
            _write("BQL", "09 09:00", "Vườn thực nghiệm mở cửa cho học sinh"),
            _write("HCTH", "10 12:00", "Công sở văn minh", "Tiếp nhận hồ sơ khéo"),
            _reopen_missing("13 09:00", "19 00:00"),
            _give_back("QLKH", "14 09:00", "18 00:00"),
            _write("QLCN", "15 17:00", "Đồng hành cùng doanh nghiệp", "Sấy nông sản"),
            _write("QLKH", "16 10:00", "Trồng quế", "Học sinh vùng cao", "Đồng hành một đề tài"),
        ],
        key=lambda event: event.at,
    )


DEADLINES = {
    "HCTH": [at("12 00:00")], "TTra": [at("12 00:00")], "TTTT": [at("12 00:00")],
    "QLKH": [at("12 00:00"), at("18 00:00")], "QLCN": [at("12 00:00"), at("19 00:00")],
    "KHTC": [at("12 00:00"), at("19 00:00")], "TDC": [at("12 00:00"), at("19 00:00")],
    "TTUD": [at("16 00:00")], "BQL": [at("12 00:00")],
}  # fmt: skip
"""When each unit is to be closed; TTKD, which is left out, never."""
