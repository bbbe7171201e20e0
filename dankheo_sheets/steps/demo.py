"""Demo: play a whole campaign on sample data, with a clock of its own. No account needed."""

import os
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from dankheo_sheets import files, vietnamese
from dankheo_sheets.campaign import load_campaign
from dankheo_sheets.errors import UsageError
from dankheo_sheets.form import layout
from dankheo_sheets.form.layout import Form
from dankheo_sheets.notices.message import Message
from dankheo_sheets.notices.mime import compose
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.operations.fan_out import Track, silently
from dankheo_sheets.operations.publishing import Outcome
from dankheo_sheets.operations.sending import Post
from dankheo_sheets.steps.letter import letter
from dankheo_sheets.steps.run import Run, run

Answer = Mapping[str, Any]
"""What one unit writes: `unit`, `at`, `entries`, `cover`."""

_IN_A_WHEEL = Path(__file__).parents[1] / "example"
_IN_THE_TREE = Path(__file__).parents[2] / "examples" / "dan-van-kheo-2022"
EXAMPLE = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else _IN_THE_TREE
"""The sample campaign."""
ANSWERS = "tra-loi-mau.toml"
_MARKER = ".dankheo-demo"

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_RUNS = tuple(
    datetime(2022, 4, day, hour, tzinfo=_ZONE)
    for day, hour in ((5, 8), (6, 8), (8, 8), (8, 17), (11, 8), (11, 17), (12, 8))
)
"""The campaign's own days: opened with the letter, closed on the morning after the deadline."""
MAILS = "thu-mau"
"""Where the demonstration's mails are: none of them goes anywhere."""


def play(
    directory: Path,
    example: Path,
    say: Callable[[str], object] = lambda line: None,
    track: Track = silently,
) -> Outcome:
    """Play the campaign of `example` in the new folder `directory`; return its final figures.

    A folder that an earlier demo made is made anew; any other that holds something is refused
    with :class:`UsageError`.
    """
    context = replace(_set_up(directory, example), track=track)

    def type_in(answer: Answer, at: datetime) -> None:
        path = directory / "workbooks" / f"{answer['unit']}.xlsx"
        fill(path, answer.get("entries", ()), answer.get("cover", {}), at)

    made = letter(directory, context.campaign, _RUNS[0])
    say(f"{vietnamese.moment(_RUNS[0])}: lập công văn out/{made.path.name}.")
    drawer = _Drawer(context, directory / MAILS)
    return go_through(context, load_answers(example), type_in, say, post=lambda: drawer)


def copy(directory: Path, example: Path) -> list[Path]:
    """Copy the settings and the roster of `example`, to begin a campaign with; return the files.

    A folder that holds something is refused with :class:`UsageError`; no file is ever replaced.
    Raises :class:`~dankheo_sheets.errors.WorkspaceError`.
    """
    _refuse_contents(directory)
    return _copied(directory, example)


class _Drawer:
    """In place of a mail server: each mail is laid into a folder, as a mail program opens it."""

    def __init__(self, context: Context, folder: Path) -> None:
        self._context, self._folder = context, folder

    def __enter__(self) -> "_Drawer":
        self._folder.mkdir(exist_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def send(self, message: Message, date: datetime) -> Mapping[str, str]:
        """Lay a mail into the folder; nobody refuses it."""
        name = f"{date:%m-%d-%H%M}-{message.to[0].partition('@')[0]}.eml"
        (self._folder / name).write_bytes(compose(self._context.campaign, message, date))
        return {}


def load_answers(example: Path) -> list[Answer]:
    """Return what the sample units write, and when."""
    answers: list[Answer] = tomllib.loads((example / ANSWERS).read_text("utf-8"))["answers"]
    return answers


def go_through(
    context: Context,
    answers: Sequence[Answer],
    type_in: Callable[[Answer, datetime], object],
    say: Callable[[str], object] = lambda line: None,
    now_is: Callable[[datetime], object] = lambda moment: None,
    post: Post | None = None,
) -> Outcome:
    """Go through the campaign of the letter as a schedule does: `run`, again and again.

    `type_in` lets a unit write its answer at a moment; `now_is` is told of each moment first;
    `post` opens the way to a mail server.
    """
    waiting = sorted(answers, key=lambda answer: answer["at"])
    outcome: Outcome | None = None
    for moment in _RUNS:
        while waiting and (at := waiting[0]["at"].replace(tzinfo=moment.tzinfo)) < moment:
            now_is(at)
            type_in(waiting.pop(0), at)
        now_is(moment)
        result = run(context, moment, post)
        say(f"{vietnamese.moment(moment)}: {_told(result)}.")
        outcome = result.outcome
    assert outcome is not None  # the first run is on the opening day
    return outcome


def _told(result: Run) -> str:
    outcome = result.outcome
    parts = (
        ("phát {} biểu", len(result.provisioned.plan.create)),
        ("đọc {} biểu", outcome.read),
        ("phản hồi {} đơn vị", outcome.told),
        ("hết hạn, khoá {} biểu", len(result.closed)),
        ("gửi {} thư", len(result.sent.mails)),
    )
    return ", ".join(words.format(count) for words, count in parts if count) or "không có gì mới"


def _set_up(directory: Path, example: Path) -> Context:
    if not (example / ANSWERS).is_file():
        raise UsageError(f"{example}: không có {ANSWERS}", "--example cần thư mục dữ liệu mẫu")
    if (directory / _MARKER).exists():
        for path in directory.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        shutil.rmtree(directory)
    _refuse_contents(directory)
    files.write(directory / _MARKER, b"")
    _copied(directory, example)
    return load_context(directory)


def _refuse_contents(directory: Path) -> None:
    with files.translated(directory):
        if directory.exists() and any(directory.iterdir()):
            raise UsageError(f"{directory}: thư mục đã có nội dung", "chọn một thư mục mới")


def _copied(directory: Path, example: Path) -> list[Path]:
    made = [directory / name for name in ("campaign.toml", "units.csv")]
    for path in made:
        files.write(path, files.read(example / path.name), new=True)
    return made


@cache
def _form() -> Form:
    return Form(load_campaign(EXAMPLE / "campaign.toml"))


def fill(
    path: Path,
    entries: Sequence[Mapping[str, str]],
    cover: Mapping[str, str],
    at: datetime,
) -> None:
    """Fill in a unit's workbook as a person would in Excel, and save it at the moment `at`.

    A value that begins with "=" is typed as a formula, "#REF!" stands as an error.
    """
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[layout.TAB_ENTRIES]
    form = _form()
    for field in form.cover:
        sheet[field.cell] = cover.get(field.key)
    for row, entry in enumerate(entries, form.first_row):
        lines = 1
        for key, letters in form.letters.items():
            value = entry.get(key)
            cell = sheet[f"{letters}{row}"]
            cell.value = value
            if value == "#REF!":
                cell.data_type = "e"
            lines = max(lines, 1 + int(len(value or "") / form.width(form.column[key])))
        sheet.row_dimensions[row].height = 15 * max(lines, 2) + 8
    workbook.save(path)
    os.utime(path, (at.timestamp(), at.timestamp()))
