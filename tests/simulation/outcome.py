"""What a play ends in: the results, the sheets, the mailboxes, the journal.

Left out is only what has to differ where runs came at other times: when what counts was last
read (`as_of`, "Đọc lúc"), the checksums of files that say so (`sha256`, "Mã kiểm tra"), the
`fingerprint` that is made of them, the days of the curve after the last one on which a
unit was received (it goes on to the last read), when a mail went out, and Google's random ids.
"""

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl

from dankheo_sheets.board.model import Board
from dankheo_sheets.form import layout
from dankheo_sheets.notices.mail_state import Reminded
from dankheo_sheets.outputs.master import JOURNAL
from dankheo_sheets.standing import sheet_properties as marks
from dankheo_sheets.workspace.base import Sheet
from tests.google_campaign import COORDINATOR
from tests.mail_server import MailServer, Received
from tests.simulation.world import World

_OWN = {
    marks.CLOSED, marks.FINAL, marks.FINAL_CHANGED, marks.FEEDBACK, marks.REMINDED,
    marks.RECEIPTED,
}  # fmt: skip
"""Marks that carry a time of running or a checksum: of these, only that they are there."""


def state(world: World) -> dict[str, Any]:
    """Return all of it."""
    sheets = sorted(world.job().workspace.sheets(), key=lambda sheet: sheet.name)
    return {
        "figures": figures(world.directory),
        "tables": tables(world.directory),
        "page": page(world.directory),
        "report": report(world.directory),
        "sheets": {sheet.unit or sheet.name: _sheet(world, sheet) for sheet in sheets},
        "mails": mailboxes(world.server),
    }


# --- results ----------------------------------------------------------------------------------


def figures(directory: Path) -> dict[str, Any]:
    """Return bao-cao.json."""
    found: dict[str, Any] = _figures(directory)
    assert found.pop("as_of")
    assert re.fullmatch("[0-9a-f]{64}", found.pop("fingerprint"))
    days = found["progress"]
    assert days[0] == {"date": "2022-04-05", "received": 0}
    found["progress"] = [
        day for day, before in zip(days[1:], days, strict=False)
        if day["received"] != before["received"]
    ]  # fmt: skip
    assert re.fullmatch("[0-9a-f]{64}", found.pop("papers"))
    for unit in found["units"]:
        unit["sha256"] = bool(unit["sha256"])
        unit["url"] = bool(unit["url"])
    return found


def _figures(directory: Path) -> dict[str, Any]:
    """Return bao-cao.json, which is of the published form: read by its types, it is the same."""
    text = (directory / "out" / "bao-cao.json").read_text("utf-8")
    assert Board.model_validate_json(text).model_dump_json(indent=1) == text
    found: dict[str, Any] = json.loads(text)
    return found


def _as_read_once(directory: Path, text: str) -> str:
    """Return a text without the moment of the last read, the fingerprint, and Google's ids."""
    found = _figures(directory)
    until = Board.model_validate(found).until
    text = text.replace(until, "*").replace(found["fingerprint"], "*")
    return re.sub(r"/spreadsheets/d/1[\w-]+/", "/*/", text)


def tables(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the tabs of tong-hop.xlsx but the journal's."""
    book = openpyxl.load_workbook(directory / "out" / "tong-hop.xlsx")
    return {
        tab.title: [
            tuple(
                _as_read_once(directory, value) if isinstance(value, str) else value
                for value in row
            )
            for row in tab.iter_rows(values_only=True)
        ]
        for tab in book
        if tab.title != JOURNAL
    }


def page(directory: Path) -> str:
    """Return tien-do.html without its curve and the table of it: both end with the last read."""
    text = (directory / "out" / "tien-do.html").read_text("utf-8")
    for curve in (
        r'<div class="figure"><svg class="chart".*?</div>',
        r'<details class="data"><summary>Số liệu theo ngày.*?</details>',
    ):
        text, found = re.subn(curve, "*", text, flags=re.DOTALL)
        assert found == 1
    return _as_read_once(directory, text)


def report(directory: Path) -> list[str]:
    """Return the texts of bao-cao.docx."""
    document = docx.Document(str(directory / "out" / "bao-cao.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [_as_read_once(directory, text) for text in [*texts, *cells]]


# --- the units' sheets --------------------------------------------------------------------------


def _sheet(world: World, sheet: Sheet) -> dict[str, Any]:
    reminded = Reminded.of(sheet.properties.get(marks.REMINDED))
    return {
        "locked": sheet.locked,
        "editors": sheet.editors,
        "marks": {
            key: "*" if key in _OWN else value
            for key, value in sorted(sheet.properties.items())
            if key != marks.LOOKED  # whether and when somebody looked and found nothing new
        },
        "reminded": reminded and (reminded.count, reminded.deadline, reminded.left),
        "content": dict(_content(world.job().workspace.download(sheet))),
    }


def _content(data: bytes) -> Iterator[tuple[str, str]]:
    for tab in openpyxl.load_workbook(io.BytesIO(data)):
        for row in tab.iter_rows():
            for cell in row:
                if cell.value is not None and (tab.title, cell.coordinate) not in _OF_THE_READ:
                    yield f"{tab.title}!{cell.coordinate}", str(cell.value)


_OF_THE_READ = {(layout.TAB_FEEDBACK, "B7"), (layout.TAB_FEEDBACK, "B8")}
"""Where its sheet tells a unit when it was read, and the checksum."""


# --- mails --------------------------------------------------------------------------------------


def to_units(server: MailServer) -> list[tuple[Received, EmailMessage]]:
    """Return what the server took for units."""
    return [(mail, mail.message) for mail in server.received if mail.to != (COORDINATOR,)]


def mailboxes(server: MailServer) -> Counter[tuple[tuple[str, ...], str]]:
    """Return what units find in their mailboxes: to whom, and the subject.

    Of mails with one Message-ID a mailbox keeps one (docs/adr/0009).
    """
    once = {(mail.to, message["Message-ID"]): (mail.to, str(message["Subject"]))
            for mail, message in to_units(server)}  # fmt: skip
    return Counter(once.values())


def repeats(server: MailServer) -> int:
    """Return how many mails, previews too, came in again."""
    seen = Counter((mail.to, mail.message["Message-ID"]) for mail in server.received)
    return sum(seen.values()) - len(seen)


def receipts(server: MailServer) -> Counter[tuple[str, str]]:
    """Return what is attached to receipts as the received copy: the file's name and checksum."""
    found: Counter[tuple[str, str]] = Counter()
    once = {
        message["Message-ID"]: message
        for _, message in to_units(server)
        if message["Subject"].startswith("Đã nhận ")
    }
    for message in once.values():
        for part in message.iter_attachments():
            name = part.get_filename() or ""
            if name.endswith(".xlsx"):
                found[name, hashlib.sha256(part.get_payload(decode=True)).hexdigest()] += 1  # type: ignore[arg-type]
    return found
