"""Measure time and memory of a whole campaign: `make bench`, or `make bench N=300`.

Prints a table and writes build/bench.json, a list of {name, value, unit, limit}. It measures,
it does not judge: the exit code is 0 whatever the figures. This process itself imports little,
because on Linux a child starts with its parent's memory peak.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import formatted_rows, google_rows, word
from benchmarks.measure import Measure, slope

BUILD = Path("build")
WORK = BUILD / "bench-work"
RESULTS = BUILD / "bench.json"
GOOGLE = BUILD / "bench-google.json"
"""Every step on Google, with its requests by method of the API."""

FULL = 3_321
"""Communes and wards of the country, for which the limits are meant (reference/practice.md §4)."""
SMALL, LARGE = 300, 10_000
"""Where the line of the exponent begins and ends."""
ORDINARY = 1_000
"""Units the ordinary script is measured with at the most: it takes minutes more for 3,321."""

NOTE = "Tỷ lệ đo trong cùng một lần chạy là đáng tin; thời gian tuyệt đối xê dịch khoảng 1,5 lần."


@dataclass(frozen=True)
class Timing:
    """What one phase took."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Site:
    """A campaign in a folder of its own, each phase of which runs in a process of its own."""

    directory: Path
    units: int

    def phase(self, name: str) -> Timing:
        """Run one phase; what its process prints is its :class:`Timing`."""
        print(f"  {self.units} đơn vị: {name} …", file=sys.stderr)
        command = [sys.executable, "-m", "benchmarks.bench", "--phase", name]
        command += ["--units", str(self.units), "--work", str(self.directory)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        return Timing(**json.loads(done.stdout))

    def phases(self, *names: str) -> dict[str, Timing]:
        """Run phases in this order."""
        return {name: self.phase(name) for name in names}


def main() -> None:
    """Measure a campaign, or run the one phase that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--units", type=int, default=FULL)
    parser.add_argument(
        "--ordinary",
        type=int,
        help="units of the ordinary script's campaign (default: at most 1,000)",
    )
    parser.add_argument("--phase", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, default=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        _run_phase(options.phase, options.units, options.work)
    else:
        _measure(options.units, options.ordinary or min(options.units, ORDINARY))


def _run_phase(name: str, units: int, directory: Path) -> None:
    """Run one phase here and print what came of it as JSON; the folder is made at the first."""
    if name in google_rows.PHASES:
        from benchmarks import google

        print(json.dumps(google.run(name, directory, units)))
        return
    from benchmarks import campaign, phases

    if not directory.exists():
        campaign.set_up(directory, units)
    seconds = phases.run(name, directory)
    print(json.dumps(asdict(Timing(seconds, phases.peak_mb()))))


def _measure(units: int, ordinary: int) -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    try:
        measures = list(_measures(units, ordinary))
        steps = google_rows.run(units, WORK)
        measures += google_rows.measures(steps)
    finally:
        shutil.rmtree(WORK)
    columns = ("name", "value", "unit", "limit")
    content = [{key: getattr(measure, key) for key in columns} for measure in measures]
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    GOOGLE.write_text(json.dumps(steps, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _print(units, measures)
    google_rows.show(steps)
    print(f"\n{RESULTS}, {GOOGLE}")


def _measures(units: int, ordinary: int) -> Iterator[Measure]:
    site = Site(WORK / "campaign", units)
    phases = site.phases(
        "provision", "provision_floor", "fill", "sync", "sync_floor", "feedback", "feedback_floor",
        "unchanged", "report", "report_alone",
    )  # fmt: skip
    for phase, limit in (("provision", 8), ("sync", 3), ("feedback", None), ("unchanged", None)):
        name = "sync_unchanged" if phase == "unchanged" else phase
        ours = phases[phase].seconds
        yield Measure(f"{name}_ms_per_unit", 1000 * ours / units, "ms", limit)
        if floor := phases.pop(f"{phase}_floor", None):
            remark = f"{ours:.2f} s / {floor.seconds:.2f} s"
            yield Measure(f"{name}_floor_ratio", ours / floor.seconds, "x", remark=remark)
    rows = f"{10 * units} dòng"
    yield Measure("report_seconds", phases["report"].seconds, "s", 10, remark=rows)
    del phases["fill"]
    peak = max(phases, key=lambda name: phases[name].peak_mb)
    yield Measure("peak_mb", phases[peak].peak_mb, "MB", 400, remark=f"lớn nhất: {peak}")
    yield _ordinary_ratio(site, phases, ordinary)
    shutil.rmtree(site.directory)
    yield from _growth(units, phases["sync"])
    one = Site(WORK / "formatted-rows", 1)
    one.phases("fill", "formatted_rows")
    yield from formatted_rows.measures(one.directory)
    yield from word.measures(10 * units)
    yield Measure("help_ms", _help_ms(), "ms", remark="dankheo --help, trung vị 5 lần")


def _growth(units: int, measured: Timing) -> Iterator[Measure]:
    """Yield the slope of log(seconds) over log(units) of the sync of everything.

    Small campaigns are timed three times and the best is taken: they are short, and noise only
    adds. Below the full size the line is too short to be judged, so it has no limit.
    """
    timings = {units: [measured]}
    full = units >= FULL
    for size, times in ((SMALL, 3), (1_000, 3), (LARGE, 1)) if full else ((units // 3, 3),):
        site = Site(WORK / f"sync-{size}", size)
        site.phase("fill")
        timings[size] = [site.phase("sync") for _ in range(times)]
        shutil.rmtree(site.directory)
    seconds = {size: min(t.seconds for t in timings[size]) for size in sorted(timings)}
    remark = ", ".join(f"{size}: {best:.2f} s" for size, best in seconds.items())
    yield Measure("sync_exponent", slope(seconds), "", 1.05 if full else None, remark=remark)
    if full:
        yield Measure(f"sync_peak_mb_{LARGE}", max(t.peak_mb for t in timings[LARGE]), "MB")


def _ordinary_ratio(site: Site, phases: Mapping[str, Timing], units: int) -> Measure:
    """Return how many times longer the ordinary script takes than our sync and report.

    Without the forms to sign, which it does not make. Both over the same workbooks: those of
    `site` if they are `units`, else a campaign of that size, because python-docx had no result
    after 100 s for 30,000 rows added one by one (reference/measurements.md §3).
    """
    if units != site.units:
        site = Site(WORK / "ordinary", units)
        phases = site.phases("fill", "sync", "feedback", "report_alone")
    ours = phases["sync"].seconds + phases["report_alone"].seconds
    theirs = site.phase("ordinary").seconds
    remark = f"{units} đơn vị: {theirs:.1f} s / {ours:.2f} s"
    return Measure("ordinary_script_ratio", theirs / ours, "x", 10, at_least=True, remark=remark)


def _help_ms() -> float:
    """Return the median milliseconds of five `dankheo --help`, the whole process."""
    command = [str(Path(sys.executable).with_name("dankheo")), "--help"]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _print(units: int, measures: Sequence[Measure]) -> None:
    print(f"{units} đơn vị, mỗi đơn vị 10 mô hình\n")
    print(f"{'':35}{'':>10} {'':4}{'giới hạn':>10}")
    for measure in measures:
        if measure.detail:
            continue
        value = "-" if measure.value is None else f"{measure.value:.2f}"
        sign = "≥" if measure.at_least else "≤"
        limit = "" if measure.limit is None else f"{sign} {measure.limit:g}"
        print(
            f"{measure.name:35}{value:>10} {measure.unit:4}{limit:>10} "
            f"{measure.verdict:6}{measure.remark}".rstrip()
        )
    print(f"\n{NOTE}\n")


if __name__ == "__main__":
    main()
