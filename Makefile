# One command each: install, test, demo, bench. Everything lives in .venv and build/.
PYTHON ?= python3
BIN := .venv/bin
N ?= 3321

.PHONY: help install test quick demo demo-google bench format lock pictures clean

help:
	@echo "make install  tạo .venv và lệnh dankheo"
	@echo "make demo     chạy thử cả đợt đăng ký trên dữ liệu mẫu, kết quả ở demo/out"
	@echo "make demo-google  cũng vậy, trên một Google giả lập chạy ngay trên máy này"
	@echo "make test     cài thêm các gói để kiểm thử; định dạng, lint, kiểu, kiểm thử"
	@echo "make quick    chỉ kiểm thử, bỏ các đợt mô phỏng dài"
	@echo "make bench    đo tốc độ và bộ nhớ (make bench N=300 chạy nhanh)"

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cần Python 3.11 trở lên")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# What the tests, the benchmarks and the emulator of Google need besides.
.venv/tools: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# Each of two workers begins with half of the files: what a file starts from is made once.
test: .venv/tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

demo: install
	$(BIN)/dankheo demo demo

demo-google: .venv/tools
	$(BIN)/python -m tests.google_demo demo-google

# Without those that play whole campaigns.
quick: .venv/tools
	$(BIN)/pytest -n 2 --dist worksteal -m "not live and not long"

bench: .venv/tools
	$(BIN)/python -m benchmarks.bench --units $(N)

format: .venv/tools
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# After changing pyproject.toml's dependencies. The only target that needs uv. What users install is
# a part of what is tested, in the same versions.
COMPILE := uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet
lock:
	$(COMPILE) --extra dev -o requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock -o requirements.lock

clean:
	rm -rf .venv build demo demo-google .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The pictures of the README, from the demonstration. Needs LibreOffice, poppler and Chromium.
pictures: demo
	mkdir -p build/anh docs/anh
	soffice --headless --convert-to pdf --outdir build/anh demo/out/tong-hop.xlsx \
	  demo/workbooks/TDC.xlsx demo/out/bao-cao.docx
	pdftoppm -r 110 -f 1 -l 1 -singlefile -png build/anh/tong-hop.pdf docs/anh/tong-hop
	pdftoppm -r 110 -f 1 -l 1 -singlefile -png build/anh/TDC.pdf docs/anh/bieu-don-vi
	pdftoppm -r 80 -f 1 -l 1 -singlefile -png build/anh/bao-cao.pdf docs/anh/bao-cao
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1200,1560 \
	  --screenshot=docs/anh/tien-do.png demo/out/tien-do.html
