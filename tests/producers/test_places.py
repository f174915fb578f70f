"""A place is found by code, name or alias; two of one name are an error that names both; a bad table says which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import Refused
from schemas.place_files import load_places
from schemas.places import AmbiguousPlace, PlaceTable, UnknownPlace

DEQING = Path(__file__).parents[2] / "schemas" / "reference" / "deqing_330521.csv"
HEAD = "code,name,level,parent,aliases\n"


def table(tmp_path: Path, content: str) -> PlaceTable:
    file = tmp_path / "places.csv"
    file.write_text(content, encoding="utf-8")
    return load_places(file)


def test_the_sample_county_has_13_townships_and_177_villages() -> None:
    places = load_places(DEQING)
    assert [sum(place.level == level for place in places.places) for level in ("county", "township", "village")] == [
        1,
        13,
        177,
    ]


@pytest.mark.parametrize("text", ["330521001", "武康街道", " 武康街道 ", "３３０５２１００１"])
def test_a_place_by_code_or_name_however_wide(text: str) -> None:
    assert load_places(DEQING).find(text).code == "330521001"


def test_aliases_spaces_and_case_do_not_matter(tmp_path: Path) -> None:
    places = table(tmp_path, HEAD + "250250001,Allston / Brighton,township,,Allston; Brighton\n")
    for text in ("allston / brighton", "Allston  /  Brighton", "BRIGHTON", "Allston"):
        assert places.find(text).code == "250250001"


def test_a_name_that_two_places_have_is_an_error_naming_both() -> None:
    places = load_places(DEQING)
    with pytest.raises(AmbiguousPlace, match=r"330521001201.*330521102208"):
        places.find("城西村委会")
    assert places.find("城西村委会", within="330521102").code == "330521102208"


def test_an_unknown_place_and_a_place_of_another_level_are_not_found() -> None:
    places = load_places(DEQING)
    with pytest.raises(UnknownPlace):
        places.find("桃花源")
    with pytest.raises(UnknownPlace):
        places.find("武康街道", level="village")


def test_the_township_of_a_village() -> None:
    places = load_places(DEQING)
    township = places.township_of(places.find("330521001001"))
    assert township is not None
    assert township.name == "武康街道"
    assert places.township_of(places.find("330521")) is None


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("33052100,x,township,,\n", 2, "9 位"),
        ("330521001,x,parish,,\n", 2, "parish"),
        ("330521001,,township,,\n", 2, "empty"),
        ("330521001,x,township,,\n330521001,y,township,,\n", 3, "line 2"),
        ("330521001,x,township,,\n330521002001,v,village,,\n", 3, "330521002"),
        ("330521001,x,township,,\n330522001001,v,village,330521001,\n", 3, "330521001"),
    ],
)
def test_a_wrong_table_says_which_line(tmp_path: Path, rows: str, line: int, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        table(tmp_path, HEAD + rows)
    assert caught.value.line == line


def test_other_columns_are_refused_with_those_allowed(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="county_code"):
        table(tmp_path, "id,label\n1,x\n")
