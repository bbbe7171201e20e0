"""The emulator itself: requests come in over HTTP, are checked, counted, answered, noted down."""

import copy
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import (
    control,
    copying,
    drive,
    errors,
    filing,
    people,
    permissions,
    schema,
    sheets,
    strict,
    values,
)
from .clock import Clock
from .errors import Json, Refusal
from .faults import HTML, Fault, Faults
from .files import Store
from .http import Server
from .identities import Caller, Identities
from .quotas import Limits, Quotas
from .signing_in import SigningIn
from .uploads import Uploads
from .world import Answer, Call, World

ROUTES: dict[str, Callable[[Call], Json | Answer]] = {
    "drive.about.get": drive.about,
    "drive.drives.get": drive.get_drive,
    "drive.files.list": drive.list_files,
    "drive.files.get": drive.get,
    "drive.files.create": filing.create,
    "drive.files.copy": filing.copy,
    "drive.files.update": filing.update,
    "drive.files.delete": filing.delete,
    "drive.files.export": drive.export_file,
    "drive.comments.list": drive.comments,
    "drive.permissions.list": permissions.list_all,
    "drive.permissions.get": permissions.get,
    "drive.permissions.create": permissions.create,
    "drive.permissions.update": permissions.update,
    "drive.permissions.delete": permissions.delete,
    "sheets.spreadsheets.create": sheets.create,
    "sheets.spreadsheets.get": sheets.get,
    "sheets.spreadsheets.batchUpdate": sheets.batch_update,
    "sheets.spreadsheets.sheets.copyTo": copying.copy_to,
    "sheets.spreadsheets.values.get": values.get,
    "sheets.spreadsheets.values.batchGet": values.batch_get,
    "sheets.spreadsheets.values.update": values.update,
    "sheets.spreadsheets.values.batchUpdate": values.batch_update,
    "sheets.spreadsheets.values.clear": values.clear,
    "sheets.spreadsheets.values.batchClear": values.batch_clear,
    "sheets.spreadsheets.values.append": values.append,
}


@dataclass(frozen=True)
class Request:
    """A request as it came in, and how it was answered."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    status: int
    call: str = ""
    """The method of the API, as ``drive.files.copy``; empty when it was none."""
    who: str = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Request":
        return self


@dataclass
class Wire:
    """What goes out: an answer, and how the connection treats it."""

    answer: Answer
    drop: bool = False
    cut: bool = False


@dataclass
class Emulator:
    """Google Drive, Google Sheets and the token endpoint, on a port of this machine.

    Use it as a context manager. ``url`` is where it listens; ``log`` is what was asked;
    ``violations`` is everything, asked or answered, that Google's published schema does not
    allow. The clock stands still unless one that runs is given.
    """

    clock: Clock = field(default_factory=Clock.still)
    limits: Limits = field(default_factory=Limits)
    port: int = 0
    log: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.identities = Identities(self.clock)
        self._signing_in = SigningIn(self.clock, self.identities, self.violations)
        self.consent = self._signing_in.consent
        self.federation = self._signing_in.federation
        self.store = Store(self.clock)
        self.quotas = Quotas(self.clock, self.limits)
        self.world = World(self.clock, self.identities, self.store, self.quotas)
        self._uploads = Uploads()
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._server = Server(self.port, self.respond, lambda: self.clock.now())

    def __enter__(self) -> "Emulator":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.stop()

    @property
    def url(self) -> str:
        """Return where it listens: ``http://127.0.0.1:PORT``."""
        return self._server.url

    # --- what tests and people do to it ---------------------------------------------------

    def service_account(self, email: str = "may@du-an.iam.gserviceaccount.com") -> Json:
        """Return a service-account file (as a dict) that works here."""
        return self.identities.service_account(email, f"{self.url}/token")

    def authorized_user(self, email: str = "dieu-phoi@example.vn") -> Json:
        """Return an authorised-user file (as a dict) that works here."""
        return self.identities.authorized_user(email, f"{self.url}/token")

    def application(self, app: str = "emulator-app") -> Json:
        """Return an OAuth client file (as a dict); ``consent.agrees`` says who will agree."""
        return self.consent.application(self.url, app)

    def external_account(
        self,
        token_file: Path,
        email: str = "may@du-an.iam.gserviceaccount.com",
        lifetime: float = float("inf"),
    ) -> Json:
        """Return an external_account file (as a dict) that may use a service account.

        What is in ``token_file`` is believed as the token of the job; it is written if new.
        """
        return self.federation.external_account(self.url, token_file, email, lifetime)

    def token(self, email: str, token: str = "", scopes: frozenset[str] | None = None) -> str:
        """Return an access token of an account, or let a given text be one for ever."""
        caller = Caller(email) if scopes is None else Caller(email, scopes=scopes)
        return self.identities.give(caller, token)

    def shared_drive(self, members: Mapping[str, str], name: str = "Dân vận khéo") -> str:
        """Make a shared drive with members (e-mail to role); return its id."""
        with self._lock:
            return self.store.add_drive(f"0A{self.store.new_id()[-12:]}PVA", name, dict(members)).id

    def type_into(
        self, file_id: str, a1_range: str, rows: list[list[Any]], email: str, *, raw: bool = False
    ) -> None:
        """Type into a sheet as a person in a browser: access holds, quotas and the log do not.

        An empty e-mail is somebody with the link who is not signed in. Raises ``Refusal``.
        """
        with self._lock:
            people.type_into(self.world, file_id, a1_range, rows, email, raw=raw)

    def edit(self, file_id: str, requests: list[Json], email: str) -> None:
        """Change a sheet as a person in a browser: the same requests as batchUpdate takes."""
        with self._lock:
            people.edit(self.world, file_id, requests, email)

    def put_picture(self, file_id: str, a1_cell: str, email: str) -> None:
        """Lay a picture over the cells, as a person in a browser."""
        with self._lock:
            people.put_picture(self.world, file_id, a1_cell, email)

    def calls(self) -> list[str]:
        """Return the methods that were called, in order."""
        return [request.call for request in self.log if request.call]

    def snapshot(self) -> dict[str, Any]:
        """Return all that it remembers, for `restore`."""
        machinery = {"_lock", "_closing", "_server"}
        with self._lock:
            held = {name: it for name, it in self.__dict__.items() if name not in machinery}
            return self._twin(held)

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to a moment, any number of times; the port stays.

        What it consists of (``store``, ``clock``, …) is made anew: ask for it again.
        """
        with self._lock:
            self.__dict__.update(self._twin(snapshot))

    def _twin(self, held: dict[str, Any]) -> dict[str, Any]:
        # Keys cannot be copied and do not change.
        keys = held["identities"].public_keys
        return copy.deepcopy(held, {id(it): it for it in (self, *keys)})

    # --- answering ------------------------------------------------------------------------

    def respond(self, http: str, target: str, headers: Mapping[str, str], raw: bytes) -> Wire:
        """Answer one request: the fault it meets first, then the work."""
        parts = urlsplit(target)
        if parts.path.startswith("/_emulator/"):
            with self._lock:
                return Wire(control.answer(self, http, parts.path, raw))
        with self._lock:
            fault = self.faults.meet(http, parts.path)
        if fault is not None and fault.action == "slow":
            self._closing.wait(fault.seconds)
        spoils = fault is not None and fault.action != "slow"
        query = parse_qs(parts.query, keep_blank_values=True)
        request = _Incoming(http, parts.path, query, headers, raw)
        answer = Answer()
        if fault is None or not spoils or fault.committed or fault.action == "cut":
            with self._lock:
                answer = self._work(request)
        if fault is not None and spoils:
            answer = self._spoil(fault, request, answer)
        drop = fault is not None and fault.action == "drop"
        self._note(request, 0 if drop else answer.status)
        return Wire(answer, drop=drop, cut=fault is not None and fault.action == "cut")

    def _spoil(self, fault: Fault, request: "_Incoming", answer: Answer) -> Answer:
        if fault.action == "cut":
            return answer
        if fault.action == "html" or fault.body is not None:
            status = 429 if fault.action == "html" else fault.status
            kind = "text/html; charset=UTF-8" if fault.action == "html" else "application/json"
            return Answer(status, (fault.body or HTML).encode(), kind)
        return _refused(fault.refusal(request.family))

    def _note(self, request: "_Incoming", status: int) -> None:
        found = schema.find(request.http, request.path)
        body: Any = None
        if request.is_json and request.raw:
            try:
                body = request.body
            except Refusal:
                body = request.raw.decode(errors="replace")
        caller = self.identities.who(request.headers.get("Authorization", ""))
        who = caller.email if caller else ""
        call = found[0].id if found else ""
        with self._lock:
            noted = Request(request.http, request.path, request.query, body, status, call, who)
            self.log.append(noted)

    def _work(self, request: "_Incoming") -> Answer:
        try:
            authorization = request.headers.get("Authorization", "")
            signed_in = self._signing_in.answer(
                request.http, request.path, request.query, authorization, request.raw
            )
            return self._call(request) if signed_in is None else signed_in
        except Refusal as refusal:
            return _refused(refusal)
        except Exception as error:  # a mistake of the emulator: seen by every test, and loud
            self.violations.append(f"{request.http} {request.path}: {error!r}")
            raise

    def _call(self, request: "_Incoming") -> Answer:
        if "upload_id" in request.query:
            return self._uploads.finish(request.http, request.query, request.headers, request.raw)
        found = schema.find(request.http, request.path)
        if found is None:
            raise errors.unsupported(f"{request.http} {request.path}")
        method, path, upload = found
        caller = self._caller(request, method)
        self.quotas.spend(method.id, caller)
        if method.id not in ROUTES:
            raise errors.unsupported(method.id)
        resumable = upload and request.query.get("uploadType") == ["resumable"]
        body = request.body if request.is_json and (resumable or not upload) else {}
        call = Call(
            self.world,
            method,
            caller,
            path,
            dict(request.query),
            body,
            upload,
            request.headers.get("Content-Type", ""),
            request.raw,
        )
        strict.check(call, self.violations)
        if resumable and not request.is_json:
            raise errors.unsupported("bytes together with the beginning of a resumable upload")
        if resumable:
            return self._uploads.begin(call, f"{self.url}{request.path}", self._answer)
        return self._answer(call)

    def _answer(self, call: Call) -> Answer:
        method = call.method
        answer = _finished(ROUTES[method.id](call))
        if isinstance(answer.body, dict) and method.response:
            problems = schema.check_body(method.family, method.response, answer.body, answer=True)
            self.violations += [f"answer of {method.id}: {problem}" for problem in problems]
        return answer

    def _caller(self, request: "_Incoming", method: schema.Method) -> Caller:
        authorization = request.headers.get("Authorization", "")
        if not authorization:
            raise errors.unregistered(method.family, request.http)
        caller = self.identities.who(authorization)
        if caller is None:
            raise errors.unauthenticated(method.family)
        if caller.is_federated:
            raise errors.unsupported("Drive for an identity that is no account")
        if not caller.scopes & set(method.spec.get("scopes", [])):
            raise errors.insufficient_scopes(method.family)
        return caller


@dataclass(frozen=True)
class _Incoming:
    http: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def family(self) -> str:
        """Return ``drive``, ``sheets`` or ``token``."""
        if self.path in {"/token", "/v1/token"}:
            return "token"
        return "sheets" if self.path.startswith(("/v4/", "/v1/projects/")) else "drive"

    @cached_property
    def body(self) -> Json:
        """Return the JSON object of the body; refuses one that is none."""
        return errors.read_json(self.raw)

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON (none at all counts too)."""
        kind = self.headers.get("Content-Type", "application/json")
        return kind.partition(";")[0].strip() == "application/json"


def _finished(result: Json | Answer) -> Answer:
    return result if isinstance(result, Answer) else Answer(body=result)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body, headers=dict(refusal.headers))
