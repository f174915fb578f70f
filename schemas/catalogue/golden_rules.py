"""What a golden example must say to be fit to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.golden import VOID, money, period_of, record_of
from schemas.catalogue.indicator_keys import a
from schemas.catalogue.model import COMPOSED
from schemas.decimals import DecimalForm
from schemas.errors import InvalidEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import CaseDefinition, Indicator
    from schemas.domain import Domain

_EXIST: Final = frozenset({"coverage"}) | COMPOSED
_RAW: Final = ("numerator", "denominator")


class Problem(NamedTuple):
    """What is wrong with an example, and what is allowed."""

    problem: str
    allowed: str = ""


def golden_problem(
    example: GoldenEntry, indicator: Indicator, cases: Mapping[str, CaseDefinition], domain: Domain
) -> Problem | None:
    """Return the first thing that is wrong with an example's form; None when it is fit to be run."""
    composed = indicator.kind in COMPOSED
    played = cases if composed else {indicator.case: cases[indicator.case]}
    problems = (
        *(_input_problems(example, indicator) if composed else _counted_problems(example, indicator)),
        *_event_problems(example, played, domain),
        *_expectation_problems(example, indicator),
    )
    return next(iter(problems), None)


def _counted_problems(example: GoldenEntry, indicator: Indicator) -> Iterator[Problem]:
    if example.inputs or example.previous or example.last_year:
        yield Problem(f"{indicator.kind} 没有 inputs / {a(indicator.kind)} has no `inputs`", "cases")
    if not example.plays:
        yield Problem("没有事件 / there are no events", "cases: {A: [{Record: {occurred_at: …}}]}")
    if example.expect.numerator is None:
        yield Problem("expect 缺少 numerator / `expect` needs `numerator`", "a whole number")
    if (example.expect.as_of is not None) != (indicator.kind == "stock"):
        yield Problem("存量写 as_of，其余写 period / a stock expects `as_of`, the others `period`")
    if indicator.kind == "coverage" and example.expect.value is not None and not example.exist:
        yield Problem(
            "缺少 exist：村的总数 / `value` needs `exist`: how many villages there are", "exist: {village: 3}"
        )


def _input_problems(example: GoldenEntry, indicator: Indicator) -> Iterator[Problem]:
    given = (("", example.inputs), ("previous", example.previous), ("last_year", example.last_year))
    if example.plays == any(values for _, values in given):
        yield Problem("写 cases 或 inputs 之一 / give either `cases` or `inputs`", "cases, inputs")
    named = indicator.expression.names() if indicator.expression is not None else frozenset(indicator.inputs)
    for figure, values in given:
        wanted = [name.rpartition(".")[2] for name in sorted(named) if name.rpartition(".")[0] == figure]
        for name in values:
            if name not in wanted:
                key = figure or "inputs"
                yield Problem(f"{key} 里的 {name} 没有用到 / {name} in `{key}` is no input", ", ".join(wanted))
    raw = [name for name in sorted(named) if name.startswith(tuple(f"{each}." for each in _RAW))]
    if raw and not example.plays:
        yield Problem(f"{raw[0]} 只能由事件得出 / {raw[0]} can only come of events", "cases")
    if not example.expect.expects("value") and not example.expect.expects("score"):
        yield Problem("expect 缺少 value 或 score / `expect` needs `value` or `score`", "value, score")


def _expectation_problems(example: GoldenEntry, indicator: Indicator) -> Iterator[Problem]:
    if set(example.expect.dimension) - set(indicator.dimensions):
        yield Problem("没有这个维度 / no such dimension", ", ".join(indicator.dimensions))
    if example.exist and indicator.kind not in _EXIST:
        yield Problem(f"{indicator.kind} 没有 exist / {a(indicator.kind)} has no `exist`", ", ".join(sorted(_EXIST)))
    if example.expect.score is not None and indicator.score is None:
        yield Problem("没有计分办法，谈不上 score / without a `score` of the indicator none is expected", "value")
    if example.expect.period is not None:
        try:
            period_of(example.expect.period)
        except ValueError as error:
            yield Problem(str(error))


def _event_problems(example: GoldenEntry, cases: Mapping[str, CaseDefinition], domain: Domain) -> Iterator[Problem]:
    owners = {event: case.name for case in cases.values() for event in case.events}
    for case_id, written in example.cases.items():
        played = [(record, given) for one in written for record, given in one.items()]
        for record, given in played:
            yield from _one_event(record, given, owners, domain)
        kinds = sorted({owners[record] for record, _ in played if record in owners})
        if len(kinds) != 1:
            problem = (
                f"{case_id} 的事件须属于一个事项 / the events of {case_id} must be of one case: {', '.join(kinds)}"
            )
            yield Problem(problem, ", ".join(cases))
    for name in example.many:
        if name not in example.cases:
            yield Problem(
                f"many 里的 {name} 不在 cases 里 / {name} of `many` is not in `cases`", ", ".join(example.cases)
            )


def _one_event(record: str, given: dict[str, Any], owners: Mapping[str, str], domain: Domain) -> Iterator[Problem]:
    if record not in owners and record != VOID:
        yield Problem(f"没有事件 {record} / no event {record}", ", ".join((*owners, VOID)))
        return
    fields = {field.name: field for field in record_of(record, domain).fields}
    for name, value in given.items():
        if name not in (*fields, "id"):
            yield Problem(f"{record} 没有字段 {name} / {record} has no field {name}", ", ".join(fields))
        elif name in fields and value is not None and (form := DecimalForm.of(fields[name].avro_type)) is not None:
            try:
                form.exact(money(value), name)
            except InvalidEvent as refused:
                yield Problem(f"{record} 的金额不对 / {refused.field or name}: {refused.detail}", "12.50")
    if "occurred_at" not in given:
        yield Problem(f"{record} 缺少 occurred_at / {record} needs occurred_at", "2017-04-03T09:00")
