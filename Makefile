# Everything here needs only git, make and Python 3.11 or newer, and sets up the rest itself, in .venv.
#
#   make demo        train on a built-in corpus, evaluate, write the page     (no network, no GPU)
#   make serve       serve that run at http://127.0.0.1:5000: a page and an API
#   make install     .venv with seq2see, all its extras and the development tools
#   make test        the tests, without those that need a browser, corpora or a GPU
#   make test-all    those with a browser and corpora too; SEQ2SEE_DATA names the corpora's folder
#   make check       formatting, lint, types, and the tests of `make test`
#   make clean       remove .venv and all caches; runs/ stays
#
# Variables:
#   PYTHON           the Python to build .venv with; by default python3.11, else the first of the
#                    other usual names that is new enough
#   TORCH_INDEX      package index to take PyTorch alone from. Empty: the default index, whose Linux
#                    build brings several gigabytes of CUDA packages. On a machine without a GPU,
#                    give the CPU index address shown on pytorch.org's "Get started" page.
#   ARGS             further arguments for pytest, as in `make test ARGS="-k beam"`

PYTHON ?=
TORCH_INDEX ?=
ARGS ?=
RUN ?= runs/demo

VENV := .venv
STAMP := $(VENV)/installed
# A process for each core; what a file of tests makes once is made in one of them.
PARALLEL := -n logical --dist loadfile
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

.PHONY: install demo serve test test-all check clean

install: $(STAMP)

$(VENV)/bin/python:
	@set -e; \
	for name in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14 python; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Creating $(VENV) with $$(command -v $$name) ($$($$name --version))."; \
	    $$name -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	  elif [ "$$name" = "$(PYTHON)" ]; then \
	    echo "PYTHON=$$name is not Python 3.11 or newer; give another one, or leave PYTHON out." >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "seq2see needs Python 3.11 or newer, but none was found" \
	  "(python3 is $$(python3 --version 2>&1)); install one," \
	  "or name it: make install PYTHON=/path/to/python3.11" >&2; \
	exit 1

$(STAMP): pyproject.toml constraints.txt package.json | $(VENV)/bin/python
	@echo "Installing seq2see and its dependencies into $(VENV) (PyTorch is large: this takes minutes)."
	@if [ -n "$(TORCH_INDEX)" ]; then \
	  $(PIP) install --quiet --no-deps --index-url "$(TORCH_INDEX)" \
	    "$$(grep '^torch==' constraints.txt)"; \
	fi
	@$(PIP) install --quiet --constraint constraints.txt hatchling editables
	@$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable ".[all,dev]"
	@mkdir -p $(VENV)/node && cp package.json $(VENV)/node/
	@{ command -v npm >/dev/null \
	  && npm install --prefix $(VENV)/node --no-package-lock --no-audit --no-fund --silent; } \
	  || echo "npm did not install TypeScript: the types of the JavaScript will not be checked."
	@touch $@

demo: install
	$(VENV)/bin/seq2see demo --out $(RUN)

serve: install
	@[ -e $(RUN)/model.safetensors ] || $(VENV)/bin/seq2see demo --out $(RUN)
	$(VENV)/bin/seq2see serve $(RUN)

test: install
	$(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)

test-all: install
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	  || $(VENV)/bin/playwright install chromium
	$(VENV)/bin/python -m pytest $(PARALLEL) -m "not gpu" --require-markers browser,data $(ARGS)

check: install
	scripts/check $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
