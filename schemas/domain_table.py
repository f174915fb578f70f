"""The table of domains in schemas/README.md: what each has, by number, and which tests run it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.domain import ENVELOPE, flat_fields, load_system
from schemas.errors import Refused
from schemas.record_form import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.catalogue.model import Catalogue
    from schemas.domain import EventSchema

TESTS: Final = Path(__file__).parents[1] / "tests"
HEADS: Final = (
    "领域 / domain",
    "事件 / events",
    "事项 / cases",
    "指标 / indicators",
    "算例 / golden examples",
    "规则 / rules",
    "测试 / tests",
)
RUN_EVERY_DOMAIN: Final = (
    "schemas/test_examples.py",
    "schemas/test_codec.py",
    "schemas/test_rules.py",
    "schemas/test_gate.py",
    "streams/core/test_golden.py",
    "sinks/test_tables.py",
    "sinks/proof/test_golden.py",
    "sinks/proof/test_handbook.py",
)
"""The tests that take whatever domains there are; the table names them once, above."""

_MOST_TESTS: Final = 6
_WORD: Final = re.compile(r"[A-Za-z_]\w*")


def domain_table(catalogues: Mapping[str, Catalogue], tests: Path = TESTS) -> str:
    """Return the table in Markdown: a row a domain, and the sum. Links are those of a file in schemas/.

    A test file runs a domain when it names one of its records or indicators; those that run every domain stand in a sentence
    above. Raises Refused where one of them, or the folder, is missing.
    """
    words = _words_of(tests)
    rows = [_row(catalogue, words) for catalogue in catalogues.values()]
    total = ["**合计 / all**", *(f"**{sum(_number(row[at]) for row in rows)}**" for at in range(1, len(HEADS) - 1)), ""]
    table = "".join(f"| {' | '.join(line)} |\n" for line in [HEADS, ["---"] * len(HEADS), *rows, total])
    every = "、".join(_link(name) for name in RUN_EVERY_DOMAIN)
    return f"每个领域都运行 / run for every domain: {every}.\n\n{table}"


def _row(catalogue: Catalogue, words: Mapping[str, frozenset[str]]) -> list[str]:
    domain, versions = catalogue.domain, [each for one in catalogue.indicators.values() for each in one.versions]
    names = {event.name for event in domain.events.values()} | catalogue.indicators.keys()
    kept = [rule.name for case in catalogue.cases.values() for rule in case.at_most_once]
    rules = sum(_value_rules(event) for event in domain.events.values()) + len(kept)
    return [
        f"[{catalogue.zh}](domains/{catalogue.name}/INDICATORS.md)<br>`{catalogue.name}` {catalogue.en}",
        str(len(domain.events)),
        f"{len(catalogue.cases)}: {', '.join(f'`{name}`' for name in catalogue.cases)}",
        str(len(catalogue.indicators)),
        str(sum(len(each.golden) for each in versions)),
        f"{rules}{': ' if kept else ''}{', '.join(f'`{name}`' for name in dict.fromkeys(kept))}",
        "<br>".join(_tests_of(names, words)) or "—",
    ]


def _tests_of(names: set[str], words: Mapping[str, frozenset[str]]) -> list[str]:
    """Return links to the tests that name the most of these names, and whether there are more."""
    counted = {name: len(names & found) for name, found in words.items() if names & found}
    most = sorted(counted, key=lambda name: (-counted[name], name))[:_MOST_TESTS]
    return [*map(_link, most), *(["等 / and others"] if len(counted) > _MOST_TESTS else [])]


def _words_of(tests: Path) -> dict[str, frozenset[str]]:
    missing = [name for name in RUN_EVERY_DOMAIN if not (tests / name).is_file()]
    if missing:
        raise Refused(tests, None, f"缺少测试 / these tests are missing: {', '.join(missing)}", "a checkout, whole")
    files = {file.relative_to(tests).as_posix(): file for file in sorted(tests.rglob("test_*.py"))}
    return {
        name: frozenset(_WORD.findall(file.read_text(encoding="utf-8")))
        for name, file in files.items()
        if name not in RUN_EVERY_DOMAIN
    }


def _link(name: str) -> str:
    return f"[{name}](../tests/{name})"


def _number(cell: str) -> int:
    return int(cell.partition(":")[0])


def _value_rules(record: EventSchema) -> int:
    """Count the rules of a record's own fields; those of the envelope are everybody's."""
    envelope = {field.name for field in load_system()[ENVELOPE].fields}
    own = [field for path, field in flat_fields(record.fields) if path not in envelope]
    return sum(rule in field.attributes for field in own for rule in RULES) + len(record.schema.get("required", ()))
