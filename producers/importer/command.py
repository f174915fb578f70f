"""`xiangmai import`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import click

from schemas.settings import Settings

EXAMPLE: Final = Path(__file__).parent / "example.yaml"
EXIT_REFUSED_ROWS: Final = 1
_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILE: Final = click.Path(dir_okay=False, path_type=Path)
HELP: Final = """导入部门导出的表格，一行变成一个或几个事件；再次导入不会重复计数，改过的行成为更正。

Import a department's export. A row becomes one event or several; importing again adds nothing, a row that changed
becomes a correction of what it gave before. FILE is CSV (also .gz; UTF-8 or GB18030), XLSX, or an Avro container.

\b
  xiangmai import --example > mapping.yaml                    写一份映射 / begin a mapping
  xiangmai import 诉求.xlsx --mapping mapping.yaml --dry-run  先试，不发送 / try it, send nothing
  xiangmai import 诉求.xlsx --mapping mapping.yaml            导入 / import
  xiangmai import 诉求.csv.gz --mapping m.yaml --format json  给程序用 / for programs

被拒的行写入 FILE.refused.csv：行号、列、值、原因，其余的行照常导入。改正后再导入同一文件即可。
Refused rows go to FILE.refused.csv with line, column, value and reason; the others are imported. Correct them and
import again. Accepted + refused = rows in the file, always.

\b
退出码 / exit codes: 0 全部接受 all accepted · 1 有行被拒，或映射有误 rows were refused, or the mapping is wrong ·
2 用法错误 bad usage · 3 Kafka 或注册中心不可用 Kafka or the registry is away: run the same command again
"""


def _print_example(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        context.exit(0)


@click.command("import", help=HELP)
@click.argument("file", type=_EXISTING)
@click.option("--mapping", "-m", type=_EXISTING, required=True, help="映射文件 / the mapping (YAML).")
@click.option("--dry-run", is_flag=True, help="只检查，不发送 / check everything, send nothing.")
@click.option("--report", type=_FILE, help="拒绝报告，默认 FILE.refused.csv / the report of refused rows.")
@click.option("--limit", type=click.IntRange(1), help="只读前几行 / read only so many rows.")
@click.option(
    "--format",
    "output",
    default="table",
    show_default=True,
    type=click.Choice(["table", "json"]),
    help="摘要格式 / format of the summary.",
)
@click.option(
    "--example",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_example,
    help="打印一份带说明的映射 / print a mapping to begin with.",
)
def import_file(
    *, file: Path, mapping: Path, dry_run: bool, report: Path | None, limit: int | None, output: str
) -> int:
    """Import a file; what people read is HELP. Returns the exit code."""
    from producers.importer.session import run_import
    from producers.sender import DeliveryFailed
    from schemas.errors import Unavailable

    settings = Settings()
    report = report or file.with_name(f"{file.name}.refused.csv")
    try:
        summary = run_import(settings, file, mapping, report, dry_run=dry_run, limit=limit)
    except DeliveryFailed as failed:
        click.echo(str(failed)[:2_000], err=True)
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause="未获确认 / not confirmed") from failed
    if output == "json":
        click.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        from rich.console import Console

        Console(width=None if sys.stdout.isatty() else 160).print(summary.as_table())
        if not summary.ledger_read:
            click.echo(
                "台账未读到（Kafka 或注册中心不可用），按从未导入过计算 / "
                "the ledger could not be read: counted as if nothing had been imported before",
                err=True,
            )
    refused = summary.rows_refused - summary.refused_by_reason["superseded"]
    return EXIT_REFUSED_ROWS if refused else 0
