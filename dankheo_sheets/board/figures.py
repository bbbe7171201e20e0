"""The board of a register: its figures, and a line of each unit."""

from collections.abc import Mapping

from dankheo_sheets import vietnamese
from dankheo_sheets.board.model import (
    Board,
    CampaignFacts,
    Completeness,
    Day,
    FieldTotals,
    Totals,
    UnitFinding,
    UnitLine,
    UnitTotals,
)
from dankheo_sheets.register import FIGURES, Register, reception, rows_of
from dankheo_sheets.registration import AT_UNIT, Severity, Standing, Status
from dankheo_sheets.roster import Unit
from dankheo_sheets.standing.counting import findings, is_untouched
from dankheo_sheets.standing.status_words import WORDS


def board_of(register: Register) -> Board:
    """Return the board of a register, without notes."""
    campaign = register.campaign
    return Board(
        campaign=CampaignFacts(
            id=campaign.id,
            title=campaign.title,
            year=campaign.year,
            agency=campaign.agency.name,
            opens=campaign.opening,
            deadline=campaign.deadline.moment,
        ),
        as_of=register.as_of.replace(microsecond=0) if register.as_of else None,
        final=register.final,
        completeness=Completeness(**register.completeness),
        rate=register.rate,
        progress=tuple(Day(date=day, received=received) for day, received in register.progress),
        totals=Totals(**register.totals),
        by_field=tuple(
            FieldTotals(field=field, **_five(counts))
            for field, counts in rows_of(register.by_field)
        ),
        by_unit=tuple(
            UnitTotals(unit=code, **_five(counts)) for code, counts in rows_of(register.by_unit)
        ),
        units=tuple(_line(unit, register.standings[unit.code]) for unit in register.units),
    )


def _five(counts: list[int]) -> Mapping[str, int]:
    return dict(zip(FIGURES, counts, strict=True))


def _line(unit: Unit, standing: Standing) -> UnitLine:
    snapshot, terms, registration = standing.snapshot, standing.terms, standing.registration
    changed = snapshot.modified_at if snapshot and not is_untouched(registration) else None
    zone = standing.deadline.tzinfo
    none = standing.status is Status.NONE_REGISTERED
    return UnitLine(
        unit=unit.code,
        name=unit.name,
        status=standing.status,
        late=standing.late,
        closed=standing.closed,
        deadline=standing.deadline,
        changed_at=changed.astimezone(zone).replace(microsecond=0) if changed else None,
        sha256=snapshot.sha256 if snapshot else "",
        entries=len(registration.entries),
        counted=len(standing.counted),
        extended=terms.extended,
        returned=terms.return_reason if standing.status is Status.RETURNED else "",
        excluded=terms.excluded,
        nil_reason=vietnamese.nfc(registration.cover.nil_reason.strip()) if none else "",
        received=reception(standing),
        mail_problem=terms.mail_problem,
        url=terms.url,
        next_action=next_action(standing),
        findings=tuple(
            UnitFinding(
                code=finding.code,
                severity=finding.severity,
                cell=str(finding.cell) if finding.cell else "",
                message=finding.message,
                about_file=finding.about_file,
            )
            for finding in findings(standing)
        ),
    )


_SETTLE = {
    "two-files": "Chọn tệp của đơn vị",
    "paper-beside": "Đề nghị đơn vị ghi vào biểu",
    "arrived-late": "Xem bản đến sau hạn",
    "changed-after-closing": "Xem bản gửi sau khi chốt",
}
"""What the coordinator does about a finding that is not the unit's to mend, by its code."""


def next_action(standing: Standing) -> str:
    """Return what the coordinator does next about this unit; "" when nothing is left to do."""
    found = {f.code for f in findings(standing) if f.severity is not Severity.NOTE}
    settle = [action for code, action in _SETTLE.items() if code in found]
    action = "; ".join(settle) or WORDS[standing.status].todo
    if not settle and standing.closed and standing.status in AT_UNIT:
        action = "Gia hạn nếu còn nhận, biểu đã khoá"
    elif action and standing.closed:
        action += "; đã khoá biểu"
    if standing.mended:
        action = "; ".join(filter(None, ("Xem lại biểu đơn vị vừa sửa", action)))
    if standing.terms.mail_problem and standing.status is not Status.EXCLUDED:
        action = "; ".join(filter(None, (action, "Xem lại địa chỉ thư")))
    return action
