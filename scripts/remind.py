"""Chạy một bước: python scripts/remind.py -C THƯ_MỤC. Như lệnh: dankheo remind."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["remind", *sys.argv[1:]])
