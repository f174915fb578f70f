"""Which events of a case stand, in SQL: the steps from the domain's events to each event's standing.

effective        takes part
corrected        an event of the case names it in `corrects` (`corrected_by` says which)
void             takes another event out and adds nothing itself
rule:<name>      breaks a rule of the case: it takes no part, but what it corrects stays corrected
case_limit       the case was full before it came, by number or by size: the worker refused it, and its `corrects` with it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.expression_sql import text
from schemas.catalogue.golden import VOID
from sinks.proof.source import as_read
from sinks.proof.statement import Step, select
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.catalogue.model import AtMostOnce
    from sinks.columns import Column
    from sinks.proof.source import CaseSource

KEY: Final = ("township", "case_id", "event_id")
NEEDED: Final = (
    *("township", "case_id", "event", "event_id", "occurred_at", "village", "corrects"),
    *("kafka_partition", "kafka_offset"),
)
"""What the standing of an event depends on, and what every case is made from."""
ORDER: Final = "occurred_at, toString(event_id)"
"""The order in which events are folded. ClickHouse orders a UUID by its second half first, the stream by its text."""
STANDING: Final = "standing_events"
REFUSED_EVENTS: Final = "refused_events"
"""The view of the events a worker refused because their case was full (views/51_refused_events.sql)."""

_ALL_BUT_FIRST: Final = 18_446_744_073_709_551_615


def standing_steps(source: CaseSource, columns: Iterable[Column], only: Sequence[str] = ()) -> list[Step]:
    """Return the steps that end in `standing_events`: every event with these columns, its `standing` and its `place`.

    `place` is its number among the events of the same standing before rules were looked at. Only events are read
    for which the conditions `only` hold: SQL over the columns of `events`, which must keep or leave out whole cases.
    """
    return [
        _known(source, columns, only),
        _beyond(source),
        _corrections(source),
        *_judged(source),
    ]


def in_townships(townships: Sequence[str]) -> list[str]:
    """Return the condition `only` of these townships; of all where none is named."""
    return [f"events.township IN ({', '.join(map(text, townships))})"] if townships else []


def _known(source: CaseSource, columns: Iterable[Column], only: Sequence[str]) -> Step:
    more = [column for column in columns if column.name not in NEEDED]
    wanted = [f"events.{name} AS {name}" for name in NEEDED]
    wanted += [f"{as_read(column, f'events.{column.name}')} AS {column.name}" for column in more]
    return Step(
        "known_events",
        f"{source.case.zh}的事件。同一事件（event_id）来过几次，位点最小的一次为准：视图 {source.table.name} 已去重。",
        f"The events of this kind of case. Of one that came several times the lowest offset stands: the view {source.table.name} "
        "sees to that.",
        select(
            wanted,
            f"{source.events_view} AS events",
            [
                f"events.case_type = {text(source.case.name)}",
                *only,
            ],
        ),
    )


def _refused(source: CaseSource) -> str:
    """Return SQL that is true of an event the worker refused because the case was full.

    How large a case is, in bytes as packed, only the worker knows: its letters say. A condition and not a step, for the engine
    computes a step anew wherever it is read.
    """
    letters = (
        f"SELECT partition, offset FROM {quoted(source.database)}.{REFUSED_EVENTS} WHERE topic = {text(source.topic)}"
    )
    return f"(known_events.kafka_partition, known_events.kafka_offset) IN\n    ({letters})"


def _beyond(source: CaseSource) -> Step:
    kept = f"NOT {_refused(source)}"
    crowded = (
        f"(SELECT township, case_id FROM known_events WHERE {kept} "
        f"GROUP BY township, case_id HAVING count() > {source.limit})"
    )
    return Step(
        "events_beyond_limit",
        f"一个事项最多取 {source.limit} 个先到的事件（按位点），其余计算进程已拒收；因太大而拒收的见死信。",
        f"At most {source.limit} events of a case take part, by offset; the worker refused the others. Of those it refused because "
        "the case was too large its letters tell.",
        select(
            KEY,
            "known_events",
            [f"(township, case_id) IN {crowded}", kept],
            ending=f"ORDER BY kafka_offset\nLIMIT {source.limit}, {_ALL_BUT_FIRST} BY township, case_id",
        ),
    )


def _corrections(source: CaseSource) -> Step:
    return Step(
        "corrections",
        "被同一事项的另一事件更正（corrects）的事件。更正者自己被更正或作废，它的更正仍然有效。",
        "Events that another event of the same case names in `corrects`. That holds even where the naming event is itself "
        "corrected or taken back.",
        select(
            [
                "township",
                "case_id",
                "assumeNotNull(corrects) AS event_id",
                "toNullable(argMin(known_events.event_id, (occurred_at, toString(known_events.event_id)))) AS corrected_by",
            ],
            "known_events",
            [
                "corrects IS NOT NULL",
                f"NOT {_refused(source)}",
                "(township, case_id, known_events.event_id) NOT IN (SELECT township, case_id, event_id FROM events_beyond_limit)",
            ],
            group_by=["township", "case_id", "corrects"],
        ),
    )


def _judged(source: CaseSource) -> list[Step]:
    rules = source.case.at_most_once
    name = "judged_events" if rules else STANDING
    standing = (
        "multiIf(\n"
        f"    {_refused(source)}, 'case_limit',\n"
        "    (known_events.township, known_events.case_id, known_events.event_id)\n"
        "        IN (SELECT township, case_id, event_id FROM events_beyond_limit), 'case_limit',\n"
        "    corrections.corrected_by IS NOT NULL, 'corrected',\n"
        f"    known_events.event = {text(VOID)}, 'void',\n"
        "    'effective') AS standing"
    )
    judged = Step(
        name,
        "各事件是否有效，并按（发生时间，事件编号）编次序。",
        "Whether each event is effective, and its place in the order of (occurred_at, event_id).",
        select(
            [
                "known_events.*",
                "corrections.corrected_by AS corrected_by",
                standing,
                f"row_number() OVER (PARTITION BY township, case_id, standing ORDER BY {ORDER}) AS place",
            ],
            "known_events\nLEFT JOIN corrections\n"
            "    ON known_events.township = corrections.township\n"
            "    AND known_events.case_id = corrections.case_id\n"
            "    AND known_events.event_id = corrections.event_id",
        ),
    )
    return [judged, _ruled(rules)] if rules else [judged]


def _ruled(rules: tuple[AtMostOnce, ...]) -> Step:
    branches = "".join(
        f"    event = {text(rule.event)}\n        AND {_broken(rule)}, {text(f'rule:{rule.name}')},\n" for rule in rules
    )
    zh = "；".join(
        f"{rule.name}：{rule.event} 之间没有 {rule.until or '（任何事件）'} 的，只取第一个" for rule in rules
    )
    en = "; ".join(
        f"{rule.name}: of several {rule.event} with no {rule.until} between them only the first takes part"
        if rule.until
        else f"{rule.name}: of several {rule.event} only the first takes part"
        for rule in rules
    )
    standing = (
        f"multiIf(\n    judged_events.standing != 'effective', judged_events.standing,\n{branches}    'effective')"
    )
    return Step(
        STANDING,
        f"规则。{zh}。",
        f"The rules. {en}.",
        select(
            [
                "judged_events.* EXCEPT (standing)",
                f"{standing} AS standing",
            ],
            "judged_events",
            ending="WINDOW before AS\n(\n    PARTITION BY township, case_id, judged_events.standing\n    ORDER BY place\n"
            "    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING\n)",
        ),
    )


def _broken(rule: AtMostOnce) -> str:
    """Return SQL that is true where the rule's event came before, and what ends the rule's reach did not come since."""
    ended = f"maxIf(place, event = {text(rule.until)}) OVER before" if rule.until else "0"
    return f"maxIf(place, event = {text(rule.event)}) OVER before\n        > {ended}"
