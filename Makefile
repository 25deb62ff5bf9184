# Every target does its own set-up: Python 3.11 or newer and make are all it takes.
#   make plan REPO=<path or git URL> OUT=<folder>     make test     make help

REPO ?= examples/notes-api
OUT ?= playbook
ARGS ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help plan test golden check format types docs sync packages lock dev wheel bench bench-check bench-mutants bench-fuzz bench-survey clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "deploybook needs Python 3.11 or newer; set PYTHON=<path>")'
	@"$(PYTHON)" -m venv $(VENV)

# The project itself is installed last, without dependencies and without a build environment of its own: all code that runs is hash-locked.
define INSTALL
	@$(PIP) --require-hashes -r $(1)
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "setting up $(VENV) for use: one or two minutes the first time" >&2
	@$(PIP) --require-hashes -r requirements/build.txt
	$(call INSTALL,requirements/runtime.txt)

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "setting up $(VENV) for development: one or two minutes the first time" >&2
	$(call INSTALL,requirements/dev.txt)
	@touch $(VENV)/.runtime

.typing/deploybook:
	@mkdir -p .typing && ln -sfn .. .typing/deploybook

plan: $(VENV)/.runtime  ## write a playbook: REPO=<path or git URL> OUT=<folder> (without REPO: the bundled example)
	@$(BIN)/deploybook plan "$(REPO)" --out "$(OUT)" $(ARGS)

test: $(VENV)/.dev  ## run the tests (no network, no model)
	@$(BIN)/pytest -n $(JOBS) --dist worksteal $(ARGS)

golden: $(VENV)/.dev  ## write the golden plans of tests/repos anew: read the difference before you commit it
	@UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/planners/test_golden_plans.py

check: $(VENV)/.dev .typing/deploybook  ## format, lint, types, house laws, generated docs
	@$(BIN)/ruff check .
	@MYPYPATH=.typing $(BIN)/mypy -p deploybook
	@$(BIN)/pytest -q tests/house
	@$(BIN)/python docs/generate.py --check

format: $(VENV)/.dev  ## apply ruff's safe fixes
	@$(BIN)/ruff check --fix .

types: $(VENV)/.dev .typing/deploybook  ## check the types only
	@MYPYPATH=.typing $(BIN)/mypy -p deploybook

docs: $(VENV)/.dev  ## write the generated parts of the documentation
	@$(BIN)/python docs/generate.py

sync: packages lock docs  ## write everything that is generated: package list, lock files, documentation

packages:  ## write the package list of pyproject.toml from the tree
	@"$(PYTHON)" tests/house/test_package_list.py

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

lock: $(VENV)/.dev  ## resolve the hash-locked requirement files anew (UPGRADE=1: newest versions)
	@$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --extra server --extra validate --output-file requirements/dev.txt
	@$(LOCK) --constraint requirements/dev.txt --output-file requirements/runtime.txt
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements/dev.txt > requirements/build.txt

dev: $(VENV)/.dev  ## open the graph in LangGraph Studio's server (offline, port 2024)
	@LANGGRAPH_CLI_NO_ANALYTICS=1 LANGSMITH_TRACING=false $(BIN)/langgraph dev --no-browser $(ARGS)

wheel: $(VENV)/.dev  ## build sdist and wheel into dist/
	@$(BIN)/python -m build --no-isolation --outdir dist .

bench: $(VENV)/.dev  ## measure what starting the command line costs
	@$(BIN)/python tests/benchmarks/startup.py

bench-check: $(VENV)/.dev  ## measure what checking costs and how it grows with the plan (ARGS="1 10 100": how many times the plan)
	@$(BIN)/python tests/benchmarks/check.py $(ARGS)

bench-mutants: $(VENV)/.dev  ## break every plan of tests/repos in every way and count what is caught (many minutes)
	@$(BIN)/python tests/benchmarks/mutants.py $(ARGS)

bench-fuzz: $(VENV)/.dev  ## feed hostile text to the readers of the critic (ARGS="--examples 3000 --seed 7": more; GUIDED=60: seconds a reader by atheris)
	@$(BIN)/python tests/benchmarks/fuzz.py $(ARGS)
	@$(if $(GUIDED),$(BIN)/python tests/benchmarks/fuzz_guided.py --seconds $(GUIDED))

bench-survey: $(VENV)/.dev  ## measure the survey against git, stack-analyser and cloc (ARGS="--largest 25000": less)
	@$(BIN)/python tests/benchmarks/survey.py $(ARGS)

clean:  ## remove what make made (not the playbooks)
	rm -rf $(VENV) .typing build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
