# Every command is one line around `python -m evidence_review`, in the environment .venv.
PYTHON ?= python3
PYTHON_HERE = .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
RUN = $(PYTHON_HERE) -m evidence_review

help:
	@echo "make review   check the data, run the notebooks, make the report in results/"
	@echo "make test     run every check, writing nothing to notebooks/ or results/"
	@echo "make lab      open the notebooks in JupyterLab"
	@echo "make check GUIDE=path   compare a guide with the claims of this review"
	@echo "make update   review and readme, then what changed in the findings since the last commit"
	@echo "make diff OLD=HEAD~1 NEW=HEAD   the same between two folders or git revisions"
	@echo "make add FILE=path      take in new publications (RIS, PubMed's NBIB, BibTeX)"
	@echo "make readme   bring README.md and docs/ in step with the results"
	@echo "make bench    time the build against plain jupyter execute; also bench-scale, bench-kill"
	@echo "make bench-data   how many of a thousand corruptions of the data are noticed"
	@echo "make lock     choose the newest versions for requirements.txt (needs uv)"
	@echo "make clean    delete what can be made again: .venv, results/, caches"

review test update lab readme: environment
	@$(RUN) $@

check: environment
	@test -n "$(GUIDE)" || { echo "Say which guide: make check GUIDE=path"; exit 2; }
	@$(RUN) check "$(GUIDE)"

diff: environment
	@test -n "$(OLD)" -a -n "$(NEW)" || { echo "Say which versions: make diff OLD=HEAD~1 NEW=HEAD"; exit 2; }
	@$(RUN) diff "$(OLD)" "$(NEW)"

add: environment
	@test -n "$(FILE)" || { echo "Say which file: make add FILE=path"; exit 2; }
	@$(RUN) add "$(FILE)"

environment:
	@$(PYTHON) src/evidence_review/environment.py

# Benchmarks; no part of `make test`.
bench: environment
	@$(PYTHON_HERE) tests/benchmark_speed.py

bench-scale: environment
	@$(PYTHON_HERE) tests/benchmark_scale.py

bench-kill: environment
	@$(PYTHON_HERE) tests/benchmark_kill.py

bench-data: environment
	@$(PYTHON_HERE) tests/benchmark_data.py

lock:
	uv pip compile pyproject.toml --universal --fork-strategy fewest --generate-hashes --upgrade --quiet --custom-compile-command "make lock" --output-file requirements.txt

clean:
	rm -rf .venv results .pytest_cache .ruff_cache .hypothesis

.PHONY: help review test update lab readme check diff add environment bench bench-scale bench-kill bench-data lock clean
