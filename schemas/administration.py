"""`xiangmai schemas`: check, publish and register records, create topics, show what there is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.table import Table

from schemas import documentation, gate, history
from schemas.domain import ENVELOPE, SYSTEM_FOLDER, EventSchema, all_records, flat_fields, load_domains, load_system
from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from schemas.topics import ensure_topics, load_topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.domain import Domain
    from schemas.gate import Problem

_PIPE_WIDTH: Final = 200

FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    help="表格给人看，json 给程序用 / table for people, json for programs",
)


@click.group()
def schemas() -> None:
    """检查、发布、登记数据模式，创建主题 / check, publish and register records; create topics.

    \b
    改模式的步骤 / To change a record:
      1. 编辑 schemas/domains/<领域>/<Record>.avsc   edit the file
      2. xiangmai schemas check                      form and compatibility, offline
      3. xiangmai schemas publish                    write the new shape to history.json; commit both
      4. xiangmai schemas register                   put it into the registry
    """  # noqa: D301 - \b is click's mark for text to leave as it stands


@schemas.command()
@click.option(
    "--against",
    default="history",
    metavar="history|registry|FOLDER|GIT-REF",
    show_default=True,
    help="与什么比较 / what to compare with",
)
@FORMAT
def check(against: str, output: str) -> int:
    """检查全部记录：说明、隐私标签、信封、兼容性；不登记任何东西 / check every record; registers nothing.

    Compatibility is FULL_TRANSITIVE: every version ever published can read every other's events. Exit code 1 when
    something is refused; each line names the record, the field, and why.
    """
    settings = Settings()
    domains = load_domains(settings.domains)
    problems = _offline_problems(domains)
    if against == "registry":
        with SchemaRegistry(settings.registry_url) as registry:
            problems += gate.check_registry(domains, registry)
    elif against != "history":
        problems += gate.check_history(domains, against)
    return _report(problems, len(all_records(domains)), output)


@schemas.command()
def publish() -> int:
    """把改动后的结构写入 history.json / write changed shapes to history.json, if they pass the check."""
    domains = load_domains(Settings().domains)
    problems = [problem for problem in _offline_problems(domains) if problem not in gate.check_published(domains)]
    if problems:
        return _report(problems, len(all_records(domains)), "table")
    changed = history.publish(SYSTEM_FOLDER, load_system().values())
    for domain in domains.values():
        changed += history.publish(domain.folder, domain.events.values())
    click.echo("\n".join(f"已发布 / published: {name}" for name in changed) or "没有改动 / nothing changed")
    return 0


@schemas.command()
@FORMAT
def register(output: str) -> int:
    """检查后登记全部记录 / check, then register every record under its full name.

    Registering what is registered changes nothing and gives the same id.
    """
    settings = Settings()
    domains = load_domains(settings.domains)
    with SchemaRegistry(settings.registry_url) as registry:
        problems = _offline_problems(domains) + gate.check_registry(domains, registry)
        if problems:
            return _report(problems, len(all_records(domains)), output)
        known = set(registry.subjects())
        rows = [
            {
                "record": record.full_name,
                "id": registry.register(record.full_name, record.schema),
                "new": record.full_name not in known,
            }
            for record in all_records(domains).values()
            if record.full_name != ENVELOPE
        ]
    _rows(rows, output, {"record": "记录 record", "id": "编号 id", "new": "首次登记 new"})
    return 0


@schemas.command()
@click.option("--dry-run", is_flag=True, help="只说会做什么 / only say what would be done")
@FORMAT
def topics(dry_run: bool, output: str) -> int:
    """创建缺少的 Kafka 主题 / create the Kafka topics that are missing.

    Refuses (exit code 1) when a topic exists with another number of partitions or another cleanup policy.
    """
    settings = Settings()
    changes = ensure_topics(
        settings.kafka_bootstrap,
        partitions=settings.partitions,
        replication_factor=settings.replication_factor,
        dry_run=dry_run,
    )
    heads = {"name": "主题 topic", "action": "动作 action", "partitions": "分区 partitions", "detail": "说明 detail"}
    _rows([change.model_dump() for change in changes], output, heads)
    return 0


@schemas.command("list")
@FORMAT
def list_records(output: str) -> int:
    """列出全部记录 / list every record with its topic."""
    domains = load_domains(Settings().domains)
    carried = load_topics()
    rows = [
        {
            "record": record.full_name,
            "zh": record.zh,
            "en": record.en,
            "fields": len(record.fields),
            "topics": ", ".join(name for name, topic in carried.items() if topic.carries(record.full_name)),
        }
        for record in all_records(domains).values()
    ]
    _rows(
        rows,
        output,
        {"record": "记录 record", "zh": "中文", "en": "English", "fields": "字段 fields", "topics": "主题 topics"},
    )
    return 0


@schemas.command()
@click.argument("record")
@FORMAT
def show(record: str, output: str) -> int:
    """逐字段说明一个记录 / show a record field by field. RECORD 可写短名 / may be a short name: AppealReported."""
    found = _find(record)
    rows = [
        {
            "field": name,
            "zh": field.zh,
            "en": field.en,
            "type": documentation.type_text(field),
            "privacy": field.privacy,
            "rules": documentation.rules_text(field),
            "doc": field.doc,
        }
        for name, field in flat_fields(found.fields)
    ]
    if output == "table":
        click.echo(f"{found.full_name}  {found.zh} / {found.en}\n{found.doc}\n{found.file}\n")
    heads = {"field": "字段 field", "zh": "中文", "en": "English", "type": "类型 type"}
    heads |= {"privacy": "隐私 privacy", "rules": "规则 rules", "doc": "说明 explanation"}
    _rows(rows, output, heads)
    return 0


@schemas.command()
@click.option("--check", "only_check", is_flag=True, help="只检查是否最新 / only say whether it is current")
@click.option(
    "--file", type=click.Path(path_type=Path, dir_okay=False), default=documentation.README, show_default=True
)
def docs(only_check: bool, file: Path) -> int:
    """重写 schemas/README.md 中由数据生成的部分 / rewrite the generated parts of schemas/README.md."""
    from schemas.catalogue.load import load_catalogues

    catalogues = load_catalogues(load_domains(Settings().domains))
    stale = documentation.update(file, catalogues, load_topics(), write=not only_check)
    if stale and only_check:
        click.echo(
            f"{file} 已过时，请运行 xiangmai schemas docs / is not current: run `xiangmai schemas docs`", err=True
        )
        return 1
    click.echo(f"{file}: {'已更新 / rewritten' if stale else '无需更新 / current'}")
    return 0


def _offline_problems(domains: Mapping[str, Domain]) -> list[Problem]:
    return [
        *gate.check_form(domains),
        *gate.check_history(domains),
        *gate.check_published(domains),
    ]


def _find(name: str) -> EventSchema:
    records = all_records(load_domains(Settings().domains))
    matches = [record for record in records.values() if name in (record.full_name, record.name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        allowed = ", ".join(record.full_name for record in matches)
        raise click.BadParameter(f"{name} 有多个，请写全名 / is ambiguous, give the full name: {allowed}")
    raise click.BadParameter(
        f"没有记录 {name}；xiangmai schemas list 列出全部 / no such record; `schemas list` has all"
    )


def _report(problems: Sequence[Problem], records: int, output: str) -> int:
    if output == "json":
        rows = [{"file": str(p.file), "record": p.record, "field": p.field, "zh": p.zh, "en": p.en} for p in problems]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif problems:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"拒绝：{len(problems)} 处 / refused: {len(problems)} problems", err=True)
    else:
        click.echo(f"通过：{records} 个记录 / passed: {records} records")
    return 1 if problems else 0


def _rows(rows: Sequence[Mapping[str, Any]], output: str, heads: Mapping[str, str]) -> None:
    if output == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    table = Table()
    for head in heads.values():
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in heads))
    # A pipe has no width to keep to; names there must stay whole.
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是 yes" if value else ""
    return str(value)
