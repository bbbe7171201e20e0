"""Which program this is: what it was installed as, to the last line that judges or draws."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

_SAMPLE = "example"
"""Only a wheel has it, and it judges nothing: whoever runs from the source is the same program."""
_LIBRARIES = ("python-calamine", "lxml", "xlsxwriter", "python-docx", "pandas", "jinja2")
"""Those that read what units hand in, or write the results."""


@cache
def fingerprint() -> str:
    """Return a checksum of this package's files and of the libraries it reads and writes with.

    Results made by another program are made anew; what was closed stays as it was judged.
    """
    here = Path(__file__).parent
    found = sorted(
        path
        for path in here.rglob("*")
        if path.suffix not in ("", ".pyc") and path.relative_to(here).parts[0] != _SAMPLE
    )
    digest = hashlib.sha256()
    for path in found:
        if path.is_file():
            digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()
