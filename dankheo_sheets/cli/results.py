"""What the commands came to, in words: sheets given out, results, papers, mails."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dankheo_sheets import files, talk
from dankheo_sheets.errors import EXIT_FINDINGS, InUse, WorkspaceError
from dankheo_sheets.talk import about_units, aside, requests, say
from dankheo_sheets.vietnamese import moment

if TYPE_CHECKING:
    from dankheo_sheets.board.model import Board
    from dankheo_sheets.decide.mails import Due
    from dankheo_sheets.notices.message import Message
    from dankheo_sheets.notices.schedule import Later
    from dankheo_sheets.operations.context import Context
    from dankheo_sheets.operations.document_versions import Version
    from dankheo_sheets.operations.drafts import Laid
    from dankheo_sheets.operations.giving_out import Provisioned
    from dankheo_sheets.operations.publishing import Outcome
    from dankheo_sheets.steps.run import Run

_CHANGES = 20
"""Changes of a new version that are printed; all of them are in the file beside it."""


def provisioned(context: "Context", done: "Provisioned", now: datetime, *, dry_run: bool) -> None:
    """Say what provisioning did, or would do, and what the coordinator has to look after."""
    plan = done.plan
    verb = "Sẽ tạo" if dry_run else "Đã tạo"
    where, total = context.workspace.where, len(context.units)
    say(f"{verb} {len(plan.create)} biểu trong {where}; tổng số {total}.")
    if dry_run:
        for unit in plan.create:
            say(f"  {unit.code}  {unit.name}")
        for share in plan.share:
            say(f"  {share.sheet.unit}: chia sẻ cho {', '.join(share.editors) or 'không ai'}")
    for share in plan.revoke:
        aside(f"{share.sheet.name}: đơn vị không còn trong danh sách, thu quyền sửa; tệp vẫn giữ.")
    for unit in plan.lost:
        if unit.code not in done.restored:
            aside(
                f"{unit.code}: không thấy biểu, nhưng đơn vị đã từng ghi; không phát biểu trắng. "
                "Chép lại tệp, hoặc chạy dankheo provision --restore để đặt lại bản đọc gần nhất."
            )
    if done.restored:
        say(f"Đã đặt lại {len(done.restored)} biểu: {', '.join(done.restored)}.")
    for unit in plan.unreachable:
        aside(
            f"{unit.code}: danh sách chưa có địa chỉ thư, chưa ai mở được biểu: điền cột Email, "
            "hoặc ghi “liên kết” ở cột “Cách mở biểu”."
        )
    if late := sum(now >= context.campaign.deadline_of(unit) for unit in plan.create):
        aside(
            f"{late} biểu phát ra đã quá hạn: sửa hạn trong campaign.toml, ghi cột "
            "“Gia hạn đến”, hoặc dùng dankheo reopen."
        )
    for note in done.notes:
        aside(note)


# --- results -----------------------------------------------------------------------------------


def show(board: "Board") -> None:
    """Print the board."""
    from rich.console import Console

    from dankheo_sheets.board import terminal

    terminal.show(board, Console())


def summarise(result: "Run", path: Path) -> None:
    """Add the board to a file, as Markdown."""
    from dankheo_sheets.board.markdown import summary

    if not result.waits:
        with files.translated(path), path.open("a", encoding="utf-8") as file:
            file.write(summary(result.outcome.board))


def finish(context: "Context", result: "Run") -> None:
    """Print the board and where the results are; exit 5 while findings remain."""
    if context.rehearses:
        planned(context, result)
        return
    outcome = result.outcome
    _results(
        context,
        outcome,
        f"Đã đọc {outcome.read} biểu, phản hồi {outcome.told}. ",
        "Không có gì thay đổi từ lần trước. ",
    )
    if outcome.busy:
        raise outcome.busy
    if outcome.unkept:
        raise typer.Exit(WorkspaceError.exit_code)
    if outcome.board.blocking:
        raise typer.Exit(EXIT_FINDINGS)


def ran(context: "Context", result: "Run") -> int:
    """Say what a run did, show the board; return the exit code that what is left asks for."""
    if _waits(result):
        return 0
    done, sent, outcome = result.provisioned, result.sent, result.outcome
    say(
        f"Đã tạo {len(done.plan.create)} biểu, đọc {outcome.read}, chốt {len(result.closed)}, "
        f"gửi {len(sent.mails)} thư."
    )
    for note in done.notes:
        about_units(note)
    if sent.left and context.campaign.mail is None:
        say(
            f"{sent.left} thư đến lúc gửi, nhưng campaign.toml chưa có mục [mail]: dankheo remind "
            "--draft lập thư nháp để gửi bằng Outlook, dankheo notices in tin ngắn."
        )
    elif not (sent.mails or sent.left or outcome.busy or talk.PUBLIC):
        say(_no_mail(context, result.upcoming))
    for halted in (done.halted, sent.halted):
        if halted:
            talk.error(halted)
    if talk.PUBLIC:
        look = len(outcome.board.about_files)
        see = f" {look} điều cần xem trong bảng tiến độ." if look else ""
        say(f"{outcome.board.summary}{see}")
        requests(context)
    else:
        _results(context, outcome, "", "Không có gì mới. ")
    return _exit_code(result)


def planned(context: "Context", result: "Run") -> None:
    """Say what a rehearsal came to: what would be done, its mails word for word."""
    if _waits(result):
        return
    plan, outcome, messages = result.provisioned.plan, result.outcome, result.sent.mails
    shared = [one.sheet.unit or one.sheet.name for one in (*plan.share, *plan.revoke)]
    for what, units in (
        ("Sẽ tạo", [unit.code for unit in plan.create]),
        ("Sẽ chia sẻ lại", shared),
        ("Sẽ đọc", outcome.downloaded),
        ("Sẽ chốt và khoá", result.closed),
    ):
        if units:
            say(f"{what} {len(units)} biểu" + ("" if talk.PUBLIC else f": {', '.join(units)}"))
    if outcome.changed:
        papers_too = "báo cáo, " if outcome.documents else ""
        say(f"Sẽ lập lại bảng tổng hợp, {papers_too}bảng tiến độ.")
    elif not messages:
        say("Chưa có gì phải làm.")
    if messages and context.campaign.mail is None:
        by_hand = "" if talk.PUBLIC else "; gửi tay thì dankheo remind --draft lập thư nháp"
        say(f"Chưa gửi thư được: campaign.toml chưa có mục [mail]{by_hand}.")
    if messages:
        mails(messages)
    requests(context)


def _waits(result: "Run") -> bool:
    """Say when the campaign opens, where that is still to come."""
    if result.waits:
        say(f"Đợt mở từ {moment(result.waits)}; chưa có gì phải làm.")
    return result.waits is not None


def _results(context: "Context", outcome: "Outcome", anew: str, same: str) -> None:
    """Show the board, and say where the results are: made anew, or the same as before."""
    show(outcome.board)
    say(f"{anew if outcome.changed else same}Kết quả: {context.out}")
    if outcome.papers:
        if not outcome.papers.report.settled:
            version(outcome.papers.report)
        forms = outcome.papers.forms
        for form in forms:
            if form.edited is not None:
                version(form)
        if forms:
            say(f"Đã lập {len(forms)} biểu để in, ký: {forms[0].path.parent}")
    if outcome.where.startswith("https://"):
        say(f"Bảng tổng hợp trên {context.workspace.where}: {outcome.where}")
    requests(context)


def _exit_code(result: "Run") -> int:
    """Say who else is at work; return the exit code that what is left asks for.

    Where another run is at work, that one does what is left.
    """
    done, sent, outcome = result.provisioned, result.sent, result.outcome
    if outcome.busy:
        talk.error(outcome.busy)
    refused = outcome.busy is not None and not isinstance(outcome.busy, InUse)
    if done.halted or sent.halted or done.failed or outcome.unkept or refused:
        return WorkspaceError.exit_code
    return EXIT_FINDINGS if outcome.board.blocking else 0


def version(version: "Version", *, dry_run: bool = False) -> None:
    """Say which version of a document was made, or would be, and what it changed."""
    path, number, list_of_changes = version.path, version.number, version.kept.with_suffix(".txt")
    if version.new:
        say(f"{'Sẽ lập' if dry_run else 'Đã lập'} {path}, phiên bản {number}.")
        for change in version.changes[:_CHANGES]:
            say(f"  {change}")
        if (more := len(version.changes) - _CHANGES) > 0:
            say(f"  … và {more} chỗ khác, xem {list_of_changes}.")
    elif version.same and not version.draft:
        say(f"{path}: không có gì đổi, vẫn là phiên bản {number}.")
    elif not version.draft:
        say(f"{path}: phiên bản {number}, xem {list_of_changes}.")
    if version.edited is not None:
        kept = f"{'sẽ được' if dry_run else 'được'} giữ ở {version.aside}"
        where = "giữ nguyên" if version.same else kept
        aside(f"{path} đã được sửa bằng tay sau khi lập; bản đó {where}.")


# --- mails -------------------------------------------------------------------------------------


def mails(messages: "Sequence[tuple[Due, Message]]", *, drafts: bool = False) -> None:
    """Print mails word for word."""
    say(f"Sẽ lập {len(messages)} thư nháp." if drafts else f"Sẽ gửi {len(messages)} thư.")
    for _, message in () if talk.PUBLIC else messages:
        to = ", ".join(message.to) or "(chưa có địa chỉ thư)"
        attached = "".join(f"\nKèm: {each.name}" for each in message.attachments)
        say(f"\n{'─' * 72}\nTới: {to}\nTiêu đề: {message.subject}{attached}\n\n{message.text}")


def drafted(context: "Context", laid: "Laid", result: "Run", now: datetime) -> int:
    """Say which drafts were laid and what to do with them; return the exit code."""
    from dankheo_sheets.notices import schedule
    from dankheo_sheets.operations.drafts import FOLDER

    if laid.drafts:
        say(
            f"Đã lập {len(laid.drafts)} thư nháp ở {context.out / FOLDER}: mở từng tệp .eml bằng "
            "Outlook hoặc Thunderbird, xem lại, bấm Gửi.\nGửi xong thì ghi lại, để lần sau không "
            "nhắc trùng: dankheo remind --sent-by-hand (mới gửi vài đơn vị thì thêm mã)."
        )
    elif not result.outcome.busy:
        hour = context.campaign.reminders.hour
        early = "" if schedule.awake(context.campaign, now) else f" (thư đi từ {hour} giờ)"
        say(f"Chưa có thư nào đến lúc gửi{early}.")
    for drafts, what in (
        (laid.again, "đã lập trước đó mà chưa ghi là đã gửi: gửi rồi thì ghi lại, đừng gửi nữa"),
        (laid.gone, "lập trước đó, chưa ghi là đã gửi, nay không còn đến lúc gửi nên đã bỏ"),
    ):
        if drafts:
            first = datetime.fromisoformat(min(draft.at for draft in drafts))
            since = moment(first.astimezone(context.campaign.zone))
            codes = ", ".join(dict.fromkeys(draft.unit for draft in drafts))
            about_units(f"{len(drafts)} thư nháp (từ {since}) {what}: {codes}.")
    for note in laid.notes:
        about_units(note)
    requests(context)
    return _exit_code(result)


def recorded(recorded: "Laid", *, dry_run: bool) -> None:
    """Say which drafts were recorded as sent, or would be."""
    verb = "Sẽ ghi" if dry_run else "Đã ghi"
    if recorded.drafts:
        say(f"{verb} {len(recorded.drafts)} thư đã gửi tay:")
        for draft in recorded.drafts:
            say(f"  {draft.unit}: {draft.detail}")
    elif not recorded.notes:
        say("Không có thư nháp nào chờ ghi; lập thư nháp: dankheo remind --draft.")
    for note in recorded.notes:
        about_units(note)


def _no_mail(context: "Context", later: "Later | None") -> str:
    """Return why no mail went out, and when the next one will."""
    from dankheo_sheets.notices.schedule import Wait

    if later is None:
        return "Không gửi thư nào: lịch nhắc không còn thư nào cho đơn vị nào."
    plan = context.campaign.reminders
    why = {
        Wait.HOUR: f"thư chỉ đi từ {plan.hour} giờ",
        Wait.GAP: f"hai lần nhắc cách nhau ít nhất {plan.minimum_gap_hours} giờ",
        Wait.PLAN: "các thư đến lúc đều đã gửi, thư sau chưa đến ngày",
    }[later.wait]
    way = "" if context.campaign.mail else " (chưa có mục [mail]: gửi bằng dankheo remind --draft)"
    at = moment(later.at.astimezone(context.campaign.zone))
    return f"Chưa gửi thư nào: {why}. Thư tới từ {at}{way}."
