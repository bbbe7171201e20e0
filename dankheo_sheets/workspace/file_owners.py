"""Whose a file in the folder of workbooks is: by its name, or by what is in it; never guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from dankheo_sheets import vietnamese
from dankheo_sheets.roster import Unit, code_key

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Owner:
    """Whose a file is: a unit of the roster, or a code that is in no roster."""

    unit: str = ""
    said: str = ""


NOBODY = Owner()


class Owners:
    """The units of a roster, by all that a file may be called after them."""

    def __init__(self, campaign_id: str, units: Sequence[Unit]) -> None:
        self._campaign_id = campaign_id
        self._units = units

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """Every code a unit has or had → the one it has."""
        former = {code_key(old): unit.code for unit in self._units for old in unit.formerly}
        return former | {code_key(unit.code): unit.code for unit in self._units}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Names of units, without accents, that are no other's → their codes."""
        taken: dict[str, set[str]] = {}
        for unit in self._units:
            for name in (unit.name, *unit.short_names):
                if len(key := _plain(name).split()) > 1:
                    taken.setdefault(" ".join(key), set()).add(unit.code)
        return {name: codes.pop() for name, codes in taken.items() if len(codes) == 1}

    def by_code(self, code: str) -> str:
        """Return the code of the unit that has, or had, `code`; "" for none."""
        return self._codes.get(code_key(code), "")

    def of(self, name: str, identity: tuple[str, str] | None) -> Owner:
        """Return whose a file of that name is; `identity` is what a workbook says of itself.

        First the unit whose code is the name; then what stands in it, where it is of this
        campaign; then the one unit whose code or name stands among the words of the name.
        """
        stem = PurePath(vietnamese.nfc(name)).stem
        if unit := self.by_code(stem):
            return Owner(unit)
        if identity and identity[0] == self._campaign_id:
            unit = self.by_code(identity[1])
            return Owner(unit) if unit else Owner(said=identity[1])
        return Owner(self._named(stem))

    def _named(self, stem: str) -> str:
        folded = code_key(stem)
        begins = [
            code
            for code in self._codes
            if folded.startswith(code) and not folded[len(code)].isalnum()
        ]
        if begins:
            return self._codes[max(begins, key=len)]
        words = {self._codes[word] for word in _WORDS.findall(folded) if word in self._codes}
        if not words:
            plain = f" {_plain(stem)} "
            names = [name for name in self._names if f" {name} " in plain]
            longest = [n for n in names if not any(n != other and n in other for other in names)]
            words = {self._names[name] for name in longest}
        return words.pop() if len(words) == 1 else ""


def _plain(text: str) -> str:
    return vietnamese.unaccented(vietnamese.match_key(text))
