"""The whole country's codes, read from where they lie beside the checkout; nothing of them is in it."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from producers.reference_records import place_records
from schemas.codec import Encoder
from schemas.domain import load_system
from schemas.errors import Refused
from schemas.place_files import load_places
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data"
COUNTIES, TOWNSHIPS = DATA / "cn_counties_2023.csv", DATA / "cn_townships_2023.csv.gz"
PLACE = load_system()["xiangmai.system.PlaceDefined"]


@pytest.mark.skipif(not TOWNSHIPS.exists(), reason="../shared/data is not there")
def test_every_county_and_township_of_the_country_becomes_a_record() -> None:
    counties, townships = load_places(COUNTIES), load_places(TOWNSHIPS)
    assert Counter(place.level for place in counties.places + townships.places) == {"county": 2978, "township": 41_352}
    assert counties.by_code["330521"].name == "德清县"
    assert townships.find("武康街道", within="330521").parent == "330521"
    encoder, limits = Encoder(MemoryRegistry(), [PLACE.schema]), Limits.of(Settings())
    encoder.prepare([PLACE.full_name])
    for record in place_records(townships, 1_780_272_000_000):
        check_event(PLACE, record, record_time=1_780_272_000_000, limits=limits)
        assert encoder.encode(PLACE.full_name, record)


def test_statistical_codes_say_their_level_by_their_digits(tmp_path: Path) -> None:
    file = tmp_path / "townships.csv.gz"
    file.write_bytes(gzip.compress("code,name,areaCode\n110101,东城区,\n110101001,东华门街道,110101\n".encode()))
    assert [(place.level, place.parent) for place in load_places(file).places] == [
        ("county", None),
        ("township", "110101"),
    ]


def test_a_code_of_another_length_and_another_county_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "townships.csv"
    for row, words in (("11010100,x,110101", "township 9"), ("110101001,x,110102", "parent “110102”")):
        file.write_text(f"code,name,areaCode\n{row}\n", encoding="utf-8")
        with pytest.raises(Refused, match=words) as caught:
            load_places(file)
        assert caught.value.line == 2


def test_a_file_that_is_cut_off_or_no_gzip_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "townships.csv.gz"
    for content in (gzip.compress(b"code,name\n" * 1000)[:-20], b"code,name\n"):
        file.write_bytes(content)
        with pytest.raises(Refused, match="cannot be read"):
            load_places(file)
