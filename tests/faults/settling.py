"""After the faults: wait until nobody is behind, then hold everything to the ledger and to the reference."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.faults import county, reference
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.faults.ledger import Ledger
    from tests.faults.line import FaultyLine

NAMED: Final = 10
"""Of everything that is wrong so many are told."""
_EVENTS: Final = (
    "SELECT toString(event_id), event, case_id, toUnixTimestamp64Milli(occurred_at), toString(corrects) "
    "FROM xiangmai.events_appeals"
)
_CELLS: Final = (
    "SELECT indicator, place, period, period_start, numerator, denominator FROM xiangmai.indicator_cells "
    "WHERE dimension = '' AND (numerator != 0 OR denominator != 0) AND indicator IN %s"
)
_SHOWN: Final = (
    "SELECT indicator, place, period, period_start, numerator, denominator FROM xiangmai.indicators "
    "WHERE dimension = '' AND level != 'county' AND period IN ('month', 'now') "
    "AND (numerator != 0 OR denominator != 0) AND indicator IN %s AND (kind != 'stock' OR period = 'now')"
)


@dataclass
class Outcome:
    """What was found; `wrong` names what should not be, and is empty when every promise was kept."""

    attempted: int = 0
    confirmed: int = 0
    """Distinct events Kafka confirmed to the client, by the client's ledger."""
    found: int = 0
    """Distinct events the warehouse shows."""
    unconfirmed_found: int = 0
    """Attempted, never confirmed, and there all the same: allowed."""
    lost: int = 0
    doubled: int = 0
    strangers: int = 0
    """Shown, and never attempted or other than attempted."""
    cells: int = 0
    differences: int = 0
    verify: dict[str, Any] = field(default_factory=dict)
    drained_seconds: float = 0.0
    """How long it took until nobody was behind."""
    settled_seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took, from the beginning."""
    wrong: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)


def settle(line: FaultyLine, ledgers: Iterable[Ledger] | None = None, *, seconds: float = 180) -> Outcome:
    """Wait until every group has read everything, then compare with these ledgers, by default those of all its clients."""
    outcome, began = Outcome(), time.monotonic()

    def took(step: str) -> None:
        outcome.settled_seconds[step] = round(time.monotonic() - began, 1)

    drain(line, seconds)
    outcome.drained_seconds = time.monotonic() - began
    took("drained")
    standing = _hold_events(line, line.ledgers if ledgers is None else list(ledgers), outcome)
    took("events compared")
    _hold_cells(line, reference.numbers(standing), outcome)
    took("cells compared")
    outcome.verify = json.loads(line.run("verify", "--format", "json", ok=(0, 1, 3), timeout_seconds=900))
    if outcome.verify["verdict"] != "equal":
        outcome.wrong.append(f"verify: {outcome.verify}")
    took("verified")
    _hold_letters(line, outcome)
    wait_until_well(line)
    took("found well")
    return outcome


def drain(line: FaultyLine, seconds: float) -> None:
    """Wait until no group of the line is behind."""
    told = ""

    def nobody_is_behind() -> bool:
        nonlocal told
        told = line.behind()
        return not told

    try:
        wait_until("nobody is behind", nobody_is_behind, seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}: {told}\n{line.run('stack', 'status', ok=(0, 1))}") from None


def wait_until_well(line: FaultyLine, seconds: float = 120) -> None:
    """Every process is healthy and the doctor finds nothing: without anybody's help, though it may take a moment."""
    for command in (("stack", "status"), ("doctor",)):
        told = ""

        def well(command: tuple[str, ...] = command) -> bool:
            nonlocal told
            told = line.run(*command, "--format", "json", ok=(0, 1, 3))
            answer = json.loads(told)
            return all(row["healthy"] for row in answer) if command[0] == "stack" else answer["verdict"] == "well"

        try:
            wait_until(f"{' '.join(command)} finds nothing", well, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{told[:6_000]}") from None


def _hold_events(line: FaultyLine, ledgers: list[Ledger], outcome: Outcome) -> list[county.Event]:
    """Compare the warehouse's events with what was attempted and confirmed; returns those that stand there."""
    attempted: dict[str, county.Event] = {}
    confirmed: set[str] = set()
    for ledger in ledgers:
        numbers = ledger.confirmed()
        for number in range(ledger.attempted()):
            event = county.event(ledger.seed, number)
            attempted[event.id] = event
            if number in numbers:
                confirmed.add(event.id)
    shown: dict[str, tuple[Any, ...]] = {}
    doubled, strangers = [], []
    for event_id, *told in line.query(_EVENTS):
        if event_id in shown:
            doubled.append(event_id)
        shown[event_id] = tuple(told)
        if event_id not in attempted or tuple(told) != _as_shown(attempted[event_id]):
            strangers.append(event_id)
    lost = sorted(confirmed - shown.keys())
    outcome.attempted, outcome.confirmed, outcome.found = len(attempted), len(confirmed), len(shown)
    outcome.unconfirmed_found = len(shown.keys() - confirmed)
    outcome.lost, outcome.doubled, outcome.strangers = len(lost), len(doubled), len(strangers)
    in_storage = line.query("SELECT count(), uniqExact(event_id) FROM xiangmai_storage.events_appeals FINAL")[0]
    if in_storage != (len(shown), len(shown)):
        outcome.wrong.append(f"the table read FINAL has {in_storage} events, the view {len(shown)}")
    for what, ids in (("lost", lost), ("doubled", doubled), ("never attempted, or not as attempted", strangers)):
        if ids:
            outcome.wrong.append(f"{len(ids)} events {what}: {ids[:NAMED]}")
    return [event for event_id, event in attempted.items() if event_id in shown]


def _as_shown(event: county.Event) -> tuple[Any, ...]:
    fields = event.fields
    return event.record, event.case, fields["occurred_at"], fields["corrects"]


def _hold_cells(line: FaultyLine, expected: dict[reference.Cell, tuple[int, int]], outcome: Outcome) -> None:
    quoted = "(" + ", ".join(f"'{name}'" for name in reference.INDICATORS) + ")"
    cells = {tuple(row[:4]): tuple(row[4:]) for row in line.query(_CELLS % quoted)}
    _compare("a cell", cells, expected, outcome)
    looked_at = {cell: parts for cell, parts in expected.items() if _is_shown(cell)}
    shown = {tuple(row[:4]): tuple(row[4:]) for row in line.query(_SHOWN % quoted)}
    _compare("what people see", shown, looked_at, outcome)


def _is_shown(cell: reference.Cell) -> bool:
    return cell[2] == "now" or (cell[2] == "month" and cell[0] != "appeal_open")


def _compare(what: str, found: dict[Any, Any], expected: dict[Any, Any], outcome: Outcome) -> None:
    different = sorted(
        (cell for cell in found.keys() | expected.keys() if found.get(cell) != expected.get(cell)), key=str
    )
    outcome.cells += len(expected)
    outcome.differences += len(different)
    if different:
        told = [f"{cell}: {found.get(cell)}, expected {expected.get(cell)}" for cell in different[:NAMED]]
        outcome.wrong.append(f"{len(different)} of {len(expected)} differ in {what}: " + "; ".join(told))
    if not expected:
        outcome.wrong.append(f"nothing to compare in {what}")


def _hold_letters(line: FaultyLine, outcome: Outcome) -> None:
    letters = json.loads(line.run("deadletters", "list", "--format", "json"))["letters"]
    if letters:
        outcome.wrong.append(f"{len(letters)} dead letters: {letters[:3]}")
