"""Places that were merged, renamed and split: both trees from one table, and what a wrong one is told, with its line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from producers.reference import places
from producers.reference_records import place_records
from schemas.errors import Refused
from schemas.place_files import load_places
from schemas.places import UnknownPlace

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.places import PlaceTable

HEAD = "code,name,level,effective_from,effective_to,change,successors\n"
COUNTY = """330521,德清县,county,,,,
330521100,甲镇,township,,,,
330521101,乙乡,township,,2025-07-01,merged,330521100
330521102,丙乡,township,,2024-01-01,renamed,
330521102,丙镇,township,2024-01-01,,,
330521103,丁镇,township,,2025-07-01,split,330521103;330521104
330521103,丁镇,township,2025-07-01,,,
330521104,戊街道,township,2025-07-01,,,
330521101001,乙村,village,,2025-07-01,moved,330521100001
330521100001,乙村,village,2025-07-01,,,
330521104001,戊村,village,,,,
"""


def write(folder: Path, rows: str, head: str = HEAD) -> Path:
    file = folder / "places.csv"
    file.write_text(head + rows, encoding="utf-8")
    return file


@pytest.fixture
def county(tmp_path: Path) -> PlaceTable:
    return load_places(write(tmp_path, COUNTY))


def names(table: PlaceTable, day: str) -> list[str]:
    return [place.name for place in table.standing(date.fromisoformat(day)) if place.level == "township"]


def test_the_tree_of_a_day_has_the_places_and_the_names_of_that_day(county: PlaceTable) -> None:
    assert names(county, "2023-12-31") == ["甲镇", "乙乡", "丙乡", "丁镇"]
    assert names(county, "2024-01-01") == ["甲镇", "乙乡", "丙镇", "丁镇"]
    assert names(county, "2025-06-30") == ["甲镇", "乙乡", "丙镇", "丁镇"]
    assert names(county, "2025-07-01") == ["甲镇", "丙镇", "丁镇", "戊街道"]


def test_a_village_stands_from_when_its_new_township_does(county: PlaceTable) -> None:
    assert county.by_code["330521104001"].effective_from == date(2025, 7, 1)


def test_a_name_finds_who_bears_it_today_and_who_bore_it_on_a_day(county: PlaceTable) -> None:
    assert county.find("丙乡").name == "丙镇"
    assert county.find("丙乡", on=date(2023, 5, 1)).name == "丙乡"
    assert county.find("乙乡").successors == ("330521100",)
    assert county.find("乙村").code == "330521100001"
    assert county.find("乙村", on=date(2025, 6, 30)).code == "330521101001"
    with pytest.raises(UnknownPlace, match=r"330521101 乙乡 .*2025-07-01.* merged → 330521100"):
        county.find("乙乡", on=date(2025, 7, 1))


def test_whom_a_place_follows(county: PlaceTable) -> None:
    followed = {code: [place.name for place in county.predecessors(county.by_code[code])] for code in county.by_code}
    assert {code: before for code, before in followed.items() if before} == {
        "330521100": ["乙乡"],
        "330521102": ["丙乡"],
        "330521103": ["丁镇"],
        "330521104": ["丁镇"],
        "330521100001": ["乙村"],
    }
    assert county.predecessors(county.by_code["330521100"], date(2025, 6, 30)) == ()


def test_a_code_is_one_record_with_all_it_was(county: PlaceTable) -> None:
    records = {record["code"]: record for record in place_records(county, 1)}
    day = (date(2024, 1, 1) - date(1970, 1, 1)).days
    renamed: dict[str, Any] = {"name": "丙乡", "effective_to": day, "change": "renamed", "successors": ["330521102"]}
    assert (records["330521102"]["name"], records["330521102"]["former"]) == ("丙镇", [renamed])
    assert (records["330521102"]["valid_from"], records["330521102"]["effective_to"]) == (None, None)
    merged = records["330521101"]
    assert (merged["change"], merged["successors"], merged["former"]) == ("merged", ["330521100"], [])


def test_both_trees_at_the_command_line(tmp_path: Path) -> None:
    file = str(write(tmp_path, COUNTY))
    then = CliRunner().invoke(places, ["tree", "--table", file, "--on", "2025-06-30"], standalone_mode=False).output
    now = CliRunner().invoke(places, ["tree", "--table", file, "--on", "2025-07-01"], standalone_mode=False).output
    assert "330521101  乙乡  (1)  [2025-07-01 止 / until merged → 330521100]" in then
    assert "乙乡  (1)" not in now
    assert "前身 / follows: 330521101 乙乡 [ … 2025-07-01) merged → 330521100" in now
    assert "前身 / follows: 330521101" not in then
    nothing = CliRunner().invoke(places, ["tree", "--table", file, "--within", "44"], standalone_mode=False)
    assert nothing.return_value == 1


A = "330521100,甲镇,township,,,,\n"


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        (A + "330521101,乙乡,township,,2025-07-01,merged,330521109\n", 3, r"unknown successor: 330521109.*9 digits"),
        (A + "330521101,乙乡,township,,2025-07-01,merged,330521\n", 3, "unknown successor"),
        (A + "330521101,乙乡,township,,2025-07-01,merged,\n", 3, "allowed: 1"),
        (A + "330521101,乙乡,township,,2025-07-01,split,330521100\n", 3, "≥ 2"),
        (A + "330521101,乙乡,township,,2025-07-01,split,330521100;330521100\n", 3, "≥ 2"),
        (A + "330521101,乙乡,township,,2025-07-01,abolished,330521100\n", 3, "allowed: 0"),
        (A + "330521101,乙乡,township,,,,330521100\n", 3, "未变动"),
        (A + "330521101,乙乡,township,,2025-07-01,,\n", 3, r"given together.*merged"),
        (A + "330521101,乙乡,township,,,merged,330521100\n", 3, "given together"),
        (A + "330521101,乙乡,township,,2025-07-01,vanished,330521100\n", 3, r"vanished.*renamed, merged"),
        (A + "330521101,乙乡,township,,2025-7-1,merged,330521100\n", 3, r"2025-7-1.*YYYY-MM-DD"),
        (A + "330521101,乙乡,township,2025-07-01,2025-07-01,merged,330521100\n", 3, "≤"),
        (A + "330521101,乙乡,township,,2025-07-01,moved,330521100\n", 3, "the place above is the same"),
        ("330521100,甲,township,,2025-07-01,merged,330521101\n330521101,乙,township,,2025-08-01,merged,330521100\n", 3,
         "330521100 → 330521101 → 330521100"),
        (A + "330521101,乙,township,,2025-07-01,merged,330521102\n330521102,丙,township,2025-08-01,,,\n", 3,
         r"does not stand on that day: \[2025-08-01"),
        ("330521102,丙乡,township,,2024-01-01,renamed,\n330521102,丙镇,township,2024-02-01,,,\n", 3, "a gap after line 2"),
        ("330521102,丙乡,township,,2024-01-01,renamed,\n330521102,丙镇,township,2023-02-01,,,\n", 3, "overlaps line 2"),
        ("330521102,丙乡,township,,,,\n330521102,丙镇,township,2023-02-01,,,\n", 3, "overlaps line 2"),
        ("330521102,丙乡,township,,2024-01-01,renamed,\n", 2, "has no row from then"),
        (A + "330521102,丙乡,township,,2024-01-01,merged,330521100\n330521102,丙镇,township,2024-01-01,,,\n", 3,
         "goes on with the code"),
        (A + "330521101,乙乡,township,,2025-07-01,merged,330521100\n330521101001,乙村,village,,,,\n", 4,
         r"330521101 已于 2025-07-01 终止"),
        ("330521104,戊街道,township,2025-07-01,,,\n330521104001,戊村,village,2024-01-01,,,\n", 3, "earlier than the place above"),
    ],
)  # fmt: skip
def test_a_history_that_is_not_whole_is_refused_with_its_line_and_what_is_allowed(
    tmp_path: Path, rows: str, line: int, words: str
) -> None:
    with pytest.raises(Refused, match=words) as caught:
        load_places(write(tmp_path, rows))
    assert caught.value.line == line


def test_a_township_may_take_another_one_in_and_begin_anew(tmp_path: Path) -> None:
    table = load_places(
        write(
            tmp_path,
            "330521100,甲镇,township,,2025-07-01,merged,330521100\n330521100,甲镇,township,2025-07-01,,,\n"
            "330521101,乙乡,township,,2025-07-01,merged,330521100\n",
        )
    )
    assert [place.name for place in table.predecessors(table.by_code["330521100"])] == ["甲镇", "乙乡"]


def test_what_was_split_may_be_merged_again(tmp_path: Path) -> None:
    table = load_places(
        write(
            tmp_path,
            "330521100,甲镇,township,,2020-01-01,split,330521100;330521101\n330521100,甲镇,township,2020-01-01,,,\n"
            "330521101,乙乡,township,2020-01-01,2025-07-01,merged,330521100\n",
        )
    )
    assert [place.code for place in table.standing(date(2026, 1, 1))] == ["330521100"]
