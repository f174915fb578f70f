"""Whoever speaks in the simulated county is in the county's list of departments, or is one of its townships."""

from __future__ import annotations

import csv
from itertools import chain
from pathlib import Path

from producers.simulate import departments
from producers.simulate.appeal_kinds import KINDS
from producers.simulate.command import SAMPLE_COUNTY
from producers.simulate.county import county_from


def test_every_department_is_in_the_reference_list() -> None:
    with (SAMPLE_COUNTY.parent / "departments.csv").open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    spoken_of = set(chain.from_iterable(kind.departments for kind in KINDS))
    spoken_of |= {departments.HOTLINE, departments.PETITIONS, departments.ENFORCEMENT}
    assert spoken_of <= known


def test_the_sample_county_has_thirteen_townships_and_one_of_each_character() -> None:
    county = county_from(Path(SAMPLE_COUNTY), 7)
    assert (county.code, county.name, len(county.townships)) == ("330521", "德清县", 13)
    assert sum(len(township.villages) for township in county.townships) == 177
    characters = [township.character.name for township in county.townships]
    assert all(characters.count(name) == 1 for name in ("diligent", "slow", "gaming", "bad_network"))
    assert 300_000 < sum(township.residents for township in county.townships) < 550_000
