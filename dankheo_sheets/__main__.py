"""`python -m dankheo_sheets` is the command `dankheo`."""

from dankheo_sheets.cli import main

main()
