"""How a simulation ends: the faults stop, everybody does what they can, and within a bound all must be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sim import faults
from tests.sim.cases import END
from tests.sim.network import GROUP
from tests.sim.truth import Violation, difference
from tests.streams.core.support import DAY

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

LAST = END + 6 * DAY
"""When nothing waits any more, whatever a worker's clock showed as it came."""
ROUNDS = 120
"""So many rounds, and at least as many seconds: a fenced worker waits for half a minute before it ends itself."""


def settle(sim: Simulation) -> None:
    """Stop the faults and let everybody work until all is done; raises Violation when that takes too long."""
    sim.say("the faults stop")
    sim.faulty, sim.wall_ms = False, END
    for worker in sim.workers:
        worker.paused = False
    while sim.unsent:
        sim.produce()
    for _ in range(ROUNDS):
        _round(sim)
        sim.look()
        if _worked_off(sim):
            sim.wall_ms = LAST  # now every wait comes to its end
            if not any(ledger.behind(LAST) for ledger in sim.truth.ledgers):
                return
    raise Violation(f"not drained after {ROUNDS} rounds: {_stuck(sim)}")


def _round(sim: Simulation) -> None:
    for member in [member for member in sim.group.members if member.dead]:
        sim.group.leave(member)
    faults.accept_what_is_held(sim)
    sim.beat()
    for _ in range(3):
        sim.fetch()
        sim.deliver()
        for which in range(len(sim.network) - 1, -1, -1):
            sim.go_on(which)
    for sink in sim.sinks:
        for _ in range(5):
            sink.step()
            if not sink.group.lag():
                break
    for reader in sim.readers:
        reader.read()
    sim.seconds += 1.0 if sim.network or any(group.lag() for group in sim.sink_groups) else 8.0
    sim.fire()


def _worked_off(sim: Simulation) -> bool:
    """Whether everything that was sent is committed and stored."""
    return (
        not sim.network
        and all(sim.broker.position(GROUP, place) == len(sent) for place, sent in sim.truth.inputs.items() if sent)
        and not any(group.lag() for group in sim.sink_groups)
    )


def _stuck(sim: Simulation) -> str:
    """Say what keeps a simulation from being drained."""
    lags = {group.name: group.lag() for group in sim.sink_groups}
    behind = [
        (difference(ledger.numbers, ledger.expected(LAST)), ledger.waiting() - ledger.told.keys())
        for ledger in sim.truth.ledgers
        if ledger.behind(LAST)
    ]
    offsets = {place: (sim.broker.position(GROUP, place), len(inputs)) for place, inputs in sim.truth.inputs.items()}
    return f"under way {len(sim.network)}, worker {offsets}, sinks {lags}, {behind}"
