"""The yardstick: clickhouse-driver's own test suite, unchanged, run against the embedded server.

The suite is not part of this repository. pip fetches it, hashes pinned, into a cache folder; it is unpacked and given
what its source distribution leaves out (three helper modules and the command-line client), written by us.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from deploy.local.clickhouse.process import running

HERE = Path(__file__).parent
SUPPORT = HERE / "support"
SUITE = "clickhouse_driver-0.2.11"
SECONDS_MAX = 280
# One test names no port and means 9000, and one means a server in Moscow's time zone: the suite's own set-up.
# A loopback address of our own has its port 9000 free, whatever else runs on this machine.
ADDRESS = f"127.77.{os.getpid() % 250 + 1}.1"
NATIVE_PORT, HTTP_PORT = 9000, 8123
SERVER_OPTIONS = (
    "--listen", ADDRESS, "--native-port", str(NATIVE_PORT), "--http-port", str(HTTP_PORT),
    "--timezone", "Europe/Moscow",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One test of the suite: `passed`, `skipped` or `failed`, and why."""

    name: str
    result: str
    reason: str

    @property
    def group(self) -> str:
        """The module it stands in."""
        return self.name.partition("::")[0].removeprefix("test_")


def cache() -> Path:
    """Return the folder downloads are kept in between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "xiangmai" / "yardstick"


def fetch(folder: Path) -> None:
    """Download what requirements.txt pins, once; raises CalledProcessError with pip's words when that fails."""
    wanted = (HERE / "requirements.txt").read_bytes()
    marker = folder / "requirements.txt"
    if marker.exists() and marker.read_bytes() == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(folder)]
    # Only clickhouse-driver must come as source; the build tools it asks for are those already installed.
    pip += ["--no-binary", "clickhouse-driver", "--no-build-isolation", "--requirement", str(HERE / "requirements.txt")]
    subprocess.run(pip, check=True)
    marker.write_bytes(wanted)


def unpack(folder: Path, target: Path) -> None:
    """Lay the suite out in `target`: its tests, our stand-ins, and a setup.cfg that names the server."""
    with tarfile.open(folder / f"{SUITE}.tar.gz") as archive:
        archive.extractall(target, [m for m in archive.getmembers() if "/tests/" in m.name], filter="data")
    shutil.move(target / SUITE / "tests", target / "tests")
    tests = target / "tests"
    (tests / "numpy").mkdir()
    for package in (tests, tests / "numpy"):
        (package / "__init__.py").touch()
    for source, destination in (
        ("log.py", "log.py"), ("util.py", "util.py"), ("numpy_util.py", "numpy/util.py"),
    ):  # fmt: skip
        shutil.copy(SUPPORT / source, tests / destination)
    client = target / "clickhouse-client"
    client.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {SUPPORT / "clickhouse_client.py"} "$@"\n')
    client.chmod(0o755)
    (target / "setup.cfg").write_text(
        f"[db]\nhost = {ADDRESS}\n"
        f"port = {NATIVE_PORT}\nsecure_port = 1\ndatabase = test\nuser = default\npassword =\n"
        f"compression = lz4,lz4hc,zstd\nclient = {client}\n[log]\nlevel = ERROR\n"
    )
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target / "site"),
         *map(str, folder.glob("parameterized-*.whl"))],
        check=True,
    )  # fmt: skip


def run() -> list[Outcome]:
    """Start a server, run the suite against it; returns every test's outcome."""
    folder = cache()
    fetch(folder)
    with tempfile.TemporaryDirectory(prefix="xiangmai-yardstick-") as name:
        target = Path(name)
        unpack(folder, target)
        report = target / "report.xml"
        environment = os.environ | {
            "PYTHONPATH": f"{target}{os.pathsep}{target / 'site'}",
            "XIANGMAI_YARDSTICK_HTTP_PORT": str(HTTP_PORT),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", name]
        command += ["--junit-xml", str(report), "--timeout", "60", "tests"]
        with running(target / "data", SERVER_OPTIONS):
            finished = subprocess.run(
                command, cwd=target, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
            )
        if not report.exists():
            raise RuntimeError(f"the suite did not run:\n{finished.stdout}\n{finished.stderr}")
        return read_report(report)


def read_report(report: Path) -> list[Outcome]:
    """Read pytest's JUnit report."""
    outcomes = []
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest, run by us, wrote it
        module, _, class_name = case.attrib["classname"].removeprefix("tests.").partition(".")
        name = "::".join(part for part in (module, class_name, case.attrib["name"]) if part)
        problem = next((child for child in case if child.tag in {"failure", "error", "skipped"}), None)
        if problem is None:
            outcomes.append(Outcome(name, "passed", ""))
        else:
            result = "skipped" if problem.tag == "skipped" else "failed"
            outcomes.append(Outcome(name, result, problem.attrib.get("message", "").splitlines()[0][:200]))
    return outcomes


def expected() -> dict[str, dict[str, str]]:
    """Return the checked-in list: `skipped` and `failed`, each from test to reason."""
    return tomllib.loads((HERE / "expected.toml").read_text())


def differences(outcomes: list[Outcome]) -> list[str]:
    """Return how the outcomes differ from the checked-in list; empty when they are as it says."""
    lists = expected()
    reasons = {name: result for result in ("skipped", "failed") for name in lists[result]}
    found = {outcome.name: outcome for outcome in outcomes}
    problems = [
        f"{name}: expected {reasons.get(name, 'passed')}, was {outcome.result} ({outcome.reason})"
        for name, outcome in found.items()
        if outcome.result != reasons.get(name, "passed")
    ]
    return problems + [f"{name}: is in the list but not in the suite" for name in reasons if name not in found]


def table(outcomes: list[Outcome]) -> str:
    """Return the results by group as a Markdown table."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        groups[outcome.group][outcome.result] += 1
    lines = ["| group | passed | skipped | failed |", "| --- | ---: | ---: | ---: |"]
    total: Counter[str] = Counter()
    for group, counts in sorted(groups.items()):
        total += counts
        lines.append(f"| {group} | {counts['passed']} | {counts['skipped']} | {counts['failed']} |")
    lines.append(f"| **all** | **{total['passed']}** | **{total['skipped']}** | **{total['failed']}** |")
    return "\n".join(lines)
