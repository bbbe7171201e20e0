"""What the journal lacks is told again from the marks: once, and by whom where that is known."""

from collections import Counter

from dankheo_sheets.journal import FILE, UNKNOWN
from dankheo_sheets.operations.context import Context
from dankheo_sheets.operations.journal_lines import tell_again, tell_reads
from dankheo_sheets.steps.run import close, sync
from dankheo_sheets.steps.unit_decisions import exclude, give_back, reopen
from tests.steps.conftest import Fill, at


def told(job: Context) -> list[tuple[str, str, str, str]]:
    """Return who did what of which unit, and when, without what is about giving out."""
    others = ("phát biểu", "chia sẻ")
    return [
        (e.at[5:16], e.who, e.what, e.unit) for e in job.journal.events() if e.what not in others
    ]


def decide(job: Context, fill_in: Fill) -> None:
    """Exclude, read, return, give more time and close."""
    exclude(job, "TTra", "giải thể", at("06 08:00"))
    fill_in("HCTH", "07 09:00")
    sync(job, at("08 08:00"))
    give_back(job, "HCTH", "thiếu nội dung", at("09 08:00"))
    reopen(job, ["TDC"], at("20 08:00"), at("09 09:00"))
    close(job, at("12 08:00"))


def lose_the_journal(job: Context) -> None:
    (job.directory / "archive" / FILE).unlink()
    job.__dict__.pop("journal", None)


def test_what_was_done_is_told_again_from_the_marks_as_done_by_nobody_known(
    job: Context, fill_in: Fill
) -> None:
    decide(job, fill_in)
    lose_the_journal(job)
    receipts, _ = job.archive.receipts("HCTH")
    assert len(receipts) == 2

    tell_again(job, job.workspace.sheets(), at("13 08:00"))
    tell_reads(job, receipts)

    closed = [unit.code for unit in job.units if unit.code not in ("TTra", "TDC")]
    assert Counter(told(job)) == Counter(
        [
            ("04-06T08:00", UNKNOWN, "loại trừ", "TTra"),
            ("04-09T08:00", UNKNOWN, "trả lại", "HCTH"),
            ("04-13T08:00", UNKNOWN, "gia hạn", "TDC"),  # its mark does not say when
            *(("04-12T08:00", UNKNOWN, "chốt và khoá", code) for code in closed),
            ("04-08T08:00", UNKNOWN, "đọc biểu", "HCTH"),  # reading it once more found nothing new
        ]
    )


def test_what_is_told_is_not_told_again(job: Context, fill_in: Fill) -> None:
    decide(job, fill_in)
    before = job.journal.data()

    for _ in range(2):
        tell_again(job, job.workspace.sheets(), at("13 08:00"))

    assert job.journal.data() == before


def test_telling_again_twice_tells_once(job: Context, fill_in: Fill) -> None:
    decide(job, fill_in)
    lose_the_journal(job)
    tell_again(job, job.workspace.sheets(), at("13 08:00"))
    before = job.journal.data()

    tell_again(job, job.workspace.sheets(), at("14 08:00"))

    assert job.journal.data() == before


def test_who_did_it_is_known_once_that_machine_tells_it(job: Context, fill_in: Fill) -> None:
    """The line of who did it stands for the one that was told again, whichever came first."""
    decide(job, fill_in)
    theirs, who = job.journal.data(), told(job)
    lose_the_journal(job)
    tell_again(job, job.workspace.sheets(), at("13 08:00"))

    job.journal.take_in(theirs)

    assert Counter(told(job)) == Counter(who)
    assert UNKNOWN not in {e.who for e in job.journal.events()}
