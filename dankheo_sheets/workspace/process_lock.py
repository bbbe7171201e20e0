"""A lock between processes: a file that whoever may write its directory may hold."""

from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from dankheo_sheets import files


def process_lock(path: Path, timeout: float = -1) -> FileLock:
    """Return the lock of `path`; `timeout` in seconds, -1 waits for ever.

    It goes with the process that holds it. Acquiring raises :class:`filelock.Timeout`, and OSError
    where the file cannot be opened.
    """

    def share(_: int) -> None:
        with suppress(OSError):  # a colleague's: it is open to us, else it were not held
            files.share(path)

    return FileLock(path, timeout=timeout, mode=0o666, on_acquired=share)
