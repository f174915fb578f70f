"""The archive of a program's classes: made once, by a start of its own; where none can be made, Java starts without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.class_archive import archive_options
from deploy.local.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path


def test_what_cannot_be_started_has_no_archive_and_is_not_tried_again(tmp_path: Path) -> None:
    tried: list[Layout] = []
    said: list[str] = []

    def arguments(layout: Layout) -> list[str]:
        tried.append(layout)
        return ["no.such.Program"]

    stack = Layout(tmp_path / "data", {})
    for _ in range(2):
        assert archive_options("program", "kafka", arguments, stack, tmp_path / "cache", said.append) == []
    assert len(tried) == len(said) == 1
    assert tried[0].data != stack.data, "a start on a folder of its own"
    left = [path for path in (tmp_path / "cache").iterdir() if not path.name.endswith(".lock")]
    assert [path.stat().st_size for path in left] == [0]
