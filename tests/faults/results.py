"""What a long run found: as JSON beside the tests, and as rows to paste into the README."""

from __future__ import annotations

import json
import os
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.settling import Outcome
    from tests.faults.striking import Strike

FOLDER: Final = Path(__file__).parent / "results"


def write(name: str, result: dict[str, Any], folder: Path = FOLDER) -> Path:
    """Write a run's result, with the machine and the moment; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    stamped = {"finished_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, **result}
    file.write_text(json.dumps(stamped, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def of_strikes(strikes: Sequence[Strike]) -> str:
    """Strikes by what was struck: how many, and how long until it worked again."""
    rows = []
    for process, how in sorted({(strike.process, strike.how) for strike in strikes}):
        of_kind = [strike for strike in strikes if (strike.process, strike.how) == (process, how)]
        alone = [s.recovered_seconds for s in of_kind if s.recovered_seconds is not None and not s.overlapped]
        every = [s.recovered_seconds for s in of_kind if s.recovered_seconds is not None]
        rows.append(
            [process, how, len(of_kind)]
            + ([f"{statistics.median(alone):.1f}", f"{max(alone):.1f}"] if alone else ["", ""])
            + [f"{max(every):.1f}" if every else "never"]
        )
    heads = [
        "process",
        "how",
        "times",
        "works again, median s (alone)",
        "longest s (alone)",
        "longest s (others down too)",
    ]
    return table(heads, rows)


def of_outcome(outcome: Outcome) -> str:
    """What was found at the end."""
    verify = outcome.verify
    rows = [
        ["events attempted (distinct)", f"{outcome.attempted:,}"],
        ["confirmed to the client", f"{outcome.confirmed:,}"],
        ["found in the warehouse", f"{outcome.found:,}"],
        ["found though never confirmed (allowed)", f"{outcome.unconfirmed_found:,}"],
        ["**lost**", f"**{outcome.lost:,}**"],
        ["**doubled**", f"**{outcome.doubled:,}**"],
        ["never attempted, or other than attempted", f"{outcome.strangers:,}"],
        ["indicator cells compared with the reference", f"{outcome.cells:,}"],
        ["**different**", f"**{outcome.differences:,}**"],
        ["`xiangmai verify`", f"{verify.get('verdict')}: {verify.get('cells_compared', 0):,} cells"],
        ["seconds until nobody was behind, after the last event", f"{outcome.drained_seconds:.0f}"],
    ]
    return table(["what", "how many"], rows)
