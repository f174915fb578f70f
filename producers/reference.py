"""`xiangmai places` and `xiangmai departments`: reference data into its topics, and what stands, or stood on a day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from producers.reference_records import department_records, place_records
from producers.reference_sending import now_ms, send
from schemas.place_files import load_places
from schemas.places import CODE_DIGITS, ended
from schemas.settings import Settings
from schemas.topics import DEPARTMENTS, PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.places import Place

REFERENCE: Final = Path(__file__).parents[1] / "schemas" / "reference"
SAMPLE_PLACES: Final = REFERENCE / "deqing_330521.csv"
SAMPLE_DEPARTMENTS: Final = REFERENCE / "departments.csv"
PLACE_DEFINED: Final = "xiangmai.system.PlaceDefined"
DEPARTMENT_DEFINED: Final = "xiangmai.system.DepartmentDefined"
_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY: Final = click.DateTime(formats=["%Y-%m-%d"])
_TABLE: Final = click.option("--table", type=_EXISTING, default=SAMPLE_PLACES, help="区划表 / place table")
_ON: Final = click.option("--on", type=_DAY, metavar="YYYY-MM-DD", help="哪一天 / on which day")


@click.group()
def places() -> None:
    """登记与查询行政区划 / load and look up counties, townships and villages, now or on a day.

    \b
    表的三种形状 / three shapes of table (UTF-8 CSV, .csv.gz):
      county_code,county,township_code9,township,village_code12,village   一行一村 / a village in a row
      code,name,level,parent,aliases    一行一地，别名用 ; 分开 / a place in a row, aliases separated by ;
      code,name,areaCode                统计用区划代码 / the statistical codes of the whole country
    第二种可写明沿革 / the second may be dated:
      effective_from,effective_to       起、止（不含） / first day, and first day no more
      change                            renamed 更名 merged 并入 split 分设 moved 划转 abolished 撤销
      successors                        继任代码，用 ; 分开 / the codes that followed, separated by ;
    改名而代码不变的，一段一行 / a code that was renamed has a row for each name.
    """  # noqa: D301 - \b is click's mark for text to leave as it stands


@places.command("load")
@click.argument("files", type=_EXISTING, nargs=-1, metavar="[FILE]...")
def load_places_command(files: Sequence[Path]) -> None:
    """把区划表写入主题 reference.places；再次装载无害 / write place tables to their topic; loading again is harmless.

    Without FILE: the sample county, Deqing.
    """
    for file in files or (SAMPLE_PLACES,):
        table = load_places(file)
        send(Settings(), PLACES, PLACE_DEFINED, list(place_records(table, now_ms())))
        levels = Counter(place.level for place in table.places)
        over = sum(place.effective_to is not None for place in table.places)
        told = f"，其中已停用 / of them ended: {over}" if over else ""
        click.echo(
            f"已登记 / loaded: {levels['county']} 县 counties, {levels['township']} 乡镇 townships, "
            f"{levels['village']} 村 villages{told}"
        )


@places.command("find")
@click.argument("text")
@_TABLE
@_ON
@click.option("--within", default="", metavar="CODE", help="只在此县或乡镇内找 / only inside this county or township")
def find_place(text: str, table: Path, on: datetime | None, within: str) -> None:
    """按代码、名称或别名找一个地方，可指定某一天 / find a place by code, name or alias, also as of a day."""
    known = load_places(table)
    try:
        place = known.find(text, within=within, on=on.date() if on else None)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{place.code}  {place.name}  {place.level}  ← {place.parent or '-'}{_dates(place)}")
    for other in known.predecessors(place, on.date() if on else None):
        click.echo(f"  前身 / follows: {ended(other)}")


@places.command("tree")
@_TABLE
@_ON
@click.option("--within", default="", metavar="CODE", help="只看此县或乡镇 / only this county or township")
@click.option("--villages/--no-villages", default=False, help="含村 / with villages")
def tree(table: Path, on: datetime | None, within: str, *, villages: bool) -> int:
    """某一天（默认今天）的区划树 / the places that stand on a day, today by default, each below the one above it.

    \b
      xiangmai places tree --on 2024-12-31     当时的树 / the tree as it was then
      xiangmai places tree                     今天的树 / the tree as it is today
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    known = load_places(table)
    day = on.date() if on else datetime.now(ZoneInfo(Settings().timezone)).date()
    standing = [place for place in known.standing(day) if place.code.startswith(within)]
    below = Counter(place.parent for place in standing)
    shown = [place for place in standing if villages or place.level != "village"]
    for place in shown:
        depth = "  " * [*CODE_DIGITS].index(place.level)
        number = f"  ({below[place.code]})" if below[place.code] else ""
        click.echo(f"{depth}{place.code}  {place.name}{number}{_dates(place)}")
        for other in known.predecessors(place, day):
            click.echo(f"{depth}  前身 / follows: {ended(other)}")
    if not shown:
        click.echo(f"{day} 没有地方 / no place stands on {day}{f' within {within}' if within else ''}", err=True)
    return 0 if shown else 1


@click.group()
def departments() -> None:
    """登记部门目录 / load departments (UTF-8 CSV: code,name,name_en,aliases; aliases separated by `;`)."""


@departments.command("load")
@click.argument("file", type=_EXISTING, default=SAMPLE_DEPARTMENTS)
def load_departments_command(file: Path) -> None:
    """把部门目录写入主题 reference.departments；再次装载无害 / write departments to their topic; again is harmless.

    Without FILE: a county's usual departments.
    """
    records = list(department_records(file, now_ms()))
    send(Settings(), DEPARTMENTS, DEPARTMENT_DEFINED, records)
    click.echo(f"已登记 / loaded: {len(records)} 部门 departments")


def _dates(place: Place) -> str:
    if place.effective_from is None and place.effective_to is None:
        return ""
    began = "" if place.effective_from is None else f"{place.effective_from} 起 / from"
    over = "" if place.effective_to is None else f"{place.effective_to} 止 / until"
    became = f" {place.change} → {', '.join(place.successors) or '-'}" if place.change else ""
    return f"  [{', '.join(filter(None, (began, over)))}{became}]"
