# The manual: `make` lists what can be done; each target sets up what it needs.

PYTHON ?= python3
VENV ?= .venv
AREA ?=
SEKIMORI_TEST_DATA ?= ../shared/data
export PYTHON SEKIMORI_TEST_DATA

BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test ready real-data golden bench eval fuzz docs lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.run  ## lay the virtual environment with what the program needs to run

demo: $(VENV)/.run  ## the main job on the built-in incident
	$(BIN)/sekimori demo

test:  ## everything that is checked: style, types, layers, tests
	@start=$$(date +%s) && $(MAKE) --no-print-directory ready && \
	exec $(BIN)/python -m scripts.check --setup-seconds $$(($$(date +%s) - start))

ready: $(VENV)/.test
	@[ "$${CI:-}" != true ] || scripts/debian-packages.sh
	@$(BIN)/python -m scripts.real_data "$(SEKIMORI_TEST_DATA)" build/data

golden: $(VENV)/.test  ## write the golden results of all samples anew
	$(BIN)/sekimori dev golden --update

bench: ready  ## measure speed and size beside peers: make bench [AREA=core]
	@$(BIN)/python -m benchmarks bench $(AREA)

eval: ready  ## measure accuracy with sample counts and intervals: make eval [AREA=mail]
	@$(BIN)/python -m benchmarks eval $(AREA)

fuzz: ready  ## feed the readers far more broken bytes than the tests do
	$(BIN)/python -m pytest --hypothesis-profile=fuzz tests/house/test_any_bytes.py

docs: $(VENV)/.test  ## write the generated parts of the documentation anew
	$(BIN)/python -m scripts.docs

lock:  ## renew the locked versions and hashes
	scripts/lock.sh

clean:  ## remove what was built, the virtual environment included
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.run: scripts/setup.sh requirements/build.txt requirements/run.txt pyproject.toml
	@scripts/setup.sh $(VENV) run

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@scripts/setup.sh $(VENV) test
