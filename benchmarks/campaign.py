"""The campaign that is measured: N units with ten entries each, the same at every run.

Names, places and contents are ordinary Vietnamese of the length units write (contents of 120
to 200 characters); every entry of the campaign has a name of its own.
"""

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import replace_parts
from dankheo_sheets.form.xlsx import Identity, render
from dankheo_sheets.operations.context import load_context
from dankheo_sheets.registration import Cover, Entry
from dankheo_sheets.vietnamese import deadline_text

ENTRIES = 10
"""Entries of each unit: 33,210 rows at the country's 3,321 communes (reference/practice.md §4)."""

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FILLED_AT = datetime(2022, 4, 8, 16, tzinfo=_ZONE)
"""When every unit saved its workbook: before the example's deadline, 12/4/2022."""
NOW = datetime(2022, 4, 11, 17, tzinfo=_ZONE)
"""When the steps run."""

_EXAMPLE = Path("examples/dan-van-kheo-2022/campaign.toml")

_DOINGS = (
    "Khéo vận động nhân dân hiến đất mở rộng đường",
    "Đồng hành cùng hộ nghèo phát triển chăn nuôi",
    "Tiếp nhận hồ sơ khéo, trả kết quả sớm",
    "Tuyến đường tự quản sáng, xanh, sạch, đẹp",
    "Ứng dụng tiến bộ kỹ thuật trong trồng quế",
    "Xây dựng nếp sống văn minh trong việc cưới, việc tang",
    "Giữ gìn an ninh trật tự từ mỗi gia đình",
)
_PROBLEMS = (
    "Đường liên thôn còn hẹp, người dân đi lại khó khăn nhất là vào mùa mưa",
    "Nhiều hộ còn thiếu vốn và kỹ thuật nên năng suất cây trồng, vật nuôi thấp",
    "Hồ sơ còn phải bổ sung nhiều lần, người dân mất thời gian đi lại",
    "Rác thải sinh hoạt chưa được thu gom, phân loại tại nguồn",
    "Tình trạng mất trật tự, va chạm giữa các hộ vẫn còn xảy ra",
)
_RESULTS = (
    "dự kiến {count} hộ tham gia trong năm, vận động được phần lớn kinh phí từ nhân dân",
    "dự kiến giảm {count}% trường hợp phải giải quyết lại, người dân hài lòng hơn",
    "dự kiến {count} hộ áp dụng quy trình mới và có thu nhập ổn định",
)


def code(number: int) -> str:
    """Return the code of the unit of that number, from 1: "U0001"."""
    return f"U{number:04d}"


def name(number: int) -> str:
    """Return the unit's name, distinct as the roster demands."""
    return f"Ủy ban nhân dân xã Mẫu {number}"


def set_up(directory: Path, units: int) -> None:
    """Make the campaign's folder: the example's campaign.toml and a roster of `units`."""
    directory.mkdir(parents=True)
    shutil.copy(_EXAMPLE, directory)
    roster = ["Mã,Tên đơn vị,Thứ tự,Email,Người liên hệ"]
    roster += [
        f"{code(n)},{name(n)},{n},u{n:04d}@don-vi.example,Người Mẫu {n}"
        for n in range(1, units + 1)
    ]
    (directory / "units.csv").write_text("\n".join(roster) + "\n", encoding="utf-8")


def entry(form: Form, unit: int, number: int) -> Entry:
    """Return one entry of one unit; `number` counts from 0."""
    which = unit * ENTRIES + number
    problem, result = _PROBLEMS[which % len(_PROBLEMS)], _RESULTS[which % len(_RESULTS)]
    return _entry(
        form.section_names[which % len(form.section_names)],
        f"{_DOINGS[which % len(_DOINGS)]} tại thôn {number + 1} xã Mẫu {unit}",
        *_pair(which % 2 == 0),
        f"Thôn {number + 1}, xã Mẫu {unit}",
        f"{problem}; {name(unit)} thực hiện; {result.format(count=10 + which % 80)}.",
        *_pair(which % 3 == 0),
    )


def _entry(*texts: str) -> Entry:
    """Return a row of the form of 2022."""
    keys = ("field", "name", "collective", "individual", "place", "content", "new", "replicated")
    return Entry(0, dict(zip(keys, texts, strict=True)))


def _pair(first: bool) -> tuple[str, str]:
    return ("x", "") if first else ("", "x")


def fill(directory: Path) -> None:
    """Let every unit fill in and confirm its workbook, at :data:`FILLED_AT`.

    Drawing each workbook would take longer than all that is measured, so those of one pattern
    of marks and fields are stamped from one drawing: the same parts, the unit's own texts.
    """
    job = load_context(directory)
    workbooks = directory / "workbooks"
    workbooks.mkdir(exist_ok=True)
    stamps: dict[tuple[tuple[str, ...], ...], _Stamp] = {}
    for number, unit in enumerate(job.units, 1):
        entries = [entry(job.form, number, at) for at in range(ENTRIES)]
        pattern = tuple((e["field"], e["collective"], e["new"]) for e in entries)
        if pattern not in stamps:
            stamps[pattern] = _Stamp(job.form, entries)
        path = workbooks / f"{unit.code}.xlsx"
        path.write_bytes(stamps[pattern].fill(unit.code, unit.name, entries))
        os.utime(path, (FILLED_AT.timestamp(), FILLED_AT.timestamp()))


class _Stamp:
    """A filled workbook whose texts are blanks, all of which stand in one part."""

    _PART = "xl/sharedStrings.xml"
    _TYPED = ("name", "place", "content")

    def __init__(self, form: Form, pattern: list[Entry]) -> None:
        entries = [
            _entry(
                e["field"], _blank("name", at), e["collective"], e["individual"],
                _blank("place", at), _blank("content", at), e["new"], e["replicated"],
            )
            for at, e in enumerate(pattern)
        ]  # fmt: skip
        identity = Identity("{{code}}", "{{unit}}", deadline_text(form.campaign.deadline.moment))
        cover = Cover("{{preparer}}", "{{phone}}", "", "", "x")
        self._data = render(form, identity, entries, cover)
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            self._strings = archive.read(self._PART).decode()

    def fill(self, unit_code: str, unit_name: str, entries: list[Entry]) -> bytes:
        """Return the workbook of one unit."""
        strings = self._strings
        for blank, text in self._texts(unit_code, unit_name, entries):
            strings = strings.replace(blank, escape(text))
        return replace_parts(self._data, {self._PART: strings.encode()})

    def _texts(
        self, unit_code: str, unit_name: str, entries: list[Entry]
    ) -> Iterator[tuple[str, str]]:
        yield "{{code}}", unit_code
        yield "{{unit}}", unit_name
        yield "{{UNIT}}", unit_name.upper()
        yield "{{preparer}}", f"Nguyễn Văn Mẫu {unit_code}"
        yield "{{phone}}", f"09{unit_code[1:]:0>8}"
        for at, filled in enumerate(entries):
            for key in self._TYPED:
                yield _blank(key, at), filled[key]


def _blank(key: str, at: int) -> str:
    """Return what stands for a text; long enough to pass the rule on short contents."""
    return f"{{{{{key}{at}}}}}".ljust(80, "_")
