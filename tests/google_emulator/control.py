"""The control endpoints: setting the stage, and acting as a person, from another process.

===============================  ==============================================================
``POST /_emulator/type``         ``{file, range, rows, email, raw?}``: a person types; an empty
                                 e-mail is somebody with the link who is not signed in
``POST /_emulator/edit``         ``{file, requests, email}``: the requests of batchUpdate
``POST /_emulator/picture``      ``{file, cell, email}``: a picture over the cells
``GET /_emulator/files``         id, name, kind, properties, permissions, lock, version of each
``GET /_emulator/mails``         the notifications Drive would have sent
``POST /_emulator/clock``        ``{advance: seconds}``
``POST /_emulator/limits``       fields of ``Limits``; null is no limit
``POST /_emulator/delays``       ``{listing, lock, permission}``, in seconds
``POST /_emulator/expire_tokens``  every token given out so far is refused from now on
``POST /_emulator/consent``      ``{agrees}``: who agrees on Google's page; empty: they refuse
``POST /_emulator/results``      ``{formula: value}``: what formulas come to
``POST /_emulator/faults``       fields of ``Fault``; ``GET`` shows, ``DELETE`` forgets them
``GET /_emulator/log``           every request so far; ``DELETE`` forgets them
``GET /_emulator/violations``    what Google's published schema does not allow
===============================  ==============================================================
"""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, TypeAlias

from . import errors
from .errors import Json, Refusal
from .files import Delays, File
from .quotas import Limits
from .world import Answer

if TYPE_CHECKING:
    from .server import Emulator

Action: TypeAlias = "Callable[[Emulator, Json], Json | None]"


def answer(emulator: "Emulator", http: str, path: str, raw: bytes) -> Answer:
    """Do what is asked; nothing to say is 204, a body that is not understood 400."""
    action = _ACTIONS.get((http, path.removeprefix("/_emulator/")))
    try:
        if action is None:
            raise errors.unsupported(f"{http} {path}")
        said = action(emulator, errors.read_json(raw))
    except Refusal as refusal:
        return Answer(refusal.status, refusal.body)
    except (KeyError, TypeError, ValueError) as error:
        message = f"{type(error).__name__}: {error}"
        return Answer(400, {"error": {"code": 400, "message": message}})
    return Answer(204) if said is None else Answer(body=said)


# --- people ---------------------------------------------------------------------------------


def _type(emulator: "Emulator", body: Json) -> None:
    known = {"file", "range", "rows", "email", "raw"}
    _only(body, known)
    raw = bool(body.get("raw", False))
    emulator.type_into(body["file"], body["range"], body["rows"], body["email"], raw=raw)


def _edit(emulator: "Emulator", body: Json) -> None:
    _only(body, {"file", "requests", "email"})
    emulator.edit(body["file"], body["requests"], body["email"])


def _picture(emulator: "Emulator", body: Json) -> None:
    _only(body, {"file", "cell", "email"})
    emulator.put_picture(body["file"], body["cell"], body["email"])


def _only(body: Json, known: set[str]) -> None:
    if extra := body.keys() - known:
        raise ValueError(f"no such key: {sorted(extra)[0]}")


# --- the stage ------------------------------------------------------------------------------


def _clock(emulator: "Emulator", body: Json) -> Json:
    _only(body, {"advance"})
    emulator.clock.advance(float(body.get("advance", 0)))
    return {"now": emulator.clock.now()}


def _limits(emulator: "Emulator", body: Json) -> Json:
    limits = emulator.quotas.limits
    _only(body, {item.name for item in fields(Limits)})
    for name, limit in body.items():
        if limit is not None and not isinstance(limit, int):
            raise TypeError(f"{name}: {limit!r} is no number")
        setattr(limits, name, limit)
    return asdict(limits)


def _delays(emulator: "Emulator", body: Json) -> Json:
    emulator.store.delays = Delays(**{name: float(value) for name, value in body.items()})
    return asdict(emulator.store.delays)


def _expire(emulator: "Emulator", body: Json) -> None:
    emulator.identities.expire_tokens()


def _consent(emulator: "Emulator", body: Json) -> None:
    _only(body, {"agrees"})
    emulator.consent.agrees = str(body["agrees"])


def _results(emulator: "Emulator", body: Json) -> None:
    emulator.world.results.update(body)


def _add_fault(emulator: "Emulator", body: Json) -> Json:
    return asdict(emulator.faults.add_from(body))


def _forget_faults(emulator: "Emulator", body: Json) -> None:
    emulator.faults.clear()


def _forget_log(emulator: "Emulator", body: Json) -> None:
    emulator.log.clear()


# --- what there is --------------------------------------------------------------------------


def _faults(emulator: "Emulator", body: Json) -> Json:
    return {"faults": [asdict(fault) for fault in emulator.faults.waiting]}


def _log(emulator: "Emulator", body: Json) -> Json:
    return {"requests": [asdict(request) for request in emulator.log]}


def _violations(emulator: "Emulator", body: Json) -> Json:
    return {"violations": list(emulator.violations)}


def _mails(emulator: "Emulator", body: Json) -> Json:
    return {"mails": [asdict(mail) for mail in emulator.world.mails]}


def _files(emulator: "Emulator", body: Json) -> Json:
    return {"files": [_file(file) for file in emulator.store.files.values()]}


def _file(file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime,
        "parents": list(file.parents),
        "trashed": file.trashed,
        "properties": file.properties,
        "permissions": list(file.permissions.values()),
        "restriction": file.restriction,
        "version": file.version,
        "modifier": file.modifier,
    }


_ACTIONS: dict[tuple[str, str], Action] = {
    ("POST", "type"): _type,
    ("POST", "edit"): _edit,
    ("POST", "picture"): _picture,
    ("GET", "files"): _files,
    ("GET", "mails"): _mails,
    ("POST", "clock"): _clock,
    ("POST", "limits"): _limits,
    ("POST", "delays"): _delays,
    ("POST", "expire_tokens"): _expire,
    ("POST", "consent"): _consent,
    ("POST", "results"): _results,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _forget_faults,
    ("GET", "log"): _log,
    ("DELETE", "log"): _forget_log,
    ("GET", "violations"): _violations,
}
