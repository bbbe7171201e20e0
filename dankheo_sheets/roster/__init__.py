"""The roster: which units are asked; read from units.csv or units.xlsx."""

from dankheo_sheets.roster.units import (
    CODE,
    FILES,
    Unit,
    code_key,
    find,
    is_email,
    load_units,
    protocol_order,
    take_units,
)

__all__ = [
    "CODE", "FILES", "Unit", "code_key", "find", "is_email", "load_units", "protocol_order",
    "take_units",
]  # fmt: skip
