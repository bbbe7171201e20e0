"""The scheduled workflow, run: every script of sync.yml, in order, in a checkout of its own.

GitHub's token endpoint and Google are on loopback, so a run really signs in without a key,
provisions and syncs. Only the actions of GitHub itself are not run.
"""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from dankheo_sheets.campaign import load
from dankheo_sheets.roster import Unit
from tests.github_actions import Ran, Runner, filled, machine, stand_in, workflow
from tests.google_campaign import ROBOT, GoogleCampaign
from tests.google_emulator.federation import AUDIENCE, PRINCIPAL
from tests.steps.conftest import COVER, ENTRY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the workflow's jobs run on Linux")

ROOT = Path(__file__).parent.parent
SYNC = workflow(ROOT / ".github" / "workflows" / "sync.yml")
CAMPAIGN = "dot-mau"
TOKEN = "the-cua-viec"
MAY_ASK = "duoc-xin-the"
RUN = "https://github.com/so/dan-van-kheo/actions/runs/4711"
RUNS = "Làm mọi việc đến lúc phải làm"
BEFORE = ["actions/checkout", "actions/setup-python"]
KEEPING = ["actions/cache/restore", "actions/cache/save", "actions/upload-artifact"]


class Oidc(BaseHTTPRequestHandler):
    """GitHub's endpoint that tells who a job is: its token, for one audience, to its holder."""

    def do_GET(self) -> None:
        """Answer with the token."""
        query = parse_qs(urlsplit(self.path).query)
        asked = (self.headers["Authorization"], query)
        wanted = (
            f"Bearer {MAY_ASK}",
            {"api-version": ["2.0"], "audience": [f"https:{AUDIENCE}"]},
        )
        self.send_response(200 if asked == wanted else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"count": len(TOKEN), "value": TOKEN}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def oidc() -> Iterator[str]:
    """Return the address a job asks for its token."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Oidc) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/token?api-version=2.0"
        server.shutdown()
        thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout in which `make install` finds everything done: this environment."""
    checkout = tmp_path / "kho"
    (checkout / ".github").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", ".github/federation.py"):
        shutil.copy(ROOT / name, checkout / name)
    (checkout / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != "installed":
            (checkout / ".venv" / path.name).symlink_to(path)
    (checkout / ".venv" / "installed").touch()
    return checkout


@pytest.fixture
def campaign(checkout: Path) -> Iterator[GoogleCampaign]:
    """Return the example campaign as if its letter were of today; no key lies in its folder."""
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    with GoogleCampaign(checkout / CAMPAIGN) as campaign:
        (campaign.directory / "khoa.json").unlink()
        path = campaign.directory / "campaign.toml"
        text = path.read_text(encoding="utf-8").replace('credentials = "khoa.json"\n', "")
        text = text.replace("2022-04-12", f"{today + timedelta(days=7):%Y-%m-%d}")
        text = text.replace("2022-04-05", f"{today:%Y-%m-%d}")
        path.write_text(text, encoding="utf-8")
        campaign.now_is(today)
        federation = campaign.google.federation
        federation.subject_tokens[TOKEN] = float("inf")
        federation.identities.know(ROBOT)
        federation.may_use[ROBOT] = {PRINCIPAL}
        yield campaign
        assert campaign.google.violations == []


class GitHub:
    """A repository with everything docs/github-action.md asks for, and its runs."""

    def __init__(self, campaign: GoogleCampaign, oidc: str, directory: Path) -> None:
        self.campaign = campaign
        self.units: tuple[Unit, ...] = load(campaign.directory)[1]
        self.variables = {
            "DANKHEO_CAMPAIGN": CAMPAIGN,
            "DANKHEO_PROVIDER": AUDIENCE.removeprefix("//iam.googleapis.com/"),
            "DANKHEO_SERVICE_ACCOUNT": ROBOT,
        }
        self.secrets: dict[str, str] = {}
        self.open_issue = ""
        self._directory = directory
        google = campaign.google.url
        self._environ = machine(
            ACTIONS_ID_TOKEN_REQUEST_URL=oidc,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN=MAY_ASK,
            DANKHEO_GOOGLE_IAM_URI=google,
            DANKHEO_GOOGLE_TOKEN_URI=f"{google}/v1/token",
        )
        self._runs = 0

    def run(self, *, private: bool = True, **inputs: bool) -> tuple[Ran | None, list[list[str]]]:
        """Run the workflow; return the job that syncs, and what the other one told gh."""
        self._runs += 1
        temp = self._directory / f"temp-{self._runs}"
        temp.mkdir()
        gh = stand_in(temp, "gh", {"issue list": self.open_issue})
        environ = self._environ | {"PATH": f"{temp}:{self._environ['PATH']}"}
        github = {
            "repository": "so/dan-van-kheo",
            "server_url": "https://github.com",
            "token": "ghs_the",
            "run_id": "4711",
            "run_attempt": "1",
            "event": {"repository": {"private": private}},
        }
        contexts = {
            "github": github,
            "vars": self.variables,
            "secrets": self.secrets,
            "inputs": inputs,
        }
        runner = Runner(self.campaign.directory.parent, temp, contexts, environ)
        ran = runner.job(SYNC, "sync")
        result = {"result": ran.status if ran else "skipped", "outputs": ran.outputs if ran else {}}
        alert = runner.job(SYNC, "alert", {"sync": result})
        assert alert is None or alert.status == "success", alert.log
        if ran:
            assert self.told(ran.log) == []
            assert "ya29." not in ran.log
            assert TOKEN not in ran.log
        noted = gh.read_text(encoding="utf-8").splitlines() if gh.exists() else []
        return ran, [json.loads(line) for line in noted]

    def told(self, text: str) -> list[str]:
        """Return every unit's name, code and address that `text` tells."""
        words = (
            word for unit in self.units for word in (unit.name, unit.code, *unit.emails) if word
        )
        return [word for word in words if word in text]


@pytest.fixture
def github(campaign: GoogleCampaign, oidc: str, tmp_path: Path) -> GitHub:
    """Return the repository."""
    return GitHub(campaign, oidc, tmp_path)


@pytest.fixture
def fill(campaign: GoogleCampaign) -> Callable[..., None]:
    """Let a unit fill in its sheet, now."""

    def fill(code: str, **changes: str) -> None:
        unit = next(unit for unit in load(campaign.directory)[1] if unit.code == code)
        campaign.fill(unit, [ENTRY | changes], COVER, datetime.now().astimezone())

    return fill


def kinds(ran: Ran) -> list[str]:
    return [action for action, _ in ran.used]


# --- a private repository ----------------------------------------------------------------------


def test_a_run_signs_in_without_a_key_provisions_and_syncs(
    github: GitHub, campaign: GoogleCampaign
) -> None:
    ran, told = github.run()

    assert ran is not None
    assert (ran.status, ran.failed, told) == ("success", [], [])
    asked = [request.path for request in campaign.google.log[:2]]
    assert asked == ["/v1/token", f"/v1/projects/-/serviceAccounts/{ROBOT}:generateAccessToken"]
    assert {request.who for request in campaign.google.log if request.call} == {ROBOT}
    sheets = {
        file.properties["dk_unit"]
        for file in campaign.google.store.files.values()
        if file.properties.get("dk_unit")
    }
    assert sheets == {unit.code for unit in github.units}


def test_a_private_repository_keeps_the_results_and_shows_the_board(
    github: GitHub, campaign: GoogleCampaign
) -> None:
    ran, _ = github.run()

    assert ran is not None
    assert kinds(ran) == [*BEFORE, *KEEPING]
    restored, saved, uploaded = (inputs for _, inputs in ran.used[2:])
    key = f"dankheo-{CAMPAIGN}-4711-1"
    assert (restored["key"], saved["key"]) == (key, key)
    assert key.startswith(restored["restore-keys"])
    assert restored["path"] == saved["path"]
    kept = [*saved["path"].split(), uploaded["path"]]
    assert kept == [f"{CAMPAIGN}/archive", f"{CAMPAIGN}/out", f"{CAMPAIGN}/out"]
    assert [path for path in kept if not any((campaign.directory.parent / path).iterdir())] == []
    assert {unit.name for unit in github.units} <= set(github.told(ran.summary))


def test_findings_are_no_failure(github: GitHub, fill: Callable[..., None]) -> None:
    github.run()
    fill("HCTH", name="")

    ran, told = github.run()

    assert ran is not None
    assert (ran.status, ran.outputs, told) == ("success", {"code": "5"}, [])
    assert "Mã thoát 5: còn nội dung đơn vị phải sửa; lượt chạy này không có lỗi.\n" in ran.log


def test_a_run_after_which_nothing_changed_changes_nothing(
    github: GitHub, campaign: GoogleCampaign
) -> None:
    github.run()
    before = {file.id: file.version for file in campaign.google.store.files.values()}

    ran, _ = github.run()

    assert ran is not None
    assert ran.status == "success"
    assert {file.id: file.version for file in campaign.google.store.files.values()} == before


def test_the_roster_may_be_a_secret(github: GitHub, campaign: GoogleCampaign) -> None:
    roster = campaign.directory / "units.csv"
    github.secrets["DANKHEO_UNITS"] = roster.read_text(encoding="utf-8").rstrip("\n")
    before = roster.read_bytes()
    roster.unlink()

    ran, _ = github.run()

    assert ran is not None
    assert ran.status == "success"
    assert roster.read_bytes().split() == before.split()


# --- a public one ------------------------------------------------------------------------------


def test_a_public_repository_tells_counts_and_keeps_nothing(github: GitHub) -> None:
    ran, _ = github.run(private=False)

    assert ran is not None
    assert (ran.status, kinds(ran)) == ("success", BEFORE)
    assert github.told(ran.summary) == []
    counts = ran.summary.removeprefix("```\n").removesuffix("```\n")
    assert f"Đã tạo {len(github.units)} biểu" in counts
    assert set(counts.splitlines()) <= set(ran.log.splitlines())


@pytest.mark.parametrize(
    ("github", "expected"),
    [
        ({"event": {"repository": {"private": True}}}, "true"),
        ({"event": {"schedule": "7 * * * *"}, "repository_visibility": "private"}, "true"),
        ({"event": {"repository": {"private": False}}, "repository_visibility": "public"}, "false"),
        ({"event": {"schedule": "7 * * * *"}}, "false"),
    ],
)
def test_what_is_not_known_to_be_private_counts_as_public(
    github: dict[str, object], expected: str
) -> None:
    """Whether the event of a schedule carries the repository has changed over the years."""
    assert filled(SYNC["jobs"]["sync"]["env"]["PRIVATE"], {"github": github}) == expected


# --- by hand -----------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing(github: GitHub, campaign: GoogleCampaign) -> None:
    before = sorted(campaign.directory.rglob("*"))

    ran, _ = github.run(dry_run=True)

    assert ran is not None
    assert (ran.status, ran.outputs) == ("success", {"code": "0"})
    assert f"Sẽ tạo {len(github.units)} biểu" in ran.log
    assert campaign.google.store.files == {}
    assert sorted(campaign.directory.rglob("*")) == before
    assert kinds(ran) == [*BEFORE, "actions/cache/restore"]


def test_without_a_campaign_nothing_runs(github: GitHub) -> None:
    del github.variables["DANKHEO_CAMPAIGN"]

    assert github.run() == (None, [])


# --- failures ----------------------------------------------------------------------------------


def test_a_refusal_of_google_opens_an_issue_that_names_no_unit(
    github: GitHub, campaign: GoogleCampaign
) -> None:
    campaign.google.federation.subject_tokens.clear()

    ran, told = github.run()

    assert ran is not None
    assert (ran.status, ran.failed, ran.outputs) == ("failure", [RUNS], {"code": "4"})
    assert kinds(ran)[-2:] == KEEPING[1:]  # what was read before is kept all the same
    looked, opened = told
    assert looked[:4] == ["issue", "list", "--state", "open"]
    assert opened[:-1] == ["issue", "create", "--title", "Đồng bộ tự động bị lỗi", "--body"]
    assert opened[-1].splitlines() == [
        f"Lượt chạy bị lỗi: {RUN}",
        "",
        "Mã thoát 4: Google hoặc máy chủ thư từ chối, hoặc không trả lời. Cách xử lý từng mã: "
        "https://github.com/so/dan-van-kheo/blob/HEAD/docs/github-action.md#khi-có-issue-được-mở",
        "",
        "Điều các đơn vị đã ghi vẫn ở trong biểu của họ; lượt sau làm tiếp. "
        "Sửa xong thì đóng issue này.",
    ]
    assert github.told(opened[-1]) == []


def test_an_issue_that_is_open_is_written_on(github: GitHub, campaign: GoogleCampaign) -> None:
    (campaign.directory / "campaign.toml").write_text("hỏng", encoding="utf-8")
    github.open_issue = "12\n"

    ran, told = github.run()

    assert ran is not None
    assert ran.outputs == {"code": "3"}
    assert told[1][:4] == ["issue", "comment", "12", "--body"]
    assert "Mã thoát 3: sai trong campaign.toml hoặc danh sách đơn vị." in told[1][4]


def test_a_variable_that_is_missing_is_named(github: GitHub) -> None:
    del github.variables["DANKHEO_PROVIDER"]

    ran, told = github.run()

    assert ran is not None
    assert (ran.status, ran.failed) == ("failure", ["Đăng nhập Google, không có khoá nào"])
    assert "Lỗi: DANKHEO_PROVIDER: chưa có biến này" in ran.log
    assert "Dừng trước khi chạy xong: cài đặt, đăng nhập, hoặc quá giờ." in told[1][-1]


# --- the guide ---------------------------------------------------------------------------------

POOL = "projects/603366585132/locations/global/workloadIdentityPools/github"


def test_the_commands_of_the_guide_set_up_what_the_workflow_wants(
    github: GitHub, tmp_path: Path
) -> None:
    """Run with stand-ins for Google's and GitHub's programs; the values printed do sign in."""
    guide = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
    (commands,) = (each.split("```")[0] for each in guide.split("```sh\n")[1:])
    answers = {"iam workload-identity-pools": f"{POOL}\n"}
    gcloud = stand_in(tmp_path, "gcloud", answers)
    stand_in(tmp_path, "curl", {})
    stand_in(tmp_path, "jq", {".id": "583231\n"})
    path = machine()["PATH"]

    done = subprocess.run(
        ["bash", "-c", commands], env=machine(PATH=f"{tmp_path}:{path}"),
        capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip

    calls = [json.loads(line) for line in gcloud.read_text(encoding="utf-8").splitlines()]
    assert [
        option for call in calls for option in call if option.startswith("--attribute-condition")
    ] == [
        "--attribute-condition=assertion.repository=='so-khcn/dan-van-kheo'"
        " && assertion.repository_owner_id=='583231' && assertion.ref=='refs/heads/main'"
    ]
    assert calls[-1][2:] == [
        "add-iam-policy-binding",
        "may-dong-bo@dan-van-kheo-2027.iam.gserviceaccount.com",
        "--role=roles/iam.workloadIdentityUser",
        f"--member=principalSet://iam.googleapis.com/{POOL}/attribute.repository/"
        "so-khcn/dan-van-kheo",
    ]
    printed = dict(line.split(": ") for line in done.stdout.splitlines()[-2:])
    assert printed == {
        "DANKHEO_PROVIDER": f"{POOL}/providers/github",
        "DANKHEO_SERVICE_ACCOUNT": "may-dong-bo@dan-van-kheo-2027.iam.gserviceaccount.com",
    }
    assert printed["DANKHEO_PROVIDER"] == github.variables["DANKHEO_PROVIDER"]
