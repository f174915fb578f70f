"""What can break. Each is a function of the simulation, called at any step; a seed has about half of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.refusals import ACCEPTED
from tests.sim.cases import ACCEPTED as ACCEPTED_AT
from tests.sim.cases import TOPICS, next_engine
from tests.sim.network import GROUP
from tests.sim.truth import CASES, CHANGELOG, INDICATORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sim.simulation import Simulation
    from tests.sim.worker import Worker


def kill(sim: Simulation, worker: Worker) -> None:
    """`kill -9`: the group notices later, or when it is looked for."""
    sim.say(f"{worker.name}: killed")
    worker.kill()


def forget(sim: Simulation, worker: Worker) -> None:
    """Its session ends, because the network loses its heartbeats: it works on, on a bad line, and hears nothing."""
    worker.deaf, worker.slow = True, sim.rng.random() < 0.7
    sim.say(f"the group goes on without {worker.name}, which hears nothing of it")
    sim.group.leave(worker)
    sim.produce()
    worker.intake.fetch()


def freeze(sim: Simulation, worker: Worker) -> None:
    """SIGSTOP, for longer than its session."""
    worker.paused = True
    sim.say(f"{worker.name}: sleeps, and the group goes on without it")
    sim.group.leave(worker)


def strike_somebody(sim: Simulation) -> None:
    """One of these to any worker."""
    awake = sim.awake()
    if awake:
        sim.rng.choice(STRIKES)(sim, sim.rng.choice(awake))


def end_a_session(sim: Simulation) -> None:
    """A session ends of which the worker hears with its next heartbeat."""
    if sim.group.members:
        worker = sim.rng.choice(sim.group.members)
        sim.say(f"the group goes on without {worker.name}")
        sim.group.leave(worker)


def wake(sim: Simulation) -> None:
    """SIGCONT: it does not know how long it slept."""
    for worker in sim.workers:
        if worker.paused and not worker.dead:
            worker.paused = False
            sim.say(f"{worker.name}: wakes")
            worker.run_timers()


def stop_worker(sim: Simulation) -> None:
    """SIGTERM, as in a rolling update."""
    awake = sim.awake()
    if awake:
        worker = sim.rng.choice(awake)
        sim.say(f"{worker.name}: asked to stop")
        worker.stop()
        worker.run()


def add_worker(sim: Simulation) -> None:
    """One more worker than there was, or one less."""
    sim.most_workers = 3 - sim.most_workers if sim.most_workers < 3 else 2


def lose_half_a_minute(sim: Simulation) -> None:
    """Nothing is answered for as long as a transaction may take."""
    sim.say("nothing happens for 31 s")
    sim.seconds += 31
    sim.fire()


def time_a_transaction_out(sim: Simulation) -> None:
    """The broker ends a transaction that stands open."""
    open_ = [id_ for id_, transaction in sim.broker.current.items() if transaction.state == "open"]
    if open_:
        id_ = sim.rng.choice(open_)
        sim.say(f"the broker ends the transaction of {id_}")
        sim.broker.time_out(id_)


def set_offsets_back(sim: Simulation) -> None:
    """Somebody has the worker's group read again from any offset, while no worker runs: Kafka refuses it otherwise."""
    if any(not worker.dead for worker in sim.workers) or any(
        t.state == "open" or t.unmarked for t in sim.broker.current.values()
    ):
        return
    place = sim.rng.choice(TOPICS), sim.rng.randrange(sim.partitions)
    committed = sim.broker.position(GROUP, place)
    if committed:
        offset = sim.rng.randrange(committed)
        sim.say(f"the worker's group is set back to {offset} of {place}")
        sim.truth.read_again = True
        sim.broker.committed[GROUP][place] = offset


def compact(sim: Simulation) -> None:
    """The cleaner goes over a compacted topic."""
    partition = sim.broker[sim.rng.choice((CHANGELOG, CHANGELOG, INDICATORS, CASES)), sim.rng.randrange(sim.partitions)]
    below = sim.rng.randrange(len(partition.entries) + 1)
    sim.say(f"{partition.topic}/{partition.number}: compacted below {below}")
    partition.compact(below)


def delete_old(sim: Simulation) -> None:
    """Retention deletes what everybody has read."""
    place = sim.rng.choice(TOPICS), sim.rng.randrange(sim.partitions)
    groups = [GROUP, *(group.name for group in sim.sink_groups if place in group.places)]
    read = min(sim.broker.position(group, place) or 0 for group in groups)
    partition = sim.broker[place]
    partition.low = max(partition.low, sim.rng.randrange(read + 1))
    sim.say(f"{place[0]}/{place[1]}: deleted below {partition.low}")


def define_anew(sim: Simulation) -> None:
    """From now on workers start with new definitions; those that run go on with the old ones."""
    sim.say("new definitions")
    sim.engine = next_engine()


def accept_what_is_held(sim: Simulation) -> None:
    """A person sees that partitions are held, says that what is refused there really is bad, and has the workers restarted."""
    for worker in sim.awake():
        held = [(topic, owner.partition) for owner in worker.partitions.owners for topic in owner.held]
        for place in held:
            end = len(sim.broker[place].entries)
            sim.say(f"somebody accepts what is refused of {place} below {end}; {worker.name}: asked to stop")
            sim.truth.accept(place, end)
            sim.broker[CHANGELOG, place[1]].append(ACCEPTED + place[0].encode(), str(end).encode(), ACCEPTED_AT)
        if held:
            worker.stop()
            worker.run()


def kill_sink(sim: Simulation) -> None:
    """`kill -9` between two calls; those in the middle of one are SinkProcess's."""
    free = [sink for sink in sim.sinks if not sink.busy]
    if free:
        sink = sim.rng.choice(free)
        sim.say(f"{sink.name}: killed")
        sink.dead = True
        sink.group.drop(sink)


def forget_sink(sim: Simulation) -> None:
    """A sink's session ends while it works on."""
    if sim.sinks:
        sink = sim.rng.choice(sim.sinks)
        sim.say(f"the group goes on without {sink.name}")
        sink.group.drop(sink)


def set_sink_back(sim: Simulation) -> None:
    """Somebody has a sink read again from any offsets, while it is cut off from Kafka and does not know."""
    if not sim.sink_groups:
        return
    group = sim.rng.choice(sim.sink_groups)
    for member in list(group.members):
        group.drop(member)
    offsets = sim.broker.committed.setdefault(group.name, {})
    offsets.update((place, sim.rng.randrange(offset + 1)) for place, offset in list(offsets.items()))
    sim.say(f"{group.name} is set back to {offsets}")


STRIKES: tuple[Callable[[Simulation, Worker], None], ...] = (kill, forget, freeze)
"""What happens to a worker when it is worst: in the middle of a request."""

FAULTS: tuple[Callable[[Simulation], None], ...] = (
    strike_somebody, strike_somebody, end_a_session, wake, wake, stop_worker, add_worker, lose_half_a_minute,
    time_a_transaction_out, set_offsets_back, compact, delete_old, define_anew, accept_what_is_held, kill_sink, forget_sink, set_sink_back,
)  # fmt: skip
