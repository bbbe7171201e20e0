"""What no document says about Google, asked of Google itself (reference/google.md §10).

Each question is asked of a scratch campaign's files, by an account that may edit them, and
answered in one sentence. Nothing here is needed to run a campaign.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dankheo_sheets.errors import Refused, ServiceError
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import column_letters
from dankheo_sheets.workspace.google.drive_file import CAMPAIGN, KIND, Json
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


class Probes:
    """The questions, asked of one unit's sheet and of the template it was copied from."""

    def __init__(
        self,
        workspace: GoogleWorkspace,
        sheet: str,
        sleep: Callable[[float], None],
        now: Callable[[], float],
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
        guards = _guards(copy)
        editors = {user for each in guards for user in each.get("editors", {}).get("users", [])}
        others = editors - {str(self._api.about()["user"]["emailAddress"])}
        who = "chỉ tài khoản này" if guards else "không còn vùng nào"
        yield Learned(
            "Vùng khoá của bản sao: ai được sửa?",
            f"cả những người khác: {sorted(others)}" if others else f"{len(guards)} vùng; {who}",
            bool(guards) and not others,
        )
        for what, of in (
            ("mã các trang (sheetId)", _tab_ids),
            ("tên vùng", _names),
            ("ô được ghi (unprotectedRanges)", _open_ranges),
            ("định dạng có điều kiện", _conditional_formats),
        ):
            same = of(original) == of(copy)
            yield _yes_or_no(f"Bản sao giữ nguyên {what}?", same, "giữ nguyên", "khác")

        bare = self._api.copy(template, {"name": "bản sao để thử"})
        yield _yes_or_no(
            "Thuộc tính (properties) của mẫu có theo sang bản sao không?",
            {CAMPAIGN, KIND} <= bare.properties.keys(),
            "có theo",
            "không theo",
        )
        self._workspace.place.look()
        yield _yes_or_no(
            "Danh sách theo thư mục thấy ngay bản sao mới?",
            bare.id in self._workspace.place.files,
            "thấy ngay",
            "chưa thấy",
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
        whole = first.name in names and second.name not in names
        answer = "không" if whole else "có"
        yield Learned("Lượt bị từ chối có để lại gì không?", answer, refused and whole)

    def about_formulas(self, form: Form, expected: Sequence[str]) -> Iterator[Learned]:
        """Ask what the Kiểm tra column shows for the first rows; `expected` is what it should."""
        question = "Công thức vi_VN tính như Python?"
        column, first = column_letters(form.check_column), form.first_row
        last = first + len(expected) - 1
        where = f"'{layout.TAB_ENTRIES}'!{column}{first}:{column}{last}"
        try:
            rows = self._api.values(self._sheet, [where])[0]
        except ServiceError as error:
            yield Learned(question, f"không đọc được: {error.message}", False)
            return
        shown = [str(row[0]) if row else "" for row in rows]
        wrong = [
            f"{column}{first + at}: “{got}”, đúng ra “{want}”"
            for at, (got, want) in enumerate(zip_longest(shown, expected, fillvalue=""))
            if got != want
        ]
        answer = "; ".join(wrong) or f"đúng cả {len(expected)} dòng"
        yield Learned(question, answer, not wrong)

    def about_times(self) -> Iterator[Learned]:
        """Ask what moves modifiedTime, on which it depends whether a person changed a sheet."""
        before = self._modified()
        self._api.update(self._sheet, {"properties": {"thu": "1"}})
        yield _yes_or_no(
            "Ghi thuộc tính có làm đổi modifiedTime không?",
            self._modified() == before,
            "không đổi",
            "có đổi (chương trình đã tính đến)",
        )
        before = self._modified()
        self._sleep(2)
        self._write("x")
        yield _yes_or_no(
            "Ghi qua Sheets API có thấy ngay ở modifiedTime không?",
            self._modified() != before,
            "thấy ngay",
            "chưa thấy ngay",
        )

    def about_locks(self) -> Iterator[Learned]:
        """Ask how long a lock takes to hold; to be asked right after the sheet was locked."""
        start = self._now()
        answer, held = f"sau {PATIENCE} giây vẫn ghi được", False
        while not held and self._now() - start < PATIENCE:
            try:
                self._write("y")
                self._sleep(_STEP)
            except ServiceError as error:
                waited = round(self._now() - start)
                answer = f"sau {waited} giây, Google trả lời {error.status} {error.reason}"
                held = True
        yield Learned("Khoá nội dung bao lâu thì có hiệu lực với Sheets API?", answer, held)
        try:
            answer, exported = f"xuất được, {len(self._api.export(self._sheet))} byte", True
        except ServiceError as error:
            answer, exported = f"không xuất được: {error.message}", False
        yield Learned("Biểu đã khoá có xuất ra .xlsx được không?", answer, exported)

    def _modified(self) -> str:
        return str(self._api.file(self._sheet, "id,modifiedTime").resource["modifiedTime"])

    def _write(self, text: str) -> None:
        where = f"'{layout.TAB_ENTRIES}'!B11"
        self._api.write_values(self._sheet, [{"range": where, "values": [[text]]}])


def _yes_or_no(question: str, found: bool, yes: str, no: str) -> Learned:
    return Learned(question, yes if found else no, found)


def _tab_ids(spreadsheet: Json) -> list[tuple[int, str]]:
    tabs = [tab["properties"] for tab in spreadsheet["sheets"]]
    return [(tab.get("sheetId", 0), tab["title"]) for tab in tabs]


def _names(spreadsheet: Json) -> object:
    named = spreadsheet.get("namedRanges", [])
    return sorted((each["name"], str(each.get("range"))) for each in named if not Holding.of(each))


def _guards(spreadsheet: Json) -> list[Json]:
    return [guard for tab in spreadsheet["sheets"] for guard in tab.get("protectedRanges", [])]


def _open_ranges(spreadsheet: Json) -> object:
    return [guard.get("unprotectedRanges", []) for guard in _guards(spreadsheet)]


def _conditional_formats(spreadsheet: Json) -> object:
    return [len(tab.get("conditionalFormats", [])) for tab in spreadsheet["sheets"]]
