"""Tell each unit, in its own sheet, what was found in what it handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from dankheo_sheets.decide.feedback import News
from dankheo_sheets.errors import NoFeedback
from dankheo_sheets.operations.context import Context


@dataclass(frozen=True)
class Told:
    """What came of telling the units."""

    count: int = 0
    """Sheets whose feedback was rewritten."""
    notes: tuple[str, ...] = ()
    """For the coordinator: units that could not be told, and why."""
    again: bool = False
    """Some of them may be told by a later run."""

    def __add__(self, other: "Told") -> "Told":
        return Told(
            self.count + other.count, (*self.notes, *other.notes), self.again or other.again
        )


def tell(context: Context, news: Sequence[News]) -> Told:
    """Write the Phản hồi tab of each unit for which there is news."""

    def tell_one(one: News) -> None:
        context.workspace.give_feedback(one.sheet, one.message, one.marks, one.read)

    told = context.for_each(tell_one, news, "Ghi phản hồi")
    if told.halted:
        raise told.halted  # who was told is marked, and is not told again
    return Told(
        count=len(told.done),
        notes=tuple(f"{one.sheet.unit}: {error.message}" for one, error in told.failed),
        again=any(not isinstance(error, NoFeedback) for _, error in told.failed),
    )
