"""The sinks with one of their mechanisms broken, a mechanism at a time: each must be noticed by some simulation."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from schemas.errors import Unavailable
from sinks import sink as sink_module
from sinks.consumer import Member
from sinks.shaping import cells, records
from sinks.sink import Sink
from tests.sim.sinking import Connection
from tests.sim.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def sink_commits_before_it_inserts() -> Any:
    """A sink commits what it has read, then inserts it."""
    flush = Sink._flush

    def early(self: Sink, member: Member) -> None:
        member.commit()
        flush(self, member)

    return patch.object(Sink, "_flush", early)


def sink_takes_silence_for_success() -> Any:
    """An insert without an answer is taken for done."""
    insert = Connection.insert

    def silent(self: Connection, *arguments: Any) -> None:
        with suppress(Unavailable):
            insert(self, *arguments)

    return patch.object(Connection, "insert", silent)


def sink_commits_what_waits() -> Any:
    """A sink commits all it has polled, also what it has not stored."""
    commit = Member.commit

    def careless(self: Member, pending: Iterable[Any] = ()) -> None:
        _ = pending
        commit(self)

    return patch.object(Member, "commit", careless)


def tokens_without_offsets() -> Any:
    """Every batch of a partition has one token."""

    def place(batch: Any) -> str:
        return f"{batch[0].topic}:{batch[0].partition}"

    return patch.object(sink_module, "offsets_of", place)


def an_acknowledged_repeat_is_believed() -> Any:
    """A repeated insert that is acknowledged is taken for stored."""
    return patch.object(Sink, "_arrived", lambda *_: True)


def runs_share_their_tokens() -> Any:
    """A sink that was started again gives its inserts the names the run before gave them."""
    made = Sink.__init__

    def nameless(self: Sink, *arguments: Any, **settings: Any) -> None:
        made(self, *arguments, **{**settings, "run": "sink"})

    return patch.object(Sink, "__init__", nameless)


def the_last_insert_wins() -> Any:
    """Tables keep what was inserted last, whatever its version."""
    made = Warehouse.__init__

    def careless(self: Warehouse, window: int) -> None:
        made(self, window)
        self.newest_wins = False

    return patch.object(Warehouse, "__init__", careless)


def cells_versioned_by_time() -> Any:
    """A cell's version is when it was computed, by the clock of whoever computed it."""
    plan = Warehouse._plan

    def timed(self: Any, table: Any) -> Any:
        return plan(self, replace(table, version="changed_at") if table.name == "indicator_cells" else table)

    return patch.object(Warehouse, "_plan", timed)


def the_first_of_a_key_is_shaped() -> Any:
    """Of a batch's records of one key the first is stored."""

    def oldest(messages: Any) -> Any:
        found: dict[Any, Any] = {}
        for message in messages:
            found.setdefault((message.partition, message.key), message)
        return list(found.values())

    @contextmanager
    def both() -> Iterator[None]:
        with patch.object(cells, "newest", oldest), patch.object(records, "newest", oldest):
            yield

    return both()


def offsets_remembered_too_long() -> Any:
    """A sink does not commit what it committed once, though the group's offsets have been elsewhere since."""
    commit = Member.commit

    def remembering(self: Member, pending: Iterable[Any] = ()) -> None:
        self._generation = self._consumer.group_metadata().generation_id
        commit(self, pending)

    return patch.object(Member, "commit", remembering)


def a_full_batch_is_polled_for_more() -> Any:
    """A sink asks for more records also when it has no room for one."""

    step = Sink._step

    def greedy(self: Sink, member: Member) -> None:
        if len(self._pending) >= self._most:
            member.poll(0, self._most - len(self._pending))
        step(self, member)

    return patch.object(Sink, "_step", greedy)


MUTATIONS: tuple[Callable[[], Any], ...] = (
    sink_commits_before_it_inserts,
    sink_takes_silence_for_success,
    sink_commits_what_waits,
    tokens_without_offsets,
    an_acknowledged_repeat_is_believed,
    runs_share_their_tokens,
    the_last_insert_wins,
    cells_versioned_by_time,
    the_first_of_a_key_is_shaped,
    offsets_remembered_too_long,
    a_full_batch_is_polled_for_more,
)
