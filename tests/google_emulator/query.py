"""The search language of ``files.list``: the part that is used (reference/google.md §5).

``'ID' in parents``, ``name|mimeType = '…'`` (also ``!=``, and ``contains`` of a name),
``trashed = false``, times, ``[app]properties has { key='k' and value='v' }``, ``'x' in
owners|writers|readers``, ``sharedWithMe``, ``and or not ( )``. The rest answers 501.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from . import clock
from .errors import Json, bad_value, unsupported
from .files import File, root_of

Test: TypeAlias = Callable[[File], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<sign><=|>=|!=|[=<>(){}])
      | (?P<word>[A-Za-z][\w.]*)
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def parse(text: str, resource: Callable[[File], Json], email: str) -> Test:
    """Return the test a query stands for; ``resource`` writes a file as the caller sees it."""
    reader = _Reader(text, resource, email)
    test = reader.either()
    if reader.tokens:
        raise bad_value("q")
    return test


class _Reader:
    def __init__(self, text: str, resource: Callable[[File], Json], email: str) -> None:
        self.tokens = _tokens(text)
        self.resource = resource
        self.email = email

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str = "") -> str:
        if not self.tokens or (expected and self.tokens[0] != expected):
            raise bad_value("q")
        return self.tokens.pop(0)

    def string(self) -> str:
        token = self.take()
        if token[0] not in "'\"":
            raise bad_value("q")
        return re.sub(r"\\(.)", r"\1", token[1:-1])

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "or":
            self.take()
            tests.append(self.both())
        return lambda file: any(test(file) for test in tests)

    def both(self) -> Test:
        tests = [self.negated()]
        while self.peek() == "and":
            self.take()
            tests.append(self.negated())
        return lambda file: all(test(file) for test in tests)

    def negated(self) -> Test:
        if self.peek() == "not":
            self.take()
            test = self.negated()
            return lambda file: not test(file)
        if self.peek() == "(":
            self.take()
            test = self.either()
            self.take(")")
            return test
        return self.term()

    def term(self) -> Test:
        if self.peek()[:1] in {"'", '"'}:
            return self.membership()
        name = self.take()
        if name in {"trashed", "sharedWithMe"}:
            return self.flag(name)
        if name in {"properties", "appProperties"}:
            return self.has(name)
        sign = self.take()
        if name in {"name", "mimeType"}:
            return _text_test(name, sign, self.string())
        if name in {"modifiedTime", "createdTime"}:
            return _time_test(name, sign, self.string())
        raise unsupported(f"searching by {name!r}")

    def membership(self) -> Test:
        who = self.string()
        self.take("in")
        what = self.take()
        if what == "parents":
            who = root_of(self.email) if who == "root" else who
            return lambda file: who in file.parents
        least = {"owners": ("owner",), "writers": ("writer", "owner")}.get(what, ())
        if not least and what != "readers":
            raise unsupported(f"searching by {what!r}")

        def holds(file: File) -> bool:
            grants = self.resource(file).get("permissions", file.permissions.values())
            return any(
                grant.get("emailAddress", "").lower() == who.lower()
                and (not least or grant["role"] in least)
                for grant in grants
            )

        return holds

    def flag(self, name: str) -> Test:
        wanted = True
        if self.peek() in {"=", "!="}:
            sign, value = self.take(), self.take()
            if value not in {"true", "false"}:
                raise bad_value("q")
            wanted = (value == "true") == (sign == "=")
        if name == "trashed":
            return lambda file: file.trashed == wanted
        return lambda file: (bool(file.owner) and file.owner != self.email) == wanted

    def has(self, name: str) -> Test:
        self.take("has")
        self.take("{")
        pair = {}
        for n in range(2):
            label = self.take()
            self.take("=")
            pair[label] = self.string()
            self.take("and" if n == 0 else "}")
        if pair.keys() != {"key", "value"}:
            raise bad_value("q")
        return lambda file: self.resource(file).get(name, {}).get(pair["key"]) == pair["value"]


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise bad_value("q")
        tokens.append(match[match.lastgroup or 0])
        at = match.end()
    return tokens


def _text_test(name: str, sign: str, wanted: str) -> Test:
    def text(file: File) -> str:
        return file.name if name == "name" else file.mime

    if sign == "=":
        return lambda file: text(file) == wanted
    if sign == "!=":
        return lambda file: text(file) != wanted
    if sign == "contains":
        folded = wanted.casefold()
        if name == "name":  # the beginnings of words
            return lambda file: (
                re.search(rf"(?:^|\W){re.escape(folded)}", text(file).casefold()) is not None
            )
        return lambda file: text(file).startswith(wanted)
    raise bad_value("q")


def _time_test(name: str, sign: str, wanted: str) -> Test:
    compare = _COMPARE.get(sign)
    try:
        moment = clock.seconds(wanted)
    except ValueError as error:
        raise bad_value("q") from error
    if compare is None:
        raise bad_value("q")
    return lambda file: compare(file.modified if name == "modifiedTime" else file.created, moment)
