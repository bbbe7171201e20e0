"""What must fit together across a declaration; every mistake with its key, in Vietnamese."""

from collections import Counter
from collections.abc import Iterator, Mapping

from dankheo_sheets.declaration import expressions, printed
from dankheo_sheets.declaration.derived import formula_text, parsed_rule, types
from dankheo_sheets.declaration.expressions import ExpressionError, Type
from dankheo_sheets.declaration.model import NUMERIC, Column, Declaration

_WORDS = frozenset({"and", "or", "not", "if", "empty", "sum", "count", "date", "days", "year"})
_OWN = frozenset({"unit", "line", "section", "row", "note"})


def mistakes(declaration: Declaration) -> Iterator[str]:
    """Yield every mistake."""
    yield from _keys(declaration)
    yield from _headers(declaration)
    yield from _numbers(declaration)
    yield from _kinds(declaration)
    yield from _formulas(declaration)
    yield from _rules(declaration)
    yield from _unique(declaration)
    yield from _groups(declaration)
    yield from _rows(declaration)
    yield from _statistics(declaration)


def _at(column: Column, key: str) -> str:
    return f"column “{column.key}”.{key}"


def _keys(declaration: Declaration) -> Iterator[str]:
    keys = [
        *(column.key for column in declaration.column),
        *(group.key for group in declaration.group),
    ]
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"key: “{key}” dùng {times} lần; mỗi cột, nhóm một key riêng"
        if key in _WORDS | _OWN:
            yield f"key: “{key}” là từ riêng của chương trình; đặt tên khác"
    known = {*(c.key for c in declaration.column), *(g.key for g in declaration.group)}
    for key in declaration.checked:
        if key not in known:
            yield f"checked: không có cột hay nhóm “{key}”"


def _headers(declaration: Declaration) -> Iterator[str]:
    """Yield where a group of the header is in pieces, or a column itself."""
    left: set[tuple[str, ...]] = set()
    before: tuple[str, ...] = ()
    for column in declaration.column:
        path = column.header
        for depth in range(1, len(path)):
            if path[:depth] in left:
                name = path[depth - 1]
                yield f"{_at(column, 'header')}: nhóm “{name}” bị tách rời; đặt các cột liền nhau"
                break
        left |= {
            before[:depth] for depth in range(1, len(before) + 1) if before[:depth] != path[:depth]
        }
        if path in left or path == before:
            yield f"{_at(column, 'header')}: tiêu đề “{path[-1]}” đã có ở cột khác"
        if before and (
            path[: len(before)] == before != path or before[: len(path)] == path != before
        ):
            yield f"{_at(column, 'header')}: “{before[-1]}” vừa là cột vừa là nhóm cột"
        before = path


def _numbers(declaration: Declaration) -> Iterator[str]:
    numbered = [column for column in declaration.column if column.number]
    if not numbered:
        return
    before: Column | None = None
    seen: dict[str, Column] = {}
    for column in declaration.column:
        if not column.number:
            yield f"{_at(column, 'number')}: thiếu số cột, các cột khác đều có"
            continue
        try:
            number = printed.read(column.number).number
        except ValueError as error:
            yield f"{_at(column, 'number')}: ghi “{column.number}”; {error}"
            continue
        split = before and before.number == column.number and before.header[0] == column.header[0]
        if number in seen and not split:
            other = seen[number].key
            yield f"{_at(column, 'number')}: số “{number}” đã là của cột “{other}”"
        seen[number] = column
        before = column


def _kinds(declaration: Declaration) -> Iterator[str]:
    for column in declaration.column:
        if column.choices and column.kind != "choice":
            yield f'{_at(column, "choices")}: chỉ dùng khi kind = "choice"'
        if column.kind == "choice" and not column.choices:
            yield f"{_at(column, 'choices')}: cần các giá trị để chọn"
        if column.bounds and column.kind not in NUMERIC:
            yield f"{_at(column, 'bounds')}: chỉ dùng cho cột số"
        for of in ("length", "pattern", "only_words"):
            if getattr(column, of) and column.kind not in ("text", "choice"):
                yield f"{_at(column, of)}: chỉ dùng cho cột chữ"
        if column.decimals and column.kind not in NUMERIC - {"integer"}:
            yield f"{_at(column, 'decimals')}: chỉ dùng cho số, tiền, phần trăm, cột tính sẵn"
        if column.within:
            other = next((c for c in declaration.column if c.key == column.within), None)
            if other is None or not {column.kind, other.kind} <= NUMERIC:
                yield f"{_at(column, 'within')}: cần key của một cột số, cho một cột số"


def _formulas(declaration: Declaration) -> Iterator[str]:
    looked_at: dict[str, frozenset[str]] = {}
    for column in declaration.column:
        key = "formula" if column.formula else "number"
        try:
            text = formula_text(column, declaration)
            if column.kind == "computed":
                if not text:
                    yield f"{_at(column, 'formula')}: cột tính sẵn cần công thức"
                    continue
                node = expressions.parse(text, types(declaration), Type.NUMBER)
                looked_at[column.key] = expressions.columns(node)
            elif text:
                yield f'{_at(column, "kind")}: cột có công thức in cần kind = "computed"'
        except ValueError as error:
            yield f"{_at(column, key)}: {error}"
    for key in looked_at:
        if circle := _circle(key, looked_at):
            yield f"column “{key}”.formula: tính vòng quanh: {' → '.join(circle)}"


def _circle(start: str, looked_at: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the way from a column back to itself; [] where there is none."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop()
        for key in sorted(looked_at.get(way[-1], ())):
            if key == start:
                return [*way, start]
            if key not in seen:
                seen.add(key)
                ways.append([*way, key])
    return []


def _rules(declaration: Declaration) -> Iterator[str]:
    known = types(declaration)
    for code, times in Counter(rule.code for rule in declaration.rule).items():
        if times > 1:
            yield f"rule “{code}”.code: dùng {times} lần"
    for rule in declaration.rule:
        if rule.column not in known:
            yield f"rule “{rule.code}”.column: không có cột “{rule.column}”"
        try:
            parsed_rule(rule.expect, declaration)
        except ExpressionError as error:
            yield f"rule “{rule.code}”.expect: {error}"


def _unique(declaration: Declaration) -> Iterator[str]:
    words = {c.key for c in declaration.column if c.kind in ("text", "choice")}
    for unique in declaration.unique:
        for key in unique.columns:
            if key not in words:
                yield f"unique.columns: “{key}” không phải một cột chữ"


def _groups(declaration: Declaration) -> Iterator[str]:
    order = [column.key for column in declaration.column]
    kinds = {column.key: column.kind for column in declaration.column}
    for group in declaration.group:
        if len(group.names) < 2:
            yield f"group “{group.key}”.marks: cần ít nhất hai cột"
        wrong = [key for key in group.names if kinds.get(key) != "mark"]
        if wrong:
            yield f'group “{group.key}”.marks: “{wrong[0]}” không phải một cột kind = "mark"'
            continue
        places = sorted(order.index(key) for key in group.names)
        if places != list(range(places[0], places[0] + len(places))):
            yield f"group “{group.key}”.marks: các cột cần đứng liền nhau"


def _rows(declaration: Declaration) -> Iterator[str]:
    rows, kinds = declaration.rows, [column.kind for column in declaration.column]
    if rows.kind == "sections":
        section = next((c for c in declaration.column if c.key == rows.section), None)
        if section is None or section.kind != "choice":
            yield 'rows.section: cần key của một cột kind = "choice"'
    elif rows.section:
        yield 'rows.section: chỉ dùng khi rows.kind = "sections"'
    if (rows.kind == "lines") != bool(rows.lines):
        yield 'rows.lines: cần, và chỉ cần, khi rows.kind = "lines"'
    if rows.kind == "lines" and kinds.count("line") != 1:
        yield 'column.kind: biểu có dòng in sẵn cần đúng một cột kind = "line"'
    if rows.kind != "lines" and "line" in kinds:
        yield 'column.kind: “line” chỉ dùng khi rows.kind = "lines"'
    if rows.open_tail and rows.kind != "lines":
        yield 'rows.open_tail: chỉ dùng khi rows.kind = "lines"'
    expected = {"lines": "sum", "unit": "units"}.get(rows.kind, "list")
    if declaration.gather != expected:
        yield f'gather: với rows.kind = "{rows.kind}" cần "{expected}"'


def _statistics(declaration: Declaration) -> Iterator[str]:
    columns = {column.key: column for column in declaration.column}
    groups = {group.key for group in declaration.group}
    for statistic in declaration.statistic:
        where = f"statistic “{statistic.title}”"
        for name in ("by", "across"):
            key = getattr(statistic, name)
            choice = key in columns and columns[key].kind == "choice"
            if key and not choice and key not in groups | {"unit", "line"}:
                yield f"{where}.{name}: “{key}” không phải cột chọn, nhóm dấu, unit hay line"
        measured = columns.get(statistic.column)
        if (
            statistic.measure in ("sum", "mean", "share")
            and statistic.column
            and (measured is None or measured.kind not in NUMERIC)
        ):
            yield f"{where}.column: “{statistic.column}” không phải một cột số"
        if statistic.measure in ("sum", "mean") and not statistic.column:
            yield f"{where}.column: cần cột số để tính"
        for key in (statistic.column, statistic.by, statistic.across):
            if key in columns and columns[key].personal:
                yield f"{where}: “{key}” là dữ liệu cá nhân, không đưa vào thống kê"
