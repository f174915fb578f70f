"""Reads a domain's catalogue.yaml and checks it whole.

Every mistake with its line, what is wrong and what is allowed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from schemas.catalogue.cases import CaseReader
from schemas.catalogue.entries import FOLDS, FOLDS_TO_COME, KINDS, KINDS_TO_COME, CatalogueEntry
from schemas.catalogue.indicators import IndicatorReader
from schemas.catalogue.model import CaseDefinition, Catalogue, Indicator
from schemas.catalogue.written import CatalogueRefused, Mistake, Place, Written
from schemas.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.domain import Domain

FILE_NAME: Final = "catalogue.yaml"
_TO_COME: Final = {"kind": (KINDS_TO_COME, KINDS), "fold": (FOLDS_TO_COME, FOLDS)}
_UNKNOWN_KEY: Final = "extra_forbidden"


def load_catalogue(domain: Domain, file: Path | None = None) -> Catalogue:
    """Return the domain's catalogue, from `catalogue.yaml` in its folder unless another file is named.

    Raises Refused when the file is missing or is no YAML, CatalogueRefused with all mistakes when it says something
    wrong.
    """
    written = Written(file or domain.folder / FILE_NAME)
    if not isinstance(written.data, dict):
        raise Refused(written.file, 1, "文件里没有内容 / there is nothing in it", "domain, zh, en, cases, indicators")
    try:
        entry = CatalogueEntry.model_validate(written.data)
    except ValidationError as error:
        raise CatalogueRefused(written.file, [_mistake(written, problem) for problem in error.errors()]) from None
    mistakes = _Mistakes(written)
    catalogue = _catalogue(entry, domain, mistakes)
    if mistakes.found:
        raise CatalogueRefused(written.file, mistakes.found)
    return catalogue


class _Mistakes:
    """Collects mistakes found after the form was right; knows the line of each."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self.found: list[Mistake] = []

    def add(self, place: Place, problem: str, allowed: str = "") -> None:
        self.found.append(Mistake(self._written.line(place), problem, allowed))


def _catalogue(entry: CatalogueEntry, domain: Domain, mistakes: _Mistakes) -> Catalogue:
    if entry.domain != domain.name:
        mistakes.add(("domain",), f"领域名与文件夹不同 / the domain is not {entry.domain!r}", domain.name)
    cases: dict[str, CaseDefinition] = {}
    for name, case in entry.cases.items():
        read = CaseReader(domain, mistakes.add, ("cases", name)).read(name, case)
        if read is not None:
            cases[name] = read
    _every_event_once(entry, domain, mistakes)
    indicators: dict[str, Indicator] = {}
    for name, indicator in entry.indicators.items():
        place = ("indicators", name)
        if indicator.case not in entry.cases:
            mistakes.add(
                (*place, "case"), f"没有事项 {indicator.case} / no case {indicator.case}", ", ".join(entry.cases)
            )
        elif indicator.case in cases:
            read_indicator = IndicatorReader(cases[indicator.case], domain, mistakes.add, place).read(name, indicator)
            if read_indicator is not None:
                indicators[name] = read_indicator
    return Catalogue(domain.name, entry.zh, entry.en, domain, MappingProxyType(cases), MappingProxyType(indicators))


def _every_event_once(entry: CatalogueEntry, domain: Domain, mistakes: _Mistakes) -> None:
    """Each record of the domain belongs to exactly one case: an event nobody counts would be lost in silence."""
    owners: dict[str, str] = {}
    for name, case in entry.cases.items():
        for index, event in enumerate(case.events):
            place = ("cases", name, "events", index)
            if event in owners:
                mistakes.add(place, f"{event} 已属于事项 {owners[event]} / {event} already belongs to {owners[event]}")
            owners[event] = name
    missing = [event.name for event in domain.events.values() if event.name not in owners]
    if missing:
        problem = f"事件 {', '.join(missing)} 不属于任何事项 / no case has the events {', '.join(missing)}"
        mistakes.add(("cases",), problem, "add them to the `events` of a case")


def _mistake(written: Written, problem: Any) -> Mistake:
    """Say pydantic's finding in our words, and what would have been allowed."""
    place: Place = tuple(problem["loc"])
    key, context = str(place[-1]) if place else "", problem.get("ctx", {})
    allowed = str(context.get("expected", "")).replace(" or ", ", ")
    match problem["type"]:
        case "extra_forbidden":
            text = f"未知的键 {key} / unknown key {key}"
            allowed = "see schemas/catalogue/README.md"
        case "missing":
            text = f"缺少 {key} / {key} is missing"
            place = place[:-1]
        case "literal_error" if key in _TO_COME and problem["input"] in _TO_COME[key][0]:
            text = f"{key} {problem['input']} 还没有做 / {key} {problem['input']} is not built yet"
            allowed = ", ".join(_TO_COME[key][1])
        case "string_pattern_mismatch" if key == "zh":
            text = "zh 里没有中文 / there is no Chinese in `zh`"
        case "string_pattern_mismatch" if key == "en":
            text = "en 里没有英文 / there is no English in `en`"
        case _:
            text = f"{key}: {problem['msg']}"
    return Mistake(written.line(place), text, allowed)
