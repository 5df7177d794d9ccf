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
test-all: test ## every fault at every instant, too, of which 'test' injects a part, plays killed at every task, and all abuse of a server: some hours
	@.ci/engine && .ci/images && .venv/bin/python -m pytest tests/server tests/containers
	@BENCHWRIGHT_CLOUD=all .venv/bin/python -m pytest tests/cloud

lint: ## the checks that only read
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/ruff check && .venv/bin/mypy && .venv/bin/ansible-lint --offline

docs: ## write the reference of options into the roles' READMEs
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/python tools/role_readmes.py

bench: ## what environments and releases cost, beside other tools, what 50 users do to a server, and images beside usual ones (takes Docker)
	@$(PYTHON) tools/bootstrap.py test && .venv/bin/python benchmarks/reading.py $(BENCH) && .venv/bin/python benchmarks/releases.py $(BENCH) && .venv/bin/python benchmarks/jupyter_load.py && .venv/bin/python benchmarks/images.py

lock: ## pin the requirements anew
	@$(LOCK) pyproject.toml requirements/run.in -o requirements/run.txt && $(LOCK) requirements/test.in -o requirements/test.txt && $(LOCK) requirements/sslyze.in -o requirements/sslyze.txt
