"""A form.toml, read and checked: every mistake at once, with its key and what is expected."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dankheo_sheets.declaration import consistency
from dankheo_sheets.declaration.model import Declaration
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.settings import file as settings_file


def load(path: Path) -> Declaration:
    """Return the declaration in the file. Raises :class:`SettingsError` with every mistake."""
    data = settings_file.read_toml(path)
    try:
        declaration = Declaration.model_validate(data)
    except ValidationError as error:
        wrong = list(_mistakes(error, data))
    else:
        wrong = list(consistency.mistakes(declaration))
        if not wrong:
            return declaration
    raise SettingsError([f"{path.name}: {line}" for line in wrong])


def _mistakes(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    """Yield each mistake once; an item of a list is called by its key, not by its place."""
    return settings_file.mistakes(error, lambda detail: _where(detail, data))


_ALTERNATIVES = {"bool", "Says", "str", "literal['only','also-others']"}
"""What pydantic adds to the place of a value that may be one of several things."""


def _where(detail: ErrorDetails, data: Any) -> str:
    words: list[str] = []
    for part in detail["loc"]:
        data = _below(data, part)
        if isinstance(part, int) and words:
            words[-1] += f" “{_name(data)}”" if _name(data) else f" {part + 1}"
        elif str(part) not in _ALTERNATIVES and not str(part).startswith("function-"):
            words.append(str(part))
    return ".".join(words)


def _name(item: Any) -> str:
    """Return what an item of a list is called; "" where it has no name."""
    called = ("key", "code", "title", "label", "name")
    return next((str(item[key]) for key in called if key in item), "") if item else ""


def _below(data: Any, part: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, Sequence) and isinstance(part, int) and part < len(data):
        return data[part]
    return data
