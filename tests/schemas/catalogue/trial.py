"""A small domain of its own, with every kind of indicator the shipped catalogues may not use: made in a temporary folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemas.domain import SYSTEM_FOLDER, load_domains

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from schemas.domain import Domain

_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": ["null", "long"], "default": None}
_TOPIC: dict[str, Any] = {"type": ["null", "string"], "default": None}
RECORDS: dict[str, dict[str, dict[str, Any]]] = {
    "VisitMade": {"visit_id": _TEXT, "topic": _TOPIC, "households": _NUMBER, "minutes": _NUMBER},
    "MatterProposed": {"matter_id": _TEXT},
    "MatterDiscussed": {"matter_id": _TEXT, "present": _NUMBER},
    "MatterDecided": {"matter_id": _TEXT, "present": _NUMBER},
    "MatterPublished": {"matter_id": _TEXT},
}

CATALOGUE = """\
domain: trials
zh: 试验
en: trials

cases:
  visit:
    zh: 走访
    en: visit
    id_field: visit_id
    opens_with: VisitMade
    events: [VisitMade]
    fields:
      made_at: {zh: 走访时间, en: made at, fold: last, of: VisitMade.occurred_at}
      topic: {zh: 主题, en: topic, fold: last, of: VisitMade.topic}
      households: {zh: 户数, en: households, fold: sum, of: VisitMade.households}
      minutes: {zh: 时长, en: minutes, fold: last, of: VisitMade.minutes}
      seen: {zh: 户数（可空）, en: households or none, fold: last, of: VisitMade.households}
  matter:
    zh: 议事
    en: matter
    id_field: matter_id
    opens_with: MatterProposed
    events: [MatterProposed, MatterDiscussed, MatterDecided, MatterPublished]
    fields:
      proposed_at: {zh: 提出时间, en: proposed at, fold: first, of: MatterProposed.occurred_at}
      done:
        zh: 已走步骤
        en: steps done
        fold: steps
        of: [MatterProposed, MatterDiscussed, MatterDecided, MatterPublished]
      well_attended:
        zh: 到会足数的步骤
        en: steps with enough present
        fold: steps
        of: [MatterDiscussed, MatterDecided]
        where: present >= 3

indicators:
  visits:
    case: visit
    kind: count
    zh: 走访次数
    en: visits
    sentence: {zh: 走访次数。, en: How many visits.}
    over: made_at is not null
    anchor: made_at
    dimensions: [topic]
    unit: visits
    factor: 1
    direction: up
    score: {kind: adjusted, start: 1, per_unit: 0.5, cap: 3, full: 5}
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 走访一次, en: one visit}
        cases: {A: [{VisitMade: {occurred_at: 2026-03-02T09:00}}]}
        expect: {period: 2026-03, numerator: 1, value: 1, score: 1.5}
      - says: {zh: 某市一月受理两万四千九百三十二件, en: as many as a city hotline takes in a month}
        cases:
          A: [{VisitMade: {occurred_at: 2026-03-02T09:00}}]
          B:
            - VisitMade: {id: wrong, occurred_at: 2026-03-02T09:00}
            - VisitMade: {occurred_at: 2026-04-02T09:00, corrects: wrong}
        many: {A: 24932, B: 100}
        expect: {period: 2026-03, numerator: 24932, score: 4}

  visited_villages:
    case: visit
    kind: coverage
    zh: 走访覆盖率
    en: villages visited
    sentence: {zh: 本期至少走访两次的村占全部村的比例。, en: The share of the villages visited at least twice in the period.}
    over: made_at is not null
    anchor: made_at
    covers: village
    at_least: 2
    dimensions: [topic]
    unit: "%"
    factor: 0.01
    direction: up
    goal: 100
    score: {kind: linear, floor: 50, goal: 100, full: 20}
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says:
          zh: 三村中一村走访两次，一村一次，走访没有写村的不计
          en: of three villages one is visited twice and one once, a visit that names no village has no part
        cases:
          A: [{VisitMade: {occurred_at: 2026-03-02T09:00, village: "330521100001"}}]
          B: [{VisitMade: {occurred_at: 2026-03-31T09:00, village: "330521100001"}}]
          C: [{VisitMade: {occurred_at: 2026-03-02T09:00, village: "330521100002"}}]
          D: [{VisitMade: {occurred_at: 2026-04-01T09:00, village: "330521100002"}}]
          E: [{VisitMade: {occurred_at: 2026-03-01T09:00}}]
        many: {E: 3}
        exist: {village: 3}
        expect: {period: 2026-03, numerator: 1, denominator: 3, value: 33.333, score: 0}
      - says: {zh: 一季里两村都有两次, en: over the quarter both villages have two}
        cases:
          A: [{VisitMade: {occurred_at: 2026-03-02T09:00, village: "330521100001"}}]
          B: [{VisitMade: {occurred_at: 2026-02-28T09:00, village: "330521100001"}}]
          C: [{VisitMade: {occurred_at: 2026-01-02T09:00, village: "330521100002"}}]
          D: [{VisitMade: {occurred_at: 2026-03-01T09:00, village: "330521100002"}}]
        exist: {village: 2}
        expect: {period: 2026-Q1, numerator: 2, value: 100, score: 20}

  visited_households:
    case: visit
    kind: coverage
    zh: 走访十户以上的村
    en: villages with ten households visited
    sentence: {zh: 本期走访满十户的村占全部村的比例。, en: The share of the villages in which ten households were visited.}
    over: made_at is not null
    exclude:
      - when: topic = '练习'
        because: {zh: 练习, en: an exercise}
    anchor: made_at
    covers: village
    value: seen
    at_least: 10
    unit: "%"
    factor: 0.01
    direction: up
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 四户加六户正好十户, en: four and six households are just ten}
        cases:
          A: [{VisitMade: {occurred_at: 2026-03-02T09:00, village: "330521100001", households: 4}}]
          B: [{VisitMade: {occurred_at: 2026-03-03T09:00, village: "330521100001", households: 6}}]
          C: [{VisitMade: {occurred_at: 2026-03-03T09:00, village: "330521100002", households: 9}}]
        exist: {village: 4}
        expect: {period: 2026-03, numerator: 1, value: 25}

  minutes_for_a_household:
    case: visit
    kind: mean
    zh: 户均时长
    en: minutes for a household
    sentence: {zh: 按户数加权的平均时长。, en: The mean of the minutes weighted by the households.}
    over: made_at is not null
    anchor: made_at
    value: minutes
    weight: seen
    dimensions: [topic]
    unit: minutes
    factor: 1
    direction: none
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 一户三十分钟，三户各十分钟，没有户数的不计, en: one of 30 and three of 10 give 15; without households no part}
        cases:
          A: [{VisitMade: {occurred_at: 2026-03-02T09:00, minutes: 30, households: 1}}]
          B: [{VisitMade: {occurred_at: 2026-03-02T09:00, minutes: 10, households: 3}}]
          C: [{VisitMade: {occurred_at: 2026-03-02T09:00, minutes: 99}}]
        expect: {period: 2026-03, numerator: 60, denominator: 4, value: 15}

  matters_done:
    case: matter
    kind: share
    zh: 议事办结率
    en: matters done
    sentence: {zh: 本期提出的事项走完四步的比例。, en: Of the matters proposed in the period the share with all four steps done.}
    over: proposed_at is not null
    numerator: done = 4
    anchor: proposed_at
    unit: "%"
    factor: 0.01
    direction: up
    goal: 90
    score: {kind: banded, floor: 2, bands: [{from: 60, points: 6}, {from: 80, points: 8}, {from: 100, points: 10}], full: 10}
    minimum_volume: 0
    source: trial
    effective_from: 2026-07-01
    version: 3
    golden:
      - says: {zh: 次序颠倒的不算, en: steps out of order do not count}
        cases:
          A:
            - MatterProposed: {occurred_at: 2026-03-02T09:00}
            - MatterDiscussed: {occurred_at: 2026-03-03T09:00, present: 3}
            - MatterDecided: {occurred_at: 2026-03-04T09:00, present: 3}
            - MatterPublished: {occurred_at: 2026-03-05T09:00}
          B:
            - MatterProposed: {occurred_at: 2026-03-02T09:00}
            - MatterDecided: {occurred_at: 2026-03-03T09:00, present: 3}
            - MatterDiscussed: {occurred_at: 2026-03-04T09:00, present: 3}
            - MatterPublished: {occurred_at: 2026-03-05T09:00}
        many: {A: 3}
        expect: {period: 2026-03, numerator: 3, denominator: 4, value: 75, score: 6}
    earlier:
      - version: 2
        effective_from: 2026-04-01
        changed: {zh: 公开也算一步, en: publishing became a step}
        numerator: done >= 3
        golden: &proposed
          - says: {zh: 只提出的不算, en: only proposed is not done}
            cases: {A: [{MatterProposed: {occurred_at: 2026-03-02T09:00}}]}
            expect: {period: 2026-03, numerator: 0, denominator: 1, value: 0, score: 2}
      - version: 1
        effective_from: 2026-01-01
        changed: {zh: 到会人数不再要求, en: how many are present no longer matters}
        numerator: well_attended = 2
        goal: null
        golden: *proposed

  visits_growth:
    kind: derived
    zh: 走访增长率
    en: growth of visits
    sentence: {zh: 比上期增长的比例。, en: Growth over the period before.}
    expression: (visits - previous(visits)) / previous(visits)
    dimensions: [topic]
    unit: "%"
    factor: 0.01
    direction: up
    score: {kind: veto, line: 0, full: 10}
    minimum_volume: 0
    periods: [month, year]
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 由两次到三次, en: from two to three}
        inputs: {visits: 3}
        previous: {visits: 2}
        expect: {value: 50, score: 10}
      - says: {zh: 上期没有就没有增长率, en: without a period before there is none}
        inputs: {visits: 3}
        expect: {value: null, score: null}
      - says: {zh: 二月两次，三月一次, en: two in February and one in March}
        cases:
          A: [{VisitMade: {occurred_at: 2026-02-02T09:00}}]
          B: [{VisitMade: {occurred_at: 2026-03-02T09:00}}]
        many: {A: 2}
        expect: {period: 2026-03, value: -50, score: 0}

  village_index:
    kind: index
    zh: 村务指数
    en: village index
    sentence: {zh: 走访、覆盖与议事的加权指数。, en: Weighted of visits and matters.}
    parts:
      - {indicator: visited_villages, weight: 0.5}
      - {indicator: matters_done, weight: 0.3}
      - {indicator: minutes_for_a_household, weight: 0.2, score: {kind: linear, floor: 0, goal: 30, full: 1}}
    minimum_weight: 0.8
    veto: [{indicator: matters_done, when: below, line: 10}]
    unit: points
    factor: 1
    direction: up
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 三项都有, en: all three parts}
        inputs: {visited_villages: 75, matters_done: 80, minutes_for_a_household: 15}
        expect: {value: 59}
      - says: {zh: 缺一项时按其余的权重, en: of the rest by their weights where one part is missing}
        inputs: {visited_villages: 75, matters_done: 80}
        expect: {value: 61.25}
      - says: {zh: 数据不足, en: too little data}
        inputs: {visited_villages: 75}
        expect: {value: null}
      - says: {zh: 一票否决, en: a veto}
        inputs: {visited_villages: 100, matters_done: 9, minutes_for_a_household: 15}
        expect: {value: 0}
"""


def trial_domain(
    folder: Path, text: str = CATALOGUE, name: str = "trials", records: Iterable[str] = tuple(RECORDS)
) -> Domain:
    """Return the domain of this catalogue and of these records, written under `folder/<name>`."""
    place = folder / name
    place.mkdir(exist_ok=True)
    envelope = json.loads((SYSTEM_FOLDER / "Envelope.avsc").read_text(encoding="utf-8"))["fields"]
    for record in records:
        own = [
            {"name": field, "zh": "字段", "en": "field", "doc": "字段。 / A field.", "privacy": "none"} | kind
            for field, kind in RECORDS[record].items()
        ]
        schema = {"type": "record", "name": record, "namespace": f"xiangmai.{name}", "zh": "记录", "en": "record"}
        written = json.dumps({**schema, "doc": "记录。 / A record.", "fields": [*envelope, *own]}, ensure_ascii=False)
        (place / f"{record}.avsc").write_text(written, encoding="utf-8")
    (place / "catalogue.yaml").write_text(text, encoding="utf-8")
    return load_domains(folder)[name]
