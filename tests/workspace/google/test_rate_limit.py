"""Buckets on a clock of their own, and the laws they keep."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.workspace.google.rate_limit import Bucket, Kind, Limits, Manners, RateLimit
from tests.workspace.google.scripted import Clock


def manners_on(clock: Clock) -> Manners:
    return Manners(sleep=clock.sleep, now=clock.now)


def test_a_bucket_waits_until_the_oldest_request_is_a_minute_old() -> None:
    clock = Clock()
    bucket = Bucket(3, manners_on(clock))

    for pause in (0.0, 10.0, 0.0, 5.0, 0.0):
        clock.time += pause
        bucket.take()

    assert clock.slept == [45.0, 10.0]


@given(
    limit=st.integers(1, 60),
    pauses=st.lists(st.integers(0, 100), max_size=200),
)
def test_never_more_than_the_limit_in_any_minute(limit: int, pauses: Sequence[int]) -> None:
    clock = Clock()
    bucket = Bucket(limit, manners_on(clock))
    sent = []
    for pause in pauses:
        clock.time += pause
        bucket.take()
        sent.append(clock.time)

    for start in sent:
        assert sum(start <= moment < start + 60.0 for moment in sent) <= limit


@given(limit=st.integers(1, 60), requests=st.integers(0, 400))
def test_and_no_slower_than_that(limit: int, requests: int) -> None:
    """Whole minutes are waited only for whole limits."""
    clock = Clock()
    bucket = Bucket(limit, manners_on(clock))
    for _ in range(requests):
        bucket.take()

    assert clock.time == 60.0 * max(0, (requests - 1) // limit)


def test_all_of_drive_shares_one_bucket_of_googles_units() -> None:
    """A list costs 100, a read 5, an edit 50, an export 200 (reference/google.md §1.2)."""
    clock = Clock()
    pace = RateLimit(
        Manners(limits=Limits(drive_units_per_minute=355), sleep=clock.sleep, now=clock.now)
    )

    for kind in (Kind.LIST, Kind.DRIVE_READ, Kind.DRIVE_WRITE, Kind.EXPORT, Kind.DRIVE_READ):
        pace.wait(kind)

    assert clock.slept == [60.0]


def test_a_request_larger_than_the_bucket_waits_for_an_empty_one() -> None:
    clock = Clock()
    bucket = Bucket(3, manners_on(clock))

    for tokens in (2, 5, 1):
        bucket.take(tokens)

    assert clock.slept == [60.0, 60.0]


def test_tokens_wait_for_nothing() -> None:
    clock = Clock()
    pace = RateLimit(manners_on(clock))

    for _ in range(1000):
        pace.wait(Kind.TOKEN)

    assert clock.slept == []


def test_the_usual_limits_stay_below_googles() -> None:
    """They are 60 reads, 60 writes, 325,000 units a minute (reference/google.md §1.1, §1.2)."""
    assert Limits() == Limits(
        sheets_reads_per_minute=55, sheets_writes_per_minute=55, drive_units_per_minute=300_000
    )


def test_the_count_names_every_kind() -> None:
    limit = RateLimit(Manners())
    limit.wait(Kind.EXPORT)
    limit.wait(Kind.EXPORT)

    assert [f"{kind}: {count}" for kind, count in limit.sent().items()] == [
        "sheets-read: 0",
        "sheets-write: 0",
        "drive-list: 0",
        "drive-read: 0",
        "drive-write: 0",
        "export: 2",
        "token: 0",
    ]
