# Every habit of the project.  `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
SQLALCHEMY := 2.1.9
UPSTREAM := .upstream/sqlalchemy-$(SQLALCHEMY)
LAYER_FILES := test/orm/test_attributes.py test/orm/test_instrumentation.py \
	test/orm/test_collection.py test/ext/test_extendedattr.py

BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-workers coverage lint format types bench bench-layers bench-tracked bench-profiler conformance conformance-sqlite conformance-latest conformance-fetching conformance-peers conformance-report layer native instructions instructions-keep wheel sanitize dev-mode leaks leaks-debug reliability valgrind test-freethreaded tsan clean originality

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.made: pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ormolu needs Python 3.11 or later; say where: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --editable '.[demo]' --group dev
	@touch $@

demo: $(VENV)/.made  ## the main job on real data: the flights of 2013 on embedded SQLite
	$(BIN)/ormolu demo

test: $(VENV)/.made $(UPSTREAM)/setup.cfg  ## all of ormolu's own tests, and the upstream layer files
	@$(PY) -c 'import ormolu._backend as b; print("the core is", b.backend())'
	ORMOLU_UPSTREAM=$(UPSTREAM) $(PY) -m pytest -q -n auto --maxprocesses 4 --dist loadfile \
		--ignore tests/reliability
	$(PY) -m pytest -q tests/reliability

$(VENV)/.workers: $(VENV)/.made
	$(PIP) --group workers
	@touch $@

test-workers: $(VENV)/.workers  ## change sets that travel, with real workers of Ray and Dask, some of which are killed
	$(PY) -m pytest -q tests/examples/test_workers.py tests/examples/test_ray_workers.py

coverage: $(VENV)/.made  ## the tests of the core, and which lines of ormolu they run
	$(PY) -m coverage run -m pytest -q tests/core
	$(PY) -m coverage report --skip-covered

lint: $(VENV)/.made  ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.made  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.made  ## mypy strict and pyright
	$(BIN)/mypy
	$(BIN)/pyright

bench-layers: $(VENV)/.made  ## stock SQLAlchemy and ormolu in one interleaved run, with ratios
	$(PY) benchmarks/compare.py

$(VENV)/.bench: $(VENV)/.made
	$(PIP) --group bench
	@touch $@

bench-tracked: $(VENV)/.bench  ## ordinary classes that know what changed, beside nine other ways; prints a table
	$(PY) benchmarks/tracked.py $(ARGS)

bench-profiler: $(VENV)/.made  ## what it costs to profile the job of the demonstration; fails above three times
	$(PY) benchmarks/profiler.py $(ARGS)

bench: $(VENV)/.bench  ## all benchmarks, alone and with three million objects too; writes docs/benchmarks.md
	$(PY) benchmarks/report.py

$(UPSTREAM)/setup.cfg: | $(VENV)/.made
	@mkdir -p .upstream
	$(PY) -m pip --disable-pip-version-check download --quiet --no-deps --no-binary sqlalchemy \
		--no-build-isolation --dest .upstream sqlalchemy==$(SQLALCHEMY)
	tar -xzf .upstream/sqlalchemy-$(SQLALCHEMY).tar.gz -C .upstream
	@touch $@

layer: $(VENV)/.made $(UPSTREAM)/setup.cfg  ## SQLAlchemy's four layer test files, on ormolu
	cd $(UPSTREAM) && $(abspath $(PY)) -s -m pytest -q -p ormolu.sqlalchemy.pytest_plugin \
		-p no:cacheprovider $(LAYER_FILES)

conformance: $(VENV)/.made  ## SQLAlchemy's own tests, stock and ormolu: versions, databases, suites
	$(PY) conformance/run.py --watch

conformance-sqlite: $(VENV)/.made  ## the tests of the newest version on SQLite, and of what it leaves in memory, on ormolu alone
	$(PY) conformance/run.py --version $(SQLALCHEMY) --suite orm --suite profiling \
		--database sqlite --layer ormolu --watch

conformance-peers: $(VENV)/.made  ## the tests of packages built on SQLAlchemy, on stock and ormolu
	$(PY) conformance/peers.py

conformance-fetching: $(VENV)/.made  ## SQLAlchemy's tests with peers fetched: nothing but statement counts may differ
	$(PY) conformance/fetching.py

conformance-latest: $(VENV)/.made  ## new releases of SQLAlchemy, on stock and ormolu: does one break something?
	$(PY) conformance/run.py --latest --watch

conformance-report: $(VENV)/.made  ## the table of the results that are kept
	$(PY) conformance/run.py --report

native: $(VENV)/.made  ## compile the kernel in place; `make clean` goes back to pure
	ORMOLU_BUILD_NATIVE=1 $(PY) setup.py --quiet build_ext --inplace
	ORMOLU_NATIVE=require $(PY) -m pytest -q tests/core

instructions: $(VENV)/.made  ## the instructions of the hottest operations, by callgrind; fails where one has grown by 3 %
	$(PY) benchmarks/instructions.py --check

instructions-keep: $(VENV)/.made  ## keep the present instruction counts for this build of Python
	$(PY) benchmarks/instructions.py --keep

WHEEL_VENV := build/wheel-venv

wheel: $(VENV)/.made  ## build sdist and native wheel, look into both, and test the wheel far from the sources
	rm -rf dist $(WHEEL_VENV)
	ORMOLU_BUILD_NATIVE=1 $(PY) -m build --outdir dist .
	$(PY) packaging/check_sdist.py dist/*.tar.gz
	$(PY) packaging/check_wheel.py dist/*.whl
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip --disable-pip-version-check install --quiet dist/*.whl hypothesis pytest
	$(WHEEL_VENV)/bin/python packaging/test_installed.py .

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -O1 -g -w

sanitize: $(VENV)/.made  ## the tests of the core and beneath SQLAlchemy on a native core with address and undefined-behaviour sanitizers
	$(PY) packaging/sanitized.py --cflags '$(SANITIZE)'

dev-mode: $(VENV)/.made  ## the tests of the core with the checks of python -X dev
	PYTHONMALLOC=debug $(PY) -X dev -m pytest -q tests/core

leaks: $(VENV)/.made  ## each test of the core again and again: does memory, or the number of objects, grow?
	PYTHONPATH=tests/plugins $(PY) -m pytest -q -p leaks tests/core tests/reliability/test_lives.py

leaks-debug:  ## the same on a debug build, which counts references: make leaks-debug PYTHON=python3.11-dbg
	$(PYTHON) packaging/debug_build.py $(PYTHON)

$(VENV)/.fuzz: $(VENV)/.made
	$(PIP) --only-binary atheris --group fuzz || echo "atheris is not to be had: no guided fuzzing"
	@touch $@

reliability: $(VENV)/.fuzz  ## the long runs: agreement, faults, memory, fuzzing, servers; hours, or ARGS="--scale 0.01"
	$(PY) -m reliability $(ARGS)

# CPython 3.11 itself begins with a number made of what was never written, int.from_bytes(b""),
# and whatever it is put into would be told of
VALGRIND := valgrind --quiet --error-exitcode=1 --leak-check=no --undef-value-errors=no \
	--suppressions=packaging/valgrind.supp

valgrind: $(VENV)/.made  ## the tests of the core on the native core, with each access to memory looked at
	PYTHONMALLOC=malloc ORMOLU_NATIVE=require $(VALGRIND) $(PY) -m pytest -q $(or $(TESTS),tests/core)

test-freethreaded:  ## the core, ordinary classes and a stress run on a free-threaded interpreter: make test-freethreaded PYTHON=python3.14t
	$(PYTHON) packaging/freethreaded.py $(PYTHON)

tsan: $(VENV)/.made  ## many threads beneath ThreadSanitizer, on a Python configured --disable-gil --with-thread-sanitizer
	$(PY) packaging/tsan.py $(PYTHON)

originality: $(VENV)/.made  ## lines that stand in SQLAlchemy's source too; there must be none
	$(PY) tests/originality.py

clean:  ## remove what was built; the .venv stays
	rm -rf build dist src/*.egg-info src/ormolu/_kernel/*.so src/ormolu/_kernel/*.c
