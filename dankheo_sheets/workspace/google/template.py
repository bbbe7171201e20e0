"""The spreadsheet that every unit's sheet is a copy of.

Drawn by us, so that the least scope reaches it (reference/google.md §2.5) and its version is known.
A coordinator may restyle it by hand: what is filled in is found by named ranges. Another form
(a changed campaign.toml) gets a template of its own.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from threading import Lock

from dankheo_sheets.errors import Halted, OutcomeUnknown, Refused
from dankheo_sheets.form import xlsx
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.xlsx import Identity
from dankheo_sheets.workspace.google import render
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.campaign_folder import CampaignFolder
from dankheo_sheets.workspace.google.drawing.canvas import Book
from dankheo_sheets.workspace.google.drive_file import SPREADSHEET, DriveFile, Json, Kind

UNDRAWN = "Mẫu biểu (đang vẽ)"
"""What it is called until it is drawn, which is one step: so a listing tells that it is not."""

Where = Mapping[str, Json]
"""Named range → where it is."""


class Template:
    """The campaign's template; may be used from several threads."""

    def __init__(self, api: Api, place: CampaignFolder, form: Form) -> None:
        self._api, self._place, self._form = api, place, form
        self._lock = Lock()
        self._ready = ""
        self._failed: Halted | None = None
        self._where: Where = {}
        self._seen: dict[str, Json] = {}
        """What was found in files a person made, until it is used."""

    @cached_property
    def book(self) -> Book:
        """The form as it is drawn."""
        return render.template_book(self._form)

    @cached_property
    def drawing(self) -> str:
        """Checksum of the drawing: what tells one form from another."""
        changes = render.new_spreadsheet(self.book, [])
        return hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """What people see it called."""
        return f"Mẫu biểu (không xoá) - {self._form.campaign.title}"

    def find(self) -> DriveFile | None:
        """Return the template of this form, where the last listing shows one."""
        found = self._place.find(Kind.TEMPLATE, self.drawing)
        return found[0] if found else None

    def ensure(self) -> str:
        """Return its id, after drawing it, or after looking whether it is still whole.

        Raises :class:`Halted` where a person changed what filling in depends on.
        """
        with self._lock:
            if self._failed:
                raise self._failed  # once is enough: it would be the same for every unit
            try:
                self._ready = self._ready or self._made_ready()
            except Halted as error:
                self._failed = error
                raise
            return self._ready

    def _made_ready(self) -> str:
        file = self._place.ensure(Kind.TEMPLATE, UNDRAWN, SPREADSHEET, self.drawing)
        if file.name == UNDRAWN:
            maker = file.resource.get("lastModifyingUser", {}).get("emailAddress")
            self._where = self._draw(file.id, maker or self._me, render.titled(self.name))
            self._place.made(DriveFile({**file.resource, "name": self.name}))  # as it is now
        else:
            self._where = self._checked(file)
        return file.id

    def _draw(self, file_id: str, editor: str, *changes: Json, only_tab: int = 0) -> Where:
        """Draw the form on a blank spreadsheet whose only tab has this id, and change more."""
        drawing = [*render.new_spreadsheet(self.book, [editor], only_tab), *changes]
        try:
            # Fixed ids: what was done once is refused the second time, not done twice.
            self._api.batch_update(file_id, drawing, again=False)
        except (OutcomeUnknown, Refused):  # or another machine was faster
            found = self._api.spreadsheet(file_id, render.STRUCTURE)
            if render.mismatches(found, self.book):
                raise
            return render.where(found)
        named = [r["addNamedRange"]["namedRange"] for r in drawing if "addNamedRange" in r]
        return render.where({"namedRanges": named})

    def _checked(self, file: DriveFile) -> Where:
        found = self._api.spreadsheet(file.id, render.STRUCTURE)
        if wrong := render.mismatches(found, self.book):
            raise Halted(
                f"“{file.name}” đã bị sửa cấu trúc: {'; '.join(wrong)}",
                "khôi phục bằng Lịch sử phiên bản trên Google Trang tính, hoặc bỏ tệp này vào "
                "thùng rác để lần phát sau vẽ mẫu mới",
            )
        return render.where(found)

    def fill_in(
        self, values: Identity, title: str, adopted: str = "", *, only_name: bool = False
    ) -> list[Json]:
        """Return the changes that make a copy one unit's; with `only_name`, give it its new name.

        `adopted` is a spreadsheet a person made, which may be a copy of the template, or blank.
        """
        if adopted:
            where = self._adopted(adopted)
        else:
            self.ensure()
            where = self._where
        blanks = render.blanks(self.book)
        if only_name:
            blanks = tuple(blank for blank in blanks if xlsx.holds_name(blank.text))
        return render.fill_in(blanks, where, values, title)

    def can_be(self, file_id: str) -> bool:
        """Whether a spreadsheet is a copy of the template, or blank."""
        found = self._seen[file_id] = self._look_at(file_id)
        return not render.mismatches(found, self.book) or _is_blank(found)

    def _look_at(self, file_id: str) -> Json:
        return self._api.spreadsheet(file_id, f"{render.STRUCTURE},{_CONTENT}")

    def _adopted(self, file_id: str) -> Where:
        found = self._seen.pop(file_id, None) or self._look_at(file_id)
        if not render.mismatches(found, self.book):
            return render.where(found)
        if not _is_blank(found):
            raise Refused(
                "tệp không phải bản sao của mẫu, cũng không phải bảng tính trống",
                "thay bằng một bản sao của mẫu, hoặc một bảng tính trống",
            )
        tab = found["sheets"][0]["properties"].get("sheetId", 0)
        return self._draw(file_id, self._me, only_tab=tab)

    @cached_property
    def _me(self) -> str:
        return str(self._api.about()["user"]["emailAddress"])


_CONTENT = "sheets(data(rowData(values(userEnteredValue))))"


def _is_blank(spreadsheet: Json) -> bool:
    tabs = spreadsheet["sheets"]
    return len(tabs) == 1 and not any(
        cell.get("userEnteredValue")
        for block in tabs[0].get("data", [])
        for row in block.get("rowData", [])
        for cell in row.get("values", [])
    )
