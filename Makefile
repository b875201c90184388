# On Windows: scripts/nnlab.ps1. The stamps make the second time quick; they are written last, so that
# an interrupted installation is not taken for a finished one.
VENV := .venv
PYTHON_OF_VENV := $(VENV)/bin/python
APP := $(VENV)/.installed
TESTS := $(VENV)/.installed-tests

.PHONY: help run class test test-fast lint messages requirements

help:
	@echo "make run           install and open nnlab in the browser (another port: PORT=8600 make run)"
	@echo "make class         the same for a whole class in the local network, with a QR code"
	@echo "make test          install, then every test, in a real browser too"
	@echo "make test-fast     the tests that need no browser and little time"
	@echo "make lint          style, types and the floors of the house"
	@echo "make messages      bring the language catalogs up to date with the code"
	@echo "make requirements  write requirements*.txt from pyproject.toml (newest: scripts/requirements.sh --upgrade)"

$(APP): requirements.txt pyproject.toml scripts/install.sh
	@scripts/install.sh requirements.txt
	@touch $@

$(TESTS): $(APP) requirements-test.txt
	@scripts/install.sh requirements-test.txt
	@touch $@

class: $(APP)
	$(PYTHON_OF_VENV) -m nnlab.classroom

run: $(APP)
	$(PYTHON_OF_VENV) -m streamlit run app.py $(if $(PORT),--server.port $(PORT))

# Worker processes start in two ways; some tests run in the second way too. What starts servers, browsers
# or workers mostly waits, so two of those go at once as well, but not beside what computes;
# those that promise a time have the machine for themselves.
PARALLEL := --numprocesses 2 --dist loadfile

test: $(TESTS)
	NNLAB_CHROMIUM="$$($(PYTHON_OF_VENV) scripts/chromium.py)" && export NNLAB_CHROMIUM && \
	NNLAB_START_METHOD=spawn $(PYTHON_OF_VENV) -m pytest -m spawn && \
	$(PYTHON_OF_VENV) -m pytest -m "not browser and not worker" $(PARALLEL) && \
	$(PYTHON_OF_VENV) -m pytest -m "(browser or worker) and not alone" $(PARALLEL) && \
	$(PYTHON_OF_VENV) -m pytest -m alone

test-fast: $(TESTS)
	$(PYTHON_OF_VENV) -m pytest -m "not browser and not slow and not worker" $(PARALLEL)

lint: $(TESTS)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PYTHON_OF_VENV) -m mypy --strict nnlab
	$(VENV)/bin/lint-imports --no-logo

messages: $(APP)
	$(PYTHON_OF_VENV) -m nnlab.i18n.update

requirements: $(TESTS)
	scripts/requirements.sh
