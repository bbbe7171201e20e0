"""Who calls: accounts, access tokens, the token endpoint (issue 3, parts 1 and 10).

A service account signs a JWT with its key; the signature is verified here. An authorised user
has a refresh token. Tokens expire on the emulator's clock.
"""

import base64
import binascii
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .clock import Clock
from .errors import Json, Refusal

DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
EVERYTHING = frozenset({DRIVE, SHEETS})
CLOUD = "https://www.googleapis.com/auth/cloud-platform"
PROJECT = "603366585132"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True)
class Caller:
    """Who sends a request: the account, the app it goes through, what it was allowed."""

    email: str
    app: str = PROJECT
    scopes: frozenset[str] = EVERYTHING

    @property
    def is_service_account(self) -> bool:
        """Whether it is a robot, which has no storage (reference/google.md §2.1)."""
        return self.email.endswith(".gserviceaccount.com")

    @property
    def is_federated(self) -> bool:
        """Whether it is of another issuer, and has no address (reference/google.md §2.4)."""
        return self.email.startswith("principal://")


@dataclass(frozen=True)
class _Token:
    caller: Caller
    expires: float


@cache
def permission_id(email: str) -> str:
    """Return the id of a grantee: the same for an account everywhere (reference/google.md §3.2)."""
    return str(int(hashlib.sha256(email.lower().encode()).hexdigest()[:16], 16)).zfill(20)


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """Return the key of every service account of this process: short, as it is read often."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def client_of(app: str) -> tuple[str, str]:
    """Return id and secret of the OAuth client of an app."""
    return f"{app}.apps.googleusercontent.com", f"GOCSPX-{app}"


def signed_jwt(email: str, claims: Json) -> tuple[str, str]:
    """Return the id of a service account's key, and claims signed with it."""
    head = {"alg": "RS256", "kid": key_id_of(email), "typ": "JWT"}
    parts = [_encode(json.dumps(part).encode()) for part in (head, claims)]
    message = ".".join(parts).encode()
    signature = signing_key().sign(message, padding.PKCS1v15(), hashes.SHA256())
    return head["kid"], ".".join([*parts, _encode(signature)])


def key_id_of(email: str) -> str:
    """Return the id of the key of a service account."""
    return hashlib.sha256(email.encode()).hexdigest()[:40]


@dataclass
class Identities:
    """The accounts the emulator knows and the tokens it has given out."""

    clock: Clock
    lifetime: float = 3600.0
    jwt_time: Callable[[], float] = time.time
    """Judges ``iat`` and ``exp``, which google-auth takes from the real clock."""
    without_google: set[str] = field(default_factory=set)
    """Addresses with no Google account: sharing needs a mail (reference/google.md §3.3)."""
    organisations: set[str] = field(default_factory=set)
    """Domains whose accounts are of one organisation each; all others are people's own."""
    delegated: set[str] = field(default_factory=set)
    """Service accounts with domain-wide delegation (``subject``)."""
    _keys: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)
    _refresh: dict[str, Caller] = field(default_factory=dict)
    _tokens: dict[str, _Token] = field(default_factory=dict)

    @property
    def public_keys(self) -> list[rsa.RSAPublicKey]:
        """Return what is known of service accounts' keys."""
        return list(self._keys.values())

    def know(self, email: str) -> None:
        """Let there be a service account; what its key signs is believed."""
        self._keys[email] = signing_key().public_key()

    def service_account(self, email: str, token_uri: str) -> Json:
        """Return the contents of a service-account file that works with this emulator."""
        self.know(email)
        pem = signing_key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": "emulator",
            "private_key_id": key_id_of(email),
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": permission_id(email),
            "token_uri": token_uri,
        }

    def authorized_user(self, email: str, token_uri: str, app: str = "emulator-app") -> Json:
        """Return the contents of an authorised-user file that works with this emulator."""
        client_id, secret = client_of(app)
        return {
            "type": "authorized_user",
            "client_id": client_id,
            "client_secret": secret,
            "refresh_token": self.lasting(Caller(email, app, EVERYTHING | {DRIVE_FILE})),
            "token_uri": token_uri,
        }

    def lasting(self, caller: Caller) -> str:
        """Give out a refresh token."""
        refresh = f"1//{secrets.token_urlsafe(24)}"
        self._refresh[refresh] = caller
        return refresh

    def give(self, caller: Caller, token: str = "", lifetime: float | None = None) -> str:
        """Give out an access token: a given one lives for ever."""
        text = token or f"ya29.{secrets.token_urlsafe(32)}"
        wanted = self.lifetime if lifetime is None else lifetime
        expires = float("inf") if token and lifetime is None else self.clock.now() + wanted
        self._tokens[text] = _Token(caller, expires)
        return text

    def who(self, authorization: str) -> Caller | None:
        """Return who holds a token, unless it is unknown or has expired."""
        scheme, _, text = authorization.partition(" ")
        token = self._tokens.get(text.strip())
        if scheme.lower() != "bearer" or token is None or token.expires <= self.clock.now():
            return None
        return token.caller

    def expire_tokens(self) -> None:
        """Let every token given out so far be refused from now on."""
        now = self.clock.now()
        self._tokens = {
            text: token if token.expires == float("inf") else _Token(token.caller, now)
            for text, token in self._tokens.items()
        }

    def revoke(self, email: str) -> None:
        """Take back the refresh tokens and the keys of an account."""
        self._keys.pop(email, None)
        self._refresh = {key: who for key, who in self._refresh.items() if who.email != email}

    # --- the token endpoint ---------------------------------------------------------------

    def grant(self, form: dict[str, str]) -> Json:
        """Answer ``POST /token``."""
        kind = form.get("grant_type", "")
        if kind == JWT_BEARER:
            caller = self._from_jwt(form.get("assertion", ""))
        elif kind == "refresh_token":
            caller = self._from_refresh(form)
        else:
            raise oauth(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")
        return self.issue(caller)

    def issue(self, caller: Caller) -> Json:
        """Return the answer that carries a new access token."""
        return {
            "access_token": self.give(caller, lifetime=self.lifetime),
            "expires_in": int(self.lifetime) - 1,
            "scope": " ".join(sorted(caller.scopes)),
            "token_type": "Bearer",
        }

    def _from_refresh(self, form: dict[str, str]) -> Caller:
        caller = self._refresh.get(form.get("refresh_token", ""))
        if caller is None:
            raise oauth(400, "invalid_grant", "Token has been expired or revoked.")
        if (form.get("client_id"), form.get("client_secret")) != client_of(caller.app):
            raise oauth(401, "invalid_client", "The OAuth client was not found.")
        scopes = frozenset(form.get("scope", "").split()) or caller.scopes
        if not scopes <= caller.scopes:
            raise oauth(400, "invalid_scope", "Bad Request")
        return Caller(caller.email, caller.app, scopes)

    def _from_jwt(self, assertion: str) -> Caller:
        try:
            head, claims_part, signature = assertion.split(".")
            claims: Json = json.loads(_decode(claims_part))
            signed = _decode(signature)
        except (ValueError, binascii.Error) as error:
            raise oauth(400, "invalid_grant", "Bad Request") from error
        issuer = str(claims.get("iss", ""))
        key = self._keys.get(issuer)
        if key is None:
            raise oauth(400, "invalid_grant", "Invalid grant: account not found")
        try:
            message = f"{head}.{claims_part}".encode()
            key.verify(signed, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise oauth(400, "invalid_grant", "Invalid JWT Signature.") from error
        now, issued, expires = self.jwt_time(), claims.get("iat", 0), claims.get("exp", 0)
        if not (issued - 300 <= now < expires <= issued + 3600):
            raise oauth(
                400,
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim.",
            )
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise oauth(400, "invalid_scope", "Empty or missing scope not allowed.")
        subject = str(claims.get("sub", issuer))
        if subject != issuer and issuer not in self.delegated:
            raise oauth(
                401,
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client "
                "not authorized for any of the scopes requested.",
            )
        return Caller(subject, PROJECT, scopes)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def oauth(status: int, error: str, description: str) -> Refusal:
    """Refuse as the token server does."""
    return Refusal(status, {"error": error, "error_description": description})
