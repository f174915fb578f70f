"""Values, points and indexes: what they promise, and that Python and ClickHouse give the same."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue.buckets import bucket_of
from schemas.catalogue.load import load_catalogues
from schemas.catalogue.model import UNKNOWN_SCORE, Band, IndexPart, Indicator, Score, Veto
from schemas.catalogue.score_entries import AdjustedEntry, AllOrNothingEntry, BandedEntry, LinearEntry
from schemas.catalogue.scores import read_score, score_problems
from schemas.catalogue.values import Parts, derived_value, index_value, score_of, value_of
from schemas.catalogue.values_sql import derived_sql, index_sql, score_sql, value_sql
from tests.schemas.catalogue.clickhouse import answers
from tests.schemas.catalogue.trial import trial_domain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.catalogue.model import Direction
    from schemas.catalogue.score_entries import ScoreEntry

SEED = os.environ.get("XIANGMAI_TEST_SEED", "values")
BOTH: tuple[Direction, ...] = ("up", "down")
LINES = (-50.0, -0.1, 0.0, 0.29, 28.0, 29.0, 33.3, 60.0, 95.0, 100.0, 1e6)


@pytest.fixture(scope="module")
def indicators(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Indicator]:
    return load_catalogues({"trials": trial_domain(tmp_path_factory.mktemp("domains"))})["trials"].indicators


def score(rng: Random, direction: Direction) -> ScoreEntry:
    """Return a score as one may be written for an indicator of this direction."""
    full = rng.choice((1.0, 5.0, 7.5, 100.0))
    kind = rng.choice(("linear", "banded", "adjusted", "veto"))
    low, high = sorted(rng.sample(LINES, 2))
    if kind == "linear":
        floor, goal = (low, high) if direction == "up" else (high, low)
        return LinearEntry(kind="linear", floor=floor, goal=goal, full=full)
    if kind == "banded":
        froms = sorted(rng.sample(LINES, rng.randrange(1, 5)))
        points = sorted((rng.randrange(0, 11) / 10 * full for _ in range(len(froms) + 1)), reverse=direction == "down")
        floor, *rest = points
        bands = [{"from": line, "points": each} for line, each in zip(froms, rest, strict=True)]
        return BandedEntry.model_validate({"kind": "banded", "floor": floor, "bands": bands, "full": full})
    if kind == "adjusted":
        unit = rng.choice((0.1, 0.5, 3.0)) * (1 if direction == "up" else -1)
        start = rng.choice((0.0, full / 2, full))
        return AdjustedEntry(kind="adjusted", start=start, per_unit=unit, cap=rng.choice((0.7, 3.0)), full=full)
    return AllOrNothingEntry(kind="veto", line=low, full=full)


def value(rng: Random) -> float | None:
    """Return a value, often on a line or by a hair's breadth beside one."""
    line = rng.choice(LINES)
    return rng.choice(
        (None, line, line * (1 + 1e-13), line * (1 - 1e-13), line + 1e-6, line - 1e-6, rng.uniform(-60, 120))
    )


directions: st.SearchStrategy[Direction] = st.sampled_from(BOTH)


@given(st.randoms(use_true_random=False), directions, st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
@settings(max_examples=500)
def test_a_better_value_never_has_fewer_points_and_none_more_than_full(
    rng: Random, direction: Direction, one: float, other: float
) -> None:
    entry = score(rng, direction)
    assert not [*score_problems(entry, direction)]
    scored = read_score(entry)
    worse, better = sorted((one, other), reverse=direction == "down")
    points = [score_of(scored, direction, each) for each in (worse, better)]
    assert points[0] is not None
    assert points[1] is not None
    assert points[0] <= points[1]
    least = min([scored.floor or 0.0, *(band.points for band in scored.bands)]) if scored.kind == "banded" else 0.0
    assert least <= points[0]
    assert points[1] <= scored.full
    assert score_of(scored, direction, None) is None


def test_a_band_begins_at_its_line_also_for_a_quotient_that_is_rounded(indicators: Mapping[str, Indicator]) -> None:
    banded = Score("banded", 10.0, floor=1.0, bands=(Band(29.0, 5.0), Band(58.0, 10.0)))
    share = indicators["matters_done"]
    assert value_of(share, Parts(29, 100)) != 29  # which is why
    points = {n: score_of(banded, "up", value_of(share, Parts(n, 100))) for n in (28, 29, 57, 58, 100)}
    assert points == {28: 1, 29: 5, 57: 5, 58: 10, 100: 10}
    assert [score_of(banded, "up", each) for each in (-1e9, 28.9999, 29.0, 57.9999, 58.0, 1e9)] == [1, 1, 5, 5, 10, 10]


def test_points_by_hand() -> None:
    linear = Score("linear", 20.0, floor=50.0, goal=100.0)
    assert [score_of(linear, "up", each) for each in (0, 50, 75, 100, 120)] == [0, 0, 10, 20, 20]
    fewer = Score("linear", 20.0, floor=10.0, goal=0.0)
    assert [score_of(fewer, "down", each) for each in (12, 10, 5, 0, -3)] == [0, 0, 10, 20, 20]
    taken_off = Score("adjusted", 100.0, start=100.0, per_unit=-2.0, cap=20.0)
    assert [score_of(taken_off, "down", each) for each in (0, 3, 10, 50, -4)] == [100, 94, 80, 80, 100]
    added = Score("adjusted", 5.0, start=0.0, per_unit=0.5, cap=5.0)
    assert [score_of(added, "up", each) for each in (0, 3, 10, 50, -4)] == [0, 1.5, 5, 5, 0]
    veto = Score("veto", 10.0, line=1.0)
    assert [score_of(veto, "down", each) for each in (0, 1, 1.01)] == [10, 10, 0]
    assert [score_of(veto, "up", each) for each in (0, 1, 1.01)] == [0, 10, 10]
    assert score_of(None, "up", 1.0) is None
    with pytest.raises(ValueError, match="load_catalogues"):
        score_of(UNKNOWN_SCORE, "up", 1.0)
    with pytest.raises(ValueError, match="load_catalogues"):
        score_sql(UNKNOWN_SCORE, "up", "v")


def test_no_data_is_not_zero(indicators: Mapping[str, Indicator]) -> None:
    assert value_of(indicators["matters_done"], Parts(0, 0)) is None
    assert value_of(indicators["matters_done"], Parts(0, 3)) == 0
    assert value_of(indicators["visited_villages"], Parts(0, 0)) is None
    assert value_of(indicators["visits"], Parts(0)) == 0
    assert value_of(quantile(indicators, 0.5), Parts(0, 0)) is None
    assert derived_value(indicators["visits_growth"], {"visits": 3}) is None
    assert derived_value(indicators["visits_growth"], {"visits": 3, "previous.visits": 0}) is None
    assert derived_value(indicators["visits_growth"], {"visits": 0, "previous.visits": 2}) == -100
    assert index_value(indicators["village_index"], {}) is None


def test_what_has_no_parts_has_no_value_of_its_own(indicators: Mapping[str, Indicator]) -> None:
    for name in ("visits_growth", "village_index"):
        with pytest.raises(ValueError, match=name):
            value_of(indicators[name], Parts(1, 1))
        with pytest.raises(ValueError, match=name):
            value_sql(indicators[name])
    for derive in (lambda: derived_value(indicators["visits"], {}), lambda: derived_sql(indicators["visits"])):
        with pytest.raises(ValueError, match="visits"):
            derive()


def test_a_veto_makes_an_index_nothing_whatever_else_is_known(indicators: Mapping[str, Indicator]) -> None:
    index = indicators["village_index"]
    assert index_value(index, {"matters_done": 9.9}) == 0
    assert index_value(index, {"matters_done": 10.0, "visited_villages": 50.0}) == pytest.approx(7.5)
    assert index_value(index, {"matters_done": None, "visited_villages": 100.0}) is None


@given(st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_an_index_is_between_0_and_100(indicators: Mapping[str, Indicator], rng: Random) -> None:
    index, figures = an_index(rng, indicators["village_index"]), {name: value(rng) for name in "abcd"}
    found = index_value(index, figures)
    assert found is None or 0 <= found <= 100 + 1e-9


def quantile(indicators: Mapping[str, Indicator], which: float) -> Indicator:
    return replace(indicators["minutes_for_a_household"], kind="quantile", quantile=which, factor=60.0)


def an_index(rng: Random, template: Indicator) -> Indicator:
    parts = []
    for name, weight in zip("abc", rng.choice(((0.5, 0.3, 0.2), (0.7, 0.1, 0.2))), strict=True):
        direction: Direction = rng.choice(("up", "down"))
        parts.append(IndexPart(name, weight, read_score(score(rng, direction)), direction))
    veto = tuple(
        Veto(rng.choice("abd"), rng.choice(("below", "above")), rng.choice(LINES)) for _ in range(rng.randrange(3))
    )
    return replace(template, parts=tuple(parts), veto=veto, minimum_weight=rng.choice((0.1, 0.3, 0.8, 1.0)))


def test_clickhouse_gives_the_same_values(indicators: Mapping[str, Indicator]) -> None:
    rng = Random(SEED)
    print(f"XIANGMAI_TEST_SEED={SEED}")
    kinds = [
        indicators["visits"],
        indicators["matters_done"],
        indicators["visited_villages"],
        indicators["households_seen"],
        indicators["people_awaiting"],
        indicators["minutes_for_a_household"],
        *(quantile(indicators, which) for which in (0.5, 0.9, 0.01, 0.99)),
    ]
    rows = [
        Parts(
            rng.choice((0, rng.randrange(-(10**6), 10**12))),
            rng.choice((0, rng.randrange(1, 10**6))),
            {bucket_of(rng.randrange(-1000, 10**7)): rng.randrange(1, 50) for _ in range(rng.randrange(4))},
        )
        for _ in range(60)
    ]
    tuples = ", ".join(f"({n}, {d}, {_map(buckets)})" for n, d, buckets in rows)
    source = f"values('numerator Int64, denominator Int64, buckets Map(Int32, Int64)', {tuples})"
    (found,) = answers([f"SELECT {', '.join(value_sql(kind) for kind in kinds)} FROM {source}"])
    check_same(found, [[value_of(kind, row) for kind in kinds] for row in rows])


def _map(buckets: Mapping[int, int]) -> str:
    pairs = ", ".join(f"{bucket}, {count}" for bucket, count in buckets.items())
    return f"CAST(map({pairs}), 'Map(Int32, Int64)')"


def test_clickhouse_gives_the_same_points_and_indexes(indicators: Mapping[str, Indicator]) -> None:
    rng = Random(SEED)
    print(f"XIANGMAI_TEST_SEED={SEED}")
    scores = [(read_score(score(rng, direction)), direction) for direction in BOTH * 60]
    index = indicators["village_index"]
    indexes = [an_index(rng, index) for _ in range(40)] + [index]
    rows = [[value(rng) for _ in "abcd"] for _ in range(80)]
    tuples = ", ".join(f"({', '.join('NULL' if each is None else repr(each) for each in row)})" for row in rows)
    source = f"values('{', '.join(f'{name} Nullable(Float64)' for name in 'abcd')}', {tuples})"
    names = dict(zip(("visited_villages", "matters_done", "minutes_for_a_household"), "abc", strict=True))
    points = [score_sql(each, direction, "a") for each, direction in scores]
    indexed = [index_sql(each, lambda name: names.get(name, name)) for each in indexes]
    found = answers([f"SELECT {', '.join(chunk)} FROM {source}" for chunk in (points, indexed)])
    check_same(found[0], [[score_of(each, direction, row[0]) for each, direction in scores] for row in rows])
    figures = [dict(zip("abcd", row, strict=True)) for row in rows]
    named = [each | {name: each[short] for name, short in names.items()} for each in figures]
    check_same(found[1], [[index_value(one, each) for one in indexes] for each in named])


def test_clickhouse_gives_the_same_derived_values(indicators: Mapping[str, Indicator]) -> None:
    growth = indicators["visits_growth"]
    rows = [(now, before) for now in (None, 0.0, 3.0, 1e308) for before in (None, 0.0, 2.0, 1e-308)]
    tuples = ", ".join(f"({', '.join('NULL' if each is None else repr(each) for each in row)})" for row in rows)
    source = f"values('`visits` Nullable(Float64), `previous.visits` Nullable(Float64)', {tuples})"
    (found,) = answers([f"SELECT {derived_sql(growth)} FROM {source}"])
    check_same(found, [[derived_value(growth, {"visits": now, "previous.visits": before})] for now, before in rows])


def check_same(theirs: Any, ours: list[list[float | None]]) -> None:
    """Hold the answers to each other: exactly, where no rounding is in them."""
    assert isinstance(theirs, list), theirs
    for their_row, our_row in zip(theirs, ours, strict=True):
        for their, our in zip(their_row, our_row, strict=True):
            assert (their is None) == (our is None), (their_row, our_row)
            assert our is None or their == pytest.approx(our, rel=1e-13, abs=1e-300), (their_row, our_row)
