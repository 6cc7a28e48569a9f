# make run      the window on a simulated instrument (without a display: a guided tour, in pictures)
# make test     all tests
# make lint     style, types and the layers of the house
# make bench    measurements; not part of the tests
# make faults   ten runs of 200 random faults each (the tests have one); three minutes
#
# make PYTHON=/path/to/python3 ... chooses the interpreter that .venv is made with.
RUN := .venv/bin/python -m

.PHONY: run test lint bench faults gui dev

run: gui
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		$(RUN) ifcbgui --simulate; \
	else \
		echo "There is no display here: the program takes its guided tour off screen."; \
		QT_QPA_PLATFORM=offscreen $(RUN) ifcbgui --simulate --tour demo-output; \
	fi

test: dev
	$(RUN) pytest

lint: dev
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	.venv/bin/lint-imports

bench: dev
	$(RUN) pytest -s tests/bench

faults: dev
	$(RUN) tests.helpers.fault_run

gui dev:
	@scripts/bootstrap.sh $@
