"""Chạy một bước: python scripts/run.py -C THƯ_MỤC. Như lệnh: dankheo run."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["run", *sys.argv[1:]])
