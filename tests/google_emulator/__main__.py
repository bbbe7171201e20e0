"""Run the emulator by itself: ``python -m tests.google_emulator --port N``.

Prints its address, then the ids of a shared drive and of a folder in a person's My Drive; the
service account and the accounts of --token may edit both. With --start the
clock stands at that time until POST /_emulator/clock moves it; without, it runs.
"""

import argparse
import json
import threading
from datetime import datetime
from pathlib import Path

from . import control
from .clock import Clock
from .files import FOLDER, File, root_of
from .server import Emulator

ROBOT = "may@du-an.iam.gserviceaccount.com"
PERSON = "dieu-phoi@example.vn"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.google_emulator",
        description=__doc__,
        epilog=control.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--credentials", type=Path, help="write a service-account file here")
    parser.add_argument(
        "--token", action="append", default=[], metavar="T=EMAIL", help="a token; may be repeated"
    )
    parser.add_argument("--start", type=_moment, metavar="2022-04-05T08:00+07:00", help="its clock")
    return parser


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text}: an offset is needed, as +07:00")
    return moment.timestamp()


def prepare(emulator: Emulator, tokens: list[str]) -> dict[str, str]:
    """Make a shared drive, and a person's folder that the others may edit; return their ids."""
    accounts = dict(text.partition("=")[::2] for text in tokens)
    for token, email in accounts.items():
        emulator.token(email, token)
    people = dict.fromkeys([ROBOT, PERSON, *accounts.values()], "organizer")
    drive = emulator.shared_drive(people)
    now = emulator.clock.now()
    own = File(
        emulator.store.new_id(), "Dân vận khéo", FOLDER, (root_of(PERSON),), now, now, PERSON
    )
    emulator.store.add(own)
    for email in people.keys() - {PERSON}:
        emulator.store.grant(own, "user", "writer", email)
    return {"drive": drive, "folder": own.id}


def main(arguments: list[str] | None = None) -> int:
    """Answer until interrupted."""
    options = _parser().parse_args(arguments)
    if wrong := [text for text in options.token if "=" not in text]:
        _parser().error(f"--token {wrong[0]}: T=EMAIL is needed")
    clock = Clock.running() if options.start is None else Clock(options.start)
    with Emulator(clock=clock, port=options.port) as emulator:
        places = prepare(emulator, options.token)
        if options.credentials:
            options.credentials.touch(mode=0o600)
            options.credentials.write_text(json.dumps(emulator.service_account(ROBOT), indent=2))
        print(emulator.url, flush=True)  # noqa: T201
        for name, place in places.items():
            print(f"{name} {place}", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
