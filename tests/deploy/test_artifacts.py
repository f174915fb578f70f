"""What is downloaded: once, however many stacks want it at the same moment, and only whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from deploy.local.artifacts import Missing, _once

if TYPE_CHECKING:
    from pathlib import Path


def test_of_several_that_lack_the_same_one_downloads_it(tmp_path: Path) -> None:
    together, made = threading.Barrier(3), []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "jar").write_text("all of it")

    def want() -> str:
        together.wait(10)
        return (_once(tmp_path / "kafka", make) / "jar").read_text()

    with ThreadPoolExecutor() as pool:
        found = [pool.submit(want) for _ in range(3)]
    assert {one.result() for one in found} == {"all of it"}
    assert len(made) == 1


def test_a_download_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "jar").write_text("half of it")
        raise Missing("no network")

    with pytest.raises(Missing):
        _once(tmp_path / "kafka", fail)
    assert [path.name for path in tmp_path.iterdir()] == [".kafka.lock"]
    assert _once(tmp_path / "kafka", lambda folder: (folder / "jar").touch()).joinpath("jar").exists()
