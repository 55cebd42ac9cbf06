# Aftercart: `make run` starts it, `make test` tests it. `make help` lists the rest.
PORT ?= 8000
VENV := .venv
RUNTIME := $(VENV)/.installed-runtime
DEVELOPMENT := $(VENV)/.installed-development
TEXTS := $(patsubst %.po,%.mo,$(wildcard aftercart/locale/*/LC_MESSAGES/django.po))
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test day lint format bench migrations messages lock .venv

help: ## List what make can do
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(RUNTIME) $(TEXTS) ## Start everything on http://127.0.0.1:8000 (PORT=8100 changes the port)
	@PORT=$(PORT) exec $(VENV)/bin/python -m aftercart up

test: $(DEVELOPMENT) $(TEXTS) ## Run every test (ARGS="-k name" narrows them)
	@bin/browser
	@$(VENV)/bin/python -m pytest -n 2 $(ARGS)

day: $(DEVELOPMENT) $(TEXTS) ## Play a day of 5,000 parcels and every carrier in five minutes
	@FULL_DAY=1 $(VENV)/bin/python -m pytest -s tests/survival/test_a_day_of_carriers.py $(ARGS)

lint: $(DEVELOPMENT) ## Check style, types and the direction of imports
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format: $(DEVELOPMENT) ## Format the code and mend what can be mended by itself
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

bench: $(RUNTIME) $(TEXTS) ## Measure speed and memory; one JSON line per figure
	@$(VENV)/bin/python -m aftercart bench $(ARGS)

migrations: $(DEVELOPMENT) ## Write the migrations that the models ask for
	@$(VENV)/bin/python -m aftercart manage makemigrations $(ARGS)

messages: $(DEVELOPMENT) ## Collect the texts to translate, and compile the translations
	@bin/messages $(ARGS)

lock: ## Write the lock files anew from pyproject.toml
	@bin/lock $(ARGS)

.venv: $(DEVELOPMENT) ## Make the virtual environment with everything for development

%.mo: %.po | $(RUNTIME)
	@$(VENV)/bin/pybabel --quiet compile --input-file $< --output-file $@

# The environment is made anew only when a lock file changes. One with the development
# packages also has the runtime's, so `make run` accepts either.
$(RUNTIME): requirements.lock
	@bin/setup requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock
	@bin/setup requirements-dev.lock
	@touch $@ $(RUNTIME)
