# Everything a person or a machine does with the project. `make demo` and `make test` are enough to start.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export QT_QPA_PLATFORM_TEST := offscreen

.PHONY: help setup demo run test check bench torture installers lock format clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## the virtual environment with the pinned libraries

$(READY): requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 3; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@bash installers/linux/system-libraries.sh
	@touch $(READY)

demo: setup ## the main job on the sample: workbook, library, checks, report, package, verified
	@$(BIN)/stdesk demo --out out/demo
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/stdesk --library out/demo/library; \
	else echo "No screen here: the window was not opened (stdesk --library out/demo/library)."; fi

run: setup ## the window
	@$(BIN)/stdesk

test: setup ## every test, offscreen
	@bash tests/tools.sh
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 3 --dist loadfile -m "not torture"

check: setup ## style, types, import contracts, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/arch/test_translations.py

bench: setup ## speed and memory, each figure beside a bare limit or a peer of the same run
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m bench

torture: setup ## the long fault runs
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -m torture -o faulthandler_timeout=1800 tests
	STDESK_EXAMPLES=1000 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 2 -m "not torture" tests/unit tests/exchange tests/package

installers: setup ## the Windows installer and the Linux archive, into dist/
	$(BIN)/python -m installers

lock: ## resolve the libraries anew (needs uv): names, versions and hashes, never an index's address
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --custom-compile-command "make lock" \
	  requirements/extra.in -o requirements/lock.txt
	uv pip compile pyproject.toml -c requirements/lock.txt --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -o requirements/runtime.txt
	sed -i -E "s/ ; (implementation_name != 'PyPy' and )?platform_python_implementation != 'PyPy'//" requirements/runtime.txt

format: setup ## put the source in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## what the commands above made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
