"""A recording workbook, and its recording as the requests of Sheets v4."""
