"""What the command line says: results on stdout, talk and progress on stderr."""

import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import typer

from dankheo_sheets import files, vietnamese
from dankheo_sheets.errors import EXIT_FINDINGS, DankheoError, InUse, SettingsError, WorkspaceError
from dankheo_sheets.redaction import without_secrets

if TYPE_CHECKING:
    from rich.console import Console

    from dankheo_sheets.decide.mails import Due
    from dankheo_sheets.notices.message import Message
    from dankheo_sheets.notices.schedule import Later
    from dankheo_sheets.operations.context import Context
    from dankheo_sheets.operations.document_versions import Version
    from dankheo_sheets.operations.drafts import Laid
    from dankheo_sheets.operations.giving_out import Provisioned
    from dankheo_sheets.operations.publishing import Outcome
    from dankheo_sheets.registration import Finding
    from dankheo_sheets.steps.run import Run

T = TypeVar("T")


def provisioned(context: "Context", done: "Provisioned", now: datetime, *, dry_run: bool) -> None:
    """Say what provisioning did, or would do, and what the coordinator has to look after."""
    plan = done.plan
    verb = "Sẽ tạo" if dry_run else "Đã tạo"
    typer.echo(
        f"{verb} {len(plan.create)} biểu trong {context.workspace.where}; "
        f"tổng số {len(context.units)}."
    )
    for unit in plan.create if dry_run else ():
        typer.echo(f"  {unit.code}  {unit.name}")
    for share in plan.share if dry_run else ():
        typer.echo(f"  {share.sheet.unit}: chia sẻ cho {', '.join(share.editors) or 'không ai'}")
    for share in plan.revoke:
        typer.echo(
            f"{share.sheet.name}: đơn vị không còn trong danh sách, thu quyền sửa; tệp vẫn giữ.",
            err=True,
        )
    for unit in plan.lost:
        if unit.code not in done.restored:
            typer.echo(
                f"{unit.code}: không thấy biểu, nhưng đơn vị đã từng ghi; không phát biểu trắng. "
                "Chép lại tệp, hoặc chạy dankheo provision --restore để đặt lại bản đọc gần nhất.",
                err=True,
            )
    if done.restored:
        typer.echo(f"Đã đặt lại {len(done.restored)} biểu: {', '.join(done.restored)}.")
    for unit in plan.unreachable:
        typer.echo(
            f"{unit.code}: danh sách chưa có địa chỉ thư, chưa ai mở được biểu: điền cột Email, "
            "hoặc ghi “liên kết” ở cột “Cách mở biểu”.",
            err=True,
        )
    late = [unit for unit in plan.create if now >= context.campaign.deadline_of(unit)]
    if late:
        typer.echo(
            f"{len(late)} biểu phát ra đã quá hạn: sửa hạn trong campaign.toml, ghi cột "
            "“Gia hạn đến”, hoặc dùng dankheo reopen.",
            err=True,
        )
    for note in done.notes:
        typer.echo(note, err=True)


def findings(title: str, findings: "Sequence[Finding]") -> None:
    """Print findings under a title, each with its cell."""
    if findings:
        say(f"{title}: {vietnamese.count(len(findings))}")
    for finding in findings:
        say(f"  {finding.cell or '-'}\t{finding.message}")


def version(version: "Version", *, dry_run: bool = False) -> None:
    """Say which version of a document was made, or would be, and what it changed."""
    path, number = version.path, version.number
    if version.new:
        typer.echo(f"{'Sẽ lập' if dry_run else 'Đã lập'} {path}, phiên bản {number}.")
        for change in version.changes[:MAX_CHANGES]:
            typer.echo(f"  {change}")
        if (more := len(version.changes) - MAX_CHANGES) > 0:
            typer.echo(f"  … và {more} chỗ khác, xem {version.kept.with_suffix('.txt')}.")
    elif version.same and not version.draft:
        typer.echo(f"{path}: không có gì đổi, vẫn là phiên bản {number}.")
    elif not version.draft:
        typer.echo(f"{path}: phiên bản {number}, xem {version.kept.with_suffix('.txt')}.")
    if version.edited is not None:
        aside = f"{'sẽ được' if dry_run else 'được'} giữ ở {version.aside}"
        where = "giữ nguyên" if version.same else aside
        typer.echo(f"{path} đã được sửa bằng tay sau khi lập; bản đó {where}.", err=True)


MAX_CHANGES = 20
"""Changes of a new version that are printed; all of them are in the file beside it."""


def papers(outcome: "Outcome") -> None:
    """Say which documents were made anew; what was typed into one of them was put aside."""
    made = outcome.papers
    if not made:
        return
    if not made.report.settled:
        version(made.report)
    for form in made.forms:
        if form.edited is not None:
            version(form)
    if made.forms:
        typer.echo(f"Đã lập {len(made.forms)} biểu để in, ký: {made.forms[0].path.parent}")


def requests(context: "Context") -> None:
    """Tell what a remote service was asked, and how often; nothing where there is none."""
    asked = {kind: count for kind, count in context.workspace.requests().items() if count}
    if asked:
        parts = ", ".join(f"{REQUESTS.get(kind, kind)} {count}" for kind, count in asked.items())
        typer.echo(f"{context.workspace.name}: {sum(asked.values())} yêu cầu ({parts}).", err=True)


REQUESTS = {
    "sheets-read": "đọc bảng tính", "sheets-write": "ghi bảng tính", "drive-list": "liệt kê",
    "drive-read": "xem tệp", "drive-write": "sửa tệp", "export": "tải về", "token": "đăng nhập",
}  # fmt: skip


def finish(context: "Context", result: "Run") -> None:
    """Print the board and where the results are; exit 5 while findings remain."""
    if context.rehearses:
        planned(context, result)
        return
    outcome = result.outcome
    show(outcome)
    if outcome.changed:
        typer.echo(f"Đã đọc {outcome.read} biểu, phản hồi {outcome.told}. Kết quả: {context.out}")
    else:
        typer.echo(f"Không có gì thay đổi từ lần trước. Kết quả: {context.out}")
    papers(outcome)
    if outcome.where.startswith("https://"):
        typer.echo(f"Bảng tổng hợp trên {context.workspace.where}: {outcome.where}")
    requests(context)
    if outcome.busy:
        raise outcome.busy
    if outcome.unkept:
        raise typer.Exit(WorkspaceError.exit_code)
    if outcome.blocking:
        raise typer.Exit(EXIT_FINDINGS)


def ran(context: "Context", result: "Run") -> int:
    """Say what a run did, show the board; return the exit code that what is left asks for."""
    if result.waits:
        say(f"Đợt mở từ {vietnamese.moment(context.campaign.opening)}; chưa có gì phải làm.")
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
    elif not (sent.mails or sent.left or outcome.busy or PUBLIC):
        say(_no_mail(context, result.upcoming))
    for halted in (done.halted, sent.halted):
        if halted:
            error(halted)
    if PUBLIC:
        say(counts(outcome))
        requests(context)
    else:
        show(outcome)
        say(
            f"Kết quả: {context.out}"
            if outcome.changed
            else f"Không có gì mới. Kết quả: {context.out}"
        )
        papers(outcome)
        if outcome.where.startswith("https://"):
            say(f"Bảng tổng hợp trên {context.workspace.where}: {outcome.where}")
        requests(context)
    return _exit_code(result, outcome)


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
    moment = vietnamese.moment(later.at.astimezone(context.campaign.zone))
    return f"Chưa gửi thư nào: {why}. Thư tới từ {moment}{way}."


def _exit_code(result: "Run", outcome: "Outcome") -> int:
    """Say who else is at work; return the exit code that what is left asks for."""
    done, sent = result.provisioned, result.sent
    if outcome.busy:
        error(outcome.busy)
    if done.halted or sent.halted or done.failed or outcome.unkept or _refused(outcome.busy):
        return WorkspaceError.exit_code
    return EXIT_FINDINGS if outcome.blocking else 0


def _refused(busy: WorkspaceError | None) -> bool:
    """Tell whether nothing can be written: where another run is at work, that one does it."""
    return busy is not None and not isinstance(busy, InUse)


def planned(context: "Context", result: "Run") -> None:
    """Say what a rehearsal came to: what would be done, its mails word for word."""
    if result.waits:
        say(f"Đợt mở từ {vietnamese.moment(result.waits)}; chưa có gì phải làm.")
        return
    plan, outcome, messages = result.provisioned.plan, result.outcome, result.sent.mails
    for what, units in (
        ("Sẽ tạo", [unit.code for unit in plan.create]),
        (
            "Sẽ chia sẻ lại",
            [one.sheet.unit or one.sheet.name for one in (*plan.share, *plan.revoke)],
        ),
        ("Sẽ đọc", outcome.downloaded),
        ("Sẽ chốt và khoá", result.closed),
    ):
        if units:
            say(f"{what} {len(units)} biểu" + ("" if PUBLIC else f": {', '.join(units)}"))
    if outcome.changed:
        papers_too = "báo cáo, " if outcome.documents else ""
        say(f"Sẽ lập lại bảng tổng hợp, {papers_too}bảng tiến độ.")
    elif not messages:
        say("Chưa có gì phải làm.")
    if messages and context.campaign.mail is None:
        by_hand = "" if PUBLIC else "; gửi tay thì dankheo remind --draft lập thư nháp"
        say(f"Chưa gửi thư được: campaign.toml chưa có mục [mail]{by_hand}.")
    if messages:
        mails(messages)
    requests(context)


def mails(messages: "Sequence[tuple[Due, Message]]", *, drafts: bool = False) -> None:
    """Print mails word for word."""
    say(f"Sẽ lập {len(messages)} thư nháp." if drafts else f"Sẽ gửi {len(messages)} thư.")
    for _, message in () if PUBLIC else messages:
        to = ", ".join(message.to) or "(chưa có địa chỉ thư)"
        files = "".join(f"\nKèm: {each.name}" for each in message.attachments)
        say(f"\n{'─' * 72}\nTới: {to}\nTiêu đề: {message.subject}{files}\n\n{message.text}")


def drafted(context: "Context", laid: "Laid", result: "Run", now: datetime) -> int:
    """Say which drafts were laid and what to do with them; return the exit code."""
    from dankheo_sheets.notices import schedule
    from dankheo_sheets.operations.drafts import FOLDER

    outcome = result.outcome
    if laid.drafts:
        say(
            f"Đã lập {len(laid.drafts)} thư nháp ở {context.out / FOLDER}: mở từng tệp .eml bằng "
            "Outlook hoặc Thunderbird, xem lại, bấm Gửi.\nGửi xong thì ghi lại, để lần sau không "
            "nhắc trùng: dankheo remind --sent-by-hand (mới gửi vài đơn vị thì thêm mã)."
        )
    elif not outcome.busy:
        hour = context.campaign.reminders.hour
        early = "" if schedule.awake(context.campaign, now) else f" (thư đi từ {hour} giờ)"
        say(f"Chưa có thư nào đến lúc gửi{early}.")
    for drafts, what in (
        (laid.again, "đã lập trước đó mà chưa ghi là đã gửi: gửi rồi thì ghi lại, đừng gửi nữa"),
        (laid.gone, "lập trước đó, chưa ghi là đã gửi, nay không còn đến lúc gửi nên đã bỏ"),
    ):
        if drafts:
            since = datetime.fromisoformat(min(draft.at for draft in drafts))
            moment = vietnamese.moment(since.astimezone(context.campaign.zone))
            codes = ", ".join(dict.fromkeys(draft.unit for draft in drafts))
            about_units(f"{len(drafts)} thư nháp (từ {moment}) {what}: {codes}.")
    for note in laid.notes:
        about_units(note)
    requests(context)
    return _exit_code(result, outcome)


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


def summarise(result: "Run", path: Path) -> None:
    """Add the board to a file, as Markdown."""
    from dankheo_sheets.outputs.summary import summary

    if not result.waits:
        with files.translated(path), path.open("a", encoding="utf-8") as file:
            file.write(summary(result.outcome.figures))


def counts(outcome: "Outcome") -> str:
    """Return the board without its units."""
    from dankheo_sheets.outputs.board import summary

    notes = len(outcome.figures["notes"]) + sum(
        finding["about_file"] for unit in outcome.figures["units"] for finding in unit["findings"]
    )
    see = f" {notes} điều cần xem trong bảng tiến độ." if notes else ""
    return f"{summary(outcome.figures)}{see}"


# --- what anybody may read ------------------------------------------------------------------

PUBLIC = False
"""Nothing is said about any unit: the log of an Action can be open to all."""


def speak_publicly() -> None:
    """From now on say nothing about any unit, not even in an error or a traceback."""
    global PUBLIC
    PUBLIC = True


def crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print where a bug is, without secrets; not what it said, where that may name a unit."""
    if PUBLIC:
        typer.echo(f"{''.join(traceback.format_tb(trace))}{kind.__name__}", err=True)
    else:
        lines = traceback.format_exception(kind, error, trace)
        typer.echo(without_secrets("".join(lines)), err=True, nl=False)


def about_units(line: str) -> None:
    """Say something about a unit to the coordinator."""
    if not PUBLIC:
        typer.echo(line, err=True)


def aside(line: str) -> None:
    """Say something beside the results."""
    typer.echo(line, err=True)


def say(line: str) -> None:
    """Say a result."""
    typer.echo(line)


def show(outcome: "Outcome") -> None:
    """Print the board."""
    from rich.console import Console

    from dankheo_sheets.outputs import board

    board.show(outcome.figures, Console())


def console() -> "Console":
    """Return where talk goes."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def progress(items: Iterable[T], title: str, total: int) -> Iterable[T]:
    """Go through `items` behind a progress bar on stderr."""
    from rich.progress import track

    return track(items, title, total, console=console(), disable=not total or PUBLIC)


def error(wrong: DankheoError) -> None:
    """Say what is wrong, and what to do."""
    if PUBLIC:
        code = wrong.exit_code
        typer.echo(f"Lỗi {type(wrong).__name__} (mã {code}): {_PUBLIC_ERRORS[code]}.", err=True)
        return
    lines = wrong.mistakes if isinstance(wrong, SettingsError) else (wrong.message,)
    for line in lines:
        typer.echo(f"Lỗi: {line}", err=True)
    if wrong.hint:
        typer.echo(f"Cách xử lý: {wrong.hint}.", err=True)


_PUBLIC_ERRORS = {
    2: "lệnh ghi sai",
    3: "campaign.toml hoặc danh sách đơn vị có chỗ sai; chạy dankheo doctor để xem",
    4: "ổ đĩa, Google hoặc máy chủ thư từ chối; chạy dankheo doctor để xem",
}
"""What an error of each exit code is, where nothing may be said about units."""
