"""The checks as the workbook applies them: the Kiểm tra column and the status line as formulas.

Each is the twin of what :mod:`dankheo_sheets.form.rules` does in Python and shows the same text
(:func:`rules.check_text`, :func:`rules.status_text`). Hidden helper cells of the row keep them
short.
"""

import re
from collections.abc import Mapping
from functools import partial

from dankheo_sheets.declaration import sheet_text as text
from dankheo_sheets.declaration.sheet_text import DIGITS_LIST, NO_WORDS_LIST
from dankheo_sheets.form import layout, rules, unit_rules
from dankheo_sheets.form.checks import ERROR_VALUE_MESSAGE, NOTHING, ONLY_DIGITS, WORDS
from dankheo_sheets.form.layout import Form
from dankheo_sheets.form.ooxml import Calculated
from dankheo_sheets.form.operands import ROW, CoverCells, RowCells
from dankheo_sheets.registration import Severity

USED, UNUSED = "+", "-"
"""What the faults helper of a row begins with; an inserted row has none: it is not checked."""
ERROR = "!"
"""What the words helper of a row holds where one of its cells is an error."""


def words_formula(cells: RowCells) -> str:
    """Twin of :func:`rules.kinds_of`; :data:`ERROR` in a row with an error cell."""
    kinds = "&".join(
        f'IF({text.has_words_formula(cells.raw(key), NO_WORDS_LIST)},"{WORDS}",'
        f'IF({text.has_digits_formula(cells.raw(key), DIGITS_LIST)},"{ONLY_DIGITS}","{NOTHING}"))'
        for key in cells.form.word_columns
    )
    errors = "+".join(f"SUMPRODUCT(--ISERROR({block}))" for block in cells.inputs)
    return f'=IF({errors}>0,"{ERROR}",{kinds or chr(34) * 2})'


def same_key_formulas(cells: RowCells) -> list[str]:
    """Return the hidden cell of each declared :attr:`Declaration.unique`, "" in a faulty row."""
    return [
        cells.hidden(
            f'IF({cells.words}="{ERROR}","",'
            + '&"|"&'.join(text.sheet_key_formula(cells.raw(key)) for key in unique.columns)
            + ")",
            partial(rules.same_key, unique=unique),
        )
        for unique in cells.form.declaration.unique
    ]


def is_blank_formula(cells: RowCells) -> str:
    """Twin of :meth:`Form.is_blank`."""
    form = cells.form
    strict = [key for key in form.word_columns if form.takes_only_words(key)]
    empty = []
    if strict == list(form.word_columns) and strict:
        empty.append(f'ISERROR(FIND("{WORDS}",{cells.words}))')
    else:
        empty += [f"NOT({cells.has_words(key)})" for key in form.word_columns]
        empty += [
            f"NOT({cells.only_digits(key)})" for key in form.word_columns if key not in strict
        ]
    for column in form.inputs:
        if column.kind == "mark":
            empty.append(text.is_empty_formula(cells.folded(column.key)))
        elif column.key not in form.word_columns:
            empty.append(f'{cells.value(column.key)}=""')
    return f"AND({','.join(empty)})"


def faults_formula(cells: RowCells) -> str:
    """Return the hidden helper of a row: "-" unused, "+" good, "+" and its blocking messages."""
    form = cells.form
    faults = [
        f'IF({check.formula(cells)},"{_quoted(check.message)} ","")'
        for check in form.checks
        if check.formula and check.severity is Severity.BLOCK
    ]
    for unique, same in zip(form.declaration.unique, same_key_formulas(cells), strict=True):
        letters = same.removesuffix(ROW)
        again = f"SUMPRODUCT(--EXACT({letters}${form.first_row}:{same},{same}))>1"
        named = cells.has_words(unique.columns[0])
        told = _quoted(rules.unique_message(unique, form))
        faults.append(f'IF(AND({named},{again}),"{told} ","")')
    used = "&".join([f'"{USED}"', *faults])
    return (
        f'=IF({cells.words}="{ERROR}","{USED}{ERROR_VALUE_MESSAGE} ",'
        f'IF({is_blank_formula(cells)},"{UNUSED}",{used}))'
    )


def _quoted(message: str) -> str:
    return message.replace('"', '""')


def check_formula(cells: RowCells, faults: str) -> str:
    """Return what the Kiểm tra column shows; `faults` is the cell of :func:`faults_formula`."""
    warnings = "&".join(
        f'IF({check.formula(cells)},"{rules.REMARK}{_quoted(check.message)} ","")'
        for check in cells.form.checks
        if check.formula and check.severity is Severity.WARN
    )
    blocks = f'IF({faults}="{USED}","{rules.PASSED} ",MID({faults},2,999))'
    return (
        f'=IF({faults}="{UNUSED}","",IF({cells.words}="{ERROR}","{ERROR_VALUE_MESSAGE}",'
        f"TRIM({blocks}{'&' if warnings else ''}{warnings})))"
    )


def used_formula(faults: str) -> str:
    """Return how many rows are used; `faults` is the range of :func:`faults_formula`."""
    return f'=SUMPRODUCT(--(LEFT({faults},1)="{USED}"))'


def good_formula(faults: str) -> str:
    """Return how many rows have no blocking message."""
    return f'=SUMPRODUCT(--({faults}="{USED}"))'


def unchecked_formula(faults: str, form: Form) -> str:
    """Return how many rows have something typed and no helper: a person inserted them."""
    typed = "+".join(
        f"ISBLANK(OFFSET({faults},0,{at - form.faults_column}))" for at in range(len(form.columns))
    )
    return f'=SUMPRODUCT(({faults}="")*(({typed})<{len(form.columns)}))'


def unit_faults_formula(cells: CoverCells) -> str:
    """Return the hidden helper of the status line: all that is still wrong, or "".

    Of a form that nobody has written into: how to begin.
    """
    form = cells.form
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
        f'IF({broken[rule.code]},"{_quoted(form.worded(rule.message))} ","")'
        for rule in unit_rules.UNIT_RULES
    )
    nothing = (f"{cells.raw('used')}=0", f"{cells.raw('unchecked')}=0")
    unbegun = ",".join((*nothing, *(broken[code] for code in rules.UNBEGUN)))
    return f'=IF(AND({unbegun}),"{rules.begin(form)} ",{rows}&{rest})'


def status_formula(good: str, faults: str, form: Form) -> str:
    """Return the status line, of the cells of :func:`good_formula`, :func:`unit_faults_formula`.

    What the coordinator decided of this unit comes first: more time, a return, an exclusion.
    Of a unit that is excluded nothing more is said; of one that is locked not what to do.
    """
    before, after = form.worded(rules.COMPLETE).split("{count}")
    notice = f'IFERROR({layout.feedback_cell("notice")},"")'
    excluded, locked = layout.EXCLUDED_NOTICE, layout.LOCKED_NOTICE
    without, incomplete = form.worded(rules.COMPLETE_WITHOUT), form.worded(rules.INCOMPLETE)
    complete = f'IF({good}=0,"{without}","{before}"&{good}&"{after}")'
    still = f'IF(LEFT({notice},{len(locked)})="{locked}","{incomplete}",{faults})'
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
_TEXT = r'"((?:[^"]|"")*)"'
_STATUS = re.compile(
    rf'=TRIM\(.*IF\((?P<faults>{_CELL})="",'
    rf"IF\((?P<good>{_CELL})=0,{_TEXT},{_TEXT}&(?P=good)&{_TEXT}\),"
    rf"IF\(LEFT\(.*?\)={_TEXT},{_TEXT},(?P=faults)\)\)\)\)"
)
"""A formula of :func:`status_formula`, whatever the words of its form."""


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
            none, before, after, _, incomplete = found.groups()[2:]
            complete = none if good.result == "0" else f"{before}{good.result}{after}"
            state = faults.result or complete
            if notice.startswith(layout.EXCLUDED_NOTICE):
                state = ""
            elif faults.result and notice.startswith(layout.LOCKED_NOTICE):
                state = incomplete
            return text.trim(f"{notice} {state}")
    return None
