"""Audit: who can open each file, against the roster; and, where asked, take away what is too much.

Nobody is given anything: that is what provisioning is for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.operations.context import Context
from dankheo_sheets.standing.sheet_properties import is_closed
from dankheo_sheets.workspace.access_findings import AccessFinding, Guarded

_ROUNDS = 2
"""What a unit inherits from the folder hides what it was given beside: that is seen once the
folder is mended."""


@dataclass(frozen=True)
class Audited:
    """What an audit came to."""

    managed: bool = True
    """Whether the workspace manages who may open a file; else there is nothing to tell."""
    files: int = 0
    """How many were looked at."""
    findings: tuple[AccessFinding, ...] = ()
    """What is not as the roster has it, units in roster order; after mending, what is left."""
    mended: tuple[AccessFinding, ...] = ()
    notes: tuple[str, ...] = ()
    """What holds for all files and cannot be changed."""
    failed: tuple[str, ...] = ()
    """Files that could not be looked at or mended, and why."""
    halted: Halted | None = None
    """Why the rest was not looked at."""


def audit(context: Context, *, fix: bool = False) -> Audited:
    """Compare every file's access with the roster; with `fix`, take away what is too much."""
    looked = _look(context)
    if looked is None:
        return Audited(managed=False)
    first = looked
    left: dict[str, Sequence[AccessFinding]] = {}
    for _ in range(_ROUNDS if fix else 0):
        wrong = [file for file, found in looked.found.items() if _any_mendable(found)]
        if not wrong or looked.halted:
            break
        left, failed, halted = _mend(context, wrong)
        again = _look(context) if not halted else None
        looked = again or looked
        looked.failed += failed
        looked.halted = looked.halted or halted
    remaining = [e for file, found in looked.found.items() for e in _left(found, left.get(file.id))]
    place = {unit.code: at for at, unit in enumerate(context.units)}
    found = sorted(dict.fromkeys(remaining), key=lambda e: place.get(e.unit, len(place)))
    findings = tuple(found)
    still = {_key(each_one) for each_one in findings}
    before = dict.fromkeys(e for found in first.found.values() for e in found)
    mended = tuple(e for e in before if _key(e) not in still) if fix else ()
    return Audited(
        files=len(looked.found),
        findings=findings,
        mended=mended,
        notes=looked.notes,
        failed=tuple(dict.fromkeys(looked.failed)),
        halted=looked.halted,
    )


@dataclass
class _Looked:
    found: Mapping[Guarded, Sequence[AccessFinding]]
    notes: tuple[str, ...]
    failed: list[str]
    halted: Halted | None


def _look(context: Context) -> _Looked | None:
    workspace = context.workspace
    watch = workspace.access.guarded(workspace.sheets(), is_closed)
    if watch is None:
        return None
    looked = context.for_each(workspace.access.audit, watch.files, "Xem quyền")
    return _Looked(dict(looked.done), watch.notes, _told(looked.failed), looked.halted)


def _mend(
    context: Context, files: Sequence[Guarded]
) -> tuple[dict[str, Sequence[AccessFinding]], list[str], Halted | None]:
    """Mend files, several at once and each by one thread; return what is left of each."""
    done = context.for_each(partial(context.workspace.access.audit, fix=True), files, "Sửa quyền")
    return {file.id: left for file, left in done.done}, _told(done.failed), done.halted


def _left(
    found: Sequence[AccessFinding], left: Sequence[AccessFinding] | None
) -> list[AccessFinding]:
    """Return what is left of one file: a listing after mending may still show what was mended."""
    if left is None:
        return list(found)
    for_people = [each_one for each_one in found if not each_one.mendable]
    known = {_key(each_one) for each_one in for_people}
    return for_people + [each_one for each_one in left if _key(each_one) not in known]


def _told(failed: Sequence[tuple[Guarded, WorkspaceError]]) -> list[str]:
    return [f"{file.name}: {error.message}" for file, error in failed]


def _any_mendable(found: Sequence[AccessFinding]) -> bool:
    return any(finding.mendable for finding in found)


def _key(finding: AccessFinding) -> tuple[str, str, str, str]:
    return finding.code, finding.file, finding.url, finding.who
