"""Where a stack stands: its ports, its socket."""

from __future__ import annotations

import socket
import tempfile
from typing import TYPE_CHECKING

from deploy.local.layout import DEFAULT_PORTS, Layout, pick_free_ports

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_deep_temporary_folder_does_not_keep_a_stack_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for depth in (40, 60, 80, 100):
        folder = tmp_path / ("d" * depth)
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        path = Layout(tmp_path, DEFAULT_PORTS).socket
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"{path}.1234567")
        path.with_name(f"{path.name}.1234567").unlink()


def test_free_ports_come_from_where_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANGMAI_FREE_PORTS", "31000-31030")
    chosen = pick_free_ports(8)
    assert len(set(chosen)) == 8
    assert all(31_000 <= port <= 31_030 for port in chosen)
