"""One figure of the table that bench.py prints and writes, and how a figure grows."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure of the table."""

    name: str
    value: float | None
    """None where it has no meaning at this size."""
    unit: str
    limit: float | None = None
    at_least: bool = False
    """The limit is the smallest good value, not the largest."""
    remark: str = ""
    detail: bool = False
    """Left out of the table, because another one shows it."""

    @property
    def verdict(self) -> str:
        """Return "ok", "over" ("under" for a smallest value), or "" without a limit."""
        if self.limit is None or self.value is None:
            return ""
        if self.at_least:
            return "ok" if self.value >= self.limit else "under"
        return "ok" if self.value <= self.limit else "over"


def slope(points: Mapping[int, float]) -> float:
    """Return the least-squares slope of log(value) over log(key)."""
    line = statistics.linear_regression(
        [math.log(n) for n in points], [math.log(seconds) for seconds in points.values()]
    )
    return line.slope
