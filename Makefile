# Everything in one command each; `make` alone lists them. Needs Python 3.10 or newer, nothing else.
PYTHON ?= python3
PORT ?= 8069

TOOLS = @command -v $(PYTHON) >/dev/null || { \
	echo "Python is missing: install Python 3.10 or newer, for example with 'apt-get install python3'." >&2; \
	exit 1; }; PORT=$(PORT) exec $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run test lint tidy bench screenshots services stop clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Start Odoo with a bank already synchronized (PORT=8069)
	$(TOOLS) run

test: ## Run every test: addons in Odoo's runner, whole system in pytest, browser
	$(TOOLS) test

lint: ## Check the code: ruff, pylint-odoo, eslint, prettier, sizes, manifests
	$(TOOLS) lint

tidy: ## Mend what the programs of `make lint` can mend by themselves
	$(TOOLS) tidy

bench: ## Measure speed and memory beside plain Odoo and OCA (BENCH="--help" for less than all)
	$(TOOLS) bench $(BENCH)

screenshots: ## Take the pictures of the README anew
	$(TOOLS) screenshots

services: ## Start the private database server and leave it running, for work by hand
	$(TOOLS) services start

stop: ## Stop the private database server
	$(TOOLS) services stop

clean: ## Stop and remove everything that these commands made
	$(TOOLS) clean
