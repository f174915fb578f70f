# The front door. Bare `make` explains every target.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

help: ## 说明各个目标 / this help
	@printf '乡脉 Xiangmai\n\n'
	@sed -nE 's/^([a-z][a-z-]*):[^#]*## (.*)$$/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(STAMP) ## 准备虚拟环境与锁定的依赖 / virtual environment with the locked packages

$(STAMP): requirements.lock pyproject.toml $(wildcard streams/quick/*.pyx streams/quick/*.pxd)
	@bash deploy/local/setup.sh "$(PYTHON)"
	@touch $@

demo: $(STAMP) ## 演示：整条线与样例县的实时看板 / the whole line live; DEMO_ONCE=1 checks and ends
	@$(BIN)/xiangmai demo

demo-year: $(STAMP) ## 一年全县：载入、核对、证明 / a year of the whole county, checked and proved; YEAR="--months 1 --people 0.1"
	@$(BIN)/xiangmai demo --year $(YEAR)

up: $(STAMP) ## 启动本机整条线 / start the local stack
	@$(BIN)/xiangmai stack up

status: $(STAMP) ## 各进程状态 / what runs, and whether it is well
	@$(BIN)/xiangmai stack status

down: $(STAMP) ## 停止，数据保留 / stop everything; the data stays
	@$(BIN)/xiangmai stack down

verify: $(STAMP) ## 核对每个数 / prove every number of the running line against the events
	@$(BIN)/xiangmai verify

# Two tests at a time (tests/side_by_side.py); the checks of `lint` are tests as well (tests/test_house.py).
test: $(STAMP) ## 全部检查与测试 / every check and test, from nothing, cleaning up
	@$(BIN)/pytest -n 2

test-long: $(STAMP) ## 较长的故障与压力测试 / the longer tests of faults and load
	@$(BIN)/pytest -m long

lint: $(STAMP) ## 格式、规范、类型、引用规则 / format, lint, types, the import law
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## 整理格式 / format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(STAMP) ## 重写依赖锁 / write the lock again from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url -q -o requirements.lock

soak: $(STAMP) ## 60 次击杀、百万事件 / 60 kills during a million events (tests/faults/README.md); SOAK="--events 20000 --kills 5"
	@$(BIN)/python -m tests.faults.soak kills $(SOAK)

soak-hour: $(STAMP) ## 一小时每秒千件的内存 / memory over an hour at 1,000 events/s; SOAK="--seconds 120"
	@$(BIN)/python -m tests.faults.soak hour $(SOAK)

soak-backlog: $(STAMP) ## 积压百万后的追赶速度 / how fast a million-event backlog drains; SOAK="--events 50000"
	@$(BIN)/python -m tests.faults.soak backlog $(SOAK)

bench: $(STAMP) ## 与同类系统比速度，再测整条线、延迟与增长 / against the peers, then the full line, latency and growth; QUICK=1 in five minutes
	@$(BIN)/python -m tests.bench $(if $(QUICK),--events 100000 --rounds 1)
	@wrong=0; for each in full_line latency mix workers growth $(if $(QUICK),,"full_line --load county" "latency --load county"); do \
	  printf '\n%s\n' "$$each"; $(BIN)/python -m tests.bench.$$each $(if $(QUICK),--quick) || wrong=1; done; exit $$wrong

yardstick: $(STAMP) ## 用 clickhouse-driver 自己的测试量内嵌服务器 / measure the embedded server by its client's own tests
	@$(BIN)/python -m deploy.local.clickhouse.yardstick

clean: ## 清除环境与本机数据 / remove the environment and all local data
	@if [ -x $(BIN)/xiangmai ]; then $(BIN)/xiangmai stack down; fi
	rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info

.PHONY: help setup demo demo-year up status down verify test test-long lint format lock soak soak-hour soak-backlog bench yardstick clean
