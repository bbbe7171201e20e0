"""A person agrees on Google's page: the authorisation-code grant (RFC 6749 §4.1).

The page is not shown: it sends the browser back at once, with what :attr:`Consent.agrees` says.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .clock import Clock
from .errors import Json
from .identities import Caller, client_of, oauth
from .world import Answer

PAGES = {"/o/oauth2/auth", "/o/oauth2/v2/auth"}
_LIFETIME = 600.0
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class _Code:
    """What was agreed to; a code is good once, and for ten minutes."""

    caller: Caller
    client_id: str
    redirect_uri: str
    challenge: str
    way: str
    expires: float
    lasting: bool


@dataclass
class Consent:
    """Who agrees to what on Google's page."""

    clock: Clock
    agrees: str = "dieu-phoi@example.vn"
    """The account that agrees; empty: the person refuses."""
    granted: frozenset[str] | None = None
    """The scopes they leave ticked; ``None`` is all that were asked for."""
    _apps: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _agreed_before: set[tuple[str, str]] = field(default_factory=set)

    def application(self, url: str, app: str) -> Json:
        """Return an OAuth client file (desktop application) that works with this emulator."""
        client_id, secret = client_of(app)
        self._apps[client_id] = app
        return {
            "installed": {
                "client_id": client_id,
                "project_id": "emulator",
                "auth_uri": f"{url}/o/oauth2/auth",
                "token_uri": f"{url}/token",
                "client_secret": secret,
                "redirect_uris": ["http://localhost"],
            }
        }

    # --- the page -------------------------------------------------------------------------

    def page(self, query: Mapping[str, list[str]]) -> Answer:
        """Answer the page: back to the application, with a code or with a refusal."""
        asked = {name: texts[0] for name, texts in query.items()}
        target = urlsplit(asked.get("redirect_uri", ""))
        app = self._apps.get(asked.get("client_id", ""))
        if app is None:
            return _error(401, "invalid_client")
        if target.scheme != "http" or target.hostname not in _HERE:
            return _error(400, "redirect_uri_mismatch")
        scopes = frozenset(asked.get("scope", "").split())
        if asked.get("response_type") != "code" or not scopes:
            return _error(400, "invalid_request")
        if asked.get("code_challenge_method", "plain") not in {"plain", "S256"}:
            return _error(400, "invalid_request")
        said = {"error": "access_denied"}
        if self.agrees:
            given = scopes if self.granted is None else scopes & self.granted
            said = {"code": self._code(app, asked, given), "scope": " ".join(sorted(given))}
        if "state" in asked:
            said = {"state": asked["state"], **said}
        answered = urlencode([*parse_qsl(target.query), *said.items()])
        location = urlunsplit(target._replace(query=answered))
        return Answer(302, content_type="text/html; charset=UTF-8", headers={"Location": location})

    def _code(self, app: str, asked: Mapping[str, str], scopes: frozenset[str]) -> str:
        code = f"4/{secrets.token_urlsafe(32)}"
        pair = (asked["client_id"], self.agrees)
        # A lasting sign-in is given the first time only, or when consent is asked for again.
        fresh = pair not in self._agreed_before or "consent" in asked.get("prompt", "").split()
        self._agreed_before.add(pair)
        self._codes[code] = _Code(
            Caller(self.agrees, app, scopes),
            asked["client_id"],
            asked["redirect_uri"],
            asked.get("code_challenge", ""),
            asked.get("code_challenge_method", "plain"),
            self.clock.now() + _LIFETIME,
            lasting=fresh and asked.get("access_type") == "offline",
        )
        return code

    # --- the code -------------------------------------------------------------------------

    def redeem(self, form: Mapping[str, str]) -> tuple[Caller, bool]:
        """Return who agreed, and whether they get a refresh token; the code is spent."""
        client_id = form.get("client_id", "")
        app = self._apps.get(client_id)
        if app is None or client_of(app) != (client_id, form.get("client_secret")):
            raise oauth(401, "invalid_client", "The OAuth client was not found.")
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client_id != client_id or code.expires <= self.clock.now():
            raise oauth(400, "invalid_grant", "Malformed auth code.")
        if code.redirect_uri != form.get("redirect_uri"):
            raise oauth(400, "redirect_uri_mismatch", "Bad Request")
        verifier = form.get("code_verifier", "")
        if code.challenge and not verifier:
            raise oauth(400, "invalid_grant", "Missing code verifier.")
        if code.challenge and _challenge(verifier, code.way) != code.challenge:
            raise oauth(400, "invalid_grant", "Invalid code verifier.")
        return code.caller, code.lasting


def _challenge(verifier: str, way: str) -> str:
    if way == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _error(status: int, reason: str) -> Answer:
    """Show the page that tells the person of a mistake: it does not send them back."""
    text = f"<html><body><h1>Access blocked</h1><p>Error {status}: {reason}</p></body></html>"
    return Answer(status, text.encode(), "text/html; charset=UTF-8")
