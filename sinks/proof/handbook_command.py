"""`xiangmai catalogue docs`: writes the handbook of every domain's indicators beside its catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.proof.handbook import FILE_NAME, handbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@click.command("docs", short_help="由目录写出指标手册 / write the handbook of the indicators from the catalogue")
@click.option("--check", is_flag=True, help="只查是否最新，不写 / only say whether it is current, write nothing")
def docs(*, check: bool) -> int:
    """由目录写出各领域的指标手册 INDICATORS.md：名称、口径、公式、目标、算例与 SQL / write every domain's handbook.

    \b
      xiangmai catalogue docs            写在各领域的 catalogue.yaml 旁 / beside each catalogue.yaml
      xiangmai catalogue docs --check    过期则退出码 1 / exit code 1 when one is not current
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    stale = 0
    for file, text in handbooks(Settings()):
        if file.exists() and file.read_text(encoding="utf-8") == text:
            click.echo(f"最新 / current: {file}")
        elif check:
            stale += 1
            click.echo(f"过期 / not current: {file} (xiangmai catalogue docs)")
        else:
            file.write_text(text, encoding="utf-8")
            click.echo(f"已写 / written: {file}")
    return 1 if stale else 0


def handbooks(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Yield the file and the text of every domain's handbook."""
    layout = load_layout(settings)
    for name in sorted(layout.catalogues):
        catalogue = layout.catalogues[name]
        yield catalogue.domain.folder / FILE_NAME, handbook(layout, catalogue)
