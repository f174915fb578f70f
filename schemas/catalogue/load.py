"""Reads the domains' catalogue.yaml files and checks them whole.

Every mistake with its line, what is wrong and what is allowed.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from schemas.catalogue.cases import CaseReader
from schemas.catalogue.composed import References
from schemas.catalogue.indicator_entries import CatalogueEntry
from schemas.catalogue.indicators import IndicatorReader
from schemas.catalogue.model import CaseDefinition, Catalogue, Indicator
from schemas.catalogue.written import CatalogueRefused, Mistake, Place, Written, mistake_of
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from schemas.domain import Domain

FILE_NAME: Final = "catalogue.yaml"
_EARLIER: Final = 2
"""Where `earlier` stands in the place of a part of an earlier version: indicators, id, earlier, number."""


class Checked(NamedTuple):
    """What was found in the domains' files: the catalogues that are whole, and why the others are refused."""

    catalogues: dict[str, Catalogue]
    refused: tuple[Refused, ...]


def load_catalogues(domains: Mapping[str, Domain]) -> dict[str, Catalogue]:
    """Return the domains' catalogues by the domains' names, with what they say of each other looked up.

    Raises Refused, the first of those `check_catalogues` tells.
    """
    checked = check_catalogues(domains)
    if checked.refused:
        raise checked.refused[0]
    return checked.catalogues


def check_catalogues(domains: Mapping[str, Domain]) -> Checked:
    """Read every domain's catalogue, and check what they say of each other: ids and cases are one for the whole county.

    References into a domain whose own file is refused are not judged.
    """
    read: dict[str, _Read] = {}
    refused: list[Refused] = []
    for name, domain in domains.items():
        try:
            read[name] = _read(domain, domain.folder / FILE_NAME)
        except Refused as refusal:
            refused.append(refusal)
    for earlier, each in enumerate(read.values()):
        _once_for_all([*read.values()][:earlier], each)
    every = {name: indicator for each in read.values() for name, indicator in each.catalogue.indicators.items()}
    whole = len(read) == len(domains) and not any(each.mistakes.found for each in read.values())
    catalogues = {}
    for name, each in read.items():
        catalogue = each.resolved(References(every, whole))
        if each.mistakes.found:
            refused.append(each.mistakes.refused())
        else:
            catalogues[name] = catalogue
    return Checked(catalogues, tuple(refused))


def load_catalogue(domain: Domain, file: Path | None = None) -> Catalogue:
    """Return one domain's catalogue, from `catalogue.yaml` in its folder unless another file is named.

    Indicators of other domains it refers to are taken to exist; their scores are not known (`load_catalogues` knows them).
    Raises Refused when the file is missing or is no YAML, CatalogueRefused with all mistakes when it says something wrong.
    """
    read = _read(domain, file or domain.folder / FILE_NAME)
    catalogue = read.resolved(References(read.catalogue.indicators, complete=False))
    if read.mistakes.found:
        raise read.mistakes.refused()
    return catalogue


class _Mistakes:
    """Collects mistakes found after the form was right; knows the line of each."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._told: set[tuple[Place, str]] = set()
        self.found: list[Mistake] = []

    def add(self, place: Place, problem: str, allowed: str = "") -> None:
        """Add a mistake; what an earlier version only has from the entry it belongs to is told there."""
        self._told.add((place, problem))
        if (_in_the_entry_itself(place), problem) not in self._told or _in_the_entry_itself(place) == place:
            self.found.append(Mistake(self._written.line(place), problem, allowed))

    def refused(self) -> CatalogueRefused:
        return CatalogueRefused(self._written.file, self.found)


class _Read(NamedTuple):
    """A file that was read, and the mistakes in it so far."""

    catalogue: Catalogue
    mistakes: _Mistakes

    def resolved(self, references: References) -> Catalogue:
        """Return the catalogue with its references looked up."""
        indicators = {
            name: references.checked(
                indicator, lambda place, *words, name=name: self.mistakes.add(("indicators", name, *place), *words)
            )
            for name, indicator in self.catalogue.indicators.items()
        }
        return replace(self.catalogue, indicators=MappingProxyType(indicators))


def _read(domain: Domain, file: Path) -> _Read:
    """Read a file; raises Refused when it is not in form."""
    written = Written(file)
    if not isinstance(written.data, dict):
        raise Refused(written.file, 1, "文件里没有内容 / there is nothing in it", "domain, zh, en, cases, indicators")
    try:
        entry = CatalogueEntry.model_validate(written.data)
    except ValidationError as error:
        raise CatalogueRefused(written.file, list(_mistakes(written, error.errors()))) from None
    mistakes = _Mistakes(written)
    return _Read(_catalogue(entry, domain, mistakes), mistakes)


def _catalogue(entry: CatalogueEntry, domain: Domain, mistakes: _Mistakes) -> Catalogue:
    if entry.domain != domain.name:
        mistakes.add(("domain",), f"领域名与文件夹不同 / the domain is not {entry.domain!r}", domain.name)
    cases: dict[str, CaseDefinition] = {}
    for name, case in entry.cases.items():
        read = CaseReader(domain, mistakes.add, ("cases", name)).read(name, case)
        if read is not None:
            cases[name] = read
    _every_event_once(entry, domain, mistakes)
    reader = IndicatorReader(domain, cases, entry.cases.keys(), mistakes.add)
    indicators: dict[str, Indicator] = {}
    for name, indicator in entry.indicators.items():
        found = reader.read(name, indicator)
        if found is not None:
            indicators[name] = found
    return Catalogue(domain.name, entry.zh, entry.en, domain, MappingProxyType(cases), MappingProxyType(indicators))


def _once_for_all(others: Iterable[_Read], read: _Read) -> None:
    """No other domain may have a case or an indicator of the same name: cells and tables are told apart by it."""
    for other in others:
        for key, what, ours, theirs in (
            ("cases", "事项 / case", read.catalogue.cases, other.catalogue.cases),
            ("indicators", "指标 / indicator", read.catalogue.indicators, other.catalogue.indicators),
        ):
            for name in sorted(ours.keys() & theirs.keys()):
                problem = (
                    f"领域 {other.catalogue.name} 已有{what} {name} / the domain {other.catalogue.name} has it already"
                )
                read.mistakes.add((key, name), problem, "a name of its own")


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


def _mistakes(written: Written, problems: Iterable[Any]) -> Iterator[Mistake]:
    """Say pydantic's findings in our words; what an earlier version has from the entry it belongs to is told once."""
    problems = list(problems)
    places = {(tuple(problem["loc"]), problem["type"]) for problem in problems}
    for problem in problems:
        place: Place = tuple(problem["loc"])
        itself = _in_the_entry_itself(place)
        if itself == place or (itself, problem["type"]) not in places:
            yield mistake_of(written, problem)


def _in_the_entry_itself(place: Place) -> Place:
    """Return the place in an entry for one in an earlier version of it."""
    if len(place) > _EARLIER + 1 and place[0] == "indicators" and place[_EARLIER] == "earlier":
        return (*place[:_EARLIER], *place[_EARLIER + 2 :])
    return place
