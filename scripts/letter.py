"""Chạy một bước: python scripts/letter.py -C THƯ_MỤC. Như lệnh: dankheo letter."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["letter", *sys.argv[1:]])
