"""Papers: what is printed and signed, of the same figures: the report and each unit's form.

One that is marked a draft is simply made anew. One that is not may have been signed: it is kept
as a version (:mod:`.versions`), the report's also where the sheets live.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dankheo_sheets.register import Register
from dankheo_sheets.registration import Status
from dankheo_sheets.standing import is_untouched
from dankheo_sheets.steps import versions
from dankheo_sheets.steps.job import Job
from dankheo_sheets.steps.versions import Version, Versions

REPORT = "bao-cao.docx"
FORMS = "bieu"
"""The folder of the units' forms: ``bieu/<unit>.docx``."""
DIGESTS = "documents"
"""Where the figures say what each paper was last made as."""


@dataclass(frozen=True)
class Paper:
    """One document as it is to be."""

    name: str
    """Under ``out/``."""
    data: bytes
    draft: bool


@dataclass(frozen=True)
class Papers:
    """What came of them."""

    digests: Mapping[str, str] = field(default_factory=dict)
    """Of every paper there is, by its name: for the figures."""
    written: tuple[Version, ...] = ()
    """Those that were made anew."""
    kept: Mapping[str, bytes] = field(default_factory=dict)
    """For where the sheets live: the report."""
    issued: Mapping[str, bytes] = field(default_factory=dict)
    """And its newest version, with what it changed."""
    lacking: tuple[str, ...] = ()
    """For the coordinator: why the report cannot be signed."""


def write(job: Job, register: Register, last: Mapping[str, Any] | None, now: datetime) -> Papers:
    """Write those whose content differs from the `last` figures', or whose file is gone."""
    from dankheo_sheets.outputs.word import report

    before: Mapping[str, str] = (last or {}).get(DIGESTS, {})
    folders = {name: Versions(job.out / name) for name in ("", FORMS)}
    digests, written = dict[str, str](), list[Version]()
    kept, issued = dict[str, bytes](), dict[str, bytes]()
    for paper in _papers(job, register, before):
        folder, _, name = paper.name.rpartition("/")
        ours, made = folders[folder], before.get(paper.name, "")
        if paper.name == REPORT and not paper.draft:
            ours.recall(name, job.workspace.kept)
        digests[paper.name] = versions.digest(paper.data)
        if made != digests[paper.name] or not (job.out / paper.name).exists():
            version = ours.plan(name, paper.data, draft=paper.draft, made=made)
            ours.apply(version, now.astimezone(job.campaign.zone))
            written.append(version)
        if paper.name == REPORT:
            kept[name] = paper.data
            issued = {} if paper.draft else dict(ours.newest(name))
    lacking = (f"{REPORT} còn là dự thảo: {key}" for key in report.unready(job.campaign))
    return Papers(digests, tuple(written), kept, issued, tuple(lacking))


def keep(job: Job, papers: Papers) -> None:
    """Keep the report where the sheets live; of its versions none takes another's place.

    Raises :class:`~dankheo_sheets.errors.NoRoom`.
    """
    for name, data in papers.issued.items():
        if job.workspace.kept(name) is None:
            job.workspace.keep(name, data)
    for name, data in papers.kept.items():
        job.workspace.keep(name, data)


def _papers(job: Job, register: Register, before: Mapping[str, str]) -> Iterator[Paper]:
    """Yield the report, then a form for each unit that wrote something, now or `before`.

    A unit of which nothing is expected has none.
    """
    from dankheo_sheets.outputs.word import report, unit_form

    yield Paper(REPORT, report.report(register), report.is_draft(register))
    for unit in register.units:
        standing, name = register.standings[unit.code], f"{FORMS}/{unit.code}.docx"
        written = standing.snapshot and not is_untouched(standing.registration)
        if (written or name in before) and standing.status is not Status.EXCLUDED:
            yield Paper(name, job.unit_forms.form(unit, standing), unit_form.is_draft(standing))
