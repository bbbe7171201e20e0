"""Do one thing for many sheets: as many at once as the workspace takes, stopping where it must."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from dankheo_sheets.errors import Halted, WorkspaceError
from dankheo_sheets.steps.job import Track, silently

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Each(Generic[T, R]):
    """What came of doing one thing for many items; all three in the items' order."""

    done: tuple[tuple[T, R], ...]
    failed: tuple[tuple[T, WorkspaceError], ...]
    """Items that were refused, each for a reason of its own."""
    left: tuple[T, ...]
    """Items that were not tried, because of `halted`, or were refused with it."""
    halted: Halted | None
    """Why nothing more could be done for anybody."""


def each(
    work: Callable[[T], R],
    items: Sequence[T],
    title: str,
    *,
    workers: int = 1,
    track: Track = silently,
) -> Each[T, R]:
    """Call `work` for every item, `workers` at once; a refusal of one does not stop the others.

    :class:`Halted` does: what is under way is finished, no other is begun.
    """
    halted: list[Halted] = []
    stop = threading.Event()
    not_tried = object()

    def attempt(item: T) -> R | WorkspaceError | object:
        if stop.is_set():
            return not_tried
        try:
            return work(item)
        except Halted as error:
            stop.set()
            halted.append(error)
            return not_tried
        except WorkspaceError as error:
            return error
        except BaseException:
            stop.set()
            raise

    done: list[tuple[T, R]] = []
    failed: list[tuple[T, WorkspaceError]] = []
    left: list[T] = []
    with _mapping(workers, stop) as mapped:
        results = track(mapped(attempt, items), title, len(items))
        for item, result in zip(items, results, strict=True):
            if result is not_tried:
                left.append(item)
            elif isinstance(result, WorkspaceError):
                failed.append((item, result))
            else:
                done.append((item, cast(R, result)))
    return Each(tuple(done), tuple(failed), tuple(left), halted[0] if halted else None)


@contextmanager
def _mapping(workers: int, stop: threading.Event) -> Iterator[Callable[..., Iterator[object]]]:
    """Give a `map`, over threads where there are several workers."""
    if workers == 1:
        yield map
        return
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool.map
        finally:
            stop.set()  # after an error or ^C nothing more is begun
