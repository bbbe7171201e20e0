"""The rules as the workbook applies them: the Kiểm tra column and the status line as formulas.

Each is the twin of what :mod:`dankheo_sheets.form.rules` does in Python and shows the same text
(:func:`rules.check_text`, :func:`rules.status_text`). Hidden helper cells of the row keep them
short. What was typed is reached by its column and the row's number, since a formula that names a
cell follows it when a person cuts it out and pastes it elsewhere.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from dankheo_sheets import vietnamese
from dankheo_sheets.form import entry_rules, layout, rules, unit_rules
from dankheo_sheets.form import sheet_text as text
from dankheo_sheets.form.ooxml import Calculated
from dankheo_sheets.registration import Severity

USED, UNUSED = "+", "-"
"""What the faults helper of a row begins with; an inserted row has none: it is not checked."""
ERROR = "!"
"""What the words helper of a row holds where one of its cells is an error."""


class RowCells(entry_rules.Cells, Protocol):
    """Where the formulas of a row find their operands."""

    @property
    def inputs(self) -> str:
        """All input cells of the row."""
        ...

    @property
    def words(self) -> str:
        """The cell of :func:`words_formula`."""
        ...


def words_formula(cells: RowCells) -> str:
    """Twin of :func:`entry_rules.kinds_of`; :data:`ERROR` in a row with an error cell."""
    kinds = "&".join(
        f'IF({text.has_words_formula(cells.raw(key), layout.NO_WORDS_LIST)},"{entry_rules.WORDS}",'
        f"IF({text.has_digits_formula(cells.raw(key), layout.DIGITS_LIST)},"
        f'"{entry_rules.ONLY_DIGITS}","{entry_rules.NOTHING}"))'
        for key in entry_rules.WORD_COLUMNS
    )
    return f'=IF(SUMPRODUCT(--ISERROR({cells.inputs}))>0,"{ERROR}",{kinds})'


def same_key_formula(cells: RowCells) -> str:
    """Twin of :func:`entry_rules.same_key`; "" in a row with an error cell."""
    name, place = (text.sheet_key_formula(cells.raw(key)) for key in ("name", "place"))
    return f'=IF({cells.words}="{ERROR}","",{name}&"|"&{place})'


def is_blank_formula(cells: RowCells) -> str:
    """Twin of :func:`entry_rules.is_blank`."""
    wordless = f'ISERROR(FIND("{entry_rules.WORDS}",{cells.words}))'
    marks = (text.is_empty_formula(cells.folded(key)) for key in entry_rules.MARK_COLUMNS)
    return f"AND({','.join((wordless, *marks))})"


def faults_formula(cells: RowCells, same: str, same_above: str) -> str:
    """Return the hidden helper of a row: "-" unused, "+" good, "+" and its blocking messages.

    `same` and `same_above` are the row's cell of :func:`same_key_formula` and the range down
    to it.
    """
    faults = "&".join(
        f'IF({rule.formula(cells)},"{rule.message} ","")'
        for rule in entry_rules.ENTRY_RULES
        if rule.formula and rule.severity is Severity.BLOCK
    )
    again = f"SUMPRODUCT(--EXACT({same_above},{same}))>1"
    named = cells.has_words("name")
    repeated = f'IF(AND({named},{again}),"{entry_rules.DUPLICATE_MESSAGE} ","")'
    return (
        f'=IF({cells.words}="{ERROR}","{USED}{entry_rules.ERROR_VALUE_MESSAGE} ",'
        f'IF({is_blank_formula(cells)},"{UNUSED}","{USED}"&{faults}&{repeated}))'
    )


def check_formula(cells: RowCells, faults: str) -> str:
    """Return what the Kiểm tra column shows; `faults` is the cell of :func:`faults_formula`."""
    warnings = "&".join(
        f'IF({rule.formula(cells)},"{entry_rules.REMARK}{rule.message} ","")'
        for rule in entry_rules.ENTRY_RULES
        if rule.formula and rule.severity is Severity.WARN
    )
    return (
        f'=IF({faults}="{UNUSED}","",IF({cells.words}="{ERROR}","{entry_rules.ERROR_VALUE_MESSAGE}",'
        f'TRIM(IF({faults}="{USED}","{entry_rules.PASSED} ",MID({faults},2,999))&{warnings})))'
    )


def used_formula(faults: str) -> str:
    """Return how many rows are used; `faults` is the range of :func:`faults_formula`."""
    return f'=SUMPRODUCT(--(LEFT({faults},1)="{USED}"))'


def good_formula(faults: str) -> str:
    """Return how many rows have no blocking message."""
    return f'=SUMPRODUCT(--({faults}="{USED}"))'


def unchecked_formula(faults: str) -> str:
    """Return how many rows have something typed and no helper: a person inserted them."""
    typed = "+".join(
        f"ISBLANK(OFFSET({faults},0,{at - layout.FAULTS_COLUMN}))"
        for at in range(len(layout.COLUMNS))
    )
    return f'=SUMPRODUCT(({faults}="")*(({typed})<{len(layout.COLUMNS)}))'


def unit_faults_formula(cells: entry_rules.Cells, minimum: int) -> str:
    """Return the hidden helper of the status line: all that is still wrong, or "".

    Of a form that nobody has written into: how to begin.
    """
    faulty = f"({cells.raw('used')}-{cells.raw('good')})"
    rows = "&".join(
        f'IF({count}>0,"{before}"&{count}&"{after} ","")'
        for count, (before, after) in (
            (faulty, rules.FAULTY_ROWS.split("{count}")),
            (cells.raw("unchecked"), rules.UNCHECKED_ROWS.split("{count}")),
        )
    )
    broken = {rule.code: rule.formula(cells) for rule in unit_rules.UNIT_RULES}
    rest = "&".join(
        f'IF({broken[rule.code]},"{rule.message.format(minimum=vietnamese.count(minimum))} ","")'
        for rule in unit_rules.UNIT_RULES
    )
    nothing = (f"{cells.raw('used')}=0", f"{cells.raw('unchecked')}=0")
    unbegun = ",".join((*nothing, *(broken[code] for code in rules.UNBEGUN)))
    return f'=IF(AND({unbegun}),"{rules.BEGIN} ",{rows}&{rest})'


def status_formula(good: str, faults: str) -> str:
    """Return the status line, of the cells of :func:`good_formula`, :func:`unit_faults_formula`.

    What the coordinator decided of this unit comes first: more time, a return, an exclusion.
    Of a unit that is excluded nothing more is said; of one that is locked not what to do.
    """
    before, after = rules.COMPLETE.split("{count}")
    notice = f'IFERROR({layout.feedback_cell("notice")},"")'
    excluded, locked = layout.EXCLUDED_NOTICE, layout.LOCKED_NOTICE
    complete = f'IF({good}=0,"{rules.COMPLETE_WITHOUT}","{before}"&{good}&"{after}")'
    still = f'IF(LEFT({notice},{len(locked)})="{locked}","{rules.INCOMPLETE}",{faults})'
    state = f'IF({faults}="",{complete},{still})'
    asked = f'IF(LEFT({notice},{len(excluded)})="{excluded}","",{state})'
    return f'=TRIM({notice}&" "&{asked})'


def is_done_formula(faults: str, status: str) -> str:
    """Return whether the unit is done: nothing is wrong, and its return was not given back."""
    decided = (layout.RETURNED_NOTICE, layout.EXCLUDED_NOTICE)
    undecided = (f'ISERROR(FIND("{notice}",{status}))' for notice in decided)
    return f'=AND({faults}="",{",".join(undecided)})'


DEADLINE = "Hạn gửi: "


def deadline_formula() -> str:
    """Return the line with the unit's deadline, which moves when the unit is given more time."""
    return f'=IFERROR("{DEADLINE}"&{layout.feedback_cell("deadline")},"")'


_CELL = r"\$?[A-Z]+\$?[0-9]+"
_STATUS = re.compile(
    re.escape(status_formula("GOOD", "FAULTS"))
    .replace("GOOD", f"(?P<good>{_CELL})", 1)
    .replace("GOOD", "(?P=good)")
    .replace("FAULTS", f"(?P<faults>{_CELL})", 1)
    .replace("FAULTS", "(?P=faults)")
)


def shown(
    cell: Calculated, others: Mapping[str, Calculated], deadline: str, notice: str
) -> str | None:
    """Return what a formula that reads the Phản hồi tab shows of this deadline and notice.

    None for a formula that reads nothing there, or of which the rest is not known.
    """
    formula = f"={cell.formula}"
    if formula == deadline_formula():
        return f"{DEADLINE}{deadline}"
    if found := _STATUS.fullmatch(formula):
        faults, good = (others.get(found[name].replace("$", "")) for name in ("faults", "good"))
        if faults and good:
            state = faults.result or rules.complete_text(good.result)
            if notice.startswith(layout.EXCLUDED_NOTICE):
                state = ""
            elif faults.result and notice.startswith(layout.LOCKED_NOTICE):
                state = rules.INCOMPLETE
            return text.trim(f"{notice} {state}")
    return None
