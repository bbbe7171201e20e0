"""Back-off on a clock of its own, and the laws it keeps."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.errors import OutcomeUnknown, ServiceError
from dankheo_sheets.workspace.google.error_mapping import Again, Trouble
from dankheo_sheets.workspace.google.errors import NoAnswer, TryLater
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.retry import MAX_WAIT, TRIES, Patience, patiently
from tests.workspace.google.scripted import Clock

BROKEN = Trouble(NoAnswer("mất"), Again.IF_SAFE)
HELD_BACK = Trouble(TryLater("chậm lại"), Again.ALWAYS)


def manners_on(clock: Clock, chance: float = 0.0) -> Manners:
    return Manners(sleep=clock.sleep, now=clock.now, random=lambda: chance)


class Attempts:
    """Fails as told, then answers."""

    def __init__(self, *troubles: Trouble) -> None:
        self.troubles = list(troubles)
        self.made = 0

    def __call__(self) -> str | Trouble:
        self.made += 1
        return self.troubles.pop(0) if self.troubles else "xong"


def test_while_google_answers_nobody_each_request_is_tried_once() -> None:
    """Three requests in a row tried in vain; the first that gets through ends it."""
    patience = Patience()
    clock = Clock()

    def ask(*troubles: Trouble) -> int:
        attempts = Attempts(*troubles)
        with contextlib.suppress(ServiceError):
            patiently(attempts, retry_safe=True, manners=manners_on(clock), patience=patience)
        return attempts.made

    assert [ask(*[BROKEN] * 9) for _ in range(5)] == [6, 6, 6, 1, 1]
    assert [ask(), ask(*[BROKEN] * 2)] == [1, 3]


def test_a_refusal_is_an_answer_and_no_outage() -> None:
    patience = Patience()
    never = Trouble(NoAnswer("không"), Again.NEVER)

    for _ in range(5):
        with pytest.raises(NoAnswer):
            patiently(
                Attempts(never), retry_safe=True, manners=manners_on(Clock()), patience=patience
            )

    assert patience.tries == TRIES


def test_chance_adds_up_to_a_second_to_each_wait() -> None:
    clock = Clock()

    patiently(Attempts(*[BROKEN] * 5), retry_safe=True, manners=manners_on(clock, chance=0.75))

    assert clock.slept == [2.75, 4.75, 8.75, 16.75, 32.75]


def test_the_sixth_attempt_may_still_succeed() -> None:
    attempts = Attempts(*[HELD_BACK] * 5)

    assert patiently(attempts, retry_safe=False, manners=manners_on(Clock())) == "xong"
    assert attempts.made == 6


def test_held_back_and_then_lost_is_unknown() -> None:
    attempts = Attempts(HELD_BACK, BROKEN)

    with pytest.raises(OutcomeUnknown):
        patiently(attempts, retry_safe=False, manners=manners_on(Clock()))

    assert attempts.made == 2


def test_lost_at_the_last_attempt_is_unknown_too() -> None:
    with pytest.raises(OutcomeUnknown):
        patiently(Attempts(*[HELD_BACK] * 5, BROKEN), retry_safe=False, manners=manners_on(Clock()))


troubles = st.lists(
    st.builds(
        Trouble,
        st.just(NoAnswer("mất")),
        st.sampled_from(Again),
        st.floats(0, 1e9),
    ),
    max_size=8,
)


@given(troubles=troubles, retry_safe=st.booleans(), seed=st.integers())
def test_attempts_and_waits_are_bounded(
    troubles: list[Trouble], retry_safe: bool, seed: int
) -> None:
    """Six attempts, 64 seconds between two of them at most, whatever Google asks for."""
    clock = Clock()
    attempts = Attempts(*troubles)
    manners = Manners(sleep=clock.sleep, now=clock.now, random=random.Random(seed).random)
    try:
        patiently(attempts, retry_safe=retry_safe, manners=manners)
    except ServiceError:
        assert attempts.made <= len(troubles)
    assert attempts.made == len(clock.slept) + 1 <= TRIES == 6
    assert all(2.0 <= seconds <= MAX_WAIT == 64.0 for seconds in clock.slept)


@given(troubles=troubles)
def test_what_may_have_been_done_is_never_done_again(troubles: list[Trouble]) -> None:
    """After the first doubt nothing more is sent, unless doing it twice is safe."""
    attempts = Attempts(*troubles)
    try:
        patiently(attempts, retry_safe=False, manners=manners_on(Clock()))
    except OutcomeUnknown:
        assert troubles[attempts.made - 1].again is Again.IF_SAFE
    except ServiceError:
        pass
    sent_before_the_last = troubles[: attempts.made - 1]
    assert all(trouble.again is Again.ALWAYS for trouble in sent_before_the_last)
