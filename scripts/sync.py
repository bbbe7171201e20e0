"""Chạy một bước: python scripts/sync.py -C THƯ_MỤC. Như lệnh: dankheo sync."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["sync", *sys.argv[1:]])
