"""What both boards, the page and the context's summary, say of a campaign and of each unit.

Taken from the figures of bao-cao.json (:func:`dankheo_sheets.register.figures`); nothing is
counted anew, so the boards agree with every other output.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dankheo_sheets import vietnamese
from dankheo_sheets.notices.feedback import LEVELS
from dankheo_sheets.outputs.master import COMPLETENESS, REMARKS
from dankheo_sheets.registration import FINISHED, Severity, Status
from dankheo_sheets.standing.status_words import WORDS

NAMES = {status.value: words.name for status, words in WORDS.items()}
"""Each status as a reader sees it, in the order units get there."""
EXCLUDED = "excluded"
DONE = frozenset(status.value for status in FINISHED)
"""Nothing is left to do about these."""
_NONE = Status.NONE_REGISTERED.value
number = vietnamese.dotted
_NAMED = 8
"""Units named beside what is to be done about them. Our choice: a line of the page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures, in words: its key, its title, its value, what is among it."""

    key: str
    title: str
    value: str
    among: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing wrong with a unit's return, wherever in it: repeats are one remark."""

    severity: Severity
    level: str
    cells: str
    """The cells, "E10, E12"; "" where it is about the whole."""
    message: str
    times: int
    """How many findings it stands for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's line of the board."""

    code: str
    name: str
    status: str
    """A value of :class:`~dankheo_sheets.registration.Status`."""
    status_name: str
    done: bool
    entries: int
    counted: int
    blocking: int
    changed: datetime | None
    deadline: datetime
    extended: bool
    closed: bool
    next_action: str
    notes: tuple[str, ...]
    """Why it was returned or excluded; what was wrong with its mail."""
    link: str
    """Where its sheet opens in a browser, https only; "" where nowhere."""
    remarks: tuple[Remark, ...]
    """Its findings, blocking ones first."""


def short_moment(when: datetime) -> tuple[str, str]:
    """Return ("07/4/2022", "09:05")."""
    return vietnamese.short_date(when), f"{when:%H:%M}"


def as_of(figures: Mapping[str, Any]) -> str:
    """Return "Tính đến 17 giờ 00, ngày 08/4/2022", or that nothing was read yet."""
    if not figures["as_of"]:
        return "Chưa đọc biểu nào"
    return f"Tính {vietnamese.until_text(datetime.fromisoformat(figures['as_of']))}"


def completeness(figures: Mapping[str, Any]) -> list[Figure]:
    """Return expected, received, on time, late, missing and rate; excluded where there are any.

    Then the models. Of those received, how many register none.
    """
    counts = figures["completeness"]
    none = sum(unit["status"] == _NONE for unit in figures["units"])
    found = [
        Figure(key, title, number(counts[key]))
        for key, title in COMPLETENESS.items()
        if key != EXCLUDED
    ]
    if none:
        among = f"trong đó {number(none)} {NAMES[_NONE].lower()}"
        found = [replace(each, among=among) if each.key == "received" else each for each in found]
    found.append(Figure("rate", "Tỷ lệ", vietnamese.percent(figures["rate"])))
    if counts[EXCLUDED]:
        found.append(Figure(EXCLUDED, NAMES[EXCLUDED], number(counts[EXCLUDED])))
    found.append(Figure("total", "Mô hình được tính", number(figures["totals"]["total"])))
    return found


def actions(figures: Mapping[str, Any]) -> list[str]:
    """Return each next action with the units it is about: "Nhắc đơn vị ghi biểu: HCTH, TTra"."""
    units: dict[str, list[str]] = {}
    for unit in lines(figures):
        if unit.next_action:
            units.setdefault(unit.next_action, []).append(unit.code)
    return [f"{action}: {_named(codes)}" for action, codes in units.items()]


def _named(codes: Sequence[str]) -> str:
    """Return "HCTH, TTra", or "3.321 đơn vị" where they are many."""
    return ", ".join(codes) if len(codes) <= _NAMED else f"{number(len(codes))} đơn vị"


def this_year(figures: Mapping[str, Any]) -> int:
    """Return the year in which the figures were read; before that, the deadline's."""
    return datetime.fromisoformat(figures["as_of"] or figures["campaign"]["deadline"]).year


def last_deadline(figures: Mapping[str, Any]) -> datetime:
    """Return the latest deadline of a unit that is asked."""
    asked = (unit["deadline"] for unit in figures["units"] if unit["status"] != EXCLUDED)
    moments = [datetime.fromisoformat(each) for each in asked]
    return max(moments, default=datetime.fromisoformat(figures["campaign"]["deadline"]))


def lines(figures: Mapping[str, Any]) -> Iterator[Line]:
    """Yield one line per unit of the roster: those that are not done, then the others."""
    for unit in sorted(figures["units"], key=lambda unit: unit["status"] in DONE):
        status = unit["status"]
        yield Line(
            code=unit["unit"],
            name=unit["name"],
            status=status,
            status_name=NAMES[status],
            done=status in DONE,
            entries=unit["entries"],
            counted=unit["counted"],
            blocking=sum(f["severity"] == Severity.BLOCK for f in unit["findings"]),
            changed=datetime.fromisoformat(unit["changed_at"]) if unit["changed_at"] else None,
            deadline=datetime.fromisoformat(unit["deadline"]),
            extended=unit["extended"],
            closed=unit["closed"],
            next_action=unit["next_action"],
            notes=tuple(
                said.format(unit[key]) for key, said in REMARKS.items() if unit[key]
            ),
            link=unit["url"] if unit["url"].startswith("https://") else "",
            remarks=tuple(_remarks(unit["findings"])),
        )  # fmt: skip


def _remarks(findings: Sequence[Mapping[str, Any]]) -> Iterator[Remark]:
    alike: dict[tuple[Severity, str], list[str]] = {}
    for finding in findings:
        key = Severity(finding["severity"]), finding["message"]
        alike.setdefault(key, []).append(finding["cell"])
    for severity in Severity:
        for (each, message), cells in alike.items():
            if each is severity:
                where = ", ".join(cell for cell in cells if cell)
                yield Remark(severity, LEVELS[severity], where, message, len(cells))
