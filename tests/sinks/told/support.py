"""Stories of any domain in few words: events made from the examples of their records, commands asked of a line's warehouse."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from schemas.domain import EVENT_VOIDED
from schemas.examples import load_examples
from sinks.catalogue import write_catalogue
from tests.sinks.support import milliseconds
from tests.streams.core.support import TOWNSHIP, event_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    import click

    from schemas.domain import EventSchema
    from tests.sinks.proof.support import Line

ENVELOPE = ("event_id", "occurred_at", "recorded_at", "township", "village", "department", "source", "corrects")


@lru_cache(maxsize=64)
def _example(record: EventSchema) -> Mapping[str, Any]:
    """The first valid example, without what may be left out."""
    event = next(each.event for each in load_examples(record) if each.kind == "valid")
    return {field.name: None if field.nullable else event[field.name] for field in record.fields}


def emptied(standing: Line) -> Line:
    """Return a line at its beginning, in a warehouse that has the definitions and nothing else."""
    line = standing.anew()
    write_catalogue(line.warehouse, line.layout)
    return line


def tell(line: Line, record: str, case: str, at: str, *, name: str = "", **given: Any) -> None:
    """Put an event of a case on its domain's topic; `name` names it, `corrects` names the one it replaces.

    A record of `void <kind of case>` takes an event back.
    """
    moment = milliseconds(at)
    envelope: dict[str, Any] = {
        "event_id": event_id(name or f"{case}/{record}/{at}"),
        "occurred_at": moment,
        "recorded_at": moment,
        "township": TOWNSHIP,
        "village": None,
        "department": "县政府办公室",
        "source": "test",
        "corrects": None,
    }
    if "corrects" in given:
        given["corrects"] = event_id(given["corrects"])
    for key in ("due_at",):
        if isinstance(given.get(key), str):
            given[key] = milliseconds(given[key])
    for catalogue in line.layout.catalogues.values():
        if record.startswith("void ") and (kind := record.removeprefix("void ")) in catalogue.cases:
            own = {"case_type": kind, "case_id": case, "reason": None}
            line.send(catalogue.domain.topic, (EVENT_VOIDED, {**envelope, **own, **given}))
            return
        for kind_of_case in catalogue.cases.values():
            if record in kind_of_case.events:
                schema = catalogue.domain.event(record)
                own = {**_example(schema), **envelope, kind_of_case.id_field: case}
                line.send(catalogue.domain.topic, (schema.full_name, {**own, **given}))
                return
    raise AssertionError(f"no domain of the line has {record}")


def ask(line: Line, command: click.Command, *arguments: str, code: int = 0) -> Result:
    """Run a command against a line's warehouse; it must end with this code."""
    env = {
        "XIANGMAI_CLICKHOUSE_PORT": str(line.settings.clickhouse_port),
        "XIANGMAI_CLICKHOUSE_DATABASE": line.settings.clickhouse_database,
        "XIANGMAI_DOMAINS": str(line.settings.domains),
        # Nobody listens there: Kafka is away.
        "XIANGMAI_KAFKA_BOOTSTRAP": "127.0.0.1:9",
    }
    answer = CliRunner().invoke(command, [*arguments], standalone_mode=False, env=env)
    given = answer.return_value if answer.exception is None else getattr(answer.exception, "exit_code", None)
    assert given == code, (given, answer.output, answer.exception)
    return answer
