"""Đăng nhập Google từ GitHub Actions, không có khoá nào: python .github/federation.py TỆP.

Writes the external_account file that google-auth reads (reference/google.md §2.4): it holds where
GitHub gives this job a token, not the token Google wants. Both sides' names come from the
environment.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

PROVIDER = "DANKHEO_PROVIDER"
ACCOUNT = "DANKHEO_SERVICE_ACCOUNT"
REQUEST_URL = "ACTIONS_ID_TOKEN_REQUEST_URL"
REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
IAM = "DANKHEO_GOOGLE_IAM_URI"
"""In place of Google's own: for an emulator."""

_WANTED = {
    PROVIDER: (
        r"projects/\d+/locations/global/workloadIdentityPools/[^/]+/providers/[^/]+",
        "projects/SỐ/locations/global/workloadIdentityPools/github/providers/github",
    ),
    ACCOUNT: (r"[^@\s]+@[^@\s]+\.gserviceaccount\.com", "tên@dự-án.iam.gserviceaccount.com"),
}


def mistakes(environ: Mapping[str, str]) -> list[str]:
    """Return what is missing or wrong in the environment, one line each."""
    found = []
    for name, (pattern, example) in _WANTED.items():
        given = environ.get(name, "")
        if not given:
            found.append(f"{name}: chưa có biến này trong môi trường dan-van-kheo; cần {example}")
        elif not re.fullmatch(pattern, given):
            found.append(f"{name}: ghi “{given}”; cần {example}")
    found += [
        f"{name}: GitHub không cho; job cần permissions: id-token: write"
        for name in (REQUEST_URL, REQUEST_TOKEN)
        if not environ.get(name)
    ]
    return found


def external_account(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the file's content. The audience is the one Google's provider accepts by itself."""
    provider, url = environ[PROVIDER], environ[REQUEST_URL]
    audience = quote(f"https://iam.googleapis.com/{provider}", safe="")
    iam = environ.get(IAM) or "https://iamcredentials.googleapis.com"
    account = f"{iam}/v1/projects/-/serviceAccounts/{environ[ACCOUNT]}"
    return {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{provider}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url": f"{account}:generateAccessToken",
        "credential_source": {
            "url": f"{url}{'&' if '?' in url else '?'}audience={audience}",
            "headers": {"Authorization": f"Bearer {environ[REQUEST_TOKEN]}"},
            "format": {"type": "json", "subject_token_field_name": "value"},
        },
    }


def main(file: Path, environ: Mapping[str, str] = os.environ) -> int:
    """Write `file`, for this user only; return the exit code, 3 where the settings are wrong."""
    if wrong := mistakes(environ):
        sys.stderr.write("".join(f"Lỗi: {line}\n" for line in wrong))
        sys.stderr.write("Cách xử lý: xem docs/github-action.md.\n")
        return 3
    file.unlink(missing_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(json.dumps(external_account(environ)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
