"""A register of a few units, made without any file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dankheo_sheets.board.figures import board_of
from dankheo_sheets.campaign import Campaign
from dankheo_sheets.form.layout import Form
from dankheo_sheets.journal import Event
from dankheo_sheets.outputs.master import tables
from dankheo_sheets.outputs.master_xlsx import Master
from dankheo_sheets.register import Register
from dankheo_sheets.registration import EVERYBODY, Cover, Entry, Registration, Snapshot
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import Counting, check, standing
from tests import form_2022

GOOD = form_2022.entry(
    10, "Kinh tế", "Mô hình mẫu", "x", "", "Xã mẫu",
    "Đất còn bỏ hoang nhiều; hội viên cùng nhau trồng rau; dự kiến 20 hộ có thu nhập.", "x", "",
)  # fmt: skip
CONFIRMED = Cover("Nguyễn Văn Mẫu", "0900000001", confirmed="x")


def entry(**changes: str) -> Entry:
    """Return a good entry with some cells changed."""
    return form_2022.changed(GOOD, None, **changes)


def master_of(register: Register, journal: Sequence[Event] = ()) -> Master:
    """Return the master of a register, ready to be drawn."""
    return Master(register.campaign, tables(register, board_of(register), journal))


def register_of(
    campaign: Campaign, entries: Mapping[str, Sequence[Entry]], cover: Cover = CONFIRMED
) -> Register:
    """Return a register of units, each with its entries and the same cover; all in time."""
    form = Form(campaign)
    units = [Unit(code, f"Phòng {code}") for code in entries]
    when = datetime.fromisoformat("2022-04-08T10:00:00+07:00")
    standings = {}
    for code, rows in entries.items():
        placed = tuple(replace(row, row=10 + at) for at, row in enumerate(rows))
        snapshot = Snapshot(code, "ab" * 32, "1", when, when, 1, len(placed))
        read = check(snapshot, Registration(code, placed, cover, "Đăng ký"), form)
        counted = Counting(read, read)
        standings[code] = standing(counted, campaign.deadline.moment, form, EVERYBODY)
    return Register(campaign, units, standings)
