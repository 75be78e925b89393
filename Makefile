# `make lab` and `make test` are all most people need. Everything else is listed in README.md.
PYTHON ?=
TORCH ?=
A ?= a1_convolution
ONLY ?=
WORKERS ?= 2

# bootstrap.py finds or makes the environment (standard library only) and prints its Python.
export COURSE_PYTHON := $(PYTHON)
export TORCH
export OMP_NUM_THREADS ?= 1
FIRST := $(or $(PYTHON),$(shell command -v python3 || command -v python || echo python3))
SETUP_LAB = PY="$$($(FIRST) course_lib/authoring/bootstrap.py lab)" || exit 1
SETUP_TEST = PY="$$($(FIRST) course_lib/authoring/bootstrap.py test)" || exit 1
SETUP_CHECK = PY="$$(COURSE_SYSTEM=0 $(FIRST) course_lib/authoring/bootstrap.py test)" || exit 1

.PHONY: lab test long check notebooks assignments student grade marks demo site slides bench format

lab: export OMP_NUM_THREADS =
lab:  ## install what is missing and open JupyterLab on the course
	@$(SETUP_LAB); "$$PY" -m course_lib.authoring.lab $(LAB_ARGS)

test:  ## everything: code, notebooks, releases, grading, browser
	@$(SETUP_TEST); "$$PY" -m ruff check -q && "$$PY" -m ruff format -q --check && \
	"$$PY" -m pytest -q -n $(WORKERS) --dist loadfile tests && \
	"$$PY" -m pytest -q -n $(WORKERS) --dist loadfile --nbval-lax --nbval-current-env lectures solutions

long:  ## an hour and more: every lecture run in a browser, the students' bundle installed from nothing; make long ONLY=05_
	@$(SETUP_TEST); COURSE_LONG=1 "$$PY" -m pytest -q -s tests/test_lectures_in_browser.py tests/test_student_in_browser.py -k "$(ONLY)"

check:  ## the fast tests, for the edit loop: no browser, no sandbox, no notebook runs
	@$(SETUP_CHECK); "$$PY" -m ruff check -q && "$$PY" -m ruff format -q --check && \
	"$$PY" -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow and not browser and not sandbox" tests

notebooks:  ## build and run every notebook whose text changed
	@$(SETUP_CHECK); "$$PY" -m course_lib.authoring.build $(N)

assignments:  ## solutions/ -> assignments/, through nbgrader
	@$(SETUP_CHECK); "$$PY" -m course_lib.authoring.release

student:  ## make student UPTO=a2: a zip to hand out, without solutions and hidden checks
	@$(SETUP_LAB); "$$PY" -m course_lib.authoring.student $(UPTO)

grade:  ## make grade A=a1_convolution: autograde submitted/, write feedback and a report
	@$(SETUP_LAB); "$$PY" -m course_lib.grading.runner $(A) $(GRADE_ARGS)

marks:  ## make marks F=canvas: a table for a learning management system (moodle, canvas, blackboard, brightspace)
	@$(SETUP_LAB); "$$PY" -m course_lib.grading.export $(F)

site:  ## the lectures as a static book, build/site/
	@$(SETUP_LAB); "$$PY" -m course_lib.authoring.site book

slides:  ## the lectures as slides, build/slides/
	@$(SETUP_LAB); "$$PY" -m course_lib.authoring.site slides

demo:  ## a class in two minutes
	@$(SETUP_LAB); "$$PY" -m course_lib.grading.demo

bench:  ## benchmarks as ratios, side by side in one run
	@$(SETUP_CHECK); "$$PY" -m tests.benchmarks $(PART)

format:
	@$(SETUP_CHECK); "$$PY" -m ruff check -q --fix; "$$PY" -m ruff format -q
