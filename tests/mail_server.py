"""A real mail server on this machine: aiosmtpd behind TLS, with the faults a server can have.

It keeps what it took. A client trusts it through ``SSL_CERT_FILE``: ``server.environ`` is what a
program of ours needs in its environment, ``server.toml()`` what it needs in campaign.toml.
"""

import asyncio
import base64
import email
import email.policy
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, AnyStr, Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dankheo_sheets.campaign import Mail
from dankheo_sheets.mail.signing_in import PASSWORD

HOST = "127.0.0.1"
_LONGEST_AUTH = 12288
"""Bytes of a line that signs in (RFC 4954 §4): tokens are long."""


class Fault(StrEnum):
    """What happens when a mail has come in whole, instead of a reply."""

    DROP = "drop"
    """The line is dropped; the mail is not kept."""
    KEEP_AND_DROP = "keep-and-drop"
    """The mail is kept, the line dropped."""
    SILENCE = "silence"
    """Nothing; the mail is not kept."""


@dataclass(frozen=True)
class Received:
    """A mail that was taken."""

    sender: str
    to: tuple[str, ...]
    user: str
    """Who had signed in; "" for nobody."""
    data: bytes
    is_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, read."""
        message = email.message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        assert [part.defects for part in message.walk() if part.defects] == []
        return message


@dataclass
class MailServer:
    """The server; use it as a context manager. Its fields can be changed while it runs."""

    security: Literal["starttls", "tls", "none"] = "starttls"
    users: Mapping[str, str] = field(default_factory=dict)
    """User → password. Where there are any, nobody else is served."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """User → access token, likewise; for the way XOAUTH2."""
    no_token: str = '{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'
    """What is said of another token, before "535": base64 in a line "334"."""
    ways: Sequence[str] = ("PLAIN", "LOGIN")
    """How one may sign in."""
    sign_in: str = ""
    """A reply to every attempt to sign in, whatever the password."""
    refused: dict[str, str] = field(default_factory=dict)
    """Address → reply ("550 5.1.1 No such user"), to senders and receivers alike; "" drops the
    line."""
    on_mail: dict[int, Fault | str] = field(default_factory=dict)
    """What happens with the first, second, … mail that comes in whole: a fault, or a reply."""
    greeting: str = ""
    """Said instead of the usual greeting; then the line is closed."""
    is_silent: bool = False
    """It takes connections and never says a word."""
    names: Sequence[str] = (HOST, "localhost")
    """What its certificate is made out to."""
    lasts: timedelta = timedelta(days=1)
    """How long its certificate is valid from now on."""
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    signed_in: list[str] = field(default_factory=list)
    """How each attempt to sign in was made, right or wrong."""

    def __enter__(self) -> "MailServer":
        self._directory = tempfile.TemporaryDirectory()
        self.ca_file = Path(self._directory.name, "ca.pem")
        self._tls = _certified(Path(self._directory.name), self.names, self.lasts)
        self._lines: set[_Line] = set()
        self._mails = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail server")
        started = threading.Event()
        self._loop.call_soon(started.set)
        self._server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: _Line(self, self._loop),
                HOST,
                self.port,
                ssl=self._tls if self.security == "tls" else None,
            )
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._directory.cleanup()

    # --- for those who send to it ---------------------------------------------------------

    @property
    def environ(self) -> dict[str, str]:
        """What a program needs in its environment; the password is the first user's."""
        return {
            "SSL_CERT_FILE": str(self.ca_file),
            PASSWORD: next(iter(self.users.values()), ""),
        }

    def settings(self, **changes: Any) -> Mail:
        """Return [mail] as campaign.toml would have it; nothing is slow."""
        known = {
            "host": HOST,
            "port": self.port,
            "security": "tls" if self.security == "tls" else "starttls",
            "user": next(iter({**self.users, **self.tokens}), ""),
            "auth": "xoauth2" if self.tokens and not self.users else "password",
            "per_minute": 6000,
        }
        return Mail.model_validate(known | changes)

    def toml(self, **changes: Any) -> str:
        """Return those settings as text, to be put at the end of campaign.toml."""
        settings = self.settings(**changes).model_dump(exclude_defaults=True)
        lines = (
            f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"'
            for key, value in settings.items()
        )
        return "\n[mail]\n" + "\n".join(lines) + "\n"

    def hang_up(self, says: str = "") -> None:
        """Drop every line there is, with a last word ("421 4.4.2 Timeout") or without."""
        asyncio.run_coroutine_threadsafe(self._hang_up(says), self._loop).result()

    # --- inside ---------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _hang_up(self, says: str = "") -> None:
        for line in list(self._lines):
            if says:
                with suppress(asyncio.CancelledError):
                    await line.push(says)
            line.cut()
        await _settled()

    async def _stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        await self._hang_up()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _settled()

    def authenticate(self, way: str, given: LoginPassword) -> AuthResult:
        """Answer an attempt to sign in."""
        self.signed_in.append(way)
        if self.sign_in:
            return AuthResult(success=False, handled=False, message=self.sign_in)
        known = self.tokens if way == "XOAUTH2" else self.users
        user, secret = given.login.decode(), given.password.decode()
        right = user in known and known[user] == secret
        return AuthResult(success=right, handled=False, auth_data=given)

    async def take(self, line: "_Line", envelope: Envelope) -> str:
        """Keep a mail that has come in whole, or not; return the reply."""
        assert isinstance(envelope.content, bytes)
        self._mails += 1
        fault = self.on_mail.get(self._mails, "")
        if fault in ("", Fault.KEEP_AND_DROP):
            kept = Received(
                str(envelope.mail_from), tuple(envelope.rcpt_tos), line.user,
                envelope.content, line.is_encrypted,
            )  # fmt: skip
            self.received.append(kept)
        if fault is Fault.SILENCE:
            await asyncio.Event().wait()
        if isinstance(fault, Fault):
            line.cut()
            raise asyncio.CancelledError
        return fault or "250 2.0.0 OK"


class _Line(SMTP):
    """One connection."""

    def __init__(self, server: MailServer, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Hooks(server, self),
            hostname="mail.test",
            tls_context=server._tls if server.security == "starttls" else None,
            auth_require_tls=server.security == "starttls",
            auth_exclude_mechanism={"PLAIN", "LOGIN", "XOAUTH2"} - set(server.ways),
            authenticator=lambda _, __, ___, way, given: server.authenticate(way, given),
            loop=loop,
        )
        self.command_size_limits["AUTH"] = _LONGEST_AUTH
        self._mail_server = server
        self._has_greeted = False

    @property
    def is_encrypted(self) -> bool:
        return self._mail_server.security == "tls" or self._tls_protocol is not None

    @property
    def user(self) -> str:
        given = getattr(self.session, "auth_data", None)
        return given.login.decode() if isinstance(given, LoginPassword) else ""

    async def auth_XOAUTH2(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, args: list[str]
    ) -> AuthResult:
        """Sign in with a token, as Gmail and Microsoft 365 do; what is no token of ours gets 334.

        https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
        """
        user, bearer, *rest = base64.b64decode(args[1]).split(b"\1")
        assert (user[:5], bearer[:12], rest) == (b"user=", b"auth=Bearer ", [b"", b""])
        result = self._mail_server.authenticate("XOAUTH2", LoginPassword(user[5:], bearer[12:]))
        if not result.success and not self._mail_server.sign_in:
            assert await self.challenge_auth(self._mail_server.no_token) == b""
        return result

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._mail_server._lines:
            self._mail_server._lines.add(self)
            self._mail_server.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._mail_server._lines.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """Drop the line without a word."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.Transport):
                transport.abort()

    async def push(self, status: AnyStr) -> None:
        """Say something; after 421 the line is closed."""
        server = self._mail_server
        said = _text(status)
        if not self._has_greeted:
            self._has_greeted = True
            if server.is_silent:
                await asyncio.Event().wait()
            said = server.greeting or said
        await super().push(said.encode())
        if said.startswith(("421", server.greeting or "421")) and self.transport:
            self.transport.close()
            raise asyncio.CancelledError


class _Hooks:
    """What aiosmtpd asks at each step of a mail."""

    def __init__(self, server: MailServer, line: _Line) -> None:
        self._server, self._line = server, line

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (self._server.users or self._server.tokens) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return self._reply(address)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply(address)
        if address not in self._server.refused:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return await self._server.take(self._line, envelope)

    def _reply(self, address: str) -> str:
        reply = self._server.refused.get(address, "250 OK")
        if not reply:
            self._line.cut()
            raise asyncio.CancelledError
        return reply


def _text(said: str | bytes) -> str:
    return said if isinstance(said, str) else said.decode()


async def _settled() -> None:
    """Let what was cut off notice it."""
    for _ in range(10):
        await asyncio.sleep(0)


# --- certificates ---------------------------------------------------------------------------


def _certified(directory: Path, names: Sequence[str], lasts: timedelta) -> ssl.SSLContext:
    """Make an authority (ca.pem) and the server's certificate from it; return its context."""
    now = datetime.now(UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])

    def certificate(subject: x509.Name, public: Any, until: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(until)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False
            )
        )

    ca = (
        certificate(ca_name, ca_key.public_key(), now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
                encipher_only=False, decipher_only=False,
            ),
            True,
        )
        .sign(ca_key, hashes.SHA256())
    )  # fmt: skip
    own = (
        certificate(x509.Name([]), key.public_key(), now + lasts)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), True)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (directory / "ca.pem").write_bytes(ca.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "server.pem").write_bytes(private + own.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "server.pem")
    return context


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


# --- for pytest -----------------------------------------------------------------------------


def trust(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put into the environment what sending to this server needs."""
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Return a server that this process trusts, with one user; import it to use it."""
    with MailServer(users={"may": "mat-khau-may"}) as server:
        trust(server, monkeypatch)
        yield server
