# Everything runs in .venv, which the first target makes; nothing has to be installed before but Python 3.11 to 3.13.
.PHONY: demo demo-crm test soak spark-test lint lineage dev bench

PYTHON ?= python3
BIN := .venv/bin
# uv installs the versions of uv.lock; it has to be the one that is itself in there.
UV := $(shell awk '/^name = "uv"$$/ {getline; gsub(/"/, ""); print $$3}' uv.lock)
READY := .venv/.ready
SPARK_READY := .venv/.spark-ready

# Generates and refreshes the sample company, and prints the status of its SLAs.
demo: $(READY)
	$(BIN)/lead-sla demo

# The same company in a fake HubSpot on this machine, pulled through its API.
demo-crm: $(READY)
	$(BIN)/python -m tests.support.hubspot.demo

# A worker per core; the tests of a file stay together, because they share what takes long to build. CI goes on to the soak,
# which tries the random cases of `property` and more.
test: $(READY)
	$(BIN)/pytest $(if $(filter true,$(CI)),-m "not soak and not property") -n auto --dist loadfile --no-loadscope-reorder --durations=10

# What takes long: many random cases, 60 random kills and one at every step, companies of the size of a real one, and where there is Java, Spark.
soak: $(READY)
	SOAK=true $(BIN)/pytest -m "soak or property" -n auto --dist worksteal --durations=10
	if [ "$$CI" = true ] || command -v java >/dev/null; then $(MAKE) spark-test; else echo "No Java, no tests on Spark."; fi

# The same models on a Spark cluster of this machine, against DuckDB. Needs Java 17.
spark-test: $(SPARK_READY)
	$(BIN)/pytest tests/spark

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.linting.python_rules
	$(BIN)/yamllint --strict .
	$(BIN)/sqlfluff lint models tests/dbt
	$(BIN)/dbt --warn-error parse --show-all-deprecations --no-partial-parse
	$(BIN)/python -m tests.linting.manifest_rules
	$(BIN)/python -m tests.support.lineage --check

# The diagrams of docs/architecture.md, from the models as they are.
lineage: $(READY)
	$(BIN)/dbt --quiet parse
	$(BIN)/python -m tests.support.lineage

# What a refresh costs at several sizes, in bench/RESULTS.md; takes an hour and 30 GB of disk with the largest.
MILLIONS ?= 1 10 50
bench: $(READY)
	$(BIN)/python -m bench.scale $(MILLIONS)

# Dagster in the browser, on http://127.0.0.1:3000, with the schedule and the sensor running.
dev: $(READY)
	$(BIN)/python -m lead_sla.pipeline.dagster_home \
		$(BIN)/dagster dev -h 127.0.0.1 -m lead_sla.pipeline.definitions

$(READY): pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV)"
	$(BIN)/uv sync --frozen --compile-bytecode
	touch $(READY)

# uv removes extras that are not requested, so this follows every `uv sync` above.
$(SPARK_READY): $(READY)
	$(BIN)/uv sync --frozen --compile-bytecode --extra spark
	touch $(SPARK_READY)
