"""Run the phases of google.py, each in a process of its own, and show what they counted.

Nothing of them is timed, so two run at once.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.measure import Measure

SIZES = (30, 300)
"""Smaller campaigns, beside the one that is asked for: how it grows."""
PHASES = ("google-close", "google-collect")
AT_ONCE = 2

STEPS = {
    "provision": "phát biểu",
    "sync_unchanged": "đồng bộ, không gì đổi",
    "sync_1_percent": "đồng bộ, 1% đổi",
    "sync_all": "đồng bộ, tất cả đổi",
    "sync_all_no_feedback": "như trên, không phản hồi",
    "close": "khoá biểu",
    "ordinary_provision": "kịch bản gspread, phát",
    "ordinary_read": "kịch bản gspread, đọc",
}
"""What they are called in the table, in its order."""
KINDS = {
    "sheets-read": "đọc bảng", "sheets-write": "ghi bảng", "drive-list": "liệt kê",
    "drive-read": "xem tệp", "drive-write": "sửa tệp", "export": "tải về", "token": "đăng nhập",
}  # fmt: skip

NOTE = """\
Yêu cầu được đếm theo nhật ký của Google giả lập. Phút tính trên đồng hồ giả lập: nhịp gửi giữ trong
hạn mức Google công bố (mỗi phút 60 lượt đọc và 60 lượt ghi bảng tính, 325.000 đơn vị Drive).
Không mô phỏng: độ trễ của Google, và những giới hạn Google không công bố (chép, chia sẻ, tải về).
Quá 300 đơn vị thì mỗi đơn vị có 3 mô hình, biểu 5 dòng (ít hơn: 10 và 30), vì máy giả lập xuất tệp
chậm; chỉ số lượt ghi bảng tổng hợp đổi theo. Trước khi khoá biểu chưa đồng bộ lần nào.
Kịch bản gspread (gc.copy, share; open_by_key, worksheet, get_all_values) không giữ nhịp: bị từ chối
thì ở đây nó đợi sang phút sau, còn bản thường dừng hẳn. Nó không ghi tên đơn vị vào biểu, không
kiểm tra, phản hồi, lưu hay khoá, và gửi thư cho từng đơn vị."""

Step = Mapping[str, Any]
"""A :class:`benchmarks.google.Step` as plain values, and ``units``."""


def run(units: int, work: Path) -> list[Step]:
    """Return the steps of all phases, for campaigns of each size up to `units`."""
    sizes = sorted({size for size in SIZES if size < units} | {units}, reverse=True)
    asked = [(phase, size) for size in sizes for phase in PHASES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(_phase, phase, size, work) for phase, size in asked]
        steps = [step for each in running for step in each.result()]
    order = list(STEPS)
    return sorted(steps, key=lambda step: (order.index(step["name"]), step["units"]))


def _phase(name: str, units: int, work: Path) -> list[Step]:
    print(f"  {units} đơn vị: {name} …", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.bench", "--phase", name]
    command += ["--units", str(units), "--work", str(work / f"{name}-{units}")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return [{**step, "units": units} for step in json.loads(done.stdout)]


def measures(steps: Sequence[Step]) -> Iterator[Measure]:
    """Yield the figures with a limit, at the largest size; then all others, as details."""
    largest = max(step["units"] for step in steps)
    full = {step["name"]: step for step in steps if step["units"] == largest}
    provision, unchanged = full["provision"], full["sync_unchanged"]
    each = provision["of_units"] / largest
    beside = _total(provision) - provision["of_units"] - provision["lease"]
    shut = full["close"]
    around = _total(shut) - shut["of_units"] - shut["lease"]
    quiet = _total(unchanged) - unchanged["requests"]["token"]
    ours = [step for step in steps if not step["name"].startswith("ordinary")]
    refused = sum(step["refused"] for step in ours)
    against = sum(step["violations"] for step in ours)
    yield Measure("google_provision_requests_per_unit", each, "", 3)
    yield Measure(
        "google_provision_requests_beside", beside, "", 10, remark="cả đợt, ngoài số trên"
    )
    yield Measure("google_sync_unchanged_requests", quiet, "", 4, remark="chưa kể 1 đăng nhập")
    yield Measure("google_close_requests_per_unit", shut["of_units"] / largest, "", 10)
    yield Measure("google_close_requests_beside", around, "", remark="cả đợt, ngoài số trên")
    yield Measure("google_lease_requests", shut["lease"], "", remark="khi khoá cả đợt")
    yield Measure("google_rate_refusals", refused, "", 0, remark="của chương trình, mọi bước")
    yield Measure("google_schema_violations", against, "", 0, remark="trái đặc tả Google công bố")
    for step in steps:
        name, size = f"google_{step['name']}", step["units"]
        for kind in KINDS:
            count = step["requests"].get(kind, 0)
            yield Measure(f"{name}_{kind.replace('-', '_')}_{size}", count, "", detail=True)
        yield Measure(f"{name}_requests_{size}", _total(step), "", detail=True)
        yield Measure(f"{name}_refusals_{size}", step["refused"], "", detail=True)
        yield Measure(f"{name}_minutes_{size}", step["minutes"], "min", detail=True)


def _total(step: Step) -> int:
    return sum(step["requests"].values())


def show(steps: Sequence[Step]) -> None:
    """Print what every step asked for, by kind, and how many minutes it took."""
    rows = [["", "đơn vị", *KINDS.values(), "cộng", "mỗi đơn vị", "từ chối", "phút"]]
    before = ""
    for step in steps:
        title, units, total = STEPS[step["name"]], step["units"], _total(step)
        counts = [*(step["requests"].get(kind, 0) for kind in KINDS), total]
        rows.append(
            [
                "" if title == before else title,
                str(units),
                *(str(count or "") for count in counts),
                f"{total / units:.2f}",
                str(step["refused"] or ""),
                f"{step['minutes']:.2f}",
            ]
        )
        before = title
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        print("  ".join([f"{first:{widths[0]}}", *cells]))
    print(f"\n{NOTE}")
