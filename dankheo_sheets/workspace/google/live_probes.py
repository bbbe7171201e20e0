"""What no document says about Google, asked of Google itself (reference/google.md §10).

Each question is asked of a scratch campaign's files, by an account that may edit them, and
answered in one sentence. Nothing here is needed to run a campaign.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dankheo_sheets.errors import GoogleError, Refused
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import CHECK_COLUMN, FIRST_ROW, letter
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, KIND, DriveFile, Json
from dankheo_sheets.workspace.google.lease import LOOK, Holding, swapping
from dankheo_sheets.workspace.google.workspace import GoogleWorkspace

PATIENCE = 600
"""Seconds after which a lock that still does not hold is given up: it was seen to take up to
five to ten minutes (reference/google.md §3.1)."""
_STEP = 5


@dataclass(frozen=True)
class Learned:
    """One question and what Google did."""

    question: str
    answer: str
    as_expected: bool


class Questions:
    """The questions, asked of one unit's sheet and of the template it was copied from."""

    def __init__(
        self,
        workspace: GoogleWorkspace,
        sheet: str,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workspace, self._api, self._sheet = workspace, workspace.api, sheet
        self._sleep, self._now = sleep, now

    def about_copies(self) -> Iterator[Learned]:
        """Ask what a copy keeps; to be asked after provisioning."""
        template = self._workspace.template.ensure()
        fields = (
            "sheets(properties(sheetId,title),"
            "protectedRanges(requestingUserCanEdit,unprotectedRanges,editors),"
            "conditionalFormats),namedRanges"
        )
        original, copy = (self._api.spreadsheet(each, fields) for each in (template, self._sheet))
        editors = [
            guard.get("editors", {}).get("users", [])
            for tab in copy["sheets"]
            for guard in tab.get("protectedRanges", [])
        ]
        me = str(self._api.about()["user"]["emailAddress"])
        yield Learned(
            "Vùng khoá của bản sao: ai được sửa?",
            f"{len(editors)} vùng; {'chỉ tài khoản này' if editors else 'không còn vùng nào'}"
            if all(users in ([], [me]) for users in editors)
            else f"cả những người khác: {sorted({u for users in editors for u in users} - {me})}",
            bool(editors) and all(users in ([], [me]) for users in editors),
        )
        for what, of in (
            ("mã các trang (sheetId)", _tab_ids),
            ("tên vùng", _names),
            ("ô được ghi (unprotectedRanges)", _open_ranges),
            ("định dạng có điều kiện", _rules),
        ):
            same = of(original) == of(copy)
            yield Learned(f"Bản sao giữ nguyên {what}?", "giữ nguyên" if same else "khác", same)

        bare = self._api.copy(template, {"name": "bản sao để thử"})
        carried = {CAMPAIGN, KIND} <= bare.properties.keys()
        yield Learned(
            "Thuộc tính (properties) của mẫu có theo sang bản sao không?",
            "có theo" if carried else "không theo",
            carried,
        )
        listed = any(file.id == bare.id for file in self._listing())
        yield Learned(
            "Danh sách theo thư mục thấy ngay bản sao mới?",
            "thấy ngay" if listed else "chưa thấy",
            listed,
        )
        self._api.update(bare.id, {"trashed": True})

    def about_turns(self) -> Iterator[Learned]:
        """Ask whether of two who saw the same lease only one can take it (docs/adr/0015)."""
        template = self._workspace.template.ensure()
        (tab, *_), *_ = _tab_ids(self._api.spreadsheet(template, LOOK))
        until = self._workspace.clients.clock.now()
        seen, first, second = (Holding(f"7{n:08}", 1, until, "thử", str(n)) for n in (11, 12, 13))
        self._api.batch_update(template, swapping("", seen, tab), again=False)
        self._api.batch_update(template, swapping(seen.id, first, tab), again=False)
        try:
            self._api.batch_update(template, swapping(seen.id, second, tab), again=False)
            answer, refused = "người thứ hai cũng được nhận", False
        except Refused as error:
            answer, refused = f"người thứ hai bị từ chối ({error.status})", error.status == 400
        yield Learned("Hai máy cùng nhận lượt chạy: chỉ một máy được?", answer, refused)
        left = self._api.spreadsheet(template, LOOK)
        names = [each.get("name", "") for each in left.get("namedRanges", [])]
        whole = (first.name in names, second.name in names) == (True, False)
        yield Learned(
            "Lượt bị từ chối có để lại gì không?", "không" if whole else "có", refused and whole
        )

    def about_formulas(self, expected: Sequence[str]) -> Iterator[Learned]:
        """Ask what the Kiểm tra column shows for the first rows; `expected` is what it should."""
        column = letter(CHECK_COLUMN)
        last = FIRST_ROW + len(expected) - 1
        where = f"'{layout.TAB_ENTRIES}'!{column}{FIRST_ROW}:{column}{last}"
        try:
            rows = self._api.values(self._sheet, [where])[0]
        except GoogleError as error:
            answer = f"không đọc được: {error.message}"
            yield Learned("Công thức vi_VN tính như Python?", answer, False)
            return
        shown = [str(row[0]) if row else "" for row in rows]
        shown += [""] * (len(expected) - len(shown))
        wrong = [
            f"{column}{FIRST_ROW + at}: “{got}”, đúng ra “{want}”"
            for at, (got, want) in enumerate(zip(shown, expected, strict=True))
            if got != want
        ]
        answer = "; ".join(wrong) or f"đúng cả {len(expected)} dòng"
        yield Learned("Công thức vi_VN tính như Python?", answer, not wrong)

    def about_times(self) -> Iterator[Learned]:
        """Ask what moves modifiedTime, on which it depends whether a person changed a sheet."""
        before = self._modified()
        self._api.update(self._sheet, {"properties": {"thu": "1"}})
        moved = self._modified() != before
        yield Learned(
            "Ghi thuộc tính có làm đổi modifiedTime không?",
            "có đổi (chương trình đã tính đến)" if moved else "không đổi",
            not moved,
        )
        before = self._modified()
        self._sleep(2)
        self._write("x")
        moved = self._modified() != before
        yield Learned(
            "Ghi qua Sheets API có thấy ngay ở modifiedTime không?",
            "thấy ngay" if moved else "chưa thấy ngay",
            moved,
        )

    def about_locks(self) -> Iterator[Learned]:
        """Ask how long a lock takes to hold; to be asked right after the sheet was locked."""
        start = self._now()
        refused: GoogleError | None = None
        while refused is None and self._now() - start < PATIENCE:
            try:
                self._write("y")
                self._sleep(_STEP)
            except GoogleError as error:
                refused = error
        waited = round(self._now() - start)
        yield Learned(
            "Khoá nội dung bao lâu thì có hiệu lực với Sheets API?",
            f"sau {waited} giây, Google trả lời {refused.status} {refused.reason}"
            if refused
            else f"sau {PATIENCE} giây vẫn ghi được",
            refused is not None,
        )
        try:
            answer = f"xuất được, {len(self._api.export(self._sheet))} byte"
            exported = True
        except GoogleError as error:
            answer, exported = f"không xuất được: {error.message}", False
        yield Learned("Biểu đã khoá có xuất ra .xlsx được không?", answer, exported)

    def _listing(self) -> list[DriveFile]:
        self._workspace.place.look()
        return list(self._workspace.place.files.values())

    def _modified(self) -> str:
        return str(self._api.file(self._sheet, "id,modifiedTime").resource["modifiedTime"])

    def _write(self, text: str) -> None:
        where = f"'{layout.TAB_ENTRIES}'!B{FIRST_ROW + 1}"
        self._api.write_values(self._sheet, [{"range": where, "values": [[text]]}])


def _tab_ids(spreadsheet: Json) -> list[tuple[int, str]]:
    tabs = [tab["properties"] for tab in spreadsheet["sheets"]]
    return [(tab.get("sheetId", 0), tab["title"]) for tab in tabs]


def _names(spreadsheet: Json) -> object:
    named = spreadsheet.get("namedRanges", [])
    return sorted((each["name"], str(each.get("range"))) for each in named if not Holding.of(each))


def _open_ranges(spreadsheet: Json) -> object:
    return [
        guard.get("unprotectedRanges", [])
        for tab in spreadsheet["sheets"]
        for guard in tab.get("protectedRanges", [])
    ]


def _rules(spreadsheet: Json) -> object:
    return [len(tab.get("conditionalFormats", [])) for tab in spreadsheet["sheets"]]
