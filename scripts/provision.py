"""Chạy một bước: python scripts/provision.py -C THƯ_MỤC. Như lệnh: dankheo provision."""

import sys

from dankheo_sheets.cli import main

if __name__ == "__main__":
    main(["provision", *sys.argv[1:]])
