"""Quotas per minute, and faults on demand."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.google_emulator import Emulator, Fault, Limits
from tests.test_google_emulator.api import UNIT, USER, Api

FILES = "/drive/v3/files"


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """Start an emulator with the documented quotas."""
    with Emulator() as emulator:
        yield emulator


def statuses(api: Api, times: int, path: str) -> list[int]:
    return [api.send("GET", path).status_code for _ in range(times)]


def test_sixty_reads_a_minute_and_then_429_until_the_next(strict: Emulator) -> None:
    user = Api(strict, USER)
    sheet = user.new_sheet("Biểu")
    path = f"/v4/spreadsheets/{sheet}/values/A1"

    answers = statuses(user, 61, path)
    status, error = user.refused("GET", path)
    writing = user.send("PUT", path, {"values": [["x"]]}, params={"valueInputOption": "RAW"})
    strict.clock.advance(60)

    assert answers == [200] * 60 + [429]
    assert (status, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == (
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per "
        "user' of service 'sheets.googleapis.com' for consumer 'project_number:603366585132'."
    )
    assert error["details"][0] == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": "projects/603366585132",
            "quota_metric": "sheets.googleapis.com/read_requests",
            "quota_limit": "ReadRequestsPerMinutePerUser",
            "quota_limit_value": "60",
            "quota_location": "global",
        },
    }
    assert writing.status_code == 200
    assert statuses(user, 1, path) == [200]


def test_the_project_has_a_limit_over_all_its_users() -> None:
    with Emulator(limits=Limits(sheets_per_user=10, sheets_per_project=15)) as google:
        owner = Api(google, USER)
        sheet = owner.new_sheet("Biểu")
        owner.share(sheet, UNIT)
        path = f"/v4/spreadsheets/{sheet}"

        answers = statuses(owner, 10, path) + statuses(Api(google, UNIT), 6, path)
        _, error = Api(google, UNIT).refused("GET", path)

    assert answers == [200] * 15 + [429]
    assert error["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerProject"


def test_drive_counts_units_and_refuses_with_403() -> None:
    """A list costs 100 units, a get 5 (reference/google.md §1.2)."""
    with Emulator(limits=Limits(drive_units_per_user=205)) as google:
        user = Api(google, USER)

        answers = statuses(user, 2, FILES) + statuses(user, 2, "/drive/v3/about?fields=user")
        refused = user.refused("GET", FILES)

    assert answers == [200, 200, 200, 403]
    message = "User Rate Limit Exceeded"
    assert refused == (
        403,
        {
            "code": 403,
            "message": message,
            "errors": [
                {"message": message, "domain": "usageLimits", "reason": "userRateLimitExceeded"}
            ],
        },
    )


def test_an_older_project_counts_queries() -> None:
    with Emulator(limits=Limits(drive_queries_per_user=2)) as google:
        assert statuses(Api(google, USER), 3, FILES) == [200, 200, 403]


def test_a_refusal_comes_as_often_as_asked_and_only_where_asked(
    google: Emulator, user: Api
) -> None:
    google.faults.add(Fault(method="GET", path=r"/files$", status=500, times=2, skip=1))

    assert user.ok("POST", FILES, {"name": "x"})
    assert statuses(user, 4, FILES) == [200, 500, 500, 200]


@pytest.mark.parametrize(
    ("path", "fault", "error"),
    [
        (
            FILES,
            Fault(status=403, reason="rateLimitExceeded", message="Rate Limit Exceeded"),
            {
                "code": 403,
                "message": "Rate Limit Exceeded",
                "errors": [
                    {
                        "message": "Rate Limit Exceeded",
                        "domain": "usageLimits",
                        "reason": "rateLimitExceeded",
                    }
                ],
            },
        ),
        (
            FILES,
            Fault(status=503),
            {
                "code": 503,
                "message": "Backend Error",
                "errors": [
                    {"message": "Backend Error", "domain": "global", "reason": "backendError"}
                ],
            },
        ),
        (
            "/v4/spreadsheets/x",
            Fault(status=503),
            {
                "code": 503,
                "message": "The service is currently unavailable.",
                "status": "UNAVAILABLE",
            },
        ),
        (
            "/v4/spreadsheets/x",
            Fault(status=500),
            {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"},
        ),
    ],
)
def test_a_refusal_wears_the_envelope_of_its_api(
    google: Emulator, user: Api, path: str, fault: Fault, error: Any
) -> None:
    google.faults.add(fault)

    assert user.refused("GET", path) == (error["code"], error)


def test_a_copy_may_succeed_and_answer_500(google: Emulator, user: Api, sheet: str) -> None:
    google.faults.add(
        Fault(path="/copy$", status=500, reason="responsePreparationFailure", committed=True)
    )

    answer = user.send("POST", f"{FILES}/{sheet}/copy", {"name": "Bản sao"})

    assert answer.status_code == 500
    assert answer.json()["error"]["errors"][0]["reason"] == "responsePreparationFailure"
    assert [file["name"] for file in user.ok("GET", FILES, q="name = 'Bản sao'")["files"]] == [
        "Bản sao"
    ]


@pytest.mark.parametrize(("committed", "copies"), [(True, 1), (False, 0)])
def test_a_connection_breaks_before_or_after_the_work(
    google: Emulator, user: Api, sheet: str, committed: bool, copies: int
) -> None:
    google.faults.add(Fault("drop", path="/copy$", committed=committed))

    with pytest.raises(requests.ConnectionError):
        user.send("POST", f"{FILES}/{sheet}/copy", {"name": "Bản sao"})

    assert len(user.ok("GET", FILES, q="name = 'Bản sao'")["files"]) == copies
    assert google.log[-2].status == 0


def test_an_answer_may_be_cut_off(google: Emulator, user: Api) -> None:
    google.faults.add(Fault("cut", path="/files"))

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        user.send("GET", FILES)


def test_a_429_may_come_as_html(google: Emulator, user: Api) -> None:
    google.faults.add(Fault("html", path="/files"))

    answer = user.send("GET", FILES)

    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert "automated queries" in answer.text


def test_a_body_may_be_given_word_for_word(google: Emulator, user: Api) -> None:
    google.faults.add(Fault(path="/files", status=400, body='{"error": "invalid_grant"}'))

    assert user.send("GET", FILES).json() == {"error": "invalid_grant"}


def test_a_slow_answer_comes_too_late_for_an_impatient_client(google: Emulator, user: Api) -> None:
    google.faults.add(Fault("slow", path="/files", seconds=30))

    with pytest.raises(requests.Timeout):
        requests.get(user.url + FILES, headers=user.headers, timeout=0.05)


def test_faults_are_ordered_over_http_too(google: Emulator, user: Api) -> None:
    control = f"{google.url}/_emulator/faults"

    made = requests.post(control, json={"status": 503, "path": "/files", "times": 2}, timeout=20)
    waiting = requests.get(control, timeout=20).json()["faults"]
    once = user.send("GET", FILES).status_code
    requests.delete(control, timeout=20)

    assert (made.status_code, len(waiting), once) == (200, 1, 503)
    assert user.send("GET", FILES).status_code == 200
    assert requests.post(control, json={"action": "explode"}, timeout=20).status_code == 400
    assert requests.post(control, json={"colour": 1}, timeout=20).status_code == 400


def test_the_clock_and_the_log_are_reached_over_http(google: Emulator, user: Api) -> None:
    before = google.clock.now()
    user.ok("POST", FILES, {"name": "x"}, **{"fields": "id"})
    answer = requests.post(f"{google.url}/_emulator/clock", json={"advance": 90}, timeout=20).json()
    log = requests.get(f"{google.url}/_emulator/log", timeout=20).json()["requests"]

    assert answer == {"now": before + 90}
    assert log == [
        {
            "method": "POST",
            "path": FILES,
            "query": {"fields": ["id"]},
            "body": {"name": "x"},
            "status": 200,
            "call": "drive.files.create",
            "who": USER,
        }
    ]
    assert requests.get(f"{google.url}/_emulator/violations", timeout=20).json() == {
        "violations": []
    }


def test_what_is_not_known_answers_501_and_says_what(loose: Emulator) -> None:
    user = Api(loose, USER)

    for method, path, what in (
        ("GET", "/drive/v3/changes/startPageToken", "drive.changes.getStartPageToken"),
        ("GET", "/drive/v2/files", "GET /drive/v2/files"),
        ("POST", "/batch/drive/v3", "POST /batch/drive/v3"),
        ("DELETE", "/drive/v3/files/trash", "drive.files.emptyTrash"),
    ):
        status, error = user.refused(method, path)
        assert (status, error["message"]) == (501, f"The emulator does not support {what}.")


def test_what_the_schema_does_not_know_is_noted(loose: Emulator) -> None:
    user = Api(loose, USER)

    user.send("POST", f"{FILES}?colour=red", {"name": 3, "xcolour": "red"})
    user.send("GET", f"{FILES}?pageSize=many")

    assert loose.violations == [
        "drive.files.create: colour: unknown parameter",
        "drive.files.create: name: 3 is no string",
        "drive.files.create: xcolour: unknown field",
        "drive.files.list: pageSize: 'many' is no integer",
    ]


def test_an_answer_is_indented_json_in_utf_8(user: Api) -> None:
    answer = user.send("POST", FILES, {"name": "Đơn vị"})

    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.text.startswith('{\n  "kind": "drive#file",\n')
    assert answer.text.endswith("}\n")
    assert json.loads(answer.content.decode())["name"] == "Đơn vị"
    assert answer.headers["Vary"] == "Origin, X-Origin, Referer"


def test_a_parameter_without_effect_here_is_not_pretended(google: Emulator, user: Api) -> None:
    status, error = user.refused("GET", FILES, spaces="appDataFolder")

    assert (status, error["message"]) == (
        501,
        "The emulator does not support spaces=appDataFolder.",
    )
    assert user.refused("GET", FILES, includeLabels="x")[0] == 501


def test_delays_are_set_over_http_too(google: Emulator, user: Api) -> None:
    answer = requests.post(f"{google.url}/_emulator/delays", json={"listing": 30}, timeout=20)
    user.ok("POST", FILES, {"name": "x"})

    assert answer.json() == {"listing": 30, "lock": 0.0, "permission": 0.0}
    assert user.ok("GET", FILES)["files"] == []
