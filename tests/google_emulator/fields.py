"""Field masks: ``a(b,c),d/e``, of answers and of updates (reference/google.md §9.1)."""

import re
from typing import Any, TypeAlias

from .errors import Json

Mask: TypeAlias = dict[str, Any]
"""What is selected: name to what is selected below it; empty means all of it."""


class BadMask(ValueError):
    """The mask is not one."""


_TOKEN = re.compile(r"[A-Za-z_][\w-]*|\*|[(),./]")


def parse(text: str) -> Mask:
    """Read a mask.

    >>> parse("kind,files(id,owners/emailAddress)")
    {'kind': {}, 'files': {'id': {}, 'owners': {'emailAddress': {}}}}
    """
    compact = re.sub(r"\s+", "", text)
    tokens = _TOKEN.findall(compact)
    if "".join(tokens) != compact or not tokens:
        raise BadMask(text)
    mask, rest = _list(tokens)
    if rest:
        raise BadMask(text)
    return mask


def _list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        below = mask
        while True:
            if not tokens or tokens[0] in "(),./":
                raise BadMask(" ".join(tokens))
            name, tokens = tokens[0], tokens[1:]
            below = below.setdefault(name, {})
            if not tokens or tokens[0] not in "./":
                break
            tokens = tokens[1:]
        if tokens and tokens[0] == "(":
            inside, tokens = _list(tokens[1:])
            if not tokens or tokens[0] != ")":
                raise BadMask("(")
            below |= inside
            tokens = tokens[1:]
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def select(value: Any, mask: Mask) -> Any:
    """Return what the mask selects; a selected branch that is empty stays ``{}``."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [select(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(value[name], below) for name, below in mask.items() if name in value}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether an answer with this mask shows anything at ``path``."""
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def below(mask: Mask | None, name: str) -> Mask | None:
    """Return the mask of what is below a name that is selected; ``None`` when there is no mask."""
    if not mask or "*" in mask:
        return None if mask is None else {}
    chosen: Mask = mask[name]
    return chosen


def assign(target: Json, source: Json, mask: Mask) -> Json:
    """Return ``target`` with the masked parts of ``source``; what ``source`` lacks is cleared."""
    if not mask or "*" in mask:
        return dict(source)
    result = dict(target)
    for name, below in mask.items():
        new = source.get(name)
        if below and "*" not in below and isinstance(new, dict | None):
            merged = assign(result.get(name) or {}, new or {}, below)
            new = merged or None
        if new is None:
            result.pop(name, None)
        else:
            result[name] = new
    return result
