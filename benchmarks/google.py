"""What is counted on Google: our steps, and the usual script, each on its own simulated clock.

Nothing here is timed. Requests are those in the emulator's log; minutes are what the pace of
workspace/google/rate_limit.py makes of Google's documented quotas. Run by bench.py, each phase in a
process of its own.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gspread

from benchmarks import google_ordinary
from benchmarks.google_campaign import CLOSED, GoogleCampaign
from benchmarks.google_clock import Punctual
from dankheo_sheets.form.layout import TAB_ENTRIES
from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps import provision
from dankheo_sheets.steps import run as steps
from dankheo_sheets.workspace.google.drive_file import KIND
from dankheo_sheets.workspace.google.rate_limit import Kind
from dankheo_sheets.workspace.google.transport import kind_of
from tests.google_emulator import Request
from tests.steps.google.stage import of_the_lease

_OTHER_ROBOT = "kich-ban@du-an-khac.iam.gserviceaccount.com"
_APART = 3600.0
"""Seconds between two runs: each has its quota whole."""


@dataclass(frozen=True)
class Step:
    """What one run asked of Google, and how long the quotas made it take."""

    name: str
    requests: Mapping[str, int]
    """By kind (workspace/google/rate_limit.py); what was refused is not in it."""
    calls: Mapping[str, int]
    """By method of the API, and "/token"."""
    of_units: int
    """Those of the requests that make a unit's sheet, name it, or keep a file of the unit."""
    lease: int
    """Those that take the campaign's lease, renew it and give it back."""
    refused: int
    """Answered with 403 or 429."""
    violations: int
    """What of it Google's published schema does not allow."""
    minutes: float


def run(name: str, directory: Path, units: int) -> list[dict[str, Any]]:
    """Run one phase with so many units, in a new folder; return its steps as plain values."""
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # the emulator is here
    with GoogleCampaign(directory, units) as campaign:
        return [asdict(step) for step in PHASES[name](campaign)]


def collecting(campaign: GoogleCampaign) -> Iterator[Step]:
    """Yield giving out and syncing; then the usual script, over the same sheets."""
    units = len(campaign.units)
    yield _give_out(campaign)
    campaign.fill()

    def all_changed(job: Context, *, feedback: bool) -> None:
        outcome = steps.sync(job, campaign.now, feedback=feedback)
        _expect((outcome.read, outcome.told), (units, units if feedback else 0))

    yield _ours(campaign, "sync_all_no_feedback", lambda job: all_changed(job, feedback=False))
    campaign.change(campaign.units)
    yield _ours(campaign, "sync_all", lambda job: all_changed(job, feedback=True))

    def unchanged(job: Context) -> None:
        _expect(steps.sync(job, campaign.now).changed, False)

    yield _ours(campaign, "sync_unchanged", unchanged)
    changing = campaign.one_percent()
    campaign.change(changing)

    def few_changed(job: Context) -> None:
        outcome = steps.sync(job, campaign.now)
        _expect((outcome.read, outcome.told), (len(changing), len(changing)))

    yield _ours(campaign, "sync_1_percent", few_changed)
    yield from _ordinary(campaign)


def closing(campaign: GoogleCampaign) -> Iterator[Step]:
    """Yield the closing of all sheets at once, which no sync has read before."""
    _give_out(campaign)
    campaign.fill()
    campaign.clock.advance_to(CLOSED.timestamp())

    def shut(job: Context) -> None:
        closed = steps.close(job, campaign.now)
        _expect((len(closed.closed), closed.outcome.told), (len(campaign.units),) * 2)

    yield _ours(campaign, "close", shut)


PHASES: Mapping[str, Callable[[GoogleCampaign], Iterator[Step]]] = {
    "google-collect": collecting,
    "google-close": closing,
}


def _give_out(campaign: GoogleCampaign) -> Step:
    def give_out(job: Context) -> None:
        done = provision.provision(job, wait=campaign.clock.sleep)
        _expect((len(done.plan.create), done.notes), (len(campaign.units), ()))

    return _ours(campaign, "provision", give_out)


def _ours(campaign: GoogleCampaign, name: str, step: Callable[[Context], None]) -> Step:
    job = campaign.job()
    found = _measured(campaign, name, lambda: step(job))
    if not found.refused:  # what the program itself says in its summary counts every attempt
        _expect(found.requests, {k: n for k, n in job.workspace.requests().items() if n})
    return found


def _ordinary(campaign: GoogleCampaign) -> Iterator[Step]:
    """Yield the usual script's steps: its own copies of our template, reading our sheets."""
    google = campaign.google
    google.store.drives[campaign.drive].members[_OTHER_ROBOT] = "reader"
    own = google.shared_drive({_OTHER_ROBOT: "organizer"}, "Kịch bản")
    key = google.service_account(_OTHER_ROBOT)
    scopes = list(gspread.auth.DEFAULT_SCOPES)
    account = Punctual.of(key, campaign.clock, scopes)
    gc = google_ordinary.client(account, google.url, campaign.clock)
    template = next(
        f.id for f in google.store.files.values() if f.properties.get(KIND) == "template"
    )
    units = [(unit.name, unit.emails[0]) for unit in campaign.units]

    def give_out() -> None:
        _expect(len(google_ordinary.provision(gc, template, own, units)), len(units))

    def read() -> None:
        keys = [campaign.sheets[unit.code] for unit in campaign.units]
        tables = google_ordinary.read(gc, keys, TAB_ENTRIES)
        titles = [table[0][0] for table in tables]
        _expect(titles == [unit.name.upper() for unit in campaign.units], True)

    _let_formulas_be_blank(campaign)
    yield _measured(campaign, "ordinary_provision", give_out)
    yield _measured(campaign, "ordinary_read", read)


def _let_formulas_be_blank(campaign: GoogleCampaign) -> None:
    """Let the emulator read formulas it cannot calculate: the script asks for all values."""
    for file in campaign.google.store.files.values():
        tab = file.document and file.document.titled(TAB_ENTRIES)
        for cell in tab.cells.values() if tab else ():
            if formula := cell.get("userEnteredValue", {}).get("formulaValue"):
                campaign.google.world.results[formula] = ""


def _measured(campaign: GoogleCampaign, name: str, step: Callable[[], None]) -> Step:
    google, clock = campaign.google, campaign.clock
    clock.advance(_APART)
    asked, wrong, began = len(google.log), len(google.violations), clock.now()
    kept = _kept_of_units(campaign)
    step()
    minutes = (clock.now() - began) / 60
    log = google.log[asked:]
    done = [request for request in log if request.status < 400]
    refused = sum(request.status in (403, 429) for request in log)
    _expect(len(done) + refused, len(log))
    sheets = {f.id for f in google.store.files.values() if "dk_unit" in f.properties}
    return Step(
        name,
        dict(Counter(_kind(request) for request in done)),
        dict(Counter(request.call or request.path for request in done)),
        sum(_of_a_unit(request, sheets) for request in done) + _kept_of_units(campaign) - kept,
        sum(of_the_lease(request) for request in done),
        refused,
        len(google.violations) - wrong,
        minutes,
    )


def _kind(request: Request) -> str:
    if request.path == "/token":
        return str(Kind.TOKEN)
    params = {name: values[0] for name, values in request.query.items()}
    return str(kind_of(request.method, request.path, params))


def _of_a_unit(request: Request, sheets: set[str]) -> bool:
    parts = request.path.replace(":", "/").split("/")
    return request.call == "drive.files.copy" or not sheets.isdisjoint(parts)


def _kept_of_units(campaign: GoogleCampaign) -> int:
    """Return how many files of single units Drive keeps: the names of uploads are in no log."""
    kept = [f for f in campaign.google.store.files.values() if f.properties.get(KIND) == "kept"]
    return sum(file.name.partition("-")[0] in campaign.sheets for file in kept)


def _expect(found: object, expected: object) -> None:
    """Refuse to give a figure for work that was not done."""
    if found != expected:
        raise RuntimeError(f"the phase came to {found}, not {expected}")
