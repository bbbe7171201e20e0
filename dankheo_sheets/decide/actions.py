"""What is to be done now: one list, from the state and the time alone. Pure.

Every command is a selection of it, carried out by one loop (:mod:`dankheo_sheets.steps.run`). It
is asked before reading, for what is to be given out and closed, and after it, for what follows.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dankheo_sheets.decide.closing import ClosingPlan, closing
from dankheo_sheets.decide.feedback import News, news
from dankheo_sheets.decide.giving_out import GivingOut, giving_out
from dankheo_sheets.decide.mails import Due, mails_due
from dankheo_sheets.decide.state import State
from dankheo_sheets.standing.sheet_properties import is_closed


@dataclass(frozen=True)
class Selection:
    """What a command does of all that is to be done. All of them read."""

    give_out: bool = False
    close: bool = False
    tell: bool = False
    mail: bool = False
    papers: bool = False
    """Make the report and the units' forms too."""
    keep: bool = False
    """Keep the results where the sheets live, once there are papers or closed sheets."""
    anyway: bool = False
    """Make the results though nothing changed."""


SYNC = Selection(tell=True)
CLOSE = Selection(tell=True, close=True, keep=True)
REMIND = Selection(mail=True, papers=True, keep=True)
REPORT = Selection(tell=True, papers=True, keep=True, anyway=True)
RUN = Selection(give_out=True, close=True, tell=True, mail=True, papers=True, keep=True)


@dataclass(frozen=True)
class Actions:
    """What is to be done, in the order in which it is done; each part is found when it is asked."""

    state: State
    now: datetime
    selection: Selection

    @cached_property
    def give_out(self) -> GivingOut:
        """So that every unit has its sheet."""
        return giving_out(self.state) if self.selection.give_out else GivingOut()

    @cached_property
    def closing(self) -> ClosingPlan:
        """So that the right sheets are read-only."""
        return closing(self.state, self.now) if self.selection.close else ClosingPlan()

    @cached_property
    def news(self) -> tuple[News, ...]:
        """For the units' own sheets."""
        return news(self.state) if self.selection.tell else ()

    @cached_property
    def mails(self) -> tuple[Due, ...]:
        """To be sent now."""
        return mails_due(self.state, self.now) if self.selection.mail else ()

    @property
    def publish(self) -> bool:
        """The results are to be made anew."""
        state, papers = self.state, self.selection.papers
        made = state.last_papers if papers else state.last_results
        return self.selection.anyway or made != state.mark

    @property
    def keep(self) -> bool:
        """The results are to be kept where the sheets live."""
        final = self.selection.papers or any(map(is_closed, self.state.sheets))
        return self.selection.keep and final

    def __bool__(self) -> bool:
        return bool(self.give_out or self.closing or self.news or self.mails or self.publish)


def decide(state: State, now: datetime, selection: Selection = RUN) -> Actions:
    """Return what is to be done now, of what is selected."""
    return Actions(state, now, selection)
