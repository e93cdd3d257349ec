# A thin wrapper around the commands of README.md; Windows users type those.
PYTHON = .venv/bin/python
SAMPLE = data/scenarios/contract-search

.PHONY: review test lint notebooks constraints

.venv/installed: pyproject.toml constraints.txt
	python3 -m venv .venv
	$(PYTHON) -m pip install -q -c constraints.txt -e ".[kit,dev]"
	touch $@

review: .venv/installed
	.venv/bin/aicost review $(SAMPLE)-billed.yaml --plan $(SAMPLE)-planned.yaml

test: .venv/installed
	$(PYTHON) -m pytest

lint: .venv/installed
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

notebooks: .venv/installed
	$(PYTHON) -m jupyterlab notebooks/00_first_bill.ipynb

# Pins for every platform, without addresses; needs uv.
constraints:
	uv pip compile --universal --upgrade --no-emit-index-url --no-annotate --no-header \
		--extra kit --extra dev --extra local pyproject.toml -o constraints.txt
