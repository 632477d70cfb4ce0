# Every command is one line around `python -m evidence_review`, in the environment .venv.
PYTHON ?= python3
RUN = .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python -m evidence_review

PLAIN = $(firstword $(RUN))

help:
	@echo "make review   check the data, run the notebooks, make the report in results/"
	@echo "make test     run every check, writing nothing to notebooks/ or results/"
	@echo "make lab      open the notebooks in JupyterLab"
	@echo "make check GUIDE=path   compare a guide with the claims of this review"
	@echo "make readme   bring README.md and docs/ in step with the results"
	@echo "make bench-data   how many of a thousand corruptions of the data are noticed"
	@echo "make lock     choose the newest versions for requirements.txt (needs uv)"
	@echo "make clean    delete what can be made again: .venv, results/, caches"

review test lab readme: environment
	@$(RUN) $@

check: environment
	@test -n "$(GUIDE)" || { echo "Say which guide: make check GUIDE=path"; exit 2; }
	@$(RUN) check "$(GUIDE)"

bench-data: environment
	@$(PLAIN) tests/benchmark_data.py

environment:
	@$(PYTHON) src/evidence_review/environment.py

lock:
	uv pip compile pyproject.toml --universal --fork-strategy fewest --generate-hashes --upgrade --quiet --custom-compile-command "make lock" --output-file requirements.txt

clean:
	rm -rf .venv results .pytest_cache .ruff_cache .hypothesis

.PHONY: help review test lab readme check bench-data environment lock clean
