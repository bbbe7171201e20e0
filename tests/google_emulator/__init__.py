"""An emulator of Google Drive v3, Sheets v4 and the OAuth token endpoint, over real HTTP.

It behaves as the facts in docs say Google does, keeps state, and answers 501 to whatever it does
not know: it never pretends. In a test::

    with Emulator() as google:
        credentials = google.service_account()      # contents of a service-account file
        google.faults.add(Fault(path="/copy", action="drop", committed=True))
        ... talk to google.url ...
        google.type_into(file_id, "A1", [["1,5"]], "don-vi@example.vn")     # as a person
        assert google.violations == []              # nothing against Google's published schema

By itself: ``python -m tests.google_emulator --port 8085``; :mod:`.control` says what another
process can do to it then.
"""

from .clock import Clock
from .errors import Refusal
from .faults import Fault
from .files import Delays
from .identities import Caller
from .quotas import Limits
from .server import Emulator, Request

__all__ = ["Caller", "Clock", "Delays", "Emulator", "Fault", "Limits", "Refusal", "Request"]
