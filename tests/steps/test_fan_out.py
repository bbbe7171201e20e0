"""One thing for many: refusals are collected, what stops everybody stops, in all threads."""

import threading
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.errors import SheetBusy, WorkspaceError
from dankheo_sheets.operations.fan_out import fan_out
from dankheo_sheets.workspace.google.errors import TryLater

WORKERS = pytest.mark.parametrize("workers", [1, 3])


@WORKERS
def test_results_come_with_their_items_in_order(workers: int) -> None:
    result = fan_out(lambda n: n * n, [3, 1, 2], "việc", workers=workers)

    assert result.done == ((3, 9), (1, 1), (2, 4))
    assert (result.failed, result.left, result.halted) == ((), (), None)


@WORKERS
def test_a_refusal_of_one_does_not_stop_the_others(workers: int) -> None:
    busy = SheetBusy("đang mở")

    def work(n: int) -> int:
        if n == 2:
            raise busy
        return n

    result = fan_out(work, [1, 2, 3], "việc", workers=workers)

    assert result.done == ((1, 1), (3, 3))
    assert result.failed == ((2, busy),)


@WORKERS
def test_what_stops_everybody_leaves_the_rest_untried(workers: int) -> None:
    tried = []
    stop = TryLater("hết lượt")

    def work(n: int) -> None:
        tried.append(n)
        if n == 1:
            raise stop

    result = fan_out(work, range(100), "việc", workers=workers)

    assert result.halted is stop
    assert 1 in result.left
    assert {n for n, _ in result.done} | set(result.left) == set(range(100))
    assert len(tried) <= 1 + 2 * workers


@WORKERS
def test_a_bug_comes_through_and_nothing_more_is_begun(workers: int) -> None:
    tried = []

    def work(n: int) -> None:
        tried.append(n)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fan_out(work, range(1000), "việc", workers=workers)

    assert len(tried) <= 2 * workers


def test_as_many_are_at_work_as_there_are_workers() -> None:
    together = threading.Barrier(3, timeout=10)

    result = fan_out(lambda n: together.wait() >= 0, range(6), "việc", workers=3)

    assert all(done for _, done in result.done)


def test_progress_is_told_of_every_item_tried_or_not() -> None:
    seen = []

    def track(items: Iterable[object], title: str, total: int) -> Iterable[object]:
        for item in items:
            seen.append((title, total))
            yield item

    fan_out(lambda n: n, [1, 2], "việc", track=track)  # type: ignore[arg-type]

    assert seen == [("việc", 2), ("việc", 2)]


@given(st.lists(st.sampled_from(["done", "busy", "stop"]), max_size=30), st.integers(1, 4))
def test_every_item_ends_in_exactly_one_place(what: list[str], workers: int) -> None:
    errors: dict[str, WorkspaceError] = {"busy": SheetBusy("bận"), "stop": TryLater("dừng")}

    def work(item: tuple[int, str]) -> None:
        if item[1] in errors:
            raise errors[item[1]]

    items = list(enumerate(what))
    result = fan_out(work, items, "việc", workers=workers)

    places = [
        [item for item, _ in result.done],
        [item for item, _ in result.failed],
        list(result.left),
    ]
    assert sorted(item for place in places for item in place) == items
    assert all(place == sorted(place) for place in places)
    assert (result.halted is None) == (not result.left)
