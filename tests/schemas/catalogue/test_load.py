"""A mistake in a catalogue names file, line, what is wrong and what is allowed; all mistakes are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.load import load_catalogue
from schemas.catalogue.written import CatalogueRefused
from schemas.domain import Domain, load_domains
from schemas.errors import Refused
from schemas.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = load_domains(Settings().domains)["appeals"]
TEXT = (DOMAIN.folder / "catalogue.yaml").read_text(encoding="utf-8")


def refused(tmp_path: Path, *changes: tuple[str, str], domain: Domain = DOMAIN) -> CatalogueRefused:
    """Return the refusal of the shipped catalogue with the first occurrence of each old text replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file = tmp_path / "catalogue.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(domain, file)
    return caught.value


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def test_the_shipped_catalogue_is_whole() -> None:
    catalogue = load_catalogue(DOMAIN)
    assert list(catalogue.indicators)[:6] == [
        "appeal_volume",
        "appeal_closure_rate",
        "appeal_on_time_rate",
        "appeal_hours_to_close_p50",
        "appeal_open",
        "appeal_overdue",
    ]
    closed_at = catalogue.cases["appeal"].field("closed_at")
    assert (closed_at.type, closed_at.zh, closed_at.privacy) == ("timestamp", "办结时间", "none")
    assert catalogue.cases["appeal"].field("department").type == "string"
    with pytest.raises(KeyError):
        catalogue.cases["appeal"].field("nothing")


@pytest.mark.parametrize(
    ("old", "new", "says", "allowed"),
    [
        ("over: reported_at is not null", "over: reported_at is not nul", "only `is null`", "is [not] null"),
        ("over: reported_at is not null", "over: now() > reported_at", "no function now", "dateDiff"),
        ("over: reported_at is not null", "over: event_count", "is of type long", "boolean"),
        ("over: reported_at is not null", "over: reported_at >", "cannot read", "dateDiff"),
        ("over: reported_at is not null", "over: urgency = 'urgnt'", "urgency never is 'urgnt'", "urgent, emergency"),
        ("numerator: closed_at <= due_at", "numerator: closed_at <= 5", "types differ", "one type"),
        ("anchor: reported_at", "anchor: category", "no timestamp field", "reported_at, due_at"),
        ("dimensions: [department]", "dimensions: [returned]", "no string field", "department"),
        ("kind: share", "kind: coverage", "a coverage needs `covers`", "case, over, anchor, covers"),
        ("kind: share", "kind: rate", "Input should be", "'count', 'share'"),
        ("fold: first", "fold: steps", "wrong `of` for steps", "Record"),
        (
            "fold: first, of: AppealReported.category",
            "fold: sum, of: AppealReported.category",
            "sum cannot take",
            "long",
        ),
        ("fold: any, of: AppealReturned", "fold: all, of: AppealReturned", "all needs `where`", "condition"),
        (
            "fold: count, of: AppealReturned}",
            "fold: count, of: AppealReturned, cleared_by: [AppealRated]}",
            "cannot be",
            "any",
        ),
        ("unit: cases", "units: cases", "unknown key units", "README"),
        ("    minimum_volume: 0\n", "", "minimum_volume is missing", ""),
        ("zh: 诉求量", "zh: volume", "no Chinese", ""),
        ("goal: 95", "goal: 80", "out of order", "good to bad"),
        ("of: AppealReported.occurred_at", "of: AppealReported.occured_at", "no field occured_at", "occurred_at"),
        ("of: AppealReported.category", "of: AppealReported.summary", "no field summary", "category"),
        ("of: AppealReported.category", "of: AppealReported", "wrong `of` for first", "Record.field"),
        ("of: AppealReturned}", "of: AppealRefused}", "AppealRefused is no event", "AppealReturned"),
        (
            "fold: first, of: AppealReported.category",
            "fold: max, of: AppealReported.category",
            "max cannot take",
            "long",
        ),
        ("opens_with: AppealReported", "opens_with: AppealOpened", "AppealOpened is no event", "AppealReported"),
        ("id_field: appeal_id", "id_field: case_number", "has no id field", "string field"),
        ("reported_at: {zh: 登记时间", "township: {zh: 登记时间", "has township of its own", "another name"),
        (
            "reported_at: {zh: 登记时间",
            "accepted_at: {zh: 登记时间",
            "has accepted_at of its own",
            "kafka_offset, accepted_at",
        ),
        ("reported_at: {zh: 登记时间", "opening_events: {zh: 登记时间", "has opening_events of its own", "ingested_at"),
        (
            "expression: coalesce(dispatched_to",
            "expression: coalesce(dispatched",
            "no field dispatched",
            "dispatched_to",
        ),
        ("AppealRated, AppealReopened]", "AppealReopened]", "no case has the events AppealRated", ""),
        (
            "AppealRated, AppealReopened]",
            "AppealRated, AppealReopened, AppealLost]",
            "no event AppealLost",
            "AppealRated",
        ),
        ("until: AppealReopened}", "until: AppealReturnd}", "AppealReturnd is no event", "AppealReopened"),
        ("domain: appeals", "domain: disputes", "the domain is not 'disputes'", "appeals"),
        ("case: appeal\n    kind: count", "case: dispute\n    kind: count", "no case dispute", "appeal"),
        (
            "{AppealReported: {occurred_at: 2026-03-02T09:00}}",
            "{AppealReported: {at: 1}}",
            "has no field at",
            "occurred_at",
        ),
        ("{AppealReported: {occurred_at: 2026-03-02T09:00}}", "{AppealReported: {}}", "needs occurred_at", ""),
        ("expect: {period: 2026-03, numerator: 2", "expect: {as_of: 2026-03-01, numerator: 2", "others `period`", ""),
        ("expect: {period: 2026-03, numerator: 2", "expect: {period: March, numerator: 2", "no period", "2017-Q2"),
        ("quantile: 0.5\n", "quantile: 50\n", "less than 1", ""),
        ("    quantile: 0.5\n", "", "a quantile needs `quantile`", "anchor, value, quantile"),
        ("    anchor: reported_at\n", "    anchor: reported_at\n    enter: reported_at\n", "has no `enter`", "anchor"),
        ("factor: 0.01", "factor: 0", "greater than 0", ""),
        ("effective_from: 2026-01-01", "effective_from: soon", "effective_from", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, says: str, allowed: str
) -> None:
    error = refused(tmp_path, (old, new))
    told = str(error)
    assert says in told
    assert allowed in told
    assert str(tmp_path / "catalogue.yaml") in told
    assert any(abs((mistake.line or -99) - line_of(old)) <= 30 for mistake in error.mistakes)


def test_the_line_is_the_one_the_mistake_is_on(tmp_path: Path) -> None:
    error = refused(tmp_path, ("numerator: closed_at <= due_at", "numerator: closed_at <= du_at"))
    assert error.line == line_of("numerator: closed_at <= due_at")
    assert [mistake.line for mistake in error.mistakes] == [error.line]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    error = refused(
        tmp_path,
        ("of: AppealReported.category", "of: AppealReported.categry"),
        ("numerator: closed_at is not null", "numerator: closed is not null"),
        ("leave: closed_at", "leave: closd_at"),
    )
    assert [mistake.line for mistake in error.mistakes] == sorted(
        line_of(text) for text in ("of: AppealReported.category", "numerator: closed_at is", "leave: closed_at")
    )
    assert str(error).count("catalogue.yaml:") == 3


def test_without_golden_examples_an_indicator_is_refused(tmp_path: Path) -> None:
    start = TEXT.index("    golden:")
    end = TEXT.index("  appeal_closure_rate:")
    error = refused(tmp_path, (TEXT[start:end], "    golden: []\n\n"))
    assert "at least one" in str(error) or "golden" in str(error)


def test_what_is_no_yaml_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    for text, line in (("domain: appeals\n  zh: [\n", 2), ("a: 1\na: 2\n", 2)):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match="YAML") as caught:
            load_catalogue(DOMAIN, file)
        assert caught.value.line in (line, line + 1)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        load_catalogue(DOMAIN, file)
    file.write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="nothing in it"):
        load_catalogue(DOMAIN, file)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        load_catalogue(DOMAIN, tmp_path / "nothing.yaml")
