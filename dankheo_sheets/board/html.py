"""The board as a page, tien-do.html: one file that opens from a mail, a disk or a web site.

It asks nothing of any other place: its style, script and icon are in it, and its content
security policy lets nothing else in. Everything is in the HTML already; the script only sorts
and filters.
"""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dankheo_sheets import vietnamese
from dankheo_sheets.board import chart
from dankheo_sheets.board.model import Board
from dankheo_sheets.register import FIGURES

_MANY = 200
"""Units beyond which a browser lays out only the rows in sight."""
_NOTES = 6
"""Notes that are shown; those beyond are folded. Our choice: all that is to be done on a screen."""


def page(board: Board) -> bytes:
    """Return the page, UTF-8; the same board makes the same bytes.

    Whatever a unit typed stands there as text.
    """
    environment = _environment()
    style, script = _source(environment, "page.css"), _source(environment, "page.js")
    html = environment.get_template("page.html.j2").render(
        board=board,
        style=style,
        script=script,
        policy=_policy(style, script),
        deadline=vietnamese.deadline_text(board.campaign.deadline),
        shares=chart.shares(board.completeness),
        progress=chart.progress(board),
        bars=chart.bars(board.by_field),
        titles=FIGURES,
        most_notes=_NOTES,
        many=_MANY,
    )
    return vietnamese.clean(html).encode()


@cache
def _environment() -> Environment:
    """Return where the template is, compiled once: that takes longer than filling it in."""
    environment = Environment(
        loader=PackageLoader("dankheo_sheets", "board"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": vietnamese.dotted, "day": vietnamese.short_date}
    return environment


def _source(environment: Environment, name: str) -> Markup:
    assert environment.loader
    return Markup(environment.loader.get_source(environment, name)[0])


def _policy(style: str, script: str) -> str:
    """Return a policy that lets in this style, this script and an icon written in the page."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
              for text in (style, script)]  # fmt: skip
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
