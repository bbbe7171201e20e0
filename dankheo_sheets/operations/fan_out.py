"""Do one thing for many sheets: as many at once as the workspace takes, stopping where it must."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from dankheo_sheets.errors import Halted, WorkspaceError

T = TypeVar("T")
R = TypeVar("R")
_NOT_TRIED = Halted("")


class Track(Protocol):
    """Goes through items, showing progress under a title."""

    def __call__(self, items: Iterable[T], title: str, total: int) -> Iterable[T]:
        """Yield the `total` items."""
        ...


def silently(items: Iterable[T], title: str, total: int) -> Iterable[T]:
    """Show nothing: the :class:`Track` of tests and of rehearsals."""
    return items


@dataclass(frozen=True)
class FanOut(Generic[T, R]):
    """What came of doing one thing for many items; all three in the items' order."""

    done: tuple[tuple[T, R], ...]
    failed: tuple[tuple[T, WorkspaceError], ...]
    """Items that were refused, each for a reason of its own."""
    left: tuple[T, ...]
    """Items that were not tried, because of `halted`, or were refused with it."""
    halted: Halted | None
    """Why nothing more could be done for anybody."""


def fan_out(
    work: Callable[[T], R],
    items: Sequence[T],
    title: str,
    *,
    workers: int = 1,
    track: Track = silently,
) -> FanOut[T, R]:
    """Call `work` for every item, `workers` at once; a refusal of one does not stop the others.

    :class:`Halted` does: what is under way is finished, no other is begun.
    """
    stop = threading.Event()

    def attempt(item: T) -> R | WorkspaceError:
        if stop.is_set():
            return _NOT_TRIED
        try:
            return work(item)
        except WorkspaceError as error:
            if isinstance(error, Halted):
                stop.set()
            return error
        except BaseException:
            stop.set()
            raise

    done: list[tuple[T, R]] = []
    failed: list[tuple[T, WorkspaceError]] = []
    left: list[tuple[T, Halted]] = []
    pool = ThreadPoolExecutor(workers) if workers > 1 else None
    try:
        results = pool.map(attempt, items) if pool else map(attempt, items)
        tracked = track(results, title, len(items))
        for item, result in zip(items, tracked, strict=True):
            if isinstance(result, Halted):
                left.append((item, result))
            elif isinstance(result, WorkspaceError):
                failed.append((item, result))
            else:
                done.append((item, result))
    finally:
        stop.set()  # after an error or ^C nothing more is begun
        if pool:
            pool.shutdown()
    halted = next((error for _, error in left if error is not _NOT_TRIED), None)
    return FanOut(tuple(done), tuple(failed), tuple(item for item, _ in left), halted)
