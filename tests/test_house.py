"""The house keeps its own laws: who may import whom, where hosts and paths may stand, what the door explains."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from sysconfig import get_path

import pytest

from streams.quick.form import QUICK

ROOT = Path(__file__).parents[1]
HOSTS = re.compile(r"pypi\.org|pythonhosted|maven\.org|repo1\.|deb\.debian|registry\.npmjs|proxy\.golang")
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:root|home|Users|work)/")
TEXT = {".py", ".toml", ".lock", ".xml", ".yml", ".yaml", ".md", ".sh", ".cfg", ".json", ".sql", ".avsc", ".csv", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        ROOT / name for name in listed.split("\0") if name and (ROOT / name).suffix in TEXT and (ROOT / name).exists()
    ]


@pytest.mark.parametrize("check", ["mypy", "ruff format --check .", "ruff check ."])
def test_the_code_is_formatted_linted_and_typed(check: str) -> None:
    assert_passes(check)


def test_rooms_meet_only_through_topics() -> None:
    assert_passes("lint-imports")


@pytest.mark.skipif(
    not (shutil.which("cc") and Path(get_path("include"), "Python.h").exists()),
    reason="there is no C compiler here, or not Python's headers: the line works without what is written in C",
)
def test_where_there_is_a_compiler_the_extension_is_built() -> None:
    """Else the tests of it would be skipped, and the worker be half as quick, and nobody would know."""
    assert QUICK


def assert_passes(check: str) -> None:
    program, *arguments = check.split()
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    here = Path(__file__)
    found = []
    for file in tracked():
        if file == here:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if HOSTS.search(line) or MACHINE_PATHS.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


def test_the_lock_pins_every_package_with_hashes() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())
    packages = [block for block in blocks if re.match(r"[a-z0-9][\w.\-]*(\[.*\])?==", block)]
    assert packages
    assert all("--hash=sha256:" in block for block in packages)


@pytest.mark.parametrize("room", ["producers", "streams", "schemas", "sinks", "deploy"])
def test_files_are_of_one_idea(room: str) -> None:
    longest = {
        str(file.relative_to(ROOT)): length
        for file in (ROOT / room).rglob("*.py")
        if (length := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not longest, f"split these, a file holds one idea: {longest}"


def test_bare_make_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    explained = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets - {"help"} <= set(re.findall(r"^\s*([a-z][\w-]*)\s", explained, re.MULTILINE))
