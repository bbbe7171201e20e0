"""The demonstration on Google: ``python -m tests.google_demo DIR``, or ``make demo-google``.

Starts the emulator, runs the campaign of the letter on it from its first day to its report, and
prints the board and the requests used. No account is needed, nothing leaves this machine.
"""

import os
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dankheo_sheets.board import terminal
from dankheo_sheets.operations.context import Context
from dankheo_sheets.steps.demo import go_through, load_answers
from dankheo_sheets.talk import REQUESTS
from tests.google_campaign import EXAMPLE, GoogleCampaign
from tests.google_emulator import Limits

MARKER = ".dankheo-demo"


def main(directory: Path, console: Console) -> int:
    """Play the campaign; the exit code is 1 where a request broke Google's published schema."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / MARKER).exists():
            console.print(f"Lỗi: {directory}: thư mục đã có nội dung, chọn một thư mục mới")
            return 2
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARKER).touch()
    with GoogleCampaign(directory, Limits()) as campaign:
        console.print(
            f"Google giả lập ở {campaign.google.url}, bộ nhớ dùng chung {campaign.drive}."
        )
        job = campaign.job()
        steps = _Steps(job)

        def say(line: str) -> None:
            console.print(line, markup=False, highlight=False)
            steps.note(line)

        outcome = go_through(
            job, load_answers(EXAMPLE), campaign.answer, say, now_is=campaign.now_is
        )
        steps.note("báo cáo")
        terminal.show(outcome.board, console)
        console.print(steps.table())
        files = [file for file in campaign.google.store.files.values() if not file.trashed]
        console.print(f"Trên Drive có {len(files)} tệp; kết quả cũng ở {directory / 'out'}.")
        violations = campaign.google.violations
        console.print(f"Yêu cầu trái với đặc tả Google công bố: {len(violations)}.")
        for violation in violations:
            console.print(violation, markup=False)
    return 1 if violations else 0


class _Steps:
    """Requests by kind, step by step."""

    def __init__(self, job: Context) -> None:
        self._job = job
        self._before: dict[str, int] = {}
        self._rows: list[tuple[str, dict[str, int]]] = []

    def note(self, line: str) -> None:
        """Take what was asked since the last step."""
        now = dict(self._job.workspace.requests())
        used = {kind: count - self._before.get(kind, 0) for kind, count in now.items()}
        self._before = now
        self._rows.append((line.split(": ")[-1].rstrip("."), used))

    def table(self) -> Table:
        """Return all steps, and their sum."""
        table = Table(title="Số yêu cầu gửi tới Google", title_justify="left")
        table.add_column("Bước")
        for name in (*REQUESTS.values(), "cộng"):
            table.add_column(name, justify="right")
        for title, used in [*self._rows, ("Cả đợt", self._before)]:
            counts = [used.get(kind, 0) for kind in REQUESTS]
            table.add_row(title, *(str(count or "") for count in counts), str(sum(counts)))
        return table


if __name__ == "__main__":
    # The emulator is on this machine, whatever proxy the office has.
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    sys.exit(main(Path(sys.argv[1]), Console(width=110 if not sys.stdout.isatty() else None)))
