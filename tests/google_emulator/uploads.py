"""Resumable uploads: one request says what comes, the next one brings it (Drive's guide).

The bytes come whole, in one PUT; in pieces they answer 501. A PUT that is sent again, because
its answer was lost, is answered as the first time and changes nothing.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from . import errors
from .world import Answer, Call

Do = Callable[[Call], Answer]


@dataclass
class Uploads:
    """The uploads that were begun."""

    _begun: dict[str, tuple[Call, Do]] = field(default_factory=dict)
    _done: dict[str, Answer] = field(default_factory=dict)

    def begin(self, call: Call, address: str, do: Do) -> Answer:
        """Answer with where the bytes are to be sent."""
        name = secrets.token_urlsafe(24)
        self._begun[name] = call, do
        query = urlencode({"uploadType": "resumable", "upload_id": name})
        return Answer(headers={"Location": f"{address}?{query}"})

    def finish(
        self,
        http: str,
        query: Mapping[str, list[str]],
        headers: Mapping[str, str],
        raw: bytes,
    ) -> Answer:
        """Take the bytes, and answer as the upload does."""
        name = query["upload_id"][0]
        if http != "PUT" or "Content-Range" in headers:
            raise errors.unsupported("an upload in pieces")
        if name not in self._begun:
            raise errors.drive(404, "notFound", "Not Found")
        if name not in self._done:
            call, do = self._begun[name]
            kind = headers.get("Content-Type", "")
            self._done[name] = do(replace(call, content_type=kind, raw=raw))
        return self._done[name]
