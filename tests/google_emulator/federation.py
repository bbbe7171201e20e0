"""Workload Identity Federation: a job's token becomes a service account's.

Two services: STS exchanges the token of another issuer, IAM Credentials lets its holder use a
service account (reference/google.md §2.4). Bodies are held against their discovery documents too.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import errors
from .errors import Json, Refusal
from .identities import CLOUD, PROJECT, Caller, Identities, oauth, signed_jwt
from .schema import check_body

_POOL = f"projects/{PROJECT}/locations/global/workloadIdentityPools/github"
AUDIENCE = f"//iam.googleapis.com/{_POOL}/providers/github"
PRINCIPAL = (
    f"principal://iam.googleapis.com/{_POOL}/subject/repo:so/dan-van-kheo:ref:refs/heads/main"
)
"""Whoever holds a token that is believed: the jobs of one repository."""
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS = "urn:ietf:params:oauth:token-type:access_token"
_JWT = "urn:ietf:params:oauth:token-type:jwt"
_IAM = "https://www.googleapis.com/auth/iam"
_ACCOUNTS = "/v1/projects/-/serviceAccounts/"


@dataclass
class Federation:
    """Which tokens of another issuer are believed, and which accounts their holders may use."""

    identities: Identities
    violations: list[str]
    subject_tokens: dict[str, float] = field(default_factory=dict)
    """Tokens that are believed, and until when (on the emulator's clock)."""
    may_use: dict[str, set[str]] = field(default_factory=dict)
    """Service accounts, and who may have tokens for them (Service Account Token Creator)."""

    def external_account(self, url: str, token_file: Path, email: str, lifetime: float) -> Json:
        """Return an ``external_account`` file; its token is in ``token_file``, written if new."""
        if not token_file.exists():
            token_file.write_text(secrets.token_urlsafe(32))
        token = token_file.read_text().strip()
        self.subject_tokens[token] = self.identities.clock.now() + lifetime
        self.identities.know(email)
        self.may_use.setdefault(email, set()).add(PRINCIPAL)
        return {
            "type": "external_account",
            "audience": AUDIENCE,
            "subject_token_type": _JWT,
            "token_url": f"{url}/v1/token",
            "service_account_impersonation_url": f"{url}{_ACCOUNTS}{email}:generateAccessToken",
            "credential_source": {"file": str(token_file)},
        }

    # --- STS ------------------------------------------------------------------------------

    def exchange(self, form: Mapping[str, str]) -> Json:
        """Answer ``POST /v1/token``."""
        camel = {_camel(name): text for name, text in form.items()}
        self._note("sts", "GoogleIdentityStsV1ExchangeTokenRequest", camel)
        if form.get("grant_type") != _EXCHANGE:
            raise oauth(400, "unsupported_grant_type", "Invalid grant_type.")
        if form.get("requested_token_type") != _ACCESS:
            raise oauth(400, "invalid_request", "Invalid requested_token_type.")
        if form.get("audience") != AUDIENCE:
            raise oauth(400, "invalid_target", 'Invalid value for "audience".')
        if form.get("subject_token_type") != _JWT:
            raise errors.unsupported(f"subject_token_type={form.get('subject_token_type')}")
        token = form.get("subject_token", "").strip()
        if self.subject_tokens.get(token, 0.0) <= self.identities.clock.now():
            raise oauth(400, "invalid_grant", "The ID Token is stale to sign-in.")
        scopes = frozenset(form.get("scope", "").split())
        if not scopes:
            raise oauth(400, "invalid_request", 'Invalid value for "scope".')
        lifetime = self.identities.lifetime
        caller = Caller(PRINCIPAL, PROJECT, scopes)
        answer = {
            "access_token": self.identities.give(caller, lifetime=lifetime),
            "issued_token_type": _ACCESS,
            "token_type": "Bearer",
            "expires_in": int(lifetime),
        }
        self._note("sts", "GoogleIdentityStsV1ExchangeTokenResponse", answer)
        return answer

    # --- IAM Credentials ------------------------------------------------------------------

    def credentials(self, path: str, authorization: str, body: Json) -> Json:
        """Answer ``…:generateAccessToken`` and ``…:signJwt``."""
        email, _, verb = path.removeprefix(_ACCOUNTS).rpartition(":")
        schema = {"generateAccessToken": "GenerateAccessToken", "signJwt": "SignJwt"}.get(verb)
        if schema is None or not path.startswith(_ACCOUNTS):
            raise errors.unsupported(f"POST {path}")
        self._note("iamcredentials", f"{schema}Request", body)
        self._check_caller(email, authorization, verb)
        if body.get("delegates"):
            raise errors.unsupported("delegates")
        answer = self._token(email, body) if verb == "generateAccessToken" else _sign(email, body)
        self._note("iamcredentials", f"{schema}Response", answer)
        return answer

    def _check_caller(self, email: str, authorization: str, verb: str) -> None:
        caller = self.identities.who(authorization)
        if caller is None:
            raise errors.unauthenticated("sheets")
        if not caller.scopes & {CLOUD, _IAM}:
            raise errors.insufficient_scopes("sheets")
        if caller.email not in self.may_use.get(email, ()):
            raise _no_permission("signJwt" if verb == "signJwt" else "getAccessToken")

    def _token(self, email: str, body: Json) -> Json:
        scopes = frozenset(body.get("scope") or ())
        seconds = float(str(body.get("lifetime") or "3600s").removesuffix("s"))
        if not scopes or not 0 < seconds <= 3600:
            raise errors.sheets(400, "Request contains an invalid argument.")
        token = self.identities.give(Caller(email, PROJECT, scopes), lifetime=seconds)
        # google-auth judges it by the real clock, as it does iat and exp of a JWT
        until = datetime.fromtimestamp(int(self.identities.jwt_time() + seconds), UTC)
        return {"accessToken": token, "expireTime": f"{until:%Y-%m-%dT%H:%M:%SZ}"}

    def _note(self, family: str, schema: str, body: Any) -> None:
        problems = check_body(family, schema, body, answer=schema.endswith("Response"))
        self.violations += [f"{family} {schema}: {problem}" for problem in problems]


def _sign(email: str, body: Json) -> Json:
    try:
        claims = json.loads(body.get("payload", ""))
    except ValueError as error:
        raise errors.sheets(400, "Request contains an invalid argument.") from error
    key_id, signed = signed_jwt(email, claims)
    return {"keyId": key_id, "signedJwt": signed}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _no_permission(what: str) -> Refusal:
    permission = f"iam.serviceAccounts.{what}"
    details: list[Json] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "IAM_PERMISSION_DENIED",
            "domain": "iam.googleapis.com",
            "metadata": {"permission": permission},
        }
    ]
    message = f"Permission '{permission}' denied on resource (or it may not exist)."
    return errors.sheets(403, message, details=details)
