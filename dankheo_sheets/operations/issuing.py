"""Papers: what is printed and signed, of the same figures: the report and each unit's form.

One that is marked a draft is simply made anew. One that is not may have been signed: it is kept
as a version (:mod:`.versions`), the report's also where the sheets live.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.document_versions import Version, Versions, digest
from dankheo_sheets.register import Register
from dankheo_sheets.registration import Status
from dankheo_sheets.standing.counting import is_untouched

REPORT = "bao-cao.docx"
FORMS = "bieu/"
"""Where the units' forms are: ``bieu/<unit>.docx``."""


@dataclass(frozen=True)
class Papers:
    """What came of them."""

    report: Version
    forms: tuple[Version, ...]
    """Those that were made anew."""
    kept: Mapping[str, bytes] = field(default_factory=dict)
    """The report's versions, for where the sheets live."""


def write(context: Context, register: Register, now: datetime) -> Papers:
    """Write those whose content changed, or whose file is gone; take away those of no unit."""
    versions = Versions(context.out)
    planned = {}
    names = {REPORT}
    for name, data, draft in _papers(context, register):
        names.add(name)
        if name == REPORT and not draft:
            versions.recall(
                REPORT, context.workspace.results.keeps(), context.workspace.results.kept
            )
        version = versions.plan(name, data, draft=draft)
        if name == REPORT or not version.settled:
            planned[name] = version
    versions.write(planned, now.astimezone(context.campaign.zone))
    for name in versions.names:
        if name.startswith(FORMS) and name not in names:
            versions.retire(name)
    report = planned.pop(REPORT)
    return Papers(report, tuple(planned.values()), versions.kept(REPORT))


def keep(context: Context, papers: Papers) -> list[str]:
    """Keep the report and its versions where the sheets live; none takes another's place.

    Returns what to tell the coordinator. What a person typed into the report there is put aside.
    """
    there, told = context.workspace.results.keeps(), []
    for name, data in papers.kept.items():
        if name not in there:
            context.keep(name, data)
    data = papers.report.data
    if there.get(REPORT, digest(data)) != digest(data):
        found = context.workspace.results.kept(REPORT) or b""
        if digest(found) != there[REPORT]:
            aside = f"bao-cao-sua-tay-{digest(found)[:8]}.docx"
            context.keep(aside, found)
            there_too = f"{REPORT} trên {context.workspace.where}"
            told.append(f"{there_too} đã được sửa bằng tay; bản đó giữ ở {aside}")
    context.keep(REPORT, data)
    return told


def lacking(context: Context, report_made: Version) -> list[str]:
    """Return what the report wants of campaign.toml, for the coordinator."""
    from dankheo_sheets.outputs.word import report

    lines = [f"{REPORT} còn là dự thảo: {key}" for key in report.unready(context.campaign)]
    if not report_made.draft and not context.campaign.letter.number:
        lines.append(
            f"{REPORT} dẫn công văn chưa có số: văn thư cho số rồi thì ghi vào letter.number"
        )
    return lines


def _papers(context: Context, register: Register) -> Iterator[tuple[str, bytes, bool]]:
    """Yield the report, then the form of each unit that wrote something; a draft is marked.

    A unit of which nothing is expected has none.
    """
    from dankheo_sheets.outputs.word import report, unit_form

    yield REPORT, report.report(register), report.is_draft(register)
    for unit in register.units:
        standing = register.standings[unit.code]
        written = standing.snapshot and not is_untouched(standing.registration)
        if written and standing.status is not Status.EXCLUDED:
            data = context.unit_forms.form(unit, standing)
            yield f"{FORMS}{unit.code}.docx", data, unit_form.is_draft(standing)
