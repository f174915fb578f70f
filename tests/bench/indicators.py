"""Indicators for the work's kind of case, as many as one likes: of all counted kinds, in about the proportions of the shipped domains.

Each has an hour of its own within which a case must be closed, so that none can be computed as another. All but the counts of
different values and the coverage are broken down by channel, as most that are shipped are by department.
"""

from __future__ import annotations

import json
from typing import Any, Final

FIELDS: Final = """\
      channel: {zh: 渠道, en: channel, fold: first, of: AppealReported.channel}
      category: {zh: 类别, en: category, fold: first, of: AppealReported.category}
"""
"""What they need of a case beside the fields of the work."""

_SECONDS: Final = "dateDiff('second', opened_at, closed_at)"
_OPENED: Final = "opened_at is not null"


def entries(count: int) -> str:
    """Return the entries of so many, for a catalogue."""
    return "".join(
        f"  indicator_{number}: {json.dumps(_entry(number), ensure_ascii=False)}\n" for number in range(count)
    )


def _entry(number: int) -> dict[str, Any]:
    kinds = _kinds(number + 1)
    own, expected = kinds[number % len(kinds)]
    when = {} if own["kind"] == "stock" else {"anchor": "opened_at"}
    broken_down = {} if own["kind"] in ("distinct", "coverage") else {"dimensions": ["channel"]}
    villages = {"exist": {"village": 1}} if own["kind"] == "coverage" else {}
    example = {"says": {"zh": "半小时办结", "en": "closed within half an hour"}, **_EXAMPLE, **villages}
    return {
        "case": "hotline_appeal",
        "zh": "测量",
        "en": "bench",
        "sentence": {"zh": "测量用。", "en": "For measurements."},
        **when,
        **broken_down,
        "unit": "cases",
        "factor": 1,
        "direction": "none",
        "minimum_volume": 0,
        "source": "bench",
        "effective_from": "2025-01-01",
        "version": 1,
        **own,
        "golden": [example | {"expect": expected}],
    }


def _kinds(hours: int) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    """Return of each what makes it of its kind, and what the example gives. The first five are of five kinds."""
    within = f"{_SECONDS} <= {hours * 3600}"
    still = f"coalesce({_SECONDS}, 0) <= {hours * 3600}"
    month = {"period": "2025-12"}
    return (
        ({"kind": "count", "over": within}, month | {"numerator": 3}),
        ({"kind": "share", "over": _OPENED, "numerator": within}, month | {"numerator": 3, "denominator": 3}),
        (
            {"kind": "quantile", "over": within, "value": _SECONDS, "quantile": 0.5},
            month | {"numerator": 0, "denominator": 3},
        ),
        (
            {"kind": "stock", "over": still, "enter": "opened_at", "leave": "closed_at"},
            {"as_of": "2025-12-02T09:15", "numerator": 3},
        ),
        ({"kind": "mean", "over": within, "value": _SECONDS}, month | {"numerator": 5_400, "denominator": 3}),
        ({"kind": "share", "over": within, "numerator": "category = 'road'"}, month | {"numerator": 3}),
        ({"kind": "sum", "over": within, "value": _SECONDS}, month | {"numerator": 5_400}),
        ({"kind": "share", "over": "category != 'water'", "numerator": within}, month | {"numerator": 3}),
        ({"kind": "distinct", "over": within, "counts": "category"}, month | {"numerator": 1}),
        ({"kind": "coverage", "over": within, "covers": "village", "at_least": 3}, month | {"numerator": 1}),
    )


_EXAMPLE: Final[dict[str, Any]] = {
    "cases": {
        "A": [
            {
                "AppealReported": {
                    "occurred_at": "2025-12-02T09:00",
                    "village": "330521100001",
                    "category": "road",
                    "channel": "web",
                }
            },
            {"AppealClosed": {"occurred_at": "2025-12-02T09:30", "village": "330521100001"}},
        ]
    },
    "many": {"A": 3},
}
