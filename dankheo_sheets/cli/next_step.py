"""What to do after each command: one table, said in one place.

Nothing is said after a wrong command or an error, for those say what to do themselves, nor where
the output is for a program, or only tells what would be done.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dankheo_sheets.errors import EXIT_FINDINGS


@dataclass(frozen=True, slots=True)
class Next:
    """What has to be done after a command, and what can be; "" where nothing is."""

    must: str = ""
    may: str = ""


_DECIDED = Next("chạy dankheo run (hoặc sync, close, report) để biểu của đơn vị và kết quả ghi rõ")
_REMIND = "chạy dankheo remind để gửi thư (hoặc dankheo notices in tin Zalo) cho đơn vị chưa xong"
_PAPER = Next("xem lại, in, trình ký out/bao-cao.docx rồi lưu hồ sơ")
_DONE, _FINDINGS = 0, EXIT_FINDINGS
NEXT = {
    ("letter", _DONE): Next("trình ký công văn", "chạy dankheo provision để phát biểu"),
    ("provision", _DONE): Next(
        "báo cho các đơn vị: chạy dankheo remind (chưa có [mail] thì dankheo remind --draft)",
        "chạy dankheo status --links để lấy nơi mở biểu của từng đơn vị",
    ),
    ("status", _DONE): Next(may="chạy dankheo sync để đọc lại các biểu"),
    ("sync", _DONE): Next(may="hết hạn thì chạy dankheo close để chốt; trước đó, " + _REMIND),
    ("sync", _FINDINGS): Next("để đơn vị sửa các lỗi đã báo trong biểu", _REMIND),
    ("close", _DONE): Next("chạy dankheo report để lập báo cáo"),
    ("close", _FINDINGS): Next(
        "chạy dankheo report để lập báo cáo",
        "để đơn vị sửa tiếp: chạy dankheo reopen MÃ --until NGÀY",
    ),
    ("report", _DONE): _PAPER,
    ("report", _FINDINGS): Next(_PAPER.must, "chờ đơn vị sửa xong rồi chạy lại dankheo report"),
    ("run", _DONE): Next(may="chạy lại dankheo run lúc nào cũng được: chỉ làm việc đến lúc"),
    ("run", _FINDINGS): Next(
        "để đơn vị sửa các lỗi đã báo", "chạy lại dankheo run lúc nào cũng được"
    ),
    ("remind", _DONE): Next(may="đơn vị trả lời thì chạy dankheo sync"),
    ("remind", _FINDINGS): Next(may="đơn vị sửa xong thì chạy dankheo sync"),
    ("notices", _DONE): Next(may="đơn vị trả lời thì chạy dankheo sync"),
    ("reopen", _DONE): _DECIDED,
    ("return", _DONE): _DECIDED,
    ("exclude", _DONE): _DECIDED,
    ("include", _DONE): _DECIDED,
    ("receive", _DONE): _DECIDED,
    ("accept", _DONE): _DECIDED,
    ("doctor", _DONE): Next(may="chạy dankheo provision để phát biểu, đã phát thì dankheo run"),
    ("audit", _FINDINGS): Next(may="chạy dankheo audit --fix để bỏ quyền thừa"),
    ("check", _DONE): Next(
        may="biểu ở trong thư mục workbooks thì chạy dankheo sync; nhận qua thư thì chạy "
        "dankheo receive MÃ --at LÚC --from TỆP"
    ),
    ("check", _FINDINGS): Next("sửa các chỗ ấy, lưu tệp, rồi chạy lại lệnh này"),
    ("login", _DONE): Next(may="chạy dankheo doctor xem còn thiếu gì"),
    ("demo", _DONE): Next(may="chạy dankheo demo --copy THƯ_MỤC để bắt đầu một đợt của mình"),
}
"""By command and exit code."""
FOR_PROGRAMS = ("--help", "--public", "--summary", "--links", "--dry-run")
"""Options after which nothing is added to the output."""
SAYS_ITSELF = {("remind", "--draft"), ("demo", "--copy"), ("doctor", "--live"), ("audit", "--fix")}
"""Commands with an option whose last line already is the next step."""


def next_step(arguments: Sequence[str], code: int) -> list[str]:
    """Return the lines that tell what is to be done, by what was typed and how it ended."""
    typed = {argument.partition("=")[0] for argument in arguments}
    command = arguments[0] if arguments else ""
    after = NEXT.get((command, code), Next())
    if typed.intersection(FOR_PROGRAMS) or any((command, each) in SAYS_ITSELF for each in typed):
        return []
    told = (("Phải làm tiếp", after.must), ("Có thể làm tiếp", after.may))
    return [f"{what}: {_in_campaign(text, arguments)}." for what, text in told if text]


_NAMED = re.compile(r"\bdankheo (?!demo)(\w+)")


def _in_campaign(text: str, arguments: Sequence[str]) -> str:
    """Return the text with its commands as they are typed for the same campaign."""
    if "-C" not in arguments[:-1]:
        return text
    directory = arguments[arguments.index("-C") + 1]
    quoted = f'"{directory}"' if " " in directory else directory
    return _NAMED.sub(lambda command: f"{command[0]} -C {quoted}", text)
