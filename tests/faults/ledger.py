"""The test client's own book: what was about to be sent, and what Kafka confirmed. Nothing in it comes from the line.

Two files of lines, written by the client's process with one write each, so that they outlive its `kill -9`: `attempted`
says before a stretch of events is handed over where it begins and ends, `confirmed` gives the number of each event
after its confirmation.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LAST_BYTES = 200


class Ledger:
    """The book of one stream of events, in a folder."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.seed = seed
        self._attempted = folder / f"{seed}.attempted"
        self._confirmed = folder / f"{seed}.confirmed"
        for file in (self._attempted, self._confirmed):
            file.touch()
        self._counted_to = 0
        self._counted = 0

    def attempt(self, first: int, behind: int) -> None:
        """Write down that events `first` up to (not with) `behind` are about to be sent."""
        _append(self._attempted, f"{first} {behind}\n")

    def confirm(self, numbers: Iterable[int]) -> None:
        """Write down that Kafka confirmed these."""
        if text := "".join(f"{number}\n" for number in numbers):
            _append(self._confirmed, text)

    def attempted(self) -> int:
        """How many events of the stream were attempted: they are sent in order, so it is the next one's number."""
        with self._attempted.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_BYTES))
            lines = file.read().split(b"\n")[:-1]
        return int(lines[-1].split()[1]) if lines else 0

    def confirmed(self) -> set[int]:
        """The numbers of all confirmed events."""
        return {int(line) for line in _whole_lines(self._confirmed)}

    def confirmations(self) -> int:
        """How many confirmations there are; reads only what is new, so ask as often as you like."""
        with self._confirmed.open("rb") as file:
            file.seek(self._counted_to)
            new = file.read()
        self._counted_to += len(new)
        self._counted += new.count(b"\n")
        return self._counted


def _append(file: Path, text: str) -> None:
    with file.open("ab", buffering=0) as out:
        out.write(text.encode())


def _whole_lines(file: Path) -> list[str]:
    text = file.read_text()
    return text[: text.rfind("\n") + 1].splitlines()
