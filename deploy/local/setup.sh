#!/usr/bin/env bash
# Makes .venv with exactly the locked packages. $1: the Python to use. What is missing is installed from Debian where that may be
# done (root and apt-get), else named with the command that installs it.
set -euo pipefail
python=${1:-python3}

need() { # program, Debian package
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "安装 / installing: $2"
    apt-get install -y -qq --no-install-recommends "$2" >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" >/dev/null; }
  else
    echo "缺少 / missing: $1. 请安装 / install with: sudo apt-get install -y $2" >&2
    exit 1
  fi
}

need "$python" python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "需要 Python 3.11 或更新 / Python 3.11 or newer is needed; this is $("$python" --version). Choose one: make PYTHON=python3.12 …" >&2
  exit 1
}
"$python" -c 'import ensurepip' 2>/dev/null || need ensurepip python3-venv
need java default-jre-headless
need mvn maven

if [ ! -x .venv/bin/python ]; then
  echo "建立虚拟环境 / making the virtual environment .venv"
  "$python" -m venv .venv
fi
echo "安装锁定的依赖 / installing the locked packages"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

# Built with the last line where there is a C compiler and Python's headers.
if ! .venv/bin/python -c 'import streams.quick.reading, streams.quick.writing' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "安装 / installing: gcc, python3-dev"
    apt-get install -y -qq --no-install-recommends gcc libc6-dev python3-dev >/dev/null || true
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  fi
  .venv/bin/python -c 'import streams.quick.reading, streams.quick.writing' 2>/dev/null || {
    echo "没有 C 编译器：一切照常，流处理约慢一倍。要更快：装好 gcc 与 python3-dev，再 touch pyproject.toml 并 make setup" >&2
    echo "No C compiler: everything works, the worker at about half its speed. For more: install gcc and python3-dev, touch pyproject.toml, make setup" >&2
  }
fi
