"""The warehouse's SQL as it is run on an empty server, held against tests/sinks/golden/warehouse.sql.

After a wanted change of schemas, catalogue or views run XIANGMAI_WRITE_GOLDEN=1 pytest tests/sinks/test_tables.py and
read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.domain import load_domains, load_system
from schemas.settings import Settings
from sinks.columns import Column
from sinks.documentation import README, current_readme
from sinks.layout import load_layout
from sinks.proof.source import sources
from sinks.tables import Table, column_sql, literal, quoted
from sinks.views import all_views

if TYPE_CHECKING:
    from tests.sinks.support import House

GOLDEN = Path(__file__).parent / "golden" / "warehouse.sql"


def test_the_warehouse_is_made_by_the_golden_sql() -> None:
    layout = load_layout(Settings())
    statements = [table.create() for table in layout.tables] + [view.sql for view in all_views(layout)]
    sql = ";\n\n".join(statements) + ";\n"
    if os.environ.get("XIANGMAI_WRITE_GOLDEN"):
        GOLDEN.write_text(sql, encoding="utf-8")
    assert sql == GOLDEN.read_text(encoding="utf-8")


def test_every_field_of_every_event_has_a_column_with_both_names() -> None:
    layout = load_layout(Settings())
    for table in layout.events:
        columns = {column.name: column.comment for column in table.table.columns}
        for shape in table.shapes.values():
            placed = {**{found.column.name: found for found in shape.envelope}, **shape.columns}
            for name in placed:
                assert name in columns
        for record in load_domains(Settings().domains)[table.domain].events.values():
            for field in record.fields:
                names = [name for name in columns if name == field.name or name.startswith(f"{field.name}_")]
                assert any(field.zh in columns[name] or field.kind == "record" for name in names), field.name


def test_every_table_and_column_is_commented_in_chinese_and_english() -> None:
    layout = load_layout(Settings())
    for table in layout.tables:
        assert " / " in table.comment
        for column in table.columns:
            assert " / " in column.comment, f"{table.name}.{column.name}"


def test_views_keep_the_comments_where_people_look_for_them(whole_house: House) -> None:
    silent = whole_house.rows(
        "SELECT table, name FROM system.columns WHERE database = {name:String} AND comment NOT LIKE '% / %'",
        name=whole_house.layout.database,
    )
    assert silent == []
    views = whole_house.rows(
        "SELECT name, engine FROM system.tables WHERE database = {name:String} AND comment LIKE '% / %' ORDER BY name",
        name=whole_house.layout.database,
    )
    proved = [
        f"proof_{what}_{source.case.name}" for what in ("events", "cases") for source in sources(whole_house.layout)
    ]
    assert [name for name, engine in views if engine == "View"] == sorted(
        [table.name for table in whole_house.layout.tables]
        + ["capability_map", "indicators", "indicators_today", "org_units_history"]
        + ["refused_events", "risk_map", "warnings", *proved]
    )


def test_personal_data_is_named_in_the_comment() -> None:
    columns = {column.name: column.comment for column in load_layout(Settings()).events[0].table.columns}
    assert "direct identifier, pseudonymised" in columns["resident_name"]
    assert "free text, numbers masked" in columns["summary"]
    assert "personal" not in columns["channel"]


def test_the_system_records_with_tables_are_covered_whole() -> None:
    layout = load_layout(Settings())
    for table in (layout.places, layout.departments):
        fields = {field.name for field in load_system()[table.record.full_name].fields}
        assert fields <= {column.name for column in table.table.columns}


def test_names_and_texts_cannot_break_out_of_their_quotes() -> None:
    assert quoted("a`b") == "`a\\`b`"
    assert literal("it's \\ x") == "'it\\'s \\\\ x'"
    column = Column("n", "String", "'); DROP TABLE x; --")
    assert column_sql(column) == "`n` String COMMENT '\\'); DROP TABLE x; --'"
    table = Table("d", "t", "c", (column,), ("n",), "n")
    assert "DROP TABLE x; --'" in table.create()


def test_the_readme_shows_the_views_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == current_readme(text, load_layout(Settings())), "run python -m sinks.documentation"
