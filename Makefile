# Two commands are all a newcomer needs: `make run` and `make test`. Both do their own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 0.0.0.0
PORT   ?= 8000
PROCESSES ?= 1
BENCH  ?=
ARGS   ?=

# With a PostgreSQL or a Redis, said in the environment or in .env, more is needed.
CLUSTER := $(strip $(value DATABASE_URL)$(value REDIS_URL)$(shell grep -sE '^(export +)?(DATABASE_URL|REDIS_URL)=.' .env))
NEEDS   := $(if $(CLUSTER),cluster,base)
RUN_STAMP := $(VENV)/.run-$(NEEDS)
DEV_STAMP := $(VENV)/.dev-requirements

.PHONY: run setup test soak lint bench lock screenshots clean

run: $(RUN_STAMP)            ## serve the platform (HOST, PORT; PROCESSES, with DATABASE_URL and REDIS_URL)
	@exec $(BIN)/python manage.py serve --prepare --host $(HOST) --port $(PORT) --processes $(PROCESSES)

setup: $(DEV_STAMP)          ## make .venv with everything, for work on the code

test: $(DEV_STAMP)           ## run every test (ARGS="tests/game -x" for some)
	@$(BIN)/python -m tests.browser.find
	$(BIN)/python -m $(if $(ARGS),pytest $(ARGS),tests.halves)

soak: $(DEV_STAMP)           ## what takes too long for every day: many rounds of faults, ten thousand sockets
	FAULT_ROUNDS=$${FAULT_ROUNDS:-5} $(BIN)/python -m pytest -s -m soak $(ARGS)

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV_STAMP)          ## run the benchmarks (BENCH=name for one)
	$(BIN)/python -m benchmarks $(BENCH)

screenshots: $(DEV_STAMP)    ## take the pictures in docs/screenshots anew
	$(BIN)/python -m pytest tests/browser/test_screenshots.py --take-screenshots

lock: $(DEV_STAMP)           ## renew the pinned versions and hashes
	$(BIN)/python -m pip install --quiet uv
	for f in base cluster dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" requirements/$$f.in -o requirements/$$f.txt; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 14) else "Rallypoint needs Python 3.11 to 3.14, this is %d.%d: say PYTHON=python3.12 (or the like)" % sys.version_info[:2])'
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-%: requirements/%.txt | $(BIN)/python
	@echo "Installing what the platform needs (once, a minute or so) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV_STAMP): requirements/dev.txt | $(BIN)/python
	@echo "Installing what the platform and its tests need (once, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.run-base $(VENV)/.run-cluster

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
