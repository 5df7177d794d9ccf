# Each target is one line that calls the real thing.
# Another Python: make PYTHON=python3.12 up. Options of 'benchwright up': make up UP='--port 9999'.
PYTHON ?= python3
UP ?=
DOWN ?=
# Other tools to measure beside ours: make bench BENCH='/opt/conda/bin/conda /usr/local/bin/micromamba'.
BENCH ?=
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: up down test test-all lint docs bench lock

up: ## this machine becomes a verified Python workbench
	@$(PYTHON) tools/bootstrap.py && .venv/bin/benchwright up $(UP)

down: ## stop the workbench and remove what 'up' made
	@$(PYTHON) tools/bootstrap.py && .venv/bin/benchwright down $(DOWN)

test: ## install what the tests need, and run them on all cores
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/python -m pytest --numprocesses=auto --dist=worksteal tests/unit tests/faults tests/integration

test-all: export BENCHWRIGHT_FAULTS = all
test-all: test ## every fault at every instant, too, of which 'test' injects a part: some hours

lint: ## the checks that only read
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/ruff check && .venv/bin/mypy && .venv/bin/ansible-lint --offline

docs: ## write the reference of options into the roles' READMEs
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/python tools/role_readmes.py

bench: ## what looking at a converged environment costs, and what a release costs, beside other tools
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/python benchmarks/reading.py $(BENCH) && .venv/bin/python benchmarks/releases.py $(BENCH)

lock: ## pin the requirements anew
	@$(LOCK) pyproject.toml requirements/run.in -o requirements/run.txt && $(LOCK) requirements/test.in -o requirements/test.txt
