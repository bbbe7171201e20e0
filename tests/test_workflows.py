"""The workflows as GitHub reads them: linted at the strictest, pinned, least rights, no secrets.

What their steps do is in test_workflow_runs.py.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.github_actions import workflow

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SYNC = workflow(ROOT / ".github" / "workflows" / "sync.yml")
CI = workflow(ROOT / ".github" / "workflows" / "ci.yml")
GUIDE = ROOT / "docs" / "github-action.md"
PINNED = re.compile(r"(?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # v(?P<major>\d+)\.\d+\.\d+")
BROKEN = """\
name: Broken
on: [push]
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    permissions:
      contnts: read
    steps:
      - run: |
          cd $PLACE
          echo "${{ github.event.issue.title }}"
"""


def program(name: str) -> str:
    """Return where a program is, in this environment before others.

    One that is absent fails the test: shellcheck has no wheel for ARM Linux, Debian has it.
    """
    found = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    assert found, f"{name} is not installed"
    return found


def actionlint(*files: Path) -> list[dict[str, Any]]:
    """Return what actionlint finds, its scripts checked by shellcheck."""
    done = subprocess.run(
        [program("actionlint"), "-format", "{{json .}}", "-shellcheck", program("shellcheck"),
         *map(str, files)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert bool(found) == bool(done.returncode)
    return found


def zizmor(*inputs: Path) -> list[str]:
    """Return the names of what zizmor finds, with its strictest eye and nothing ignored."""
    done = subprocess.run(
        [program("zizmor"), "--offline", "--persona=auditor", "--collect=all", "--no-ignores",
         "--strict-collection", "--no-progress", "--quiet", "--format=json", *map(str, inputs)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return [finding["ident"] for finding in json.loads(done.stdout)]


# --- the linters -----------------------------------------------------------------------------


def test_actionlint_finds_nothing() -> None:
    assert actionlint(*WORKFLOWS) == []


def test_the_inputs_of_actions_exist(tmp_path: Path) -> None:
    """By version: of a commit actionlint does not know them."""
    copies = []
    for path in WORKFLOWS:
        copies.append(tmp_path / path.name)
        text = PINNED.sub(r"\g<action>@v\g<major>", path.read_text(encoding="utf-8"))
        assert not re.search(r"@[0-9a-f]{40}", text)
        copies[-1].write_text(text, encoding="utf-8")

    assert actionlint(*copies) == []


def test_zizmor_finds_nothing() -> None:
    assert zizmor(ROOT) == []


def test_the_linters_do_find_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "broken.yml"
    path.parent.mkdir(parents=True)
    path.write_text(BROKEN, encoding="utf-8")

    assert [(each["line"], each["kind"]) for each in actionlint(path)] == [
        (8, "permissions"),
        (10, "expression"),
        (11, "shellcheck"),
    ]
    assert {"template-injection", "concurrency-limits"} <= set(zizmor(path))


# --- the house rules -----------------------------------------------------------------------------


def steps(source: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in source["jobs"].items():
        yield from ((name, step) for step in job["steps"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    used = [line.split("uses: ", 1)[1] for line in lines if "uses: " in line]

    assert [each for each in used if not PINNED.fullmatch(each)] == []
    assert {each.split("@")[0] for each in used} <= {
        "actions/checkout",
        "actions/setup-python",
        "actions/cache/restore",
        "actions/cache/save",
        "actions/upload-artifact",
    }


def test_one_action_has_one_version() -> None:
    pins = [
        found.groups()
        for path in WORKFLOWS
        for found in PINNED.finditer(path.read_text(encoding="utf-8"))
    ]

    assert len(set(pins)) == len({action for action, *_ in pins})


@pytest.mark.parametrize("source", [SYNC, CI], ids=["sync", "ci"])
def test_every_job_has_a_timeout_and_only_the_rights_it_names(source: dict[str, Any]) -> None:
    assert source["permissions"] == {}
    assert [name for name, job in source["jobs"].items() if "timeout-minutes" not in job] == []
    for _, step in steps(source):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}


def test_the_rights_of_the_scheduled_jobs() -> None:
    assert {name: job["permissions"] for name, job in SYNC["jobs"].items()} == {
        "sync": {"contents": "read", "id-token": "write"},
        "alert": {"issues": "write"},
    }
    assert SYNC["concurrency"] == {"group": "dankheo-dong-bo", "cancel-in-progress": False}


@pytest.mark.parametrize("source", [SYNC, CI], ids=["sync", "ci"])
def test_no_script_has_an_expression_in_it(source: dict[str, Any]) -> None:
    assert [step["name"] for _, step in steps(source) if "${{" in step.get("run", "")] == []


MAIL_SECRETS = (
    "DANKHEO_MAIL_PASSWORD", "DANKHEO_MAIL_REFRESH_TOKEN", "DANKHEO_MAIL_CLIENT_SECRET",
)  # fmt: skip


def test_each_secret_reaches_one_step_only() -> None:
    holders = {
        secret: [step["name"] for _, step in steps(SYNC) if f"secrets.{secret}" in str(step)]
        for secret in ("DANKHEO_UNITS", *MAIL_SECRETS)
    }

    assert holders == {
        "DANKHEO_UNITS": ["Ghi danh sách đơn vị, nếu để trong secret"],
        **{secret: ["Làm mọi việc đến lúc phải làm"] for secret in MAIL_SECRETS},
    }
    assert str(SYNC).count("secrets.") == 4


def test_what_goes_to_the_pages_of_github_does_so_from_private_repositories_only() -> None:
    kept = {
        step["name"]: step["if"]
        for _, step in steps(SYNC)
        if step.get("uses", "").startswith(("actions/cache", "actions/upload-artifact"))
    }

    assert kept == {
        "Lấy lại những bản đã đọc": "env.PRIVATE == 'true'",
        "Giữ những bản đã đọc cho lượt sau": (
            "always() && env.PRIVATE == 'true' && !inputs.dry_run"
        ),
        "Để kết quả ở trang này": "always() && env.PRIVATE == 'true' && !inputs.dry_run",
    }


def test_the_gate_waits_for_every_other_job() -> None:
    gate = CI["jobs"]["all-tests-pass"]

    assert set(gate["needs"]) == CI["jobs"].keys() - {"all-tests-pass"}
    assert gate["if"] == "always()"
    assert gate["steps"][0]["run"] == "test \"$RESULTS\" = 'success success'"
    for name in gate["needs"]:
        versions = CI["jobs"][name]["strategy"]["matrix"]["python"]
        assert versions == ["3.11", "3.12", "3.13", "3.14"]


def test_windows_installs_and_checks_as_the_makefile_does() -> None:
    """Windows has no make; its lines may not drift from the recipes."""
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = "".join(step.get("run", "") for step in CI["jobs"]["windows"]["steps"])
    lines = [line.split("/Scripts/")[1] for line in scripts.splitlines() if "/Scripts/" in line]
    ours = re.findall(r"(?m)^\t\$\(BIN\)/(.*)$", recipes.split("\ndemo:")[0])

    assert lines == ours


# --- the schedule --------------------------------------------------------------------------------


def ticks(first: datetime, days: int) -> list[datetime]:
    """Return when the schedule runs, in Vietnam's time."""
    moments = (first + timedelta(minutes=minute) for minute in range(days * 1440))
    crons = [each["cron"].split() for each in SYNC["on"]["schedule"]]
    return [now for now in moments if any(_due(cron, now) for cron in crons)]


def _due(cron: list[str], now: datetime) -> bool:
    values = (now.minute, now.hour, now.day, now.month, now.isoweekday() % 7)
    return all(value in _numbers(field) for field, value in zip(cron, values, strict=True))


def _numbers(field: str) -> set[int]:
    numbers: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low, high = (0, 59) if span == "*" else (int(first), int(last or first))
        numbers |= set(range(low, high + 1, int(step or 1)))
    return numbers


MONTH = datetime(2026, 12, 1, tzinfo=UTC)
"""Starts on a Tuesday: 31 days with 23 working days, as many as there can be."""


def test_the_schedule_is_told_in_the_units_time() -> None:
    assert {each["timezone"] for each in SYNC["on"]["schedule"]} == {"Asia/Ho_Chi_Minh"}


def test_it_runs_every_twenty_minutes_in_working_hours_and_soon_after_midnight() -> None:
    tuesday, saturday = ticks(MONTH, 1), ticks(datetime(2026, 12, 5, tzinfo=UTC), 1)

    assert [f"{now:%H:%M}" for now in tuesday[:4]] == ["00:11", "00:31", "07:07", "07:27"]
    assert len([now for now in tuesday if 7 <= now.hour < 17]) == 30
    assert [f"{now:%H:%M}" for now in tuesday[-2:]] == ["22:17", "23:17"]
    assert len(saturday) == 11
    assert {now.minute % 5 for now in ticks(MONTH, 31)} == {1, 2}  # never a round minute


def test_the_guide_counts_the_runs_of_the_longest_month() -> None:
    runs = len(ticks(MONTH, 31))

    assert f"{runs} lượt" in GUIDE.read_text(encoding="utf-8")
    assert runs * 2 <= 2000


# --- the guide -----------------------------------------------------------------------------------


def test_the_guide_names_every_variable_and_secret() -> None:
    source = (ROOT / ".github" / "workflows" / "sync.yml").read_text(encoding="utf-8")
    guide = GUIDE.read_text(encoding="utf-8")
    names = set(re.findall(r"(?:vars|secrets)\.(\w+)", source))

    assert names == {
        "DANKHEO_CAMPAIGN", "DANKHEO_PROVIDER", "DANKHEO_SERVICE_ACCOUNT",
        "DANKHEO_UNITS", *MAIL_SECRETS,
    }  # fmt: skip
    assert {name for name in names if f"`{name}`" not in guide} == set()


def test_the_guide_has_the_heading_an_issue_points_to() -> None:
    headings = re.findall(r"(?m)^## (.*)$", GUIDE.read_text(encoding="utf-8"))
    script = SYNC["jobs"]["alert"]["steps"][0]["run"]

    (anchor,) = re.findall(r"\$GUIDE#(\S+)", script)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
