"""Everything of signing in that is reached over HTTP: tokens, Google's page, federation."""

from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

from . import errors
from .clock import Clock
from .consent import PAGES, Consent
from .errors import Json
from .federation import Federation
from .identities import Identities
from .world import Answer


class SigningIn:
    """Routes a request to whoever signs in, or leaves it to Drive and Sheets."""

    def __init__(self, clock: Clock, identities: Identities, violations: list[str]) -> None:
        self.consent = Consent(clock)
        self.federation = Federation(identities, violations)
        self._identities = identities

    def answer(
        self,
        http: str,
        path: str,
        query: Mapping[str, list[str]],
        authorization: str,
        raw: bytes,
    ) -> Answer | None:
        """Return the answer, or nothing when the request is about something else."""
        if http == "GET" and path in PAGES:
            return self.consent.page(query)
        if http != "POST":
            return None
        if path == "/token":
            return Answer(body=self._grant(_form(raw) | _basic(authorization)))
        if path == "/v1/token":
            return Answer(body=self.federation.exchange(_form(raw)))
        if path.startswith("/v1/projects/"):
            body = errors.read_json(raw)
            return Answer(body=self.federation.credentials(path, authorization, body))
        return None

    def _grant(self, form: dict[str, str]) -> Json:
        if form.get("grant_type") != "authorization_code":
            return self._identities.grant(form)
        caller, lasting = self.consent.redeem(form)
        answer = self._identities.issue(caller)
        if lasting:
            answer["refresh_token"] = self._identities.lasting(caller)
        return answer


def _form(raw: bytes) -> dict[str, str]:
    return {key: texts[0] for key, texts in parse_qs(raw.decode()).items()}


def _basic(authorization: str) -> dict[str, str]:
    """Return the client that names itself in the header instead of the body."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "basic":
        return {}
    client, _, secret = b64decode(text).decode().partition(":")
    return {"client_id": unquote(client), "client_secret": unquote(secret)}
