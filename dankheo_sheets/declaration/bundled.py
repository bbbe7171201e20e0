"""The forms that come with the program: `forms/….toml`."""

from functools import cache
from pathlib import Path

from dankheo_sheets.declaration.load import load
from dankheo_sheets.declaration.model import Declaration

_FORMS = Path(__file__).parents[1] / "forms"


@cache
def files() -> tuple[Path, ...]:
    """Return the files of the forms."""
    return tuple(sorted(_FORMS.glob("*.toml")))


def brought_along() -> list[str]:
    """Return the names of the forms that need no form.toml."""
    return [path.stem for path in files()]


def is_brought_along(form: Declaration) -> bool:
    """Tell whether a form is one of :func:`brought_along`, unchanged."""
    return form.id in brought_along() and form == brought(form.id)


@cache
def brought(name: str) -> Declaration:
    """Return one of :func:`brought_along`."""
    return load(_FORMS / f"{name}.toml")
