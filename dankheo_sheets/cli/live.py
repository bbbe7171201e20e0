"""Live: a scratch campaign of two units on the real Google, once, before the first campaign.

Goes through the whole cycle, answers what only Google can answer, and deletes everything.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dankheo_sheets.archive import Archive
from dankheo_sheets.campaign import Campaign, Deadline, load
from dankheo_sheets.errors import Refused, UsageError
from dankheo_sheets.form import rules
from dankheo_sheets.form.layout import TAB_ENTRIES, Form
from dankheo_sheets.operations.context import Context
from dankheo_sheets.registration import Entry, Registration, Scope
from dankheo_sheets.roster import Unit
from dankheo_sheets.steps.provision import provision
from dankheo_sheets.steps.run import close, report, sync
from dankheo_sheets.steps.unit_decisions import reopen
from dankheo_sheets.workspace.google.api import Api
from dankheo_sheets.workspace.google.connect import connect
from dankheo_sheets.workspace.google.drive_file import FOLDER
from dankheo_sheets.workspace.google.live_probes import Learned, Probes

_TYPED = (
    (
        "Kinh tế", "Mô hình để thử", "x", "", "Nơi thử",
        "Vấn đề để thử; tập thể để thử thực hiện; dự kiến kết quả là biết Google tính ra sao.",
        "x", "",
    ),
    ("", "=1+1", "x", "x", "", "ngắn", "", ""),
    ("Lĩnh vực lạ", "Mô hình để thử", "", "x", "Nơi thử", "", "", "x"),
)  # fmt: skip
"""Rows of the form of 2022."""


def live(
    directory: Path,
    say: Callable[[str], object] = lambda line: None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> list[Learned]:
    """Return what was learned, with the settings of the campaign in `directory`.

    Raises :class:`~dankheo_sheets.errors.WorkspaceError` where the cycle itself fails; what was
    made is deleted all the same.
    """
    campaign, _ = load(directory)
    if campaign.workspace != "google":
        raise UsageError("doctor --live chỉ dùng khi workspace = “google”", "sửa campaign.toml")
    outer = connect(directory, Form(campaign), ())
    folder = outer.api.create(
        {
            "name": "dankheo: thử, xoá được",
            "mimeType": FOLDER,
            "parents": [campaign.google.folder or campaign.google.shared_drive or "root"],
        }
    )
    say(f"Thư mục để thử: {folder.url}")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            clock = (sleep, now)
            return _go_through(Path(scratch), directory, campaign, folder.id, say, clock)
    finally:
        _delete(outer.api, folder.id)
        say("Đã xoá mọi thứ của lần thử.")


def _go_through(
    scratch: Path,
    directory: Path,
    campaign: Campaign,
    folder: str,
    say: Callable[[str], object],
    clock: tuple[Callable[[float], None], Callable[[], float]],
) -> list[Learned]:
    campaign = _scratch(campaign, folder)
    units = (
        Unit("THU1", "Đơn vị để thử một", emails=campaign.agency.coordinator[:1]),
        Unit("THU2", "Đơn vị để thử hai", access="link"),
    )
    workspace = connect(directory, Form(campaign), units, out=scratch)
    context = Context(scratch, campaign, units, workspace, Archive(scratch / "archive"))
    learned: list[Learned] = []

    def note(found: Sequence[Learned]) -> None:
        for each in found:
            say(f"{'✓' if each.as_expected else '!'} {each.question} {each.answer}.")
            learned.append(each)

    provisioned = provision(context, wait=clock[0])
    if provisioned.halted:
        raise provisioned.halted
    say(f"Đã phát {len(provisioned.plan.create)} biểu. {' '.join(provisioned.notes)}".strip())
    sheet = next(s for s in workspace.sheets() if s.unit == context.units[0].code)
    probes = Probes(workspace, sheet.id, *clock)
    note(list(probes.about_copies()))
    note(list(probes.about_turns()))

    where = f"'{TAB_ENTRIES}'!A{context.form.first_row}"
    workspace.api.write_values(sheet.id, [{"range": where, "values": [*map(list, _TYPED)]}])
    note(list(probes.about_formulas(context.form, _expected(context.form))))
    google_now = workspace.clients.clock.now
    outcome = sync(context, google_now())
    say(f"Đã đọc {outcome.read} biểu, phản hồi {outcome.told}.")
    note(list(probes.about_times()))

    closing = close(context, context.campaign.deadline.moment + timedelta(seconds=1))
    say(f"Đã khoá {len(closing.closed)} biểu.")
    note(list(probes.about_locks()))
    until = google_now() + timedelta(days=30)
    reopen(context, [context.units[1].code], until, google_now())
    report(context, google_now())
    say("Đã mở lại một biểu, đã lập báo cáo.")
    return learned


def _scratch(campaign: Campaign, folder: str) -> Campaign:
    """Return the scratch campaign: the real one's form and sign-in, a folder of its own."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return campaign.model_copy(
        update={
            "id": f"{campaign.id[:50]}-thu",
            "title": "Đợt để thử, xoá được",
            "deadline": Deadline(before=tomorrow, timezone=campaign.deadline.timezone),
            "google": campaign.google.model_copy(update={"folder": folder, "settle_minutes": 0}),
        }
    )


def _expected(form: Form) -> list[str]:
    """Return what the Kiểm tra column should show for the rows that are typed."""
    entries = tuple(
        Entry(row, dict(zip(form.column, texts, strict=True)))
        for row, texts in enumerate(_TYPED, form.first_row)
    )
    found = rules.check(Registration("THU1", entries), form)
    by_row = [f for f in found if f.scope is Scope.ENTRY and f.cell]
    return [
        rules.check_text([f for f in by_row if f.cell and f.cell.row == entry.row], form)
        for entry in entries
    ]


def _delete(api: Api, folder: str) -> None:
    """Delete the scratch folder for good; where only its bin is allowed, put it there."""
    try:
        api.delete(folder)
    except Refused:
        api.update(folder, {"trashed": True})
