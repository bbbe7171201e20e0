"""Chạy một bước: python scripts/report.py -C THƯ_MỤC. Như lệnh: dankheo report."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["report", *sys.argv[1:]])
